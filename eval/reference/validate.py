"""Reference numbers for src/stats/validate: the same inputs through the packages that others use.

    pip install -r eval/reference/requirements.txt
    python eval/reference/validate.py > eval/reference/validate.json

src/stats/validate/references.rs holds undertone's own figures against them, to 1e-6 where the method is
the same. What is compared with what:

- alpha: `krippendorff` (nominal, ordinal; two and four coders, codes missing).
- ppi: `ppi_py`, point and interval for given lambda, without weights; point with weights. Its tuned
  lambda estimates a variance in another way: that one is compared loosely.
- dsl: the estimator of Egami et al. (2023) written out below as its moment condition and sandwich variance
  (the R package's `dsl(model = "lm")` solves the same equations); where nothing is `x`, also
  `statsmodels`' regression of the pseudo-outcomes on outlets with standard errors clustered by article.
- means: `scipy`'s standard errors and quantiles. With every article one coded sentence the corrected
  figure is a mean (its interval made on log odds), and a difference one of two means with unequal variances.
- quantiles, wilson, chi_squared, fisher: `scipy` and `statsmodels`.
- labels: `scikit-learn` with sample weights; the calibration error in numpy.
"""

import json
import sys
from importlib.metadata import version

import krippendorff
import numpy as np
import ppi_py
import statsmodels.api as sm
from scipy import stats
from sklearn import metrics
from statsmodels.stats.proportion import proportion_confint

rng = np.random.default_rng(20231)
PACKAGES = ["krippendorff", "numpy", "ppi-python", "scikit-learn", "scipy", "statsmodels"]


def coders(n, coders, classes, missing):
    """Codes, units by coders: mostly the truth, sometimes a neighbour, sometimes none (-1)."""
    truth = rng.integers(0, classes, n)
    codes = np.repeat(truth[:, None], coders, axis=1)
    wrong = rng.random(codes.shape) < 0.25
    codes = np.where(wrong, np.clip(codes + rng.choice([-1, 1], codes.shape), 0, classes - 1), codes)
    return np.where(rng.random(codes.shape) < missing, -1, codes)


def alpha():
    # Krippendorff (2011): four observers, twelve units.
    published = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, -1, -1, -1],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, -1, 3],
        [-1, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, -1],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, -1],
    ]
    sets = [np.where(np.array(published).T > 0, np.array(published).T - 1, -1)]
    sets += [coders(40, 2, 3, 0.0), coders(60, 2, 4, 0.15), coders(50, 4, 3, 0.3)]
    out = []
    for codes in sets:
        data = np.where(codes < 0, np.nan, codes).T
        figures = {
            level: krippendorff.alpha(reliability_data=data, level_of_measurement=level)
            for level in ["nominal", "ordinal"]
        }
        out.append({"classes": int(codes.max()) + 1, "codes": codes.tolist(), **figures})
    return out


def ppi():
    out = []
    # The last one is large, so that two ways of estimating a variance give about the same lambda.
    for n, others in [(40, 300), (300, 1500)]:
        gold = (rng.random(n) < 0.3).astype(float)
        predicted = np.clip(gold * 0.6 + 0.2 + 0.15 * rng.standard_normal(n), 0, 1)
        truth = rng.random(others) < 0.3
        unlabelled = np.clip(truth * 0.6 + 0.2 + 0.15 * rng.standard_normal(others), 0, 1)
        predicted, unlabelled = predicted.round(3), unlabelled.round(3)
        weights = rng.uniform(0.5, 3.0, n).round(3)
        given = []
        for lam in [0.0, 0.4, 1.0]:
            lo, hi = ppi_py.ppi_mean_ci(gold, predicted, unlabelled, alpha=0.05, lam=lam)
            plain = ppi_py.ppi_mean_pointestimate(gold, predicted, unlabelled, lam=lam)
            weighted = ppi_py.ppi_mean_pointestimate(gold, predicted, unlabelled, lam=lam, w=weights)
            se = (hi - lo) / 2 / stats.norm.ppf(0.975)
            given.append({
                "lambda": lam, "value": float(np.squeeze(plain)), "se": float(np.squeeze(se)),
                "weighted": float(np.squeeze(weighted)),
            })
        tuned = ppi_py.ppi_mean_pointestimate(gold, predicted, unlabelled)
        out.append({
            "gold": gold.tolist(), "predicted": predicted.tolist(), "unlabelled": unlabelled.tolist(),
            "weights": weights.tolist(), "given": given, "tuned": float(np.squeeze(tuned)),
        })
    return out


def dsl_moments(gold, guess, weight, article):
    """Egami et al. (2023), section 3, for the moment y - theta d of a ratio: the doubly robust moment
    is m(guess) + R/pi (m(gold) - m(guess)), and its mean over units is 0 at the estimate."""
    pseudo = guess + weight[:, None] * (gold - guess)
    theta = pseudo[:, 0].sum() / pseudo[:, 1].sum()
    moment = pseudo[:, 0] - theta * pseudo[:, 1]
    n = len(moment)
    jacobian = pseudo[:, 1].mean()
    of_article = np.array([moment[article == a].sum() for a in np.unique(article)])
    variance = (of_article**2).sum() / n / jacobian**2 / n
    return theta, np.sqrt(variance), pseudo[:, 0]


def dsl():
    out = []
    for with_x in [False, True]:
        outlet, article, gold, guess, weight = [], [], [], [], []
        for o in range(3):
            for a in range(7 + 2 * o):
                for _ in range(rng.integers(3, 9)):
                    y = float(rng.random() < 0.2 + 0.15 * o)
                    y = 0.5 if rng.random() < 0.1 else y
                    d = 1.0 if not with_x or rng.random() < 0.85 else float(rng.choice([0.0, 0.5]))
                    probability = rng.uniform(0.3, 0.8)
                    outlet.append(o)
                    article.append(100 * o + a)
                    gold.append([y * d, d])
                    guess.append([np.clip(0.6 * y + 0.2 * rng.random(), 0, 1), 0.95 if with_x else 1.0])
                    weight.append(1 / probability if rng.random() < probability else 0.0)
        outlet, article, weight = np.array(outlet), np.array(article), np.array(weight)
        gold, guess = np.array(gold), np.array(guess)
        figures, pseudo = [], np.zeros(len(outlet))
        for o in range(3):
            here = outlet == o
            theta, se, pseudo[here] = dsl_moments(gold[here], guess[here], weight[here], article[here])
            figures.append({"value": theta, "se": se, "articles": len(np.unique(article[here]))})
        case = {
            "outlet": outlet.tolist(), "article": article.tolist(), "gold": gold.tolist(),
            "guess": guess.tolist(), "weight": weight.tolist(), "outlets": figures,
        }
        if not with_x:
            dummies = (outlet[:, None] == np.arange(3)).astype(float)
            clusters = {"groups": article, "use_correction": False}
            fit = sm.OLS(pseudo, dummies).fit(cov_type="cluster", cov_kwds=clusters)
            assert np.allclose(fit.params, [f["value"] for f in figures], atol=1e-12)
            assert np.allclose(fit.bse, [f["se"] for f in figures], atol=1e-12)
            test = fit.t_test([1, 0, -1])
            case["difference"] = {"value": test.effect.item(), "se": test.sd.item()}
        out.append(case)
    return out


def means():
    a, b = rng.normal(0.4, 0.15, 14).clip(0, 1), rng.normal(0.3, 0.3, 9).clip(0, 1)
    # The smaller degrees of freedom of the two, where a t test would take Welch's.
    apart, spread = a.mean() - b.mean(), np.hypot(stats.sem(a), stats.sem(b))
    lo, hi = stats.t.interval(0.95, min(len(a), len(b)) - 1, loc=apart, scale=spread)
    difference = {"value": apart, "lo": lo, "hi": hi}
    mean, se = a.mean(), stats.sem(a)
    logit = np.log(mean / (1 - mean))
    reach = stats.t.ppf(0.975, len(a) - 1) * se / (mean * (1 - mean))
    lo, hi = 1 / (1 + np.exp(-(logit - reach))), 1 / (1 + np.exp(-(logit + reach)))
    return {"a": a.tolist(), "b": b.tolist(), "difference": difference,
            "mean": {"value": mean, "se": se, "lo": lo, "hi": hi}}


def quantiles():
    return [
        {"confidence": c, "df": df, "t": stats.t.ppf(0.5 + c / 2, df), "z": stats.norm.ppf(0.5 + c / 2)}
        for c in [0.9, 0.95, 0.999] for df in [1, 2.7, 9, 40.5, 3000]
    ]


def wilson():
    # Weights, and whether a row counts: as many rows as tell as much without weights (Kish).
    weights = rng.uniform(1, 6, 30)
    hits = rng.random(30) < 0.3
    effective = weights.sum() ** 2 / (weights**2).sum()
    share = (weights * hits).sum() / weights.sum()
    lo, hi = proportion_confint(share * effective, effective, 0.05, method="wilson")
    return {"weights": weights.tolist(), "hits": hits.tolist(), "value": share, "lo": lo, "hi": hi}


def errors():
    # Wrong and right, outlet by outlet; every row an article of its own.
    out = []
    for table in [[[9, 21], [3, 27], [4, 16]], [[2, 28], [3, 27]], [[12, 8], [3, 17], [2, 8], [6, 14]]]:
        table = np.array(table)
        statistic = stats.chi2_contingency(table, correction=False).statistic
        exact = stats.fisher_exact(table) if table.shape == (2, 2) else None
        method = stats.PermutationMethod(n_resamples=9_999, rng=np.random.default_rng(1))
        p = stats.chi2_contingency(table, correction=False, method=method).pvalue
        out.append({"table": table.tolist(), "chi_squared": statistic, "permutation_p": p,
                    "fisher_p": exact.pvalue if exact else None})
    return out


def labels():
    gold = rng.integers(0, 3, 80)
    logits = 1.5 * np.eye(3)[gold] + rng.standard_normal((80, 3))
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    label, weight = p.argmax(1), rng.uniform(1, 5, 80)
    confidence = p.max(1)
    bins = np.clip(np.ceil(confidence.astype(np.float32) * np.float32(15)), 1, 15)
    ece = sum(
        abs((weight * (confidence - (label == gold)))[bins == b].sum()) for b in range(1, 16)
    ) / weight.sum()
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(gold, label, sample_weight=weight)
    return {
        "gold": gold.tolist(), "probabilities": p.tolist(), "weight": weight.tolist(),
        "accuracy": metrics.accuracy_score(gold, label, sample_weight=weight),
        "macro_f1": metrics.f1_score(gold, label, average="macro", sample_weight=weight),
        "precision": precision.tolist(), "recall": recall.tolist(), "f1": f1.tolist(), "ece": ece,
    }


reference = {
    "made_by": "python eval/reference/validate.py > eval/reference/validate.json",
    "with": {package: version(package) for package in PACKAGES},
    "alpha": alpha(), "ppi": ppi(), "dsl": dsl(), "means": means(), "quantiles": quantiles(),
    "wilson": wilson(), "errors": errors(), "labels": labels(),
}
json.dump(json.loads(json.dumps(reference), parse_float=lambda x: round(float(x), 12)), sys.stdout)
print()
