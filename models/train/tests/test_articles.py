"""Articles with the labels of every head inside the text."""

import json

import pytest

import articles
from data import ENTITIES, STANCE, Example, encode, of_every_head, one_head, word_targets
from labels import ATTRIBUTION, HEADS
from test_recipe import tokenizer  # noqa: F401  (a fixture)

LINE = "! {s:Mayor [[Ilse Brandvold|PER|neutral]]} {c:said} {q:the [[Harbour Plan|MISC]] of [[NATO|ORG|against]] was *reckless*}."


def test_marks_are_read_and_leave_the_words():
    s = articles.parse_sentence(LINE)
    assert s.text == "Mayor Ilse Brandvold said the Harbour Plan of NATO was reckless." and s.loaded and not s.headline
    cut = lambda spans: [s.text[m[0] : m[1]] for m in spans]  # noqa: E731
    assert cut(s.mentions) == ["Ilse Brandvold", "Harbour Plan", "NATO"]
    assert cut(s.speech) == ["Mayor Ilse Brandvold", "said", "the Harbour Plan of NATO was reckless"]
    assert cut(s.words) == ["reckless"]
    assert articles.parse_sentence("^ ! [[Selke|LOC|place]] *burns*").headline


@pytest.mark.parametrize("line, what", [
    ("[[Ilse|PER|neutral", "never closed"), ("[[Ilse|MAYOR|neutral]]", "unknown type"), ("[[Ilse|PER|cross]]", "unknown stance"),
    ("{q:he {c:said}}", "inside"), ("Ilse]] left", "cannot be read"), ("so *it goes", "never closed"), ("[[she||place]] left", "place"),
])
def test_a_mistake_names_file_and_line(tmp_path, line, what):
    file = tmp_path / "a.txt"
    file.write_text(f"# Selke Post | 2031-01-02 | wire\nIt rained.\n{line}\n")
    with pytest.raises(ValueError, match=what) as error:
        articles.parse(file)
    assert "a.txt:3" in str(error.value)


def test_one_sentence_teaches_every_head(tokenizer):  # noqa: F811
    e = encode(of_every_head(articles.parse_sentence(LINE)), tokenizer, 64)
    assert set(e.labels) == HEADS.keys() - {"stance"} and e.labels["loaded"] == 1
    assert [STANCE[label] for _, _, label in e.labels["stance_named"]] == ["neutral", "against"]
    words = [e.text[s:t] for _, s, t in e.words]
    tags = lambda head, names: dict(zip(words, ([names[k] for k in t] for t in word_targets(one_head(e, head)))))  # noqa: E731
    entities, speech = tags("entities", ENTITIES), tags("attribution", ATTRIBUTION)
    assert entities["Ilse"] == ["B-PER"] and entities["Plan"] == ["I-MISC"] and entities["was"] == ["O"]
    assert speech["Mayor"] == ["B-SOURCE"] and speech["said"] == ["B-CUE"] and speech["reckless"] == ["I-CONTENT"]
    assert isinstance(e, Example) and one_head(e, "loaded").ids is e.ids


def test_every_article_of_the_recipe_can_be_read():
    paths = sorted(articles.FOLDER.glob("*.txt"))
    sentences = [s for p in paths for a in articles.parse(p) for s in a.sentences]
    assert len(sentences) > 7000 and any(p.stem.endswith("-dev") for p in paths)
    assert all(s.text.strip() == s.text and s.text for s in sentences)


def test_labels_of_the_corpus_hold_none_of_its_words(tmp_path):
    zstandard = pytest.importorskip("zstandard")
    text = "Mayor  Ilse left.\nShe said that it rained."
    folder = tmp_path / "articles"
    folder.mkdir()
    rows = json.dumps({"id": "x1", "outlet": "Selke Post", "text": text})
    (folder / "articles.jsonl.zst").write_bytes(zstandard.ZstdCompressor().compress(rows.encode()))
    marked = tmp_path / "one-dev.txt"
    marked.write_text("# Selke Post | x1 | news\nMayor [[Ilse|PER|neutral]] left.\n{s:She} {c:said} {q:that it rained}.\n")
    (row,) = articles.labels_of(tmp_path, [marked])
    assert "Ilse" not in json.dumps(row) and row["dev"]
    labels = tmp_path / "corpus.jsonl"
    labels.write_text(json.dumps(row) + "\n")
    (first, held_out), (second, _) = articles.of_corpus(tmp_path, labels)
    assert held_out and first == articles.parse_sentence("Mayor [[Ilse|PER|neutral]] left.")
    assert second == articles.parse_sentence("{s:She} {c:said} {q:that it rained}.")
    marked.write_text("# Selke Post | x1 | news\nMayor Ilse stayed.\n")
    with pytest.raises(ValueError, match="no sentence of the article"):
        list(articles.labels_of(tmp_path, [marked]))
