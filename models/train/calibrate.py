#!/usr/bin/env python3
"""Sets temperatures and thresholds of a finished model anew, as the export did: FOLDER/config.json.

    python calibrate.py DATA FOLDER

The weights stay as they are. For what came into config.json after a model was made.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import onnx
from tokenizers import Tokenizer

from corpus import pool
from data import Example, encode, load_all
from evaluate import DEV_SETS, PATH_SETS, evaluate_all
from export import WINDOW, onnx_predictor, write_config


def main() -> int:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    data, folder = Path(sys.argv[1]), Path(sys.argv[2])
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    sets = load_all(data, None)
    sets["articles/dev"] = [Example("articles", "loaded", text, 0) for text in pool(data, 4000, seed=7)]
    needed = {n for names in [*DEV_SETS.values(), *PATH_SETS.values()] for n in names}
    sets = {name: sets[name] for name in needed}
    for examples in sets.values():
        for e in examples:
            encode(e, tokenizer, WINDOW)
    predict = onnx_predictor(onnx.load(folder / "model.onnx"))
    measured = evaluate_all(None, sets, "cpu", quick=False, predict=predict)
    write_config(folder, measured)
    print(json.dumps({k: measured[k] for k in ("figures", "temperatures", "thresholds")}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
