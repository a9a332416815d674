"""Reference numbers for src/stats/contrast.rs: the same inputs through the packages that others use.

    pip install -r eval/reference/requirements.txt
    python eval/reference/contrast.py > eval/reference/contrast.json

What is compared with what, to 1e-6:

- welch: `scipy.stats.ttest_ind_from_stats` without equal variances: degrees of freedom, p and interval of a
  difference of two figures with given standard errors.
- effect: `statsmodels`' proportion_effectsize (Cohen's h) and effectsize_smd (Hedges' g).
- adjusted: `statsmodels`' multipletests, fdr_bh.
"""

import json
import sys
from importlib.metadata import version

import numpy as np
from scipy import stats
from statsmodels.stats.meta_analysis import effectsize_smd
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_effectsize

rng = np.random.default_rng(20232)


def welch():
    out = []
    for n_a, n_b in [(5, 5), (10, 40), (6, 300), (120, 80)]:
        a, b = rng.uniform(0.1, 0.6), rng.uniform(0.1, 0.6)
        se_a, se_b = rng.uniform(0.01, 0.1, 2)
        sd_a, sd_b = se_a * np.sqrt(n_a), se_b * np.sqrt(n_b)
        test = stats.ttest_ind_from_stats(a, sd_a, n_a, b, sd_b, n_b, equal_var=False)
        df = (se_a**2 + se_b**2) ** 2 / (se_a**4 / (n_a - 1) + se_b**4 / (n_b - 1))
        lo, hi = stats.t.interval(0.95, df, loc=a - b, scale=np.hypot(se_a, se_b))
        out.append({"a": a, "b": b, "se_a": se_a, "se_b": se_b, "n_a": n_a, "n_b": n_b,
                    "df": df, "p": test.pvalue, "lo": lo, "hi": hi})
    return out


def effect():
    out = []
    for n_a, n_b in [(5, 9), (30, 12), (200, 150)]:
        share_a, share_b = rng.uniform(0.02, 0.9, 2)
        mean_a, mean_b = rng.uniform(-0.5, 0.5, 2)
        sd_a, sd_b = rng.uniform(0.1, 0.6, 2)
        g, _ = effectsize_smd(mean_a, sd_a, n_a, mean_b, sd_b, n_b)
        out.append({"share_a": share_a, "share_b": share_b, "h": proportion_effectsize(share_a, share_b),
                    "mean_a": mean_a, "mean_b": mean_b, "sd_a": sd_a, "sd_b": sd_b, "n_a": n_a, "n_b": n_b, "g": g})
    return out


def adjusted():
    p = np.concatenate([rng.uniform(0, 0.01, 12), rng.uniform(0, 1, 30), [0.03, 0.03, 1.0]])
    return {"p": p.tolist(), "q": multipletests(p, method="fdr_bh")[1].tolist()}


reference = {
    "made_by": "python eval/reference/contrast.py > eval/reference/contrast.json",
    "with": {package: version(package) for package in ["numpy", "scipy", "statsmodels"]},
    "welch": welch(), "effect": effect(), "adjusted": adjusted(),
}
json.dump(json.loads(json.dumps(reference), parse_float=lambda x: round(float(x), 14)), sys.stdout)
print()
