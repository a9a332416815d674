#!/usr/bin/env python3
"""Two models of one line made one: weights in between (Wortsman et al. 2022, robust fine-tuning), so that what the later
one learned is kept and what it forgot comes back. Then the last layers of `stance_named` and `loaded` are fitted anew.

    python merge.py --data DATA --backbone MINILM --before OLD --after NEW --share 0.6 --out OUT

NEW began with the weights of OLD (checkpoint.pt or model.safetensors). `train.py --out OUT --export-only` makes the
model folder of OUT/checkpoint.pt.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from data import Example, encode, load_all, one_head, pieces_of, tokenizer_of, word_targets
from labels import OF_TARGETS
from model import Undertone
from train import begin_with, weights_of

# Only the later model has learned it.
LATER = "stance_named"
# What the last layers are fitted on. `loaded` on sets of which half the sentences are loaded, as its threshold expects
# (evaluate.natural_threshold); in whole articles few are. Of large sets every second or fourth sentence is enough.
FITTED_ON = {
    LATER: {"written-stance_named": 1, "written-articles": 2, "corpus-articles": 2},
    "loaded": {"anno-lexical": 4, "mbic-loaded": 1},
    # The words that people marked: in whole articles fewer are marked than they would.
    "loaded_words": {"mbic-words": 1, "written-words": 1},
}
# How strongly the fitted weights are held to those they begin with.
HELD = 1e-3


def between(before: dict, after: dict, share: float) -> dict:
    """`share` of the way from one to the other; the head that only the later one has learned is its own."""
    return {n: w if n.startswith(LATER) else share * w + (1 - share) * before[n] for n, w in after.items()}


def states(model: Undertone, head: str, examples: list[Example], batch: int = 48):
    """What the last layer of `head` reads [rows, hidden], and the labels: one row a sentence, one a target (the mean over
    its pieces), or one a word (its first piece)."""
    read: dict[str, torch.Tensor] = {}
    hook = getattr(model, head).register_forward_pre_hook(lambda _, inputs: read.update(x=inputs[0]))
    by_length: dict[int, list[Example]] = {}
    for e in examples:
        if head not in OF_TARGETS or e.labels:
            by_length.setdefault(len(e.ids), []).append(e)
    rows, labels = [], []
    for same in by_length.values():
        for i in range(0, len(same), batch):
            part = same[i : i + batch]
            with torch.inference_mode():
                model(torch.tensor([e.ids for e in part]), torch.tensor([e.case for e in part]))
            for k, e in enumerate(part):
                if head == "loaded_words":
                    rows += [read["x"][k, first].float() for first, _, _ in e.words]
                    labels += [allowed[0] for allowed in word_targets(e)]
                    continue
                if head not in OF_TARGETS:
                    rows.append(read["x"][k].float())
                    labels.append(e.labels)
                    continue
                for start, end, label in e.labels:
                    if where := pieces_of(e, start, end):
                        rows.append(read["x"][k, where].float().mean(0))
                        labels.append(label)
    hook.remove()
    return torch.stack(rows).clone(), torch.tensor(labels)


def fit(x, y, weight, bias):
    """The likeliest last layer, near the one that is given."""
    w, b = weight.clone().requires_grad_(), bias.clone().requires_grad_()
    optimizer = torch.optim.LBFGS([w, b], max_iter=150, line_search_fn="strong_wolfe")

    def loss():
        optimizer.zero_grad()
        out = torch.nn.functional.cross_entropy(x @ w.T + b, y) + HELD * ((w - weight) ** 2).sum()
        out.backward()
        return out

    optimizer.step(loss)
    return w.detach(), b.detach()


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", type=Path, required=True)
    p.add_argument("--backbone", type=Path, required=True)
    p.add_argument("--before", type=Path, required=True)
    p.add_argument("--after", type=Path, required=True)
    p.add_argument("--share", type=float, default=0.6, help="of the way from the one to the other")
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--limit", type=int, help="sentences of every set (for a trial run)")
    args = p.parse_args()
    torch.set_num_threads(args.threads)
    model = Undertone.from_backbone(str(args.backbone)).eval()
    begin_with(model, weights_of(args.before))
    before = {n: w.clone() for n, w in model.state_dict().items()}
    begin_with(model, weights_of(args.after))
    model.load_state_dict(between(before, model.state_dict(), args.share))
    sets = load_all(args.data)
    tokenizer = tokenizer_of(args.backbone)
    for name, fitted_on in FITTED_ON.items():
        chosen = [e for s, every in fitted_on.items() for e in sets[s][::every][: args.limit]]
        examples = [e if e.task == name else one_head(e, name) for e in chosen]
        for e in examples:
            encode(e, tokenizer, 160)
        head = getattr(model, name)
        weight, bias = fit(*states(model, name, examples), head.weight.detach(), head.bias.detach())
        with torch.no_grad():
            head.weight.copy_(weight)
            head.bias.copy_(bias)
    args.out.mkdir(parents=True, exist_ok=True)
    # A log, from which the export takes how long training was.
    log = args.after.parent / "log.jsonl"
    (args.out / log.name).write_bytes(log.read_bytes() if log.exists() else b"")
    torch.save({"model": model.state_dict(), "step": 0, "ranges": None}, args.out / "checkpoint.pt")


if __name__ == "__main__":
    main()
