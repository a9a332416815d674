"""Adapting a head to codes of one's own, on a tiny graph and codes made up here."""

import csv
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper
from safetensors import safe_open
from test_recipe import model, sentences, tokenizer  # noqa: F401  (fixtures)

import adapt
import weights
from export import calibrate, onnx_predictor
from graph import build
from labels import HEADS

ADAPT = Path(adapt.__file__)
COLUMNS = ["id", "kind", "before", "text", "after", "actor", "coder1", "coder2", "final", "note"]


@pytest.fixture()
def folder(model, tokenizer, tmp_path):  # noqa: F811
    """A model folder with an int8 graph."""
    state = {k: v.detach().numpy() for k, v in model.state_dict().items()}
    fp32, taps = build(state, model.encoder.config, 64)
    int8, _ = build(state, model.encoder.config, 64, calibrate(fp32, taps, sentences(tokenizer)))
    out = tmp_path / "model"
    out.mkdir()
    onnx.save(int8, out / "model.onnx")
    tokenizer.save(str(out / "tokenizer.json"))
    heads = {h: {"labels": labels, "temperature": 1.0, "threshold": 0.5 if h == "loaded" else None, "set_on": "nothing"}
             for h, labels in HEADS.items()}
    (out / "config.json").write_text(json.dumps({"format": "undertone-model/1", "name": "tiny", "max_tokens": 64,
                                                 "heads": heads, "sha256": {}}))
    return out


def coded(path: Path, rows) -> Path:
    """As `undertone sample` writes it and people fill it in."""
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write('# The guideline, "in quotes".\n# Do not change this line. sample: design=1 run=0 n=8\n')
        writer = csv.DictWriter(f, COLUMNS)
        writer.writeheader()
        for k, (text, *codes) in enumerate(rows):
            kind = "mention" if "⟦" in text else "sentence"
            row = dict(zip(["coder1", "coder2", "final"], codes))
            writer.writerow({"id": f"{kind[0]}{k}", "kind": kind, "text": text, **row})
    return path


def run(*args):
    return subprocess.run([sys.executable, ADAPT, *map(str, args)], capture_output=True, text=True)


def rows_of_both_kinds():
    for k in range(22):
        left = "the dock workers left" + " the harbour" * (k % 4)
        yield f"{left}, that was shameful.", "loaded", "l"
        yield f"{left} and said that.", "plain", "0"
        yield f"⟦Brandvold⟧ said that {left}.", "neutral", "n"
        yield f"{left} and ⟦Brandvold⟧ was shameful.", "against", "x", "a"
        yield f"⟦Brandvold⟧ of selke: {left}.", "1", "+1"


def test_heads_learn_codes_and_nothing_else_changes(folder, tokenizer, tmp_path):  # noqa: F811
    gold = coded(tmp_path / "coded.csv", rows_of_both_kinds())
    ran = run(folder, gold, tmp_path / "out")
    assert ran.returncode == 0, ran.stderr
    before, after = (onnx.load(f / "model.onnx") for f in (folder, tmp_path / "out"))
    constants = [{c.name: numpy_helper.to_array(c) for c in g.graph.initializer} for g in (before, after)]
    changed = {n for n in constants[0] if not np.array_equal(constants[0][n], constants[1][n])}
    assert changed == {*adapt.WEIGHTS["loaded"], *adapt.WEIGHTS["stance"], "stance_last.weight", "stance_last.bias"}
    config = json.loads((tmp_path / "out/config.json").read_text())
    for head, found in config["adapted"]["heads"].items():
        assert found["after"] > found["before"] + 0.1, (head, found)
    # The head has learnt from news itself.
    assert config["heads"]["stance"] == config["heads"]["stance_named"]
    for name, digest in config["sha256"].items():
        assert hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest() == digest

    # The graph computes what the head learnt, and for the other heads what it computed before.
    text, place = "the dock workers left and Brandvold was shameful.", (26, 35)
    e = adapt.data.encode(adapt.data.Example("", "", text, None), tokenizer, 64)
    feed = np.array([e.ids]), np.array([e.case])
    old, new = onnx_predictor(before)(*feed), onnx_predictor(after)(*feed)
    pieces = adapt.data.pieces_of(e, *place)
    expected = {"loaded": new["loaded"][0], "stance": new["stance"][0][pieces].mean(0)}
    for head, logits in expected.items():
        read = adapt.states(after, tokenizer, [(text, place if head == "stance" else None, 0)], 64)
        assert np.allclose(adapt.logits_of(adapt.Head(head, constants[1]), read)[0], logits, atol=1e-4), head
    for head in ("loaded_words", "entities", "attribution"):
        assert np.array_equal(old[head], new[head])


def test_codes_that_teach_nothing_leave_the_model_alone(folder, tmp_path):
    rows = [(f"the dock workers left {'the harbour ' * (k // 2 % 5)}.", ("loaded", "plain")[k % 2]) for k in range(60)]
    ran = run(folder, coded(tmp_path / "coded.csv", rows), tmp_path / "out")
    assert ran.returncode == 1 and "nothing was written" in ran.stdout, ran.stdout + ran.stderr
    assert not (tmp_path / "out").exists()


def test_mistakes_in_the_codes_are_named(folder, tmp_path):
    few = coded(tmp_path / "few.csv", [("the dock workers left.", "plain")] * 3)
    assert "40 are needed" in run(folder, few, tmp_path / "out").stderr
    typo = coded(tmp_path / "typo.csv", [("the dock workers left.", "lodaed")])
    assert "typo.csv: row 2: 'lodaed' is no code of a sentence" in run(folder, typo, tmp_path / "out").stderr
    other = tmp_path / "other.csv"
    other.write_text("text,label\nA sentence.,1\n")
    assert "undertone sample" in run(folder, other, tmp_path / "out").stderr


def test_coders_who_differ_count_only_with_a_final_code(tmp_path):
    rows = [("one.", "plain", "loaded"), ("two.", "plain", "loaded", "loaded"), ("three.", "p", "plain"), ("four.", "x"),
            ("five ⟦Brandvold⟧ left.", "favour", "")]
    found = adapt.read_codes([coded(tmp_path / "coded.csv", rows)])
    assert found["sentence"] == [("two.", None, 1), ("three.", None, 0)]
    text, (start, end), label = found["mention"][0]
    assert (text[start:end], label) == ("Brandvold", 2)


def test_weights_are_saved_with_what_no_shape_tells(model, tmp_path):  # noqa: F811
    path = tmp_path / "model.safetensors"
    weights.save(model.state_dict(), model.encoder.config, path, half=True)
    with safe_open(path, framework="pt") as file:
        assert file.metadata()["undertone.attention_heads"] == "4"
        assert float(file.metadata()["undertone.layer_norm_eps"]) == model.encoder.config.layer_norm_eps
        for name, value in model.state_dict().items():
            assert torch.equal(file.get_tensor(name), value.half())
