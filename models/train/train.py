#!/usr/bin/env python3
"""Trains undertone's multi-head encoder, calibrates it, measures it and exports it.

    python train.py --data ../../../shared/data --backbone DIR --out OUT

Everything lands in OUT: checkpoint.pt (for --resume), log.jsonl, model.onnx (fp32), model.int8.onnx,
tokenizer.json, config.json and figures.json. `install.py` copies the finished model into models/small.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

import export
import quantize
import silver
from augment import person_names, place_names, swap_names
from corpus import pool
from data import Example, encode, load_all, one_head, pieces_of, straighten_quotes, tokenizer_of, word_targets
from evaluate import DEV_SETS, evaluate_all
from labels import CASES, HEADS, OF_TARGETS
from mixes import MIXES, heads_of
from model import Undertone, partial_cross_entropy

# Loaded words are one in ten: without this weight the head would call none.
LOADED_WORD_WEIGHT = 2.0
LOWERED, SHOUTED = 0.05, 0.05  # share of training sentences whose case is lost, or all capitals


def arguments() -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", type=Path, required=True, help="folder laid out as the data sets' README says")
    p.add_argument("--backbone", type=Path, required=True, help="Hugging Face folder of a BERT encoder")
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    p.add_argument("--seed", type=int, default=20)
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--lr", type=float, default=1e-4, help="of the encoder; the heads take four times that")
    p.add_argument("--max-tokens", type=int, default=160)
    p.add_argument("--mix", choices=sorted(MIXES), default="small", help="what is trained, see mixes.py")
    p.add_argument("--freeze", type=int, default=0, help="lowest layers left as they are (with the embeddings)")
    p.add_argument("--silver", type=Path, nargs="*", default=[], help="files that label.py wrote")
    p.add_argument("--init", type=Path, help="checkpoint (or model.safetensors) whose weights to begin with, instead of the backbone's")
    p.add_argument("--rounded", type=float, default=0.2, help="share of the steps, the last ones, that know of int8")
    p.add_argument("--passes", type=float, default=1.0, help="multiplies every set's passes")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--bf16", choices=["auto", "on", "off"], default="auto",
                   help="autocast; auto: on CUDA, and on a CPU with bf16 instructions")
    p.add_argument("--limit", type=int, help="rows kept of every set (for a trial run)")
    p.add_argument("--checkpoint-every", type=int, default=500, help="steps")
    p.add_argument("--resume", action="store_true", help="go on from OUT/checkpoint.pt")
    p.add_argument("--export-only", action="store_true", help="calibrate and export OUT/checkpoint.pt")
    return p.parse_args()


def use_bf16(choice: str, device: str) -> bool:
    if choice != "auto":
        return choice == "on"
    if device.startswith("cuda"):
        return True
    # Without the instructions bf16 is emulated: three times slower than fp32.
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def weights_of(path: Path) -> dict[str, torch.Tensor]:
    """Of a checkpoint, a teacher, or the model.safetensors that `undertone model convert` makes of a finished model."""
    if path.suffix == ".safetensors":
        state = {name: w.float() for name, w in load_file(path).items()}
    else:
        state = quantize.plain_weights(torch.load(path, weights_only=True)["model"])
    for part in ("weight", "bias"):  # models from before had one head for both
        state.setdefault(f"stance_named.{part}", state[f"stance.{part}"].clone())
    return state


def begin_with(model: Undertone, state: dict[str, torch.Tensor]) -> None:
    """Loads weights. A finished model has no more positions than its window: the rest stay the backbone's."""
    positions = "encoder.embeddings.position_embeddings.weight"
    if positions in state:
        whole = model.state_dict()[positions].clone()
        whole[: len(state[positions])] = state[positions]
        state = state | {positions: whole}
    model.load_state_dict(state)


def plan(sets: dict[str, list[Example]], mix: dict, batch: int, passes: float, rng: random.Random):
    """Batches of one set each, of sentences of like length, in one shuffled order."""
    out = []
    for name, (times, _) in mix.items():
        examples = sets[name]
        order: list[int] = []
        while len(order) < times * passes * len(examples):
            one = list(range(len(examples)))
            rng.shuffle(one)
            order += one
        order = order[: round(times * passes * len(examples))]
        block = batch * 50
        for i in range(0, len(order), block):
            part = sorted(order[i : i + block], key=lambda k: len(examples[k].ids))
            out += [(name, part[j : j + batch]) for j in range(0, len(part), batch)]
    rng.shuffle(out)
    return out


def collate(examples: list[Example], device: str, rng: random.Random | None = None):
    width = max(len(e.ids) for e in examples)
    ids = torch.zeros(len(examples), width, dtype=torch.long)
    case = torch.zeros_like(ids)
    mask = torch.zeros_like(ids)
    for i, e in enumerate(examples):
        n = len(e.ids)
        ids[i, :n] = torch.tensor(e.ids)
        mask[i, :n] = 1
        draw = rng.random() if rng else 1.0
        if draw < LOWERED:
            pass
        elif draw < LOWERED + SHOUTED:
            case[i, 1 : n - 1] = CASES.index("upper")
        else:
            case[i, :n] = torch.tensor(e.case)
    return ids.to(device), case.to(device), mask.to(device)


def loss_of(name: str, examples: list[Example], out: dict, device: str):
    task = examples[0].task
    if task == "silver":
        return silver.loss(examples, out, device)
    if task == "all":
        parts = [loss_of(name, [one_head(e, head) for e in examples], out, device) for head in examples[0].labels]
        return sum(p for p in parts if p is not None)
    if task == "loaded":
        gold = torch.tensor([e.labels for e in examples], device=device)
        return torch.nn.functional.cross_entropy(out["loaded"].float(), gold)
    if task in OF_TARGETS:
        rows, pieces, gold = [], [], []
        for i, e in enumerate(examples):
            for start, end, label in e.labels:
                where = pieces_of(e, start, end)
                if where:
                    rows.append(i)
                    pieces.append(where)
                    gold.append(label)
        if not rows:
            return None
        logits = torch.stack([out[task][r, p].mean(0) for r, p in zip(rows, pieces)]).float()
        return torch.nn.functional.cross_entropy(logits, torch.tensor(gold, device=device))
    rows, cols, targets = [], [], []
    for i, e in enumerate(examples):
        for (first, _, _), labels in zip(e.words, word_targets(e)):
            rows.append(i)
            cols.append(first)
            targets.append(labels)
    if not rows:
        return None
    logits = out[task][rows, cols]
    if task == "loaded_words":
        gold = torch.tensor([t[0] for t in targets], device=device)
        weight = torch.tensor([1.0, LOADED_WORD_WEIGHT], device=device)
        return torch.nn.functional.cross_entropy(logits.float(), gold, weight=weight)
    allowed = torch.zeros(len(targets), logits.shape[-1])
    for i, labels in enumerate(targets):
        allowed[i, labels] = 1
    return partial_cross_entropy(logits, allowed.to(device))


def main() -> int:
    args = arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    random.seed(args.seed)
    np.random.seed(args.seed)
    torch.manual_seed(args.seed)
    log_file = open(args.out / "log.jsonl", "a", encoding="utf-8")

    def log(**row):
        row["seconds"] = round(time.time() - begun, 1)
        line = json.dumps(row)
        print(line, flush=True)
        log_file.write(line + "\n")
        log_file.flush()

    begun = time.time()
    tokenizer = tokenizer_of(args.backbone)
    mix, wanted = MIXES[args.mix], heads_of(args.mix)
    teacher = args.mix.startswith("teacher")
    sets = load_all(args.data, args.limit)
    news = pool(args.data, args.limit or 4000, seed=7)
    sets["articles/dev"] = [Example("articles", "loaded", text, 0) for text in news]  # nobody labelled them
    rng = random.Random(args.seed)
    names = person_names(sets["worldwide-ner"])
    sets["newsmtsc/swapped"] = [s for e in sets["newsmtsc"] if (s := swap_names(e, names, rng))]
    if "silver" in mix:
        taught = silver.load(args.silver)
        sets["silver"] = taught + silver.vary(taught, names, place_names(sets["worldwide-ner"]), rng)
        if args.limit:
            sets["silver"] = sets["silver"][: args.limit]
    if teacher:
        needed = {*mix, *(n for head in wanted for n in DEV_SETS[head])}
        sets = {name: sets[name] for name in needed}
        for name in {"anno-lexical/dev", "articles/dev"} & sets.keys():  # enough, and a large model is slow
            sets[name] = sets[name][::4]
    for name in sorted(mix):
        straighten_quotes(sets[name], rng)
    for examples in sets.values():
        for e in examples:
            encode(e, tokenizer, args.max_tokens)
    log(event="data", sentences={k: len(v) for k, v in sets.items()},
        pieces={k: sum(len(e.ids) for e in v) for k, v in sets.items()})

    model = Undertone.from_backbone(str(args.backbone)).to(args.device)
    model.freeze(args.freeze)
    batches = plan(sets, mix, args.batch, args.passes, rng)
    heads = [p for n, p in model.named_parameters() if not n.startswith("encoder.")]
    optimizer = torch.optim.AdamW(
        [{"params": [p for p in model.encoder.parameters() if p.requires_grad], "lr": args.lr},
         {"params": heads, "lr": 4 * args.lr}],
        weight_decay=0.01, fused=True,
    )
    warm = max(1, round(0.06 * len(batches)))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min(s / warm, max(0.0, (len(batches) - s) / max(1, len(batches) - warm)))
    )
    step, ranges = 0, None
    checkpoint = args.out / "checkpoint.pt"
    if args.init and not (args.resume or args.export_only):
        begin_with(model, weights_of(args.init))
    if args.resume or args.export_only:
        state = torch.load(checkpoint, weights_only=True)
        ranges = state.get("ranges")
        if ranges:
            quantize.attach(model, ranges)
        model.load_state_dict(state["model"])
        if not args.export_only:
            optimizer.load_state_dict(state["optimizer"])
            schedule.load_state_dict(state["schedule"])
        step = state["step"]
        log(event="resumed", step=step)

    bf16 = use_bf16(args.bf16, args.device)
    log(event="start", steps=len(batches), bf16=bf16, device=args.device, arguments={k: str(v) for k, v in vars(args).items()})
    running: dict[str, list[float]] = {}
    model.train()
    steps = [] if args.export_only else range(step, len(batches))
    for step in steps:
        if ranges is None and not teacher and step >= (1 - args.rounded) * len(batches):
            ranges = export.ranges_of(model, sets, args)
            quantize.attach(model, ranges)
            log(event="rounded", step=step)
        name, rows = batches[step]
        examples = [sets[name][i] for i in rows]
        # Drawn per step, so that a resumed run sees what an unbroken one would.
        ids, case, mask = collate(examples, args.device, random.Random(args.seed * 1_000_003 + step))
        with torch.autocast(args.device.split(":")[0], dtype=torch.bfloat16, enabled=bf16):
            loss = loss_of(name, examples, model(ids, case, mask), args.device)
        if loss is None:
            continue
        (mix[name][1] * loss).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        running.setdefault(name, []).append(loss.item())
        if (step + 1) % 100 == 0:
            log(event="step", step=step + 1, of=len(batches), loss={k: round(float(np.mean(v)), 4) for k, v in sorted(running.items())})
            running.clear()
        if (step + 1) % args.checkpoint_every == 0 or step + 1 == len(batches):
            partial = checkpoint.with_suffix(".part")
            torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                        "schedule": schedule.state_dict(), "step": step + 1, "ranges": ranges}, partial)
            partial.replace(checkpoint)
        if (step + 1) % (len(batches) // 2) == 0 and step + 1 < len(batches) * 0.9:
            log(event="dev", step=step + 1, **evaluate_all(model, sets, args.device, quick=True, heads=wanted)["figures"])
            model.train()

    quantize.detach(model)
    if teacher:
        result = evaluate_all(model, sets, args.device, quick=False, heads=wanted)
        log(event="dev", **result["figures"])
        torch.save({"model": {k: v.half() for k, v in model.state_dict().items()}, "mix": args.mix,
                    "temperatures": result["temperatures"], "figures": result["figures"]}, args.out / "teacher.pt")
        log(event="done")
        return 0
    log(event="dev", **export.export(model, tokenizer, sets, ranges, args))
    log(event="done")
    return 0


if __name__ == "__main__":
    sys.exit(main())
