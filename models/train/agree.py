#!/usr/bin/env python3
"""How far two annotations of the same sentences agree (Cohen 1960; F1 of one against the other).

    python agree.py ONE.txt OTHER.txt [ONE.txt OTHER.txt ...]

Files as articles.py reads them. Sentences that only one of two files has are left out, and so are, of stances, names that
only one has marked.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import articles
from metrics import span_f1


def kappa(pairs: list[tuple]) -> float:
    """Of two labels each; 1 where both always give the same one label."""
    n = len(pairs)
    one, other = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(one[x] * other[x] for x in one) / n**2
    return 1.0 if chance == 1 else (sum(a == b for a, b in pairs) / n - chance) / (1 - chance)


def agreement(files: list[tuple[Path, Path]]) -> dict[str, float]:
    loaded, stances = [], []
    names: tuple[set, set] = (set(), set())
    contents: tuple[set, set] = (set(), set())
    n = 0
    for one, other in files:
        sentences = [{(a.date, s.text): s for a in articles.parse(path) for s in a.sentences} for path in (one, other)]
        for place in sentences[0].keys() & sentences[1].keys():
            n += 1
            both = [s[place] for s in sentences]
            loaded.append(tuple(s.loaded for s in both))
            marked = [{m[:2]: m[3] for m in s.mentions if m[3]} for s in both]
            stances += [(marked[0][at], marked[1][at]) for at in marked[0].keys() & marked[1].keys()]
            for s, found, said in zip(both, names, contents):
                found.update((one, place, *m[:3]) for m in s.mentions if m[2])
                said.update((one, place, at) for b, e, role in s.speech if role == "Content" for at in range(b, e))
    return {
        "sentences": n,
        "stances": len(stances),
        "stances_same": sum(a == b for a, b in stances) / max(1, len(stances)),
        "stances_kappa": kappa(stances),
        "loaded_same": sum(a == b for a, b in loaded) / max(1, n),
        "loaded_kappa": kappa(loaded),
        "names_f1": span_f1([names[0]], [names[1]]),
        "content_character_f1": span_f1([contents[0]], [contents[1]]),
    }


def main(paths: list[str]) -> None:
    if not paths or len(paths) % 2:
        sys.exit(__doc__)
    files = [Path(p) for p in paths]
    print(json.dumps({k: round(v, 3) for k, v in agreement(list(zip(files[::2], files[1::2]))).items()}, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
