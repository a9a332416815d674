#!/usr/bin/env python3
"""Has a teacher label sentences: its probabilities become what the small model learns (Hinton et al. 2015).

    python label.py --data DATA --backbone MPNET --teacher OUT/teacher.pt --out silver/stance.jsonl \
        --source corpus --first 30000 --targets small/checkpoint.pt --targets-backbone MINILM

One line a sentence: `text`, and of `loaded` [2], `words` [[start, end, p]] and `stance` [[start, end, 3 p, type or null]] what the
teacher knows, or those of them that --heads names. An interrupted run goes on where it stopped. Several workers share the work with --part K/N.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch

from corpus import pool
from data import Example, encode, load_all, pieces_of, tokenizer_of
from evaluate import run, torch_predictor
from labels import ENTITIES, HEADS
from metrics import decode_bio, softmax
from mixes import heads_of
from model import Undertone
from quantize import plain_weights

# Whom stance is asked about in unlabelled text.
ACTORS = {"PER", "ORG", "NORP", "LOC"}
CHUNK = 1024


def load(backbone: Path, state: dict, device: str) -> Undertone:
    model = Undertone.from_backbone(str(backbone))
    model.load_state_dict(plain_weights(state["model"]))
    return model.to(device).eval()


def targets_of(examples: list[Example], logits: list[dict]) -> list[list[tuple[int, int, str]]]:
    """Actors in each sentence, as the entity head of a first model finds them."""
    out = []
    for e, o in zip(examples, logits):
        tags = [ENTITIES[o["entities"][first].argmax()] for first, _, _ in e.words]
        out.append([s[:3] for s in decode_bio(tags, e.words) if s[2] in ACTORS][:6])
    return out


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", type=Path, required=True)
    p.add_argument("--backbone", type=Path, required=True, help="of the teacher")
    p.add_argument("--teacher", type=Path, required=True, help="teacher.pt of a train.py run")
    p.add_argument("--out", type=Path, required=True, help="JSON lines; appended to")
    p.add_argument("--source", default="corpus", help="corpus, or the name of a training set")
    p.add_argument("--sentences", type=int, default=120_000, help="drawn from the corpus")
    p.add_argument("--first", type=int, help="label only so many of them (a larger number later goes on from there)")
    p.add_argument("--targets", type=Path, help="checkpoint of a model that finds the actors (for stance on the corpus)")
    p.add_argument("--targets-backbone", type=Path)
    p.add_argument("--heads", nargs="*", choices=sorted(HEADS), help="what is asked [default: all the teacher knows]")
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--seed", type=int, default=20)
    p.add_argument("--max-tokens", type=int, default=128)
    p.add_argument("--part", default="1/1", help="which part of the sentences, K/N")
    args = p.parse_args()
    torch.set_num_threads(args.threads)
    state = torch.load(args.teacher, weights_only=True)
    heads = set(args.heads or heads_of(state["mix"]))
    teacher = torch_predictor(load(args.backbone, state, args.device), args.device)
    tokenizer = tokenizer_of(args.backbone)

    if args.source == "corpus":
        sentences = [(text, None) for text in pool(args.data, args.sentences, args.seed)]
        if "stance" in heads:
            first = torch_predictor(load(args.targets_backbone, torch.load(args.targets, weights_only=True), args.device), args.device)
            first_tokenizer = tokenizer_of(args.targets_backbone)
    else:
        examples = load_all(args.data)[args.source]
        sentences = [(e.text, [(*s[:2], None) for s in e.labels] if e.task == "stance" else None) for e in examples]
    k, n = (int(x) for x in args.part.split("/"))
    sentences = sentences[: args.first][k - 1 :: n]

    args.out.parent.mkdir(parents=True, exist_ok=True)
    progress = args.out.with_suffix(".progress")
    done = int(progress.read_text()) if progress.exists() else 0
    begun, start = time.time(), done
    with open(args.out, "a", encoding="utf-8") as out:
        while done < len(sentences):
            part = sentences[done : done + CHUNK]
            examples = [Example("silver", "silver", text, given) for text, given in part]
            if "stance" in heads and args.source == "corpus":
                for e in examples:
                    encode(e, first_tokenizer, args.max_tokens)
                for e, targets in zip(examples, targets_of(examples, run(first, examples))):
                    e.labels = targets
                examples = [e for e in examples if e.labels]
            for e in examples:
                encode(e, tokenizer, args.max_tokens)
            for e, o in zip(examples, run(teacher, examples)):
                row: dict = {"text": e.text}
                if "loaded" in heads:
                    row["loaded"] = np.round(softmax(o["loaded"]), 4).tolist()
                if "loaded_words" in heads:
                    words = softmax(o["loaded_words"])
                    row["words"] = [[s, t, round(float(words[first][1]), 3)] for first, s, t in e.words]
                if "stance" in heads:
                    row["stance"] = []
                    for s, t, kind in e.labels:
                        where = pieces_of(e, s, t)
                        if where:
                            row["stance"].append([s, t, np.round(softmax(o["stance"][where].mean(0)), 4).tolist(), kind])
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
            out.flush()
            done += len(part)
            progress.write_text(str(done))
            rate = (done - start) / (time.time() - begun)
            print(json.dumps({"done": done, "of": len(sentences), "per_second": round(rate, 1)}), flush=True)


if __name__ == "__main__":
    main()
