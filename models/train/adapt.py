#!/usr/bin/env python3
"""Adapts one head of a model to codes of one's own.

    python adapt.py ../small coded.csv OUT

coded.csv is a sample that people have coded (`undertone sample`, docs/guide.md); several files may be named. Of
its sentences the head for loaded wording learns, of its mentions the head for stance; --head takes only one. OUT
is a model folder for `undertone score --model OUT`.

Only the head learns, from the states that the int8 graph computes: everything else in the graph stays as it is,
byte by byte. Whether it helps is measured by cross-validation; where it does not, nothing is written.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import random
import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer

import data
from export import pretty, session, sha256
from labels import LOADED, STANCE
from metrics import macro_f1

FOLDS = 5
FEWEST = 40
MARKS = "⟦⟧"
# As `undertone validate` reads them.
CODES = {
    "sentence": {"plain": 0, "p": 0, "0": 0, "loaded": 1, "l": 1, "1": 1},
    "mention": {"against": 0, "a": 0, "-1": 0, "neutral": 1, "n": 1, "0": 1, "favor": 2, "favour": 2, "f": 2, "1": 2,
                "+1": 2},
}
HEADS = {"loaded": ("sentence", LOADED), "stance": ("mention", STANCE)}
# Constants of the graph (graph.py) that are a head's own.
WEIGHTS = {
    "loaded": ["loaded_hidden.weight", "loaded_hidden.bias", "loaded_last.weight", "loaded_last.bias"],
    "stance": ["stance_piece.weight", "stance_piece.bias", "stance_sentence.weight", "stance_named_last.weight",
               "stance_named_last.bias"],
}
# Both stances, about whom somebody asks and about whom a sentence names, become what the codes say.
ENTRIES = {"loaded": ["loaded"], "stance": ["stance_named", "stance"]}


def code(kind: str, written: str) -> int | None:
    """The label that a coder wrote; None for x, which is no label."""
    plain = written.strip().lower().replace("−", "-").replace("–", "-").removesuffix(".0")
    if plain == "x":
        return None
    if plain not in CODES[kind]:
        raise ValueError(f"{written!r} is no code of a {kind}")
    return CODES[kind][plain]


def read_codes(paths: list[Path]) -> dict[str, list[tuple[str, tuple[int, int] | None, int]]]:
    """Rows that coders agree on, by kind: text, place of the mention, label. Rows without agreement are left out."""
    rows: dict[str, dict[str, tuple]] = {"sentence": {}, "mention": {}}
    said: dict[str, set[int | None]] = {}
    final: dict[str, int | None] = {}
    for path in paths:
        lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
        body = "".join(line for line in lines if not line.lstrip('"').startswith("#"))
        separator = max(",;\t", key=body.split("\n", 1)[0].count)
        for number, row in enumerate(csv.DictReader(body.splitlines(keepends=True), delimiter=separator), 2):
            kind, name = row.get("kind"), row.get("id")
            if kind not in rows or not name:
                raise SystemExit(f"{path}: row {number} has no id or kind; a file of `undertone sample` is needed")
            # A leading quote is the spreadsheet's guard against formulas.
            text, place = row["text"].removeprefix("'"), None
            if kind == "mention":
                start, end = text.find(MARKS[0]), text.find(MARKS[1])
                if not 0 <= start < end:
                    raise SystemExit(f"{path}: row {number}: the marks {MARKS} around the mention are gone")
                text, place = text.replace(MARKS[0], "").replace(MARKS[1], ""), (start, end - 1)
            rows[kind][name] = (text, place)
            try:
                for column in ("coder1", "coder2"):
                    if (row.get(column) or "").strip():
                        said.setdefault(name, set()).add(code(kind, row[column]))
                if (row.get("final") or "").strip():
                    final[name] = code(kind, row["final"])
            except ValueError as error:
                raise SystemExit(f"{path}: row {number}: {error}") from error
    out = {}
    for kind, found in rows.items():
        agreed = {n: next(iter(s)) for n, s in said.items() if len(s) == 1} | final
        out[kind] = [(*found[n], agreed[n]) for n in found if agreed.get(n) is not None]
    return out


class Head(torch.nn.Module):
    """A head of the graph as a layer of torch: the same arithmetic (model.Undertone), weights [in, out]."""

    def __init__(self, name: str, constants: dict[str, np.ndarray]):
        super().__init__()
        self.name = name
        self.start = {k: torch.tensor(constants[k]) for k in WEIGHTS[name]}
        self.weights = torch.nn.ParameterList([torch.nn.Parameter(self.start[k].clone()) for k in WEIGHTS[name]])

    def forward(self, piece, mean):
        """States of a mention's pieces, or anything for loaded wording; mean of the sentence's states. One row."""
        if self.name == "loaded":
            w1, b1, w2, b2 = self.weights
            return torch.tanh(mean @ w1 + b1) @ w2 + b2
        w1, b1, ws, w2, b2 = self.weights
        return (torch.nn.functional.gelu(piece @ w1 + b1 + mean @ ws) @ w2 + b2).mean(0)

    def drift(self):
        """How far the weights are from where they began."""
        return sum(((w - s) ** 2).sum() for w, s in zip(self.weights, self.start.values()))


def states(graph: onnx.ModelProto, tokenizer, rows, max_tokens: int):
    """What the encoder gives for every row: (states of the mention's pieces, mean), and the label."""
    tapped = onnx.ModelProto()
    tapped.CopyFrom(graph)
    last = next(n for n in graph.graph.node if n.op_type == "ReduceMean").input[0]
    for name in (last, "mean"):
        tapped.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    engine, out = session(tapped), []
    for text, place, label in rows:
        e = data.encode(data.Example("coded", "", text, label), tokenizer, max_tokens)
        pieces = data.pieces_of(e, *place) if place else [0]
        if not pieces:
            continue
        x, mean = engine.run([last, "mean"], {"input_ids": np.array([e.ids]), "case_ids": np.array([e.case])})
        out.append((torch.tensor(x[0][pieces]), torch.tensor(mean[0, 0]), label))
    return out


def train(name, constants, rows, args) -> Head:
    head = Head(name, constants)
    optimizer = torch.optim.AdamW(head.parameters(), lr=args.lr, weight_decay=0.0)
    rng = random.Random(args.seed)
    for _ in range(args.passes):
        order = list(rows)
        rng.shuffle(order)
        for i in range(0, len(order), 16):
            batch = order[i : i + 16]
            logits = torch.stack([head(piece, mean) for piece, mean, _ in batch])
            gold = torch.tensor([label for *_, label in batch])
            loss = torch.nn.functional.cross_entropy(logits, gold) + args.stay * head.drift()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return head


def logits_of(head: Head, rows) -> np.ndarray:
    with torch.no_grad():
        return np.stack([head(piece, mean).numpy() for piece, mean, _ in rows])


def decide(name: str, logits: np.ndarray, temperature: float, threshold: float | None) -> np.ndarray:
    if name == "loaded":
        return (probability(logits, temperature)[:, 1] >= threshold).astype(int)
    return logits.argmax(-1)


def probability(logits: np.ndarray, temperature: float) -> np.ndarray:
    p = np.exp((logits - logits.max(-1, keepdims=True)) / temperature)
    return p / p.sum(-1, keepdims=True)


def calibrated(name: str, logits: np.ndarray, gold: np.ndarray) -> tuple[float, float | None]:
    """Temperature (least loss) and threshold (best macro-F1) on these rows."""
    losses = {}
    for temperature in np.geomspace(0.25, 8, 61):
        p = probability(logits, temperature)[np.arange(len(gold)), gold]
        losses[float(temperature)] = -np.log(p + 1e-9).mean()
    temperature = min(losses, key=losses.get)
    if name != "loaded":
        return temperature, None
    p = probability(logits, temperature)[:, 1]
    grid = [round(t, 2) for t in np.arange(0.2, 0.81, 0.01)]
    return temperature, max(grid, key=lambda t: (macro_f1(gold, (p >= t).astype(int), 2), -abs(t - 0.5)))


def adapt(name: str, graph, config, tokenizer, rows, args) -> dict | None:
    """Trains, measures, and puts the new weights into `graph`; None where the old ones are as good."""
    constants = {c.name: numpy_helper.to_array(c) for c in graph.graph.initializer if c.name in WEIGHTS[name]}
    read = states(graph, tokenizer, rows, config["max_tokens"])
    random.Random(args.seed).shuffle(read)
    gold = np.array([label for *_, label in read])
    labels = HEADS[name][1]
    counts = {label: int((gold == k).sum()) for k, label in enumerate(labels)}
    if len(read) < FEWEST or min(counts.values()) < FOLDS:
        raise SystemExit(f"{name}: {len(read)} coded rows ({counts}); {FEWEST} are needed, {FOLDS} of every label")
    settings = config["heads"][ENTRIES[name][0]]
    before = decide(name, logits_of(Head(name, constants), read), settings["temperature"], settings["threshold"])
    # Each fold is read by a head that learned from the others, temperature and threshold included.
    after, held_out = np.zeros_like(gold), np.zeros((len(read), len(labels)), np.float32)
    for k in range(FOLDS):
        inside = [r for i, r in enumerate(read) if i % FOLDS != k]
        head = train(name, constants, inside, args)
        own = gold[np.arange(len(read)) % FOLDS != k]
        temperature, threshold = calibrated(name, logits_of(head, inside), own)
        held_out[k::FOLDS] = logits_of(head, read[k::FOLDS])
        after[k::FOLDS] = decide(name, held_out[k::FOLDS], temperature, threshold)
    old, new = (float(macro_f1(gold, p, len(labels))) for p in (before, after))
    print(f"{name}: macro-F1 {old:.3f} before, {new:.3f} after ({FOLDS}-fold cross-validation on {len(read)} rows, {counts})")
    if new <= old and not args.force:
        print(f"{name}: left as it is, since these codes do not make it better; --force adapts it all the same")
        return None
    head = train(name, constants, read, args)
    # On held-out rows: on those that it learned from a head is too sure of itself.
    temperature, threshold = calibrated(name, held_out, gold)
    for constant in graph.graph.initializer:
        own = constant.name.replace("stance_last", "stance_named_last")
        if own in WEIGHTS[name]:
            value = head.weights[WEIGHTS[name].index(own)].detach().numpy()
            constant.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(value), constant.name))
    for entry in ENTRIES[name]:
        config["heads"][entry] |= {
            "temperature": round(temperature, 4), "threshold": threshold,
            "set_on": f"{len(read)} coded rows of the user's own, by cross-validation",
        }
    return {"before": round(old, 4), "after": round(new, 4), "rows": len(read), "labels": counts}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="model folder")
    parser.add_argument("gold", type=Path, nargs="+", help="coded files of `undertone sample`")
    parser.add_argument("out", type=Path, help="folder to write")
    parser.add_argument("--head", choices=list(HEADS), help="only this one")
    parser.add_argument("--passes", type=int, default=12)
    parser.add_argument("--lr", type=float, default=5e-4)
    parser.add_argument("--stay", type=float, default=1e-3, help="how strongly weights are held where they began")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--force", action="store_true", help="adapt even where cross-validation says it does not help")
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)  # a head is too small for more
    if args.out.exists() and any(args.out.iterdir()):
        raise SystemExit(f"{args.out} is there already")
    config = json.loads((args.model / "config.json").read_text())
    graph = onnx.load(args.model / "model.onnx")
    tokenizer = Tokenizer.from_file(str(args.model / "tokenizer.json"))
    coded = read_codes(args.gold)
    result = {}
    for name, (kind, _) in HEADS.items():
        if args.head in (None, name) and (coded[kind] or args.head):
            found = adapt(name, graph, config, tokenizer, coded[kind], args)
            if found:
                result[name] = found
    if not result:
        print("nothing was written")
        return 1
    args.out.mkdir(parents=True, exist_ok=True)
    onnx.save(graph, args.out / "model.onnx")
    shutil.copyfile(args.model / "tokenizer.json", args.out / "tokenizer.json")
    codes = hashlib.sha256(b"".join(p.read_bytes() for p in args.gold)).hexdigest()
    config["name"] += f"-adapted-{codes[:8]}"
    config["adapted"] = {"codes_sha256": codes, "heads": result}
    config["sha256"] = {n: sha256(args.out / n) for n in ("model.onnx", "tokenizer.json")}
    (args.out / "config.json").write_text(pretty(config))
    return 0


if __name__ == "__main__":
    sys.exit(main())
