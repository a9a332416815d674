#!/usr/bin/env python3
"""What PyTorch computes with the weights of the default model: the reference for both engines.

    undertone model convert --out FOLDER
    python reference.py FOLDER ../small ../../eval/reference/small.json

FOLDER holds model.safetensors, as the first line makes it of the built-in model; the second folder is the one
that is built in. To be made again whenever the default model changes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from safetensors import safe_open
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

import data
from export import sha256
from labels import HEADS
from model import Undertone

# Written for this file.
SENTENCES = [
    "The mayor of Selke said on Monday that the harbour plan would go ahead.",
    "Critics called the scheme a reckless gamble with other people's money.",
    "Anna Brandt praised the dockers for their patience.",
    "Northwind Shipping has once again bullied its way past the regulator.",
    "Prices rose by 3.4 percent in March, the statistics office said.",
    "“We were not asked,” Brandt said, “and nobody will be asked.”",
    "Residents of the old town fear that the port will cost more than the council admits.",
    "The minister's shameless U-turn has fooled no one.",
    "According to the NATO report, which the agency published on Friday, emissions fell again.",
    "The so-called reform will do nothing for the pensioners of Selke.",
    "Her tireless work has made the hospital one of the best in the country.",
    "The opposition accused the government of hiding the true cost of the bridge from voters.",
    "McAllan, 47, resigned.",
    "It was a disgraceful performance by a party that has run out of ideas.",
    "French farmers said that the new rules were fair, but that they came too late.",
    "Yes.",
]


def main() -> int:
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    folder, small, out = map(Path, sys.argv[1:])
    with safe_open(folder / "model.safetensors", framework="pt") as file:
        metadata, state = file.metadata(), {k: file.get_tensor(k) for k in file.keys()}
    embeddings = "encoder.embeddings"
    layers = sum(k.endswith("intermediate.dense.weight") for k in state)
    vocabulary, hidden = state[f"{embeddings}.word_embeddings.weight"].shape
    config = BertConfig(
        vocab_size=vocabulary, hidden_size=hidden, num_hidden_layers=layers,
        num_attention_heads=int(metadata["undertone.attention_heads"]),
        intermediate_size=state["encoder.encoder.layer.0.intermediate.dense.weight"].shape[0],
        max_position_embeddings=state[f"{embeddings}.position_embeddings.weight"].shape[0],
        type_vocab_size=state[f"{embeddings}.token_type_embeddings.weight"].shape[0],
        layer_norm_eps=float(metadata["undertone.layer_norm_eps"]),
    )
    network = Undertone(BertModel(config, add_pooling_layer=False))
    network.load_state_dict({k: v.float() for k, v in state.items()})
    network.eval()
    tokenizer = Tokenizer.from_file(str(small / "tokenizer.json"))
    rows = []
    for text in SENTENCES:
        example = data.encode(data.Example("reference", "", text, None), tokenizer, 160)
        ids, case = example.ids, example.case
        with torch.no_grad():
            heads = network(torch.tensor([ids]), torch.tensor([case]))
        row = {"text": text, "loaded": rounded(heads["loaded"][0])}
        for head in HEADS:
            if head != "loaded":
                row[head] = [rounded(piece) for piece in heads[head][0][1:-1]]
        rows.append(json.dumps(row, ensure_ascii=False))
    command = "undertone model convert --out FOLDER && python models/train/reference.py FOLDER models/small " + (
        "eval/reference/small.json")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(
        "{\n" + f'"command": {json.dumps(command)},\n"model": "{sha256(small / "model.onnx")}",\n"sentences": [\n'
        + ",\n".join(rows) + "\n]\n}\n"
    )
    return 0


def rounded(values) -> list[float]:
    return [round(float(x), 5) for x in values]


if __name__ == "__main__":
    sys.exit(main())
