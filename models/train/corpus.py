"""Sentences of unlabelled news, for teachers to label."""

from __future__ import annotations

import io
import json
import random
import re
from pathlib import Path

from sentences import split_sentences

# A sentence, not a caption, a list entry or a sign-up line: a lower-case word, a stop at the end.
WHOLE = re.compile(r"""^["“‘'(\[]?[A-Z0-9“"].*[a-z].*[.!?…]["”’')\]]*$""", re.DOTALL)
FURNITURE = re.compile(
    r"click here|sign up|subscribe|newsletter|©|copyright|all rights reserved|follow .{0,40} on (twitter|facebook)|"
    r"read more|advertisement|http|www\.|@|\bphoto\b.*/|getty images",
    re.IGNORECASE,
)


def articles(path: Path):
    import zstandard

    with open(path, "rb") as f:
        with zstandard.ZstdDecompressor().stream_reader(f) as stream:
            for line in io.TextIOWrapper(stream, encoding="utf-8"):
                yield json.loads(line)


def pool(data: Path, sentences: int, seed: int, per_article: int = 12) -> list[str]:
    """`sentences` of them in random order, no outlet with more than a twentieth of the articles that are drawn
    from, so that the pool is not the voice of the largest."""
    rng = random.Random(seed)
    by_outlet: dict[str, list[str]] = {}
    for a in articles(data / "articles/articles.jsonl.zst"):
        by_outlet.setdefault(a.get("outlet") or "", []).append(a["text"])
    for texts in by_outlet.values():
        rng.shuffle(texts)
    cap = max(20, sum(map(len, by_outlet.values())) // 20)
    chosen = [t for outlet in sorted(by_outlet) for t in by_outlet[outlet][:cap]]
    rng.shuffle(chosen)
    out, seen = [], set()
    for text in chosen:
        found = []
        for start, end in split_sentences(text):
            s = " ".join(text[start:end].split())
            if 5 <= len(s.split()) <= 60 and WHOLE.match(s) and not FURNITURE.search(s) and s not in seen:
                found.append(s)
                seen.add(s)
        out += rng.sample(found, min(per_article, len(found)))
        if len(out) >= sentences:
            break
    rng.shuffle(out)
    return out[:sentences]
