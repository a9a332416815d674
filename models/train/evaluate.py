"""Runs a model over the dev sets: figures, temperatures, thresholds.

`predict` is any function (ids, case, mask) -> {head: logits as numpy}, so that the exported int8
graph is measured by the very code that measures the PyTorch model.
"""

from __future__ import annotations

import numpy as np
import torch

from data import Example, pieces_of, word_targets
from labels import ATTRIBUTION, ENTITY_MAP, HEADS
from metrics import best_path, decode_bio, link, macro_f1, roc_auc, softmax, span_f1, transitions


QUOTES = set("\"“”„«»")


def run(predict, examples: list[Example], batch: int = 32) -> list[dict]:
    """Logits of every example, in its own order, in batches of equal length (no padding, no mask)."""
    by_length: dict[int, list[int]] = {}
    for i, e in enumerate(examples):
        by_length.setdefault(len(e.ids), []).append(i)
    out: list[dict] = [{}] * len(examples)
    for rows in by_length.values():
        for j in range(0, len(rows), batch):
            part = rows[j : j + batch]
            ids = np.array([examples[i].ids for i in part])
            case = np.array([examples[i].case for i in part])
            logits = predict(ids, case)
            for k, i in enumerate(part):
                out[i] = {head: values[k] for head, values in logits.items()}
    return out


def run_all(predict, sets: dict[str, list[Example]]) -> dict[str, list[dict]]:
    """The same of several sets: a sentence that stands in more than one of them is read once."""
    number: dict[tuple, int] = {}
    distinct: list[Example] = []
    for examples in sets.values():
        for e in examples:
            if number.setdefault((*e.ids, *e.case), len(distinct)) == len(distinct):
                distinct.append(e)
    read = run(predict, distinct)
    return {name: [read[number[*e.ids, *e.case]] for e in examples] for name, examples in sets.items()}


def torch_predictor(model, device: str):
    model.eval()

    def predict(ids, case):
        with torch.inference_mode():
            out = model(torch.from_numpy(ids).to(device), torch.from_numpy(case).to(device))
        return {k: v.float().cpu().numpy() for k, v in out.items()}

    return predict


def target_logits(examples, logits, head):
    rows, gold = [], []
    for e, out in zip(examples, logits):
        for start, end, label in e.labels:
            where = pieces_of(e, start, end)
            # A target past the training window is scored as neutral would be: it counts, as an error or not.
            rows.append(out[head][where].mean(0) if where else np.array([0.0, 1.0, 0.0]))
            gold.append(label)
    return np.array(rows).reshape(-1, 3), np.array(gold, dtype=int)


def word_tags(example: Example, logits: dict, head: str, t: float, after: np.ndarray) -> list[str]:
    """The head's label of every word, as the program decides it."""
    p = softmax(logits[head][[first for first, _, _ in example.words]] / t) if example.words else np.zeros((0, 1))
    return [HEADS[head][k] for k in best_path(p, after)]


def entity_figure(examples, logits, types, t: float, after: np.ndarray) -> float:
    gold, predicted = [], []
    for e, out in zip(examples, logits):
        tags = word_tags(e, out, "entities", t, after)
        predicted.append({s[:3] for s in decode_bio(tags, e.words) if s[2] in types})
        mapping = ENTITY_MAP[e.dataset]
        gold.append({(s, t, mapping[l][0]) for s, t, l in e.labels if mapping[l][0] in types and len(mapping[l]) == 1})
    return span_f1(gold, predicted)


def attribution_spans(example: Example, logits: dict, t: float, after: np.ndarray):
    """(span as of decode_bio, mean probability of its type over its words, has a quotation mark)."""
    p = softmax(logits["attribution"] / t)
    for span in decode_bio(word_tags(example, logits, "attribution", t, after), example.words):
        begin = ATTRIBUTION.index(f"B-{span[2]}")
        pieces = [example.words[k][0] for k in range(span[3], span[4])]
        yield span, float(p[pieces, begin : begin + 2].sum(-1).mean()), bool(QUOTES & set(example.text[span[0] : span[1]]))


def content_threshold(examples, logits, t: float, after: np.ndarray) -> float:
    """Contents without quotation marks count from this mean probability on: where the word F1 of contents is best
    (the lowest of equals). Words between quotation marks are somebody's in any case."""
    rows, right, found, gold_words = [], 0, 0, 0
    for e, out in zip(examples, logits):
        gold = [ATTRIBUTION[target[0]].endswith("CONTENT") for target in word_targets(e)]
        gold_words += sum(gold)
        for span, p, quoted in attribution_spans(e, out, t, after):
            if span[2] == "CONTENT":
                rows.append((1.0 if quoted else p, sum(gold[span[3] : span[4]]), span[4] - span[3]))
    rows = np.array(rows or [(0.0, 0.0, 0.0)])
    grid = np.linspace(0.3, 0.9, 61)
    f1 = []
    for x in grid:
        _, right, found = rows[rows[:, 0] >= x].sum(0)
        f1.append(2 * right / max(1, found + gold_words))
    return float(grid[int(np.argmax(np.round(f1, 4)))])


def eager(examples, logits, t: float, after: np.ndarray, threshold: float) -> np.ndarray:
    """`after` with the label O made less likely everywhere: by the most at which the word F1 of contents is no worse
    than without. More contents and sources are found then, and as many more words wrongly as are missed less."""
    best, score = after, None
    for less in np.arange(0.0, 1.25, 0.1):
        changed = after.copy()
        changed[:, 0] -= less
        now = attribution_figures(examples, logits, t, changed, threshold)["polnear_content_word_f1"]
        if score is None:
            score = now
        elif now >= score:
            best = changed
    return best.round(3)


def attribution_figures(examples, logits, t: float, after: np.ndarray, threshold: float) -> dict:
    tp = {"SOURCE": 0, "CUE": 0, "CONTENT": 0}
    predicted_n, gold_n = dict(tp), dict(tp)
    found = total = 0
    for e, out in zip(examples, logits):
        spans = [
            span for span, p, quoted in attribution_spans(e, out, t, after) if span[2] != "CONTENT" or quoted or p >= threshold
        ]
        found_tags = [""] * len(e.words)
        for span in spans:
            found_tags[span[3] : span[4]] = [span[2]] * (span[4] - span[3])
        gold_tags = [ATTRIBUTION[target[0]].partition("-")[2] for target in word_targets(e)]
        for p, g in zip(found_tags, gold_tags):
            if p:
                predicted_n[p] += 1
            if g:
                gold_n[g] += 1
            if p and p == g:
                tp[p] += 1
        linked = link(spans)
        by_attribution: dict[int, dict[str, list]] = {}
        for start, end, role, number in e.labels:
            by_attribution.setdefault(number, {}).setdefault(role, []).append((start, end))
        for parts in by_attribution.values():
            for content in parts.get("Content", []):
                if "Source" not in parts:
                    continue
                total += 1
                found += any(
                    any(c[0] < content[1] and c[1] > content[0] for c in a["content"])
                    and a["source"] is not None
                    and any(a["source"][0] < end and a["source"][1] > start for start, end in parts["Source"])
                    for a in linked
                )
    f1 = {k: 2 * tp[k] / max(1, predicted_n[k] + gold_n[k]) for k in tp}
    return {
        "polnear_content_word_f1": f1["CONTENT"],
        "polnear_source_word_f1": f1["SOURCE"],
        "polnear_cue_word_f1": f1["CUE"],
        "polnear_source_linked": found / max(1, total),
    }


def temperature(logits: np.ndarray, allowed: np.ndarray) -> float:
    """The one divisor of the logits with the least negative log-likelihood (Guo et al. 2017, section 4.2)."""
    if len(logits) == 0:
        return 1.0
    grid = np.exp(np.linspace(np.log(0.4), np.log(5.0), 120))
    losses = []
    for t in grid:
        p = softmax(logits / t)
        losses.append(-np.log(np.clip((p * allowed).sum(-1), 1e-12, None)).mean())
    return float(grid[int(np.argmin(losses))])


def best_threshold(p: np.ndarray, gold: np.ndarray, score) -> float:
    grid = np.linspace(0.05, 0.95, 181)
    return float(grid[int(np.argmax([score(gold, p >= t) for t in grid]))])


def natural_shares(p: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Share of each class in unlabelled examples with the probabilities `p` (a row an example) of a model that is
    calibrated where the shares are `shares` (expectation maximisation, Saerens et al. 2002, section 2.2)."""
    shares = np.asarray(shares, dtype=float)
    now = shares
    for _ in range(500):
        weighted = p * (now / shares)
        now = (weighted / weighted.sum(-1, keepdims=True)).mean(0)
    return now


def natural_threshold(p: np.ndarray, gold: np.ndarray, unlabelled: np.ndarray) -> tuple[float, float]:
    """The threshold with the best macro-F1 on labelled sentences, weighted as if as many of them were positive as of
    the unlabelled ones, and that share. The curve is flat at its top: the middle of what is within half a point."""
    share = gold.mean()
    if not 0 < share < 1 or len(unlabelled) == 0:  # a handful of rows, in trials
        return 0.5, float(share)
    natural = float(natural_shares(np.stack([1 - unlabelled, unlabelled], -1), np.array([1 - share, share]))[1])
    weight = np.where(gold == 1, natural / share, (1 - natural) / (1 - share))
    grid = np.linspace(0.05, 0.95, 181)
    f1 = np.zeros(len(grid))
    for k, t in enumerate(grid):
        for label in (0, 1):
            found, true = (p >= t) == label, gold == label
            f1[k] += weight[found & true].sum() / max(1e-9, weight[found].sum() + weight[true].sum())
    best = grid[f1 >= f1.max() - 0.005]
    return float((best[0] + best[-1]) / 2), natural


def one_hot(gold, n):
    return np.eye(n)[np.asarray(gold, dtype=int)] if len(gold) else np.zeros((0, n))


def word_logits(examples, logits, head):
    rows, allowed = [], []
    n = None
    for e, out in zip(examples, logits):
        n = out[head].shape[-1]
        for (first, _, _), targets in zip(e.words, word_targets(e)):
            rows.append(out[head][first])
            mask = np.zeros(n)
            mask[targets] = 1
            allowed.append(mask)
    return np.array(rows), np.array(allowed)


def whole(head: str) -> list[str]:
    """Sets of held-out articles, invented and real, with the labels of every head."""
    return [f"{name}-{head}/dev" for name in ("written", "corpus")]


# The dev sets that each head is measured on, and set by.
DEV_SETS = {
    "loaded": ["anno-lexical/dev", "articles/dev", "mbic-loaded/dev", "babe/eval", *whole("loaded")],
    "loaded_words": ["mbic-words/dev", *whole("loaded_words")],
    "stance": ["newsmtsc/dev_rw", "newsmtsc/dev_mt", "sentfin/dev"],
    "stance_named": whole("stance_named"),
    "entities": ["conll2003/dev", "worldwide-ner/dev", *whole("entities")],
    "attribution": ["polnear/dev", *whole("attribution")],
}


# The training sets whose labels say what follows what.
PATH_SETS = {"entities": ["conll2003", "worldwide-ner"], "attribution": ["polnear"]}


def evaluate_all(model, sets, device: str, quick: bool, predict=None, heads=frozenset(HEADS), settings=None) -> dict:
    """Figures of `heads` on the dev sets, with the temperatures and thresholds set on them, or those of `settings`
    (an earlier result).

    `quick` takes some 400 sentences of each set. BABE is an evaluation set and sets nothing.
    """
    predict = predict or torch_predictor(model, device)
    part = (lambda x: x[:: max(1, len(x) // 400)]) if quick else (lambda x: x)
    dev = {n: part(sets[n]) for head in HEADS if head in heads for n in DEV_SETS[head]}
    out = run_all(predict, dev)
    figures, temperatures, thresholds, after, natural = {}, {}, {}, {}, None
    if settings:
        temperatures, thresholds = dict(settings["temperatures"]), dict(settings["thresholds"])
        after = {head: np.array(rows) for head, rows in settings["transitions"].items()}

    if "loaded" in heads:
        def loaded(name):
            logits = np.array([o["loaded"] for o in out[name]]).reshape(-1, 2)
            return logits, np.array([e.labels for e in dev[name]], dtype=int)

        if not settings:
            logits, gold = loaded("anno-lexical/dev")
            temperatures["loaded"] = t = temperature(logits, one_hot(gold, 2))
            # Half of anno-lexical's sentences are loaded, by construction; of news as it is printed far fewer.
            news, _ = loaded("articles/dev")
            thresholds["loaded"], natural = natural_threshold(
                softmax(logits / t)[:, 1], gold, softmax(news / t)[:, 1]
            )
        t = temperatures["loaded"]
        names = {"anno-lexical/dev": "anno_lexical", "mbic-loaded/dev": "mbic", "babe/eval": "babe"}
        names |= {n: n.partition("/")[0].replace("-", "_") for n in whole("loaded")}
        for name, figure in names.items():
            logits, gold = loaded(name)
            p = softmax(logits / t)[:, 1]
            figures[f"{figure}_macro_f1"] = macro_f1(gold, (p >= thresholds["loaded"]).astype(int), 2)
            figures[f"{figure}_roc_auc"] = roc_auc(gold, p)

    if "loaded_words" in heads:
        logits, allowed = word_logits(dev["mbic-words/dev"], out["mbic-words/dev"], "loaded_words")
        word_f1 = lambda g, q: 2 * np.sum(g * q) / max(1, np.sum(g) + np.sum(q))  # noqa: E731
        if not settings:
            temperatures["loaded_words"] = temperature(logits, allowed)
        p = softmax(logits / temperatures["loaded_words"])[:, 1]
        if not settings:
            thresholds["loaded_words"] = best_threshold(p, allowed[:, 1], word_f1)
        figures["mbic_word_f1"] = float(word_f1(allowed[:, 1], p >= thresholds["loaded_words"]))
        for n in whole("loaded_words"):
            logits, allowed = word_logits(dev[n], out[n], "loaded_words")
            if len(logits):
                p = softmax(logits / temperatures["loaded_words"])[:, 1]
                figures[f"{n.split('-')[0]}_word_f1"] = float(word_f1(allowed[:, 1], p >= thresholds["loaded_words"]))

    if "stance" in heads:
        stance = {n: target_logits(dev[n], out[n], "stance") for n in DEV_SETS["stance"]}
        for n, (rows, gold) in stance.items():
            figures[n.replace("/", "_") + "_f1m"] = macro_f1(gold, rows.argmax(-1), 3)
        rows = np.concatenate([stance[n][0] for n in DEV_SETS["stance"][:2]])
        gold = np.concatenate([stance[n][1] for n in DEV_SETS["stance"][:2]])
        if not settings:
            temperatures["stance"] = temperature(rows, one_hot(gold, 3))

    if "stance_named" in heads:
        named = {n: target_logits(dev[n], out[n], "stance_named") for n in DEV_SETS["stance_named"]}
        for n, (rows, gold) in named.items():
            name = n.split("-")[0]
            figures[f"{name}_stance_f1m"] = macro_f1(gold, rows.argmax(-1), 3)
            figures[f"{name}_stance_accuracy"] = float((rows.argmax(-1) == gold).mean()) if len(gold) else 0.0
        if not settings:
            # Real articles have the shares of stances that news has.
            rows, gold = named["corpus-stance_named/dev"]
            temperatures["stance_named"] = temperature(rows, one_hot(gold, 3))

    for head, names in PATH_SETS.items():
        if head in heads and not settings:
            targets = [word_targets(e) for name in names for e in sets[name]]
            after[head] = transitions(targets, len(HEADS[head])).round(3)

    if "entities" in heads:
        if not settings:
            both = [word_logits(dev[n], out[n], "entities") for n in DEV_SETS["entities"][:2]]
            rows, allowed = np.concatenate([b[0] for b in both]), np.concatenate([b[1] for b in both])
            temperatures["entities"] = temperature(rows, allowed)
        t = temperatures["entities"]
        for name, types in (("conll2003", {"PER", "ORG", "LOC"}), ("worldwide-ner", {"PER", "ORG", "LOC", "NORP"})):
            figures[f"{name.removesuffix('-ner')}_f1"] = entity_figure(
                dev[f"{name}/dev"], out[f"{name}/dev"], types, t, after["entities"]
            )
        for n in whole("entities"):
            types = {"PER", "ORG", "LOC", "NORP"}
            figures[f"{n.split('-')[0]}_entities_f1"] = entity_figure(dev[n], out[n], types, t, after["entities"])

    if "attribution" in heads:
        examples, logits = dev["polnear/dev"], out["polnear/dev"]
        if not settings:
            temperatures["attribution"] = t = temperature(*word_logits(examples, logits, "attribution"))
            thresholds["attribution"] = threshold = content_threshold(examples, logits, t, after["attribution"])
            after["attribution"] = eager(examples, logits, t, after["attribution"], threshold)
        t = temperatures["attribution"]
        figures |= attribution_figures(examples, logits, t, after["attribution"], thresholds["attribution"])
        for n in whole("attribution"):
            # Which source belongs to which content is not marked in them, only roles are.
            found = attribution_figures(dev[n], out[n], t, after["attribution"], thresholds["attribution"])
            figures |= {k.replace("polnear", n.split("-")[0]): v for k, v in found.items() if k.endswith("word_f1")}
    return {
        "figures": {k: round(v, 4) for k, v in figures.items()},
        "temperatures": {k: round(v, 4) for k, v in temperatures.items()},
        "thresholds": {k: round(v, 4) for k, v in thresholds.items()},
        "transitions": {k: v.tolist() for k, v in after.items()},
        "sentences": {n: len(dev[n]) for n in dev},
        "natural_loaded_share": natural,
    }
