#!/usr/bin/env python3
"""Articles of the corpus to be annotated next: those of whose stances the model is least certain (uncertainty sampling,
Lewis & Gale 1994).

    python draw.py DATA --seed 3 > sentences.jsonl              the sentences of articles drawn at random
    undertone predict sentences.jsonl > read.jsonl              what the model says of them
    python draw.py DATA --seed 3 --read read.jsonl --out DIR    the least certain fifth, in files for an annotator

Files have the form of `written/articles/GUIDELINE.md` without its marks; the id of an article stands for its date, as
`articles.py --corpus` wants it. Articles of corpus.jsonl are not drawn again.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import articles
import corpus
from sentences import split_sentences

# Sentences in a row that are taken of an article, and how many must be left of them.
IN_A_ROW, ENOUGH = 14, 8
# What the form of the annotated files needs for itself.
MARKS = set("{}[]|*")
LEAST_CERTAIN = 0.2


def drawn(data: Path, seed: int, count: int) -> Iterator[tuple[dict, list[str]]]:
    """Articles with their sentences, outlets by the square root of their size, half from the top, half from the middle."""
    known = {json.loads(line)["id"] for line in articles.CORPUS.read_text(encoding="utf-8").splitlines()}
    by_outlet: dict[str, list[dict]] = {}
    for a in corpus.articles(data / "articles/articles.jsonl.zst"):
        if a["id"] not in known:
            by_outlet.setdefault(a.get("outlet") or "", []).append(a)
    # With these exponents the largest keys are a weighted sample (Efraimidis & Spirakis 2006). Every article has chances of
    # its own, so that the others stay as they are when some are known by the second call.
    chances = {a["id"]: random.Random(f"{seed} {a['id']}") for own in by_outlet.values() for a in own}
    keyed = [(chances[a["id"]].random() ** math.sqrt(len(own)), a) for own in by_outlet.values() for a in own]
    keyed.sort(key=lambda pair: -pair[0])
    for _, a in keyed:
        rng = chances[a["id"]]
        if count == 0:
            return
        text = a["text"]
        sentences = [" ".join(text[s:e].split()) for s, e in split_sentences(text)]
        first = rng.randrange(max(1, len(sentences) - IN_A_ROW + 1)) if rng.random() < 0.5 else 0
        kept = [
            s for s in sentences[first : first + IN_A_ROW]
            if 3 <= len(s.split()) <= 70 and not MARKS & set(s) and not corpus.FURNITURE.search(s)
        ]
        if len(kept) >= ENOUGH:
            count -= 1
            yield a, kept


def uncertainty(path: Path) -> dict[str, float]:
    """Of each article: how far from 1 the likeliest stance is, on average over the names in it."""
    of: dict[str, list[float]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for t in row.get("targets") or []:
            of[row["id"].partition("#")[0]].append(1 - max(t["p_against"], t["p_neutral"], t["p_favor"]))
    return {name: sum(p) / len(p) for name, p in of.items() if len(p) >= ENOUGH}


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("data", type=Path)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--articles", type=int, default=2000, help="drawn at random, of which a fifth is kept")
    p.add_argument("--read", type=Path, help="what `undertone predict` wrote")
    p.add_argument("--out", type=Path, help="folder for the annotator's files")
    p.add_argument("--per-file", type=int, default=52, help="articles")
    args = p.parse_args()
    pool = list(drawn(args.data, args.seed, args.articles))
    if not args.read:
        for a, sentences in pool:
            for n, text in enumerate(sentences):
                sys.stdout.write(json.dumps({"id": f"{a['id']}#{n}", "text": text}) + "\n")
        return
    unsure = uncertainty(args.read)
    ranked = sorted((row for row in pool if row[0]["id"] in unsure), key=lambda row: -unsure[row[0]["id"]])
    chosen = ranked[: round(LEAST_CERTAIN * len(pool))]
    random.Random(args.seed).shuffle(chosen)
    args.out.mkdir(parents=True, exist_ok=True)
    for n, i in enumerate(range(0, len(chosen), args.per_file), 1):
        with open(args.out / f"{n:02}.in.txt", "w", encoding="utf-8") as f:
            for a, sentences in chosen[i : i + args.per_file]:
                outlet = (a.get("outlet") or "").replace("|", " ")
                f.write(f"# {outlet} | {a['id']} | news\n\n" + "\n".join(sentences) + "\n\n")


if __name__ == "__main__":
    main()
