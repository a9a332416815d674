"""Loaders: every data set becomes a list of `Example`, with labels as character spans.

Offsets are Unicode code points, end-exclusive, in `Example.text`.
"""

from __future__ import annotations

import html
import json
import random
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from tokenizers import Tokenizer

import articles
from labels import ATTRIBUTION, CASES, ENTITIES, HEADS, STANCE, allowed
from sentences import split_sentences

STRAIGHT = str.maketrans("“”„‟«»‘’‚‛‹›", "\"\"\"\"\"\"''''''")


@dataclass
class Example:
    """One sentence. `task` names the head; `labels` depends on it.

    loaded        int, 0 or 1
    loaded_words  [(start, end)]
    entities      [(start, end, label of the data set)]
    attribution   [(start, end, "Source" | "Cue" | "Content", id of the attribution)]
    stance        [(start, end, index into STANCE)]
    stance_named  the same
    all           a dict of these, head -> labels
    """

    dataset: str
    task: str
    text: str
    labels: object
    # Text of a piece is known only here; filled in by `encode`.
    ids: list[int] = field(default_factory=list)
    case: list[int] = field(default_factory=list)
    # (first piece, start, end) of every word
    words: list[tuple[int, int, int]] = field(default_factory=list)
    offsets: list[tuple[int, int]] = field(default_factory=list)


# ---------------------------------------------------------------- loaders


def json_lines(path: Path):
    with open(path, encoding="utf-8") as f:
        for line in f:
            if line.strip():
                yield json.loads(line)


def load_loaded(path: Path, dataset: str) -> list[Example]:
    return [Example(dataset, "loaded", r["text"], int(r["loaded"])) for r in json_lines(path)]


def find_words(text: str, words: list[str]) -> list[tuple[int, int]]:
    """Where the marked words stand: whole words, any case; nothing for a word that is not there."""
    spans = set()
    for word in words:
        if not word.strip():
            continue
        pattern = r"(?<!\w)" + re.escape(word.strip()) + r"(?!\w)"
        for m in re.finditer(pattern, text, re.IGNORECASE):
            spans.add(m.span())
    return sorted(spans)


def load_words(path: Path) -> list[Example]:
    return [
        Example("mbic-words", "loaded_words", r["text"], find_words(r["text"], r["words"]))
        for r in json_lines(path)
    ]


def load_stance(path: Path, dataset: str) -> list[Example]:
    out = []
    for r in json_lines(path):
        targets = [(t["start"], t["end"], STANCE.index(t["stance"])) for t in r["targets"]]
        out.append(Example(dataset, "stance", r["text"], targets))
    return out


def spans_of_tags(tokens: list[str], tags: list[str]) -> tuple[str, list[tuple[int, int, str]]]:
    """Space-joined text, and spans from IOB1, IOB2 or BIOES tags."""
    text, spans, previous = "", [], "O"
    for token, tag in zip(tokens, tags):
        if text:
            text += " "
        start, end = len(text), len(text) + len(token)
        text += token
        prefix, _, label = tag.partition("-")
        if tag != "O":
            continues = (
                prefix in "IE" and spans and previous != "O" and previous.partition("-")[2] == label
                and previous[0] not in "SE"
            )
            if continues:
                spans[-1] = (spans[-1][0], end, label)
            else:
                spans.append((start, end, label))
        previous = tag
    return text, spans


def load_columns(path: Path, dataset: str) -> list[Example]:
    """One word a line, its tag last; sentences parted by blank lines."""
    out, tokens, tags = [], [], []

    def flush():
        if tokens and not (len(tokens) == 1 and tokens[0].startswith("http")):
            text, spans = spans_of_tags(tokens, tags)
            out.append(Example(dataset, "entities", text, spans))
        tokens.clear()
        tags.clear()

    with open(path, encoding="utf-8") as f:
        for line in f:
            line = line.rstrip("\n")
            if not line.strip():
                flush()
            elif line.startswith("# article"):
                flush()
            elif line.startswith("-DOCSTART-"):
                continue
            else:
                parts = line.split("\t") if "\t" in line else line.split(" ")
                if parts[0].startswith("http") and not tokens and len(parts[0]) > 20:
                    continue  # the first token of a worldwide article is its URL
                tokens.append(parts[0])
                tags.append(parts[-1])
                # A worldwide block is a paragraph; the model reads sentences.
                if dataset == "worldwide-ner" and parts[0] in ".?!" and parts[-1] == "O":
                    flush()
    flush()
    return out


BOUND = re.compile(r"^([TE]\d+)\t(.*)$")


def read_ann(path: Path) -> list[tuple[str, list[tuple[int, int]], int]]:
    """Spans of the attributions of one brat file: (Source|Cue|Content, fragments, attribution)."""
    marks, out = {}, []
    attributions = []
    with open(path, encoding="utf-8") as f:
        for line in f:
            m = BOUND.match(line.rstrip("\n"))
            if not m:
                continue  # a span's text may run over a line break
            key, rest = m.groups()
            if key[0] == "T":
                head = rest.split("\t")[0]
                kind, _, where = head.partition(" ")
                try:
                    spans = [tuple(int(n) for n in part.split()) for part in where.split(";")]
                except ValueError:
                    continue
                marks[key] = (kind, [s for s in spans if len(s) == 2])
            else:
                attributions.append(rest)
    for number, rest in enumerate(attributions):
        for part in rest.split():
            role, _, key = part.partition(":")
            role = role.rstrip("0123456789")
            if role in ("Source", "Cue", "Content") and key in marks:
                out.append((role, marks[key][1], number))
    return out


def load_polnear(folder: Path) -> list[Example]:
    """Sentences of the articles of `folder`; document spans are cut at the sentence borders.

    An article with several annotators is taken once: the first file by name.
    """
    by_article: dict[str, Path] = {}
    for ann in sorted((folder / "attributions").glob("*.ann")):
        by_article.setdefault(ann.stem.rpartition("_")[0], ann)
    out = []
    for name, ann in by_article.items():
        text = (folder / "text" / f"{name}.txt").read_bytes().decode("utf-8")
        spans = [
            (s, e, role, number)
            for role, fragments, number in read_ann(ann)
            for s, e in fragments
        ]
        for start, end in split_sentences(text):
            cut = [
                (max(s, start) - start, min(e, end) - start, role, number)
                for s, e, role, number in spans
                if s < end and e > start
            ]
            cut.sort()
            out.append(Example("polnear", "attribution", text[start:end], cut))
    return out


# ---------------------------------------------------------------- written for this recipe

WRITTEN = Path(__file__).resolve().parent / "written"
TAG = re.compile(r"<(/?)(source|cue|content)>")
TARGET = re.compile(r"\[\[([^|\]]+)\|(against|neutral|favor)\]\]")


def parse_attribution(line: str) -> tuple[str, list[tuple[int, int, str, int]]]:
    """Text and spans of a sentence with <source>, <cue> and <content> in it. Which belongs to which is not said:
    the head learns roles only, so all carry attribution 0."""
    text, spans, at, begun = "", [], 0, None
    for m in TAG.finditer(line):
        text += html.unescape(line[at : m.start()])
        at = m.end()
        closing, role = m.groups()
        if not closing:
            if begun:
                raise ValueError(f"<{role}> inside <{begun[1]}>: {line}")
            begun = (len(text), role)
        else:
            if not begun or begun[1] != role:
                raise ValueError(f"</{role}> closes nothing: {line}")
            spans.append((begun[0], len(text), role.capitalize(), 0))
            begun = None
    if begun:
        raise ValueError(f"<{begun[1]}> is never closed: {line}")
    return text + html.unescape(line[at:]), spans


def parse_stance(line: str) -> tuple[str, list[tuple[int, int, int]]]:
    """Text and targets of a sentence with [[name|stance]] in it."""
    text, spans, at = "", [], 0
    for m in TARGET.finditer(line):
        text += line[at : m.start()]
        spans.append((len(text), len(text) + len(m.group(1)), STANCE.index(m.group(2))))
        text += m.group(1)
        at = m.end()
    text += line[at:]
    if "[[" in text or "]]" in text or "|" in text:
        raise ValueError(f"a mark that cannot be read: {line}")
    return text, spans


def load_written(folder: Path = WRITTEN) -> dict[str, list[Example]]:
    """Sentences invented for what the public sets lack: pairs of loaded and plain wording of the same facts,
    characterisations that are no reported speech, several targets with different stances in one sentence."""

    def lines(name):
        return [line.strip() for line in (folder / name).read_text(encoding="utf-8").splitlines() if line.strip()]

    rows = [r for path in sorted(folder.glob("loaded-*.jsonl")) for r in json_lines(path)]
    stance = [parse_stance(line) for line in lines("stance.txt")]
    return {
        "written-loaded": [Example("written", "loaded", r["text"], int(r["loaded"])) for r in rows],
        "written-words": [Example("written", "loaded_words", r["text"], find_words(r["text"], r["words"])) for r in rows],
        "written-attribution": [
            Example("written", "attribution", *parse_attribution(line)) for line in lines("attribution.txt")
        ],
        **{
            f"written-{head}": [Example("written", head, text, targets) for text, targets in stance]
            for head in ("stance", "stance_named")
        },
    }


def of_every_head(sentence: articles.Sentence) -> Example:
    """A sentence of an article in which everything is marked. Whoever only lies there or comes from there is neutral."""
    return Example("written", "all", sentence.text, {
        "loaded": int(sentence.loaded),
        "loaded_words": sentence.words,
        "entities": [(s, e, kind) for s, e, kind, _ in sentence.mentions if kind],
        "attribution": [(s, e, role, 0) for s, e, role in sentence.speech],
        "stance_named": [
            (s, e, STANCE.index("neutral" if stance == "place" else stance))
            for s, e, _, stance in sentence.mentions if stance
        ],
    })


def one_head(example: Example, head: str) -> Example:
    """What an example of all heads says to one of them; the pieces are shared."""
    return replace(example, task=head, labels=example.labels[head])


def load_articles(data: Path) -> dict[str, list[Example]]:
    """Whole articles with the labels of all heads but stance: invented ones, and real ones of the corpus of which only the
    labels stand here. Those of the files that are called -dev are not trained on; every head is measured on them."""
    sets: dict[str, list[Example]] = {"written-articles": [], "corpus-articles": []}
    dev: dict[str, list[Example]] = {"written": [], "corpus": []}
    for path in sorted(articles.FOLDER.glob("*.txt")):
        found = [of_every_head(s) for a in articles.parse(path) for s in a.sentences]
        (dev["written"] if path.stem.endswith("-dev") else sets["written-articles"]).extend(found)
    for sentence, held_out in articles.of_corpus(data):
        (dev["corpus"] if held_out else sets["corpus-articles"]).append(of_every_head(sentence))
    for name, found in dev.items():
        for head in HEADS.keys() - {"stance"}:  # nobody is asked about
            sets[f"{name}-{head}/dev"] = [one_head(e, head) for e in found]
    return sets


# ---------------------------------------------------------------- pieces


def tokenizer_of(backbone: Path) -> Tokenizer:
    """The backbone's tokenizer, which neither cuts nor fills up."""
    tokenizer = Tokenizer.from_file(str(backbone / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def case_of(word: str) -> int:
    """lower, title, upper or mixed: the case that an uncased tokenizer throws away."""
    cased = [c for c in word if c.isupper() or c.islower()]
    if not cased or not any(c.isupper() for c in cased):
        return CASES.index("lower")
    if all(c.isupper() for c in cased):
        return CASES.index("upper" if len(cased) > 1 else "title")
    if cased[0].isupper() and not any(c.isupper() for c in cased[1:]):
        return CASES.index("title")
    return CASES.index("mixed")


def encode(example: Example, tokenizer, max_tokens: int) -> Example:
    """Fills in ids, case, words and offsets; cuts at `max_tokens` with the specials."""
    enc = tokenizer.encode(example.text)
    ids, offsets, word_ids = enc.ids, enc.offsets, enc.word_ids
    if len(ids) > max_tokens:
        ids = ids[: max_tokens - 1] + [ids[-1]]
        offsets = offsets[: max_tokens - 1] + [offsets[-1]]
        word_ids = word_ids[: max_tokens - 1] + [None]
    case, words, previous = [0] * len(ids), [], None
    for i, w in enumerate(word_ids):
        if w is None:
            previous = None
            continue
        if w != previous:
            words.append((i, offsets[i][0], offsets[i][1]))
        else:
            words[-1] = (words[-1][0], words[-1][1], offsets[i][1])
        previous = w
    for k, (first, s, e) in enumerate(words):
        last = words[k + 1][0] if k + 1 < len(words) else len(ids) - 1
        c = case_of(example.text[s:e])
        for i in range(first, last):
            case[i] = c
    example.ids, example.case, example.words, example.offsets = ids, case, words, offsets
    return example


def span_index(spans, words) -> list[tuple[int, bool]]:
    """For every word: (index of the span that holds its start or -1, is it the span's first word)."""
    out, seen = [], set()
    for _, s, e in words:
        found = -1
        for k, span in enumerate(spans):
            if span[0] < e and span[1] > s:
                found = k
                break
        out.append((found, found not in seen))
        if found >= 0:
            seen.add(found)
    return out


def word_targets(example: Example) -> list[list[int]]:
    """Allowed label indices of every word of a token-level example."""
    spans = example.labels
    out = []
    for k, begins in span_index(spans, example.words):
        if example.task == "loaded_words":
            out.append([int(k >= 0)])
        elif example.task == "entities":
            label = spans[k][2] if k >= 0 else "O"
            out.append(allowed(example.dataset, label, begins))
        else:
            if k < 0:
                out.append([0])
            else:
                role = spans[k][2].upper()
                out.append([ATTRIBUTION.index(("B-" if begins else "I-") + role)])
    return out


def pieces_of(example: Example, start: int, end: int) -> list[int]:
    """Pieces that overlap a character span."""
    return [i for i, (s, e) in enumerate(example.offsets) if e > s and s < end and e > start]


# ---------------------------------------------------------------- sets


def load_all(data: Path, limit: int | None = None) -> dict[str, list[Example]]:
    """Training and dev sets by name. `limit` keeps the first rows of each (for tests)."""
    sets = {
        "anno-lexical": load_loaded(data / "anno-lexical/train.jsonl", "anno-lexical"),
        "anno-lexical/dev": load_loaded(data / "anno-lexical/dev.jsonl", "anno-lexical"),
        "babe/eval": load_loaded(data / "babe/eval_dev.jsonl", "babe"),
        "newsmtsc": load_stance(data / "newsmtsc/train.jsonl", "newsmtsc"),
        "newsmtsc/dev_rw": load_stance(data / "newsmtsc/dev_rw.jsonl", "newsmtsc"),
        "newsmtsc/dev_mt": load_stance(data / "newsmtsc/dev_mt.jsonl", "newsmtsc"),
        "sentfin": load_stance(data / "sentfin/train.jsonl", "sentfin"),
        "sentfin/dev": load_stance(data / "sentfin/dev.jsonl", "sentfin"),
        "conll2003": load_columns(data / "conll2003/train.txt", "conll2003"),
        "conll2003/dev": load_columns(data / "conll2003/dev.txt", "conll2003"),
        "worldwide-ner": load_columns(data / "worldwide-ner/train.tsv", "worldwide-ner"),
        "worldwide-ner/dev": load_columns(data / "worldwide-ner/dev.tsv", "worldwide-ner"),
        "crossner-politics": load_columns(data / "crossner-politics/train.txt", "crossner-politics"),
        "polnear": load_polnear(data / "polnear/train"),
        "polnear/dev": load_polnear(data / "polnear/dev"),
    }
    sets |= load_written()
    sets |= load_articles(data)
    # No dev set of its own: every fifth sentence sets thresholds and is not trained on, neither its words
    # nor the crowd's judgement of the whole sentence.
    path = data / "mbic-words/train.jsonl"
    words = load_words(path)
    crowd = [
        None if r.get("loaded") is None else Example("mbic-words", "loaded", r["text"], int(r["loaded"]))
        for r in json_lines(path)
    ]
    for name, held_out in (("", False), ("/dev", True)):
        sets["mbic-words" + name] = [e for i, e in enumerate(words) if (i % 5 == 0) == held_out]
        sets["mbic-loaded" + name] = [e for i, e in enumerate(crowd) if e and (i % 5 == 0) == held_out]
    if limit:
        sets = {k: v[:limit] for k, v in sets.items()}
    return sets


def straighten_quotes(examples: list[Example], rng: random.Random) -> None:
    """Half of the curly quotes become straight ones: outlets use both, the annotated sets mostly one."""
    for e in examples:
        if rng.random() < 0.5:
            e.text = e.text.translate(STRAIGHT)  # one character for one: nothing moves


__all__ = ["Example", "load_all", "encode", "straighten_quotes", "word_targets", "pieces_of", "tokenizer_of", "ENTITIES"]
