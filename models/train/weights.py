#!/usr/bin/env python3
"""A trained model's weights as model.safetensors, for the engine rust-bert.

    python weights.py CHECKPOINT BACKBONE OUT.safetensors [--half]

CHECKPOINT is checkpoint.pt of a finished run, BACKBONE the Hugging Face folder that it began from (its
config.json is read). The weights are those before rounding to int8; `undertone model convert` takes the rounded
ones out of model.onnx.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import AutoConfig

from quantize import plain_weights


def save(state: dict, config, path: Path, half: bool = False) -> None:
    """Weights by the names of model.Undertone, and what no tensor's shape tells."""
    kind = torch.float16 if half else torch.float32
    metadata = {
        "format": "pt",
        "undertone.attention_heads": str(config.num_attention_heads),
        "undertone.layer_norm_eps": repr(config.layer_norm_eps),
    }
    save_file({k: v.detach().cpu().to(kind).contiguous() for k, v in state.items()}, path, metadata=metadata)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("backbone")
    parser.add_argument("out", type=Path)
    parser.add_argument("--half", action="store_true", help="16 bits a weight")
    args = parser.parse_args()
    state = torch.load(args.checkpoint, map_location="cpu", weights_only=True)["model"]
    save(plain_weights(state), AutoConfig.from_pretrained(args.backbone), args.out, args.half)
    return 0


if __name__ == "__main__":
    sys.exit(main())
