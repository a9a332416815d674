"""Where sentences begin and end, for training text."""

from __future__ import annotations

import re

END = re.compile(
    r"""(?<![A-Z]\.[A-Z])(?<!\b[A-Z])(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bDr)(?<!\bSen)(?<!\bRep)(?<!\bGov)"""
    r"""(?<!\bGen)(?<!\bSt)(?<!\bJr)(?<!\bvs)(?<!\bU\.S)(?<!\bNo)"""
    r"""[.!?]+["”’')\]]*\s+(?=["“‘'(\[]*[A-Z0-9])|\n+"""
)


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Plain rule: a stop, closing marks, space, then a capital; or a line break."""
    out, start = [], 0
    for m in END.finditer(text):
        stop = m.start() + len(m.group().rstrip())
        out.append((start, stop))
        start = m.end()
    out.append((start, len(text)))
    trimmed = []
    for s, e in out:
        while s < e and text[s].isspace():
            s += 1
        while e > s and text[e - 1].isspace():
            e -= 1
        if e > s:
            trimmed.append((s, e))
    return trimmed
