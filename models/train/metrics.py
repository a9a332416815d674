"""Decoding as the program does it, and the measures of the dev sets."""

from __future__ import annotations

import numpy as np


def softmax(x, axis=-1):
    x = x - x.max(axis=axis, keepdims=True)
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)


def macro_f1(gold, predicted, classes) -> float:
    gold, predicted = np.asarray(gold), np.asarray(predicted)
    scores = []
    for c in range(classes):
        tp = np.sum((gold == c) & (predicted == c))
        fp = np.sum((gold != c) & (predicted == c))
        fn = np.sum((gold == c) & (predicted != c))
        scores.append(2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 0.0)
    return float(np.mean(scores))


def roc_auc(gold, score) -> float:
    """Chance that a positive scores above a negative; ties count half (Mann-Whitney)."""
    gold, score = np.asarray(gold), np.asarray(score)
    _, group, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[group]
    positive = int(gold.sum())
    negative = len(gold) - positive
    if positive == 0 or negative == 0:
        return float("nan")
    return float((rank[gold == 1].sum() - positive * (positive + 1) / 2) / (positive * negative))


def decode_bio(tags: list[str], words) -> list[tuple[int, int, str, int, int]]:
    """(start, end, type, first word, word after the last) of every span; an I- after another type begins one."""
    spans, open_type = [], None
    for k, tag in enumerate(tags):
        prefix, _, kind = tag.partition("-")
        if prefix == "O":
            open_type = None
        elif prefix == "B" or kind != open_type:
            spans.append([words[k][1], words[k][2], kind, k, k + 1])
            open_type = kind
        else:
            spans[-1][1], spans[-1][4] = words[k][2], k + 1
    return [tuple(s) for s in spans]


TRANSITION_WEIGHT = 0.25


def transitions(targets: list[list[list[int]]], labels: int) -> np.ndarray:
    """How much likelier each label is after each other one than by itself, as a weighted log ratio
    [labels + 1, labels]; the last row is the beginning of a sentence. `targets` holds, for each sentence, the
    allowed labels of its words (as data.word_targets has them); words with several allowed count for nothing.

    The weight was chosen on the dev sets among 0, .2, .35, .5, .7 and 1: with none, contents fall into pieces.
    """
    count = np.full((labels + 1, labels), 0.1)
    for sentence in targets:
        before: int | None = labels
        for allowed in sentence:
            now = allowed[0] if len(allowed) == 1 else None
            if before is not None and now is not None:
                count[before, now] += 1
            before = now
    alone = count[:labels].sum(0) / count[:labels].sum()
    return TRANSITION_WEIGHT * (np.log(count / count.sum(1, keepdims=True)) - np.log(alone))


def best_path(p: np.ndarray, after: np.ndarray) -> list[int]:
    """The likeliest sequence of labels (Viterbi 1967): log p of every word plus `after` of every pair."""
    if len(p) == 0:
        return []
    log = np.log(p + 1e-9)
    score, back = log[0] + after[-1], []
    for row in log[1:]:
        through = score[:, None] + after[:-1]
        back.append(through.argmax(0))
        score = through.max(0) + row
    path = [int(score.argmax())]
    for step in reversed(back):
        path.append(int(step[path[-1]]))
    return path[::-1]


def span_f1(gold: list[set], predicted: list[set]) -> float:
    tp = sum(len(g & p) for g, p in zip(gold, predicted))
    n_gold, n_predicted = sum(map(len, gold)), sum(map(len, predicted))
    return 2 * tp / (n_gold + n_predicted) if n_gold + n_predicted else 0.0


def link(spans) -> list[dict]:
    """Attributions of one sentence from its spans (start, end, SOURCE|CUE|CONTENT, first word, end word).

    Each content goes to the nearest cue (a cue before it wins a tie), each cue to the nearest source;
    contents of one cue are one attribution.
    """

    def gap(a, b):
        return max(b[3] - a[4], a[3] - b[4], 0)

    sources = [s for s in spans if s[2] == "SOURCE"]
    cues = [s for s in spans if s[2] == "CUE"]
    out: dict[object, dict] = {}
    for content in (s for s in spans if s[2] == "CONTENT"):
        cue = min(cues, key=lambda c: (gap(c, content), c[3] > content[3]), default=None)
        anchor = cue or content
        source = min(sources, key=lambda s: (gap(s, anchor), s[3] > anchor[3]), default=None)
        out.setdefault(cue, {"cue": cue, "source": source, "content": []})["content"].append(content)
    return list(out.values())
