"""Text changed in ways whose effect on the label is known."""

from __future__ import annotations

import random
import re

from data import Example

TITLES = re.compile(
    r"(?:(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Rev|Prof|Sir|President|Senator|Representative|Governor|General|"
    r"Secretary|Minister|Prime|Judge|Justice|Chief|King|Queen|Prince|Princess|Pope|Attorney|Mayor|Speaker|Vice|"
    r"Congressman|Congresswoman|Director|Chairman)\.?\s+)+"
)
NAME = re.compile(r"[A-Z][\w'’-]+(?:\s+(?:[A-Z]\.\s+)?[A-Z][\w'’-]+){0,2}$")
NO_NAMES = {"He", "She", "It", "They", "We", "His", "Her", "Him", "Their", "Our", "You", "My", "The", "This", "That", "Who"}


def person_names(examples: list[Example]) -> list[tuple[str, str]]:
    """(given name, surname) of the people that entity sets mark: names from many countries."""
    names = set()
    for e in examples:
        for start, end, label in e.labels:
            parts = e.text[start:end].split()
            if label in ("Person", "PER") and len(parts) == 2 and all(p[0].isupper() and p.isalpha() and len(p) > 2 for p in parts):
                names.add((parts[0], parts[1]))
    return sorted(names)


def replace_all(text: str, spans, changes: list[tuple[str, str]]):
    """`text` with every whole-word occurrence replaced, longest first; `spans` [(start, end, ...)] move along."""
    table = dict(changes)
    words = sorted(table, key=len, reverse=True)
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)")
    out, edits, at = [], [], 0
    for m in pattern.finditer(text):
        out += [text[at : m.start()], table[m.group()]]
        edits.append((m.start(), m.end(), len(table[m.group()])))
        at = m.end()
    out.append(text[at:])

    def moved(offset: int, end: bool) -> int:
        shift = 0
        for s, e, n in edits:
            if e <= offset:
                shift += n - (e - s)
            elif s < offset:  # inside a replaced name: to its border
                return (s + shift + n) if end else s + shift
        return offset + shift

    return "".join(out), [(moved(s[0], False), moved(s[1], True), *s[2:]) for s in spans]


def swap_names(example: Example, names: list[tuple[str, str]], rng: random.Random) -> Example | None:
    """The same sentence about somebody else: each target's name, wherever it stands, becomes another.
    What is said stays, so the stance stays. None when no target is a name."""
    changes = {}
    for start, end, *_ in example.labels:
        name = TITLES.sub("", example.text[start:end])
        name = re.sub(r"['’]s?$", "", name)
        if not NAME.fullmatch(name) or name.split()[0] in NO_NAMES:
            continue
        parts = name.split()
        given, surname = rng.choice(names)
        changes[parts[-1]] = surname
        if len(parts) > 1:
            changes[name] = f"{given} {surname}"
    if not changes:
        return None
    text, spans = replace_all(example.text, example.labels, list(changes.items()))
    return Example(example.dataset, example.task, text, spans)
