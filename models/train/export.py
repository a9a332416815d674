"""From a trained model to a model folder: fp32 and int8 graphs, calibration, figures, hashes."""

from __future__ import annotations

import hashlib
import json
import platform
import random
import re
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

from evaluate import evaluate_all, run, torch_predictor
from graph import build
from labels import CASES, HEADS

FORMAT = "undertone-model/2"
WINDOW, OVERLAP = 160, 48
CALIBRATION_SENTENCES = 600
# Share of an activation's values kept inside its int8 range at either end.
CALIBRATION_TAIL = 1e-5

SET_ON = {
    "loaded": "anno-lexical dev (threshold: macro-F1 at the share of loaded sentences that unlabelled news has, {natural_loaded_share:.1%})",
    "loaded_words": "every fifth sentence of mbic-words (threshold: word F1)",
    "entities": "conll2003 dev and worldwide-ner dev",
    "attribution": "polnear dev (threshold of contents without quotation marks, and how likely the label O is: word F1 of contents)",
    "stance": "newsmtsc dev_rw and dev_mt",
    "stance_named": "held-out articles of the corpus (written/articles/corpus.jsonl)",
}


def session(model: onnx.ModelProto) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 2
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def onnx_predictor(model: onnx.ModelProto):
    engine = session(model)
    names = [o.name for o in engine.get_outputs()]

    def predict(ids, case):
        values = engine.run(names, {"input_ids": ids.astype(np.int64), "case_ids": case.astype(np.int64)})
        return dict(zip(names, values))

    return predict


def calibrate(fp32: onnx.ModelProto, taps: dict[str, str], examples) -> dict[str, tuple[float, float]]:
    """Range of the input of every product over training sentences, tails cut."""
    tapped = onnx.ModelProto()
    tapped.CopyFrom(fp32)
    names = sorted(set(taps.values()))
    for name in names:
        tapped.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    engine = session(tapped)
    values: dict[str, list[np.ndarray]] = {n: [] for n in names}
    for e in examples:
        feed = {"input_ids": np.array([e.ids]), "case_ids": np.array([e.case])}
        for name, value in zip(names, engine.run(names, feed)):
            flat = np.sort(value.ravel())
            # Enough of both ends for the quantile over everything, and no more.
            k = min(len(flat), 64)
            values[name].append(np.concatenate([flat[:k], flat[-k:], [np.float32(len(flat))]]))
    ranges = {}
    for name in names:
        total = sum(v[-1] for v in values[name])
        cut = int(total * CALIBRATION_TAIL)
        ends = np.sort(np.concatenate([v[:-1] for v in values[name]]))
        ranges[name] = (float(ends[min(cut, len(ends) - 1)]), float(ends[-1 - min(cut, len(ends) - 1)]))
    return {product: ranges[x] for product, x in taps.items()}


def agreement(a, b, examples) -> dict[str, dict[str, float]]:
    """How far two predictors are apart: mean and largest difference of probabilities, share of equal labels."""
    from metrics import softmax

    out_a, out_b = run(a, examples), run(b, examples)
    result = {}
    for head in HEADS:
        pa = np.concatenate([softmax(o[head]).reshape(-1, len(HEADS[head])) for o in out_a])
        pb = np.concatenate([softmax(o[head]).reshape(-1, len(HEADS[head])) for o in out_b])
        result[head] = {
            "mean_difference": round(float(np.abs(pa - pb).mean()), 5),
            "largest_difference": round(float(np.abs(pa - pb).max()), 4),
            "same_label": round(float((pa.argmax(-1) == pb.argmax(-1)).mean()), 5),
        }
    return result


def pretty(value) -> str:
    """JSON with a line per entry, lists of numbers on one line."""
    text = json.dumps(value, indent=2)
    numbers = re.compile(r"\[\s+(-?[\d.]+(?:,\s+-?[\d.]+)*)\s+\]")
    return numbers.sub(lambda m: "[" + " ".join(m.group(1).split()) + "]", text) + "\n"


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def training_minutes(log: Path) -> int:
    """Wall-clock time of all runs in the log, the resumed ones included, up to their last step."""
    total = last = 0.0
    for line in log.read_text().splitlines():
        row = json.loads(line)
        if row["event"] == "data":
            total, last = total + last, 0.0
        elif row["event"] == "step":
            last = row["seconds"]
    return round((total + last) / 60)


def state_of(model) -> dict[str, np.ndarray]:
    return {k: v.detach().float().cpu().numpy() for k, v in model.state_dict().items()}


def ranges_of(model, sets, args) -> dict[str, tuple[float, float]]:
    """Ranges of the products' inputs over training sentences of every task."""
    fp32, taps = build(state_of(model), model.encoder.config, max(WINDOW, args.max_tokens))
    pool = [e for name in ("anno-lexical", "newsmtsc", "polnear", "worldwide-ner") for e in sets[name]]
    sample = random.Random(args.seed).sample(pool, min(CALIBRATION_SENTENCES, len(pool)))
    return calibrate(fp32, taps, sample)


def write_config(folder: Path, measured: dict) -> None:
    """config.json of the model.onnx and tokenizer.json in `folder`, of which `measured` are the figures."""
    heads = {}
    for head, labels in HEADS.items():
        heads[head] = {
            "labels": labels,
            "level": "sentence" if head == "loaded" else "token",
            "temperature": measured["temperatures"][head],
            "threshold": measured["thresholds"].get(head),
            "set_on": SET_ON[head].format(**measured),
        }
        if head in measured["transitions"]:
            heads[head]["transitions"] = measured["transitions"][head]
    (folder / "config.json").write_text(pretty({
        "format": FORMAT,
        "name": "small",
        "max_tokens": WINDOW,
        "overlap_tokens": OVERLAP,
        "case_labels": CASES,
        "precision": "int8",
        "heads": heads,
        "sha256": {name: sha256(folder / name) for name in ("model.onnx", "tokenizer.json")},
    }))


def export(model, tokenizer, sets, ranges, args) -> dict[str, float]:
    """Writes the finished folder to args.out and prints how far int8 is from fp32. `ranges` are those that the
    model was trained with, or None. Returns the figures of int8."""
    state, config = state_of(model), model.encoder.config
    fp32, _ = build(state, config, max(WINDOW, args.max_tokens))
    int8, _ = build(state, config, max(WINDOW, args.max_tokens), ranges or ranges_of(model, sets, args))
    onnx.save(fp32, args.out / "model.fp32.onnx")
    onnx.save(int8, args.out / "model.onnx")

    checked = [e for n in ("babe/eval", "newsmtsc/dev_rw", "polnear/dev", "worldwide-ner/dev") for e in sets[n][:200]]
    exact = agreement(torch_predictor(model, args.device), onnx_predictor(fp32), checked)
    rounded = agreement(onnx_predictor(fp32), onnx_predictor(int8), checked)
    worst = max(v["largest_difference"] for v in exact.values())
    if worst > 1e-3:
        raise SystemExit(f"the exported graph is not the model: probabilities differ by {worst}")
    measured = evaluate_all(None, sets, args.device, quick=False, predict=onnx_predictor(int8))
    # With the very temperatures and thresholds of int8, so that only the rounding differs.
    result = evaluate_all(None, sets, args.device, quick=False, predict=onnx_predictor(fp32), settings=measured)
    print(json.dumps({"event": "int8", "against_fp32": rounded, "figures": measured["figures"]}), flush=True)

    tokenizer.save(str(args.out / "tokenizer.json"))
    write_config(args.out, measured)
    (args.out / "figures.json").write_text(json.dumps({
        # Folders by their last name: the machine's own paths tell nobody anything.
        "command": " ".join(["python", *(Path(a).name if "/" in a else a for a in sys.argv)]),
        "machine": f"{args.threads} core(s), {args.device}, {platform.machine()}",
        "seed": args.seed,
        "minutes": training_minutes(args.out / "log.jsonl"),
        "fp32": result["figures"],
        "int8": measured["figures"],
        "int8_against_fp32": rounded,
        "temperatures": measured["temperatures"],
        "thresholds": measured["thresholds"],
        "sentences": measured["sentences"],
    }, indent=2) + "\n")
    return measured["figures"]
