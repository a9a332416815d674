#!/usr/bin/env python3
"""Invented articles with the labels of every head inside the text (`written/articles/*.txt`; GUIDELINE.md there).

    python articles.py FILE...                  checks files and prints what is in them
    python articles.py --corpus DATA FILE...    puts into corpus.jsonl the labels of sentences of the corpus's own articles,
                                                without their words (in FILE the date of an article is its id)

Lines are sentences, blank lines part paragraphs, `# outlet | date | genre` begins an article, `^ ` a headline and `! ` a
loaded sentence. Inside: `[[name|TYPE|stance]]` a name, `[[she||stance]]` a pronoun or description, `{s:source}`,
`{c:cue}`, `{q:content}` reported speech, `*words*` loaded words.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import corpus
from sentences import split_sentences

FOLDER = Path(__file__).resolve().parent / "written" / "articles"
CORPUS = FOLDER / "corpus.jsonl"
TYPES = {"PER", "ORG", "LOC", "NORP", "MISC"}
STANCES = {"against", "neutral", "favor", "place"}
ROLES = {"s": "Source", "c": "Cue", "q": "Content"}
MARK = re.compile(r"\[\[|\|([^|\[\]]*)\|([^|\[\]]*)\]\]|\|([^|\[\]]*)\]\]|\{([scq]):|\}|\*")


@dataclass
class Sentence:
    """Plain text and what is marked in it; offsets are code points, end-exclusive."""

    text: str
    headline: bool
    loaded: bool
    # (start, end, TYPE or "" for pronouns and descriptions, stance or "" where none is given)
    mentions: list[tuple[int, int, str, str]] = field(default_factory=list)
    # (start, end, "Source" | "Cue" | "Content")
    speech: list[tuple[int, int, str]] = field(default_factory=list)
    words: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class Article:
    outlet: str
    date: str
    genre: str
    sentences: list[Sentence] = field(default_factory=list)


def parse_sentence(line: str) -> Sentence:
    headline, loaded = False, False
    while line[:2] in ("^ ", "! "):
        headline, loaded = headline or line[0] == "^", loaded or line[0] == "!"
        line = line[2:].strip()
    out = Sentence("", headline, loaded)
    text, at = "", 0
    name = role = star = None  # where the open mark began
    for m in MARK.finditer(line):
        text += line[at : m.start()]
        at = m.end()
        mark = m.group()
        if mark == "[[":
            if name is not None:
                raise ValueError("a [[ inside [[ ]]")
            name = len(text)
        elif mark.endswith("]]"):
            if name is None:
                raise ValueError("a ]] that closes nothing")
            kind, stance = (m.group(1), m.group(2)) if m.group(3) is None else (m.group(3), "")
            if kind and kind not in TYPES:
                raise ValueError(f"unknown type {kind!r}; known are {', '.join(sorted(TYPES))}")
            if stance not in STANCES and not (kind and not stance):
                raise ValueError(f"unknown stance {stance!r}; known are {', '.join(sorted(STANCES))}")
            if not kind and stance == "place":
                raise ValueError("only a name can be a place")
            if len(text) == name:
                raise ValueError("an empty [[ ]]")
            out.mentions.append((name, len(text), kind, stance))
            name = None
        elif mark.startswith("{"):
            if role is not None:
                raise ValueError(f"a {mark} inside {{{role[1]}: }}")
            role = (len(text), m.group(4))
        elif mark == "}":
            if role is None:
                raise ValueError("a } that closes nothing")
            if len(text) == role[0]:
                raise ValueError("an empty { }")
            out.speech.append((role[0], len(text), ROLES[role[1]]))
            role = None
        elif star is None:
            star = len(text)
        else:
            out.words.append((star, len(text)))
            star = None
    text += line[at:]
    for what, begun in (("[[", name), ("{", role), ("*", star)):
        if begun is not None:
            raise ValueError(f"a {what} that is never closed")
    if re.search(r"\[\[|\]\]|[{}|*]", text):
        raise ValueError("a mark that cannot be read")
    out.text = text
    return out


def parse(path: Path) -> list[Article]:
    """Articles of one file. A mistake is a ValueError that names file and line."""
    out: list[Article] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = line.strip()
        if not line:
            continue
        if line.startswith("# "):
            parts = [p.strip() for p in line[2:].split("|")]
            if len(parts) != 3:
                raise ValueError(f"{path.name}:{number}: `# outlet | date | genre` has three parts, here are {len(parts)}")
            out.append(Article(*parts))
            continue
        if not out:
            raise ValueError(f"{path.name}:{number}: a sentence before the first `# outlet | date | genre`")
        try:
            out[-1].sentences.append(parse_sentence(line))
        except ValueError as e:
            raise ValueError(f"{path.name}:{number}: {e}: {line}") from None
    return out


def of_corpus(data: Path, labels: Path = CORPUS) -> Iterator[tuple[Sentence, bool]]:
    """Sentences of the corpus's own articles with our labels, and whether the article is held out. Of them only
    labels and places stand in `labels`, one article a line; a sentence that is not as it was is left out."""
    rows = {row["id"]: row for row in map(json.loads, labels.read_text(encoding="utf-8").splitlines())}
    for article in corpus.articles(data / "articles/articles.jsonl.zst"):
        row = rows.get(article["id"])
        for start, end, length, loaded, mentions, speech, words in row["sentences"] if row else []:
            text = " ".join(article["text"][start:end].split())
            if len(text) == length:
                yield Sentence(
                    text, False, bool(loaded), [tuple(m) for m in mentions], [tuple(s) for s in speech], [tuple(w) for w in words]
                ), row["dev"]


def labels_of(data: Path, paths: list[Path]) -> Iterator[dict]:
    """Rows of corpus.jsonl. A sentence must stand in its article word for word, white space evened out."""
    marked = {a.date: (a, path.stem.endswith("-dev")) for path in paths for a in parse(path)}
    for article in corpus.articles(data / "articles/articles.jsonl.zst"):
        found, held_out = marked.pop(article["id"], (None, False))
        if found is None:
            continue
        places = {" ".join(article["text"][s:e].split()): (s, e) for s, e in split_sentences(article["text"])}
        row = {"id": article["id"], "dev": held_out, "sentences": []}
        for s in found.sentences:
            if s.text not in places:
                raise ValueError(f"{article['id']}: no sentence of the article: {s.text}")
            row["sentences"].append([*places[s.text], len(s.text), int(s.loaded), s.mentions, s.speech, s.words])
        yield row
    if marked:
        raise ValueError(f"no articles of the corpus: {', '.join(marked)}")


def main(paths: list[str]) -> int:
    if paths[:1] == ["--corpus"]:
        rows = {row["id"]: row for row in map(json.loads, CORPUS.read_text(encoding="utf-8").splitlines())}
        rows |= {row["id"]: row for row in labels_of(Path(paths[1]), list(map(Path, paths[2:])))}
        lines = [json.dumps(rows[name], separators=(",", ":")) for name in sorted(rows)]
        CORPUS.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return 0
    wrong = 0
    for path in map(Path, paths):
        try:
            articles = parse(path)
        except ValueError as e:
            print(e)
            wrong += 1
            continue
        sentences = [s for a in articles for s in a.sentences]
        stances = Counter(m[3] or "none" for s in sentences for m in s.mentions)
        types = Counter(m[2] or "(none)" for s in sentences for m in s.mentions)
        print(f"{path.name}: {len(articles)} articles, {len(sentences)} sentences, {sum(s.loaded for s in sentences)} loaded, "
              f"{sum(bool(s.speech) for s in sentences)} with speech; stances {dict(stances)}; types {dict(types)}")
        for s in sentences:
            if s.words and not s.loaded:
                print(f"  loaded words in a sentence without `! `: {s.text}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
