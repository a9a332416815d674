#!/usr/bin/env python3
"""Sentences per second of undertone and of what people run today, on the same sentences and cores.

    python eval/speed.py ARTICLES.jsonl --undertone target/release/undertone [--sentences 2000] [--threads 2]

Needs the packages of models/train/requirements.txt. Peers:
- ONNX Runtime with undertone's own int8 graph (the same arithmetic in another engine);
- RoBERTa-base in PyTorch, fp32, batches of 16 sorted by length: one pass for loaded wording and one per
  target for stance, as the published systems run. Its weights are drawn at random: speed does not depend
  on them. It reads fewer sentences, and its time is scaled.
Each is measured three times in turn; the median counts.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "models/train"))


def main() -> int:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("articles", type=Path)
    p.add_argument("--undertone", default="target/release/undertone")
    p.add_argument("--sentences", type=int, default=2000)
    p.add_argument("--peer-sentences", type=int, default=200)
    p.add_argument("--threads", type=int, default=2)
    args = p.parse_args()

    import numpy as np
    import onnxruntime
    import torch
    from tokenizers import Tokenizer
    from transformers import RobertaConfig, RobertaModel

    from data import Example, encode, split_sentences

    texts: list[str] = []
    with open(args.articles, encoding="utf-8") as f:
        for line in f:
            text = json.loads(line)["text"]
            texts += [text[s:e] for s, e in split_sentences(text)]
            if len(texts) >= args.sentences:
                break
    texts = texts[: args.sentences]
    tokenizer = Tokenizer.from_file(str(ROOT / "models/small/tokenizer.json"))
    examples = [encode(Example("", "loaded", t, 0), tokenizer, 160) for t in texts]
    pieces = sum(len(e.ids) for e in examples) / len(examples)

    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", delete=False) as f:
        f.writelines(json.dumps({"id": i, "text": t}) + "\n" for i, t in enumerate(texts))
    answers = subprocess.run([args.undertone, "predict", f.name, "--threads", str(args.threads)],
                             check=True, capture_output=True, text=True).stdout.splitlines()
    targets = sum(len(json.loads(a)["targets"]) for a in answers) / len(answers)

    def undertone() -> float:
        start = time.perf_counter()
        subprocess.run([args.undertone, "predict", f.name, "--threads", str(args.threads)],
                       check=True, stdout=subprocess.DEVNULL)
        return len(texts) / (time.perf_counter() - start)

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = args.threads
    session = onnxruntime.InferenceSession(str(ROOT / "models/small/model.onnx"), options, providers=["CPUExecutionProvider"])

    def ort() -> float:
        start = time.perf_counter()
        by_length: dict[int, list] = {}
        for e in examples:
            by_length.setdefault(len(e.ids), []).append(e)
        for rows in by_length.values():
            for i in range(0, len(rows), 16):
                part = rows[i : i + 16]
                session.run(None, {"input_ids": np.array([e.ids for e in part]), "case_ids": np.array([e.case for e in part])})
        return len(examples) / (time.perf_counter() - start)

    torch.set_num_threads(args.threads)
    roberta = RobertaModel(RobertaConfig(vocab_size=50265, max_position_embeddings=514, type_vocab_size=1)).eval()
    few = sorted(examples[: args.peer_sentences], key=lambda e: len(e.ids))

    def peer() -> float:
        start = time.perf_counter()
        with torch.inference_mode():
            for i in range(0, len(few), 16):
                part = few[i : i + 16]
                width = max(len(e.ids) for e in part)
                ids = torch.ones(len(part), width, dtype=torch.long)
                for k, e in enumerate(part):
                    ids[k, : len(e.ids)] = torch.tensor(e.ids)
                roberta(ids, attention_mask=(ids != 1).long())
        one_pass = len(few) / (time.perf_counter() - start)
        return one_pass / (1 + targets)

    rates: dict[str, list[float]] = {"undertone": [], "onnxruntime": [], "roberta": []}
    for _ in range(3):
        rates["undertone"].append(undertone())
        rates["onnxruntime"].append(ort())
        rates["roberta"].append(peer())
    median = {k: statistics.median(v) for k, v in rates.items()}
    print(json.dumps({
        "sentences": len(texts), "pieces_per_sentence": round(pieces, 1), "targets_per_sentence": round(targets, 2),
        "threads": args.threads,
        "sentences_per_second": {k: round(v, 1) for k, v in median.items()},
        "all_runs": {k: [round(x, 1) for x in v] for k, v in rates.items()},
        "undertone_over_onnxruntime": round(median["undertone"] / median["onnxruntime"], 2),
        "undertone_over_roberta": round(median["undertone"] / median["roberta"], 1),
    }, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
