"""agree.py: two annotations of invented sentences."""

from agree import agreement, kappa


def test_kappa_takes_chance_off():
    assert kappa([("a", "a"), ("b", "b")]) == 1
    assert kappa([("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]) == 0
    assert kappa([("a", "a")] * 3) == 1


def test_two_annotations_of_one_text(tmp_path):
    one = tmp_path / "one.txt"
    other = tmp_path / "other.txt"
    one.write_text(
        "# The Selke Courier | 2029-01-02 | news\n\n"
        "! [[Oya Lind|PER|against]] *botched* the plan of [[Halmara|LOC|neutral]].\n"
        "{s:[[Lind|PER|neutral]]} {c:said} {q:it rained}.\n"
        "Only one has this.\n"
    )
    other.write_text(
        "# The Selke Courier | 2029-01-02 | news\n\n"
        "! [[Oya Lind|PER|against]] *botched* the plan of [[Halmara|LOC|place]].\n"
        "{s:[[Lind|PER|neutral]]} {c:said} {q:it} rained.\n"
    )
    found = agreement([(one, other)])
    assert found["sentences"] == 2
    assert found["stances"] == 3
    assert round(found["stances_same"], 3) == 0.667
    assert found["loaded_kappa"] == 1 and found["names_f1"] == 1
    assert round(found["content_character_f1"], 3) == round(2 * 2 / (9 + 2), 3)
