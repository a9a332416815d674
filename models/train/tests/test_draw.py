"""Articles drawn for annotation: by how unsure the model is of them."""

import json

import pytest
import zstandard

import articles
import draw

SENTENCES = [f"Mayor Ilse Brandvold said on day {n} that the harbour would stay open." for n in range(20)]


@pytest.fixture
def data(tmp_path, monkeypatch):
    rows = [{"id": f"a{n}", "outlet": f"Outlet {n % 3}", "text": " ".join(SENTENCES)} for n in range(12)]
    (tmp_path / "articles").mkdir()
    packed = zstandard.ZstdCompressor().compress("".join(json.dumps(r) + "\n" for r in rows).encode())
    (tmp_path / "articles/articles.jsonl.zst").write_bytes(packed)
    monkeypatch.setattr(articles, "CORPUS", tmp_path / "corpus.jsonl")
    articles.CORPUS.write_text(json.dumps({"id": "a0"}) + "\n")
    return tmp_path


def test_known_articles_are_not_drawn_and_leave_the_others_as_they_are(data):
    first = {a["id"]: sentences for a, sentences in draw.drawn(data, 3, 100)}
    assert len(first) == 11 and "a0" not in first
    assert all(draw.ENOUGH <= len(s) <= draw.IN_A_ROW and set(s) <= set(SENTENCES) for s in first.values())
    articles.CORPUS.write_text(json.dumps({"id": "a0"}) + "\n" + json.dumps({"id": "a5"}) + "\n")
    second = {a["id"]: sentences for a, sentences in draw.drawn(data, 3, 100)}
    assert second == {name: s for name, s in first.items() if name != "a5"}


def test_an_article_is_as_uncertain_as_its_stances_are_on_average(tmp_path):
    sure, unsure = {"p_against": 0.0, "p_neutral": 1.0, "p_favor": 0.0}, {"p_against": 0.4, "p_neutral": 0.3, "p_favor": 0.3}
    rows = [{"id": f"a#{n}", "targets": [sure]} for n in range(8)] + [{"id": f"b#{n}", "targets": [sure, unsure]} for n in range(8)]
    rows.append({"id": "c#0", "targets": [unsure]})  # too few names to say
    (tmp_path / "read.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    assert draw.uncertainty(tmp_path / "read.jsonl") == {"a": 0.0, "b": pytest.approx(0.3)}
