"""Sentences that teachers have labelled, and what is made of them."""

from __future__ import annotations

import random
import re
from pathlib import Path

import torch

from augment import put_in, replace_all
from data import Example, json_lines, pieces_of

# Share of the sentences of which a changed copy is learnt too.
RENAMED, LOADED_IN, PLAIN_IN = 0.3, 0.25, 0.15


def load(paths: list[Path]) -> list[Example]:
    """One example a sentence; what several files say about it is joined. `labels` is a dict with `loaded` [2],
    `words` [(start, end, p)], `stance` [(start, end, [3], type)], each only where known."""
    rows: dict[str, dict] = {}
    for path in paths:
        for r in json_lines(path):
            known = rows.setdefault(r["text"], {})
            for head in ("loaded", "words", "stance"):
                if r.get(head):
                    known[head] = r[head]
    return [Example("silver", "silver", text, labels) for text, labels in rows.items()]


def vary(examples: list[Example], names, places, rng: random.Random) -> list[Example]:
    """Changed copies, with the labels that follow from the change."""
    out = []
    for e in examples:
        if rng.random() < RENAMED and (copy := renamed(e, names, places, rng)):
            out.append(copy)
        if "loaded" in e.labels:
            draw = rng.random()
            if draw < LOADED_IN + PLAIN_IN and (copy := with_word(e, draw < LOADED_IN, rng)):
                out.append(copy)
    return out


def renamed(example: Example, names, places, rng: random.Random) -> Example | None:
    """Somebody else, somewhere else: nothing about the wording or the stance changes."""
    changes = {}
    for start, end, _, kind in example.labels.get("stance", []):
        name = example.text[start:end]
        parts = name.split()
        if not all(p[:1].isupper() and p.isalpha() for p in parts):
            continue
        if kind == "PER" and len(parts) <= 2:
            given, surname = rng.choice(names)
            changes[parts[-1]] = surname
            if len(parts) == 2:
                changes[name] = f"{given} {surname}"
        elif kind == "LOC" and len(parts) == 1:
            changes[name] = rng.choice(places)
    if not changes:
        return None
    labels = dict(example.labels)
    text, labels["stance"] = replace_all(example.text, labels["stance"], list(changes.items()))
    if "words" in labels:
        # The new names' own words say nothing yet; all others move along.
        moved = replace_all(example.text, labels["words"], list(changes.items()))[1]
        labels["words"] = [
            new for old, new in zip(labels["words"], moved) if example.text[old[0] : old[1]] == text[new[0] : new[1]]
        ]
    return Example("silver", "silver", text, labels)


def with_word(example: Example, loaded: bool, rng: random.Random) -> Example | None:
    """A loaded word put into a plain sentence makes it loaded; a plain word changes nothing."""
    if loaded and example.labels["loaded"][1] > 0.3:
        return None
    changed = put_in(example.text, loaded, rng)
    if changed is None:
        return None
    text, (start, end), shift = changed
    labels = {"loaded": [0.03, 0.97] if loaded else example.labels["loaded"]}
    if "words" in example.labels:
        words = [
            (s, t, p) if t <= start else (s + shift, t + shift, p)
            for s, t, p in example.labels["words"]
            if t <= start or s + shift >= end
        ]
        # "had the gall to": every word of it.
        new = [(start + m.start(), start + m.end(), 0.95 if loaded else 0.02) for m in re.finditer(r"\S+", text[start:end])]
        labels["words"] = sorted([*words, *new])
    return Example("silver", "silver", text, labels)


def soft_cross_entropy(logits, p):
    """Mean over rows of -sum p log q; `p` [n, labels] sums to 1."""
    return -(p * torch.log_softmax(logits.float(), -1)).sum(-1).mean()


def loss(examples: list[Example], out: dict, device: str):
    """Every head that a teacher has spoken on, each averaged over its rows."""
    total = None

    def add(logits, p, weight=1.0):
        nonlocal total
        part = weight * soft_cross_entropy(logits, torch.tensor(p, device=device))
        total = part if total is None else total + part

    rows = [i for i, e in enumerate(examples) if "loaded" in e.labels]
    if rows:
        add(out["loaded"][rows], [examples[i].labels["loaded"] for i in rows])
    where, p = [], []
    for i, e in enumerate(examples):
        known = {(s, t): q for s, t, q in e.labels.get("words", [])}
        for first, s, t in e.words:
            if (s, t) in known:
                where.append((i, first))
                p.append([1 - known[s, t], known[s, t]])
    if where:
        r, c = zip(*where)
        add(out["loaded_words"][list(r), list(c)], p, 2.0)
    logits, p = [], []
    for i, e in enumerate(examples):
        for s, t, q, _ in e.labels.get("stance", []):
            if pieces := pieces_of(e, s, t):
                logits.append(out["stance"][i, pieces].mean(0))
                p.append(q)
    if logits:
        add(torch.stack(logits), p)
    return total
