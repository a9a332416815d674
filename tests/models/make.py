#!/usr/bin/env python3
"""Makes the tiny random classifiers in this folder, and what transformers computes with them.

    python make.py          (torch, transformers, onnx: ../../models/train/requirements.txt)

Every folder is laid out as its authors would publish it: config.json, tokenizer.json, model.onnx and
model.safetensors. expected.json holds the logits that transformers gives for a few texts and pairs; the
tests hold both engines against them. The weights are drawn, so what the models say means nothing.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import onnx
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    DebertaV2Config,
    DebertaV2ForSequenceClassification,
    MPNetConfig,
    MPNetForSequenceClassification,
    RobertaConfig,
    RobertaForSequenceClassification,
)

HERE = Path(__file__).parent

# Written for this file: enough words for a vocabulary of pieces.
CORPUS = [
    "The mayor of Selke said on Monday that the harbour plan would go ahead.",
    "Critics called the reckless scheme a disgrace and a betrayal of the town.",
    "Councillor Anna Brandt welcomed the decision and praised the workers.",
    "The author is critical of the mayor. The author is supportive of the mayor.",
    "The author is neutral toward the council, the port and the union.",
    "A spokesman for Northwind Shipping declined to comment on the figures.",
    "Residents fear that the port will cost more than the council admits.",
    "The union said its members would vote on the offer next week.",
    "\"We were not asked,\" she said, \"and nobody will be asked.\"",
    "Prices rose by 3.4 percent in March, the statistics office said.",
]
TEXTS = [
    "The mayor praised the plan.",
    "The reckless scheme is a disgrace!",
    "Prices rose by 3.4 percent in March, the office said.",
    "Brandt",
]
PAIRS = [
    ("The mayor praised the plan of Northwind.", "Northwind"),
    ("The union called the mayor reckless.", "The author is critical of the mayor."),
]


def trained(model, trainer, pre, normalizer=None, decoder=None) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre
    if normalizer:
        tokenizer.normalizer = normalizer
    if decoder:
        tokenizer.decoder = decoder
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


def template(tokenizer: Tokenizer, single: str, pair: str, names: list[str]) -> Tokenizer:
    tokenizer.post_processor = processors.TemplateProcessing(
        single=single, pair=pair, special_tokens=[(n, tokenizer.token_to_id(n)) for n in names]
    )
    return tokenizer


def word_pieces(special: list[str], unknown: str) -> Tokenizer:
    return trained(
        models.WordPiece(unk_token=unknown),
        trainers.WordPieceTrainer(vocab_size=260, special_tokens=special, show_progress=False),
        pre_tokenizers.BertPreTokenizer(),
        normalizers.BertNormalizer(lowercase=True),
        decoders.WordPiece(),
    )


def bert():
    tokenizer = template(
        word_pieces(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], "[UNK]"),
        "[CLS]:0 $A:0 [SEP]:0", "[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", ["[CLS]", "[SEP]"],
    )
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=64, id2label={0: "NEUTRAL", 1: "BIASED"},
    )
    return tokenizer, BertForSequenceClassification(config)


def roberta():
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer = trained(
        models.BPE(),
        trainers.BpeTrainer(vocab_size=300, special_tokens=special, show_progress=False,
                            initial_alphabet=pre_tokenizers.ByteLevel.alphabet()),
        pre_tokenizers.ByteLevel(add_prefix_space=False),
        decoder=decoders.ByteLevel(),
    )
    tokenizer = template(tokenizer, "<s> $A </s>", "<s> $A </s> </s> $B </s>", ["<s>", "</s>"])
    config = RobertaConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=66, type_vocab_size=1, layer_norm_eps=1e-5,
        pad_token_id=1, bos_token_id=0, eos_token_id=2, id2label={0: "LABEL_0", 1: "LABEL_1"},
    )
    return tokenizer, RobertaForSequenceClassification(config)


def deberta_v2():
    special = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"]
    tokenizer = trained(
        models.Unigram(),
        trainers.UnigramTrainer(vocab_size=160, special_tokens=special, unk_token="[UNK]", show_progress=False),
        pre_tokenizers.Metaspace(),
        normalizers.NFKC(),
        decoders.Metaspace(),
    )
    tokenizer = template(tokenizer, "[CLS]:0 $A:0 [SEP]:0", "[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", ["[CLS]", "[SEP]"])
    config = DebertaV2Config(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=64, type_vocab_size=0, relative_attention=True,
        position_buckets=8, norm_rel_ebd="layer_norm", share_att_key=True, pos_att_type=["p2c", "c2p"],
        position_biased_input=False, max_relative_positions=-1, pooler_hidden_size=16,
        id2label={0: "entailment", 1: "neutral", 2: "contradiction"},
    )
    return tokenizer, DebertaV2ForSequenceClassification(config)


def mpnet():
    tokenizer = template(
        word_pieces(["<s>", "<pad>", "</s>", "<unk>", "<mask>"], "<unk>"),
        "<s> $A </s>", "<s> $A </s> </s> $B </s>", ["<s>", "</s>"],
    )
    config = MPNetConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=66, pad_token_id=1, bos_token_id=0, eos_token_id=2,
        id2label={0: "con", 1: "none", 2: "pro"},
    )
    return tokenizer, MPNetForSequenceClassification(config)


def encoded(tokenizer: Tokenizer, text, names: list[str]) -> dict[str, torch.Tensor]:
    e = tokenizer.encode(*text) if isinstance(text, tuple) else tokenizer.encode(text)
    all_of = {"input_ids": e.ids, "attention_mask": [1] * len(e.ids), "token_type_ids": e.type_ids}
    return {n: torch.tensor([all_of[n]]) for n in names}


def export(model, inputs: dict[str, torch.Tensor]) -> onnx.ModelProto:
    names = list(inputs)
    # In a batch of two: sizes of one are taken for fixed.
    example = tuple(torch.cat([inputs[n], inputs[n]]) for n in names)
    wrapped = Named(model, names).eval()
    file = io.BytesIO()
    torch.onnx.export(
        wrapped, example, file, input_names=names, output_names=["logits"], opset_version=14,
        dynamic_axes={**{n: {0: "batch", 1: "sequence"} for n in names}, "logits": {0: "batch"}},
    )
    graph = onnx.load_from_string(file.getvalue())
    del graph.graph.value_info[:]
    # The exporter's names are the longest part of so small a file.
    short = {n: n for n in [*names, "logits", ""]}
    for node in graph.graph.node:
        node.doc_string = node.name = ""
        for part in (node.input, node.output):
            part[:] = [short.setdefault(value, f"v{len(short)}") for value in part]
    for constant in graph.graph.initializer:
        constant.name = short[constant.name]
    return graph


class Named(torch.nn.Module):
    def __init__(self, model, names):
        super().__init__()
        self.model, self.names = model, names

    def forward(self, *tensors):
        return self.model(**dict(zip(self.names, tensors))).logits


def main() -> int:
    for name, make, architecture in [
        ("bert", bert, ["input_ids", "attention_mask", "token_type_ids"]),
        ("roberta", roberta, ["input_ids", "attention_mask"]),
        ("deberta-v2", deberta_v2, ["input_ids", "attention_mask"]),
        ("mpnet", mpnet, ["input_ids", "attention_mask"]),
    ]:
        torch.manual_seed(7)
        tokenizer, model = make()
        model.eval()
        with torch.no_grad():
            for key, p in model.named_parameters():
                if p.dim() > 1:
                    p.normal_(std=0.35)
                elif "LayerNorm.weight" not in key:
                    p.normal_(std=0.1)
        folder = HERE / name
        folder.mkdir(exist_ok=True)
        model.config.architectures = [type(model).__name__]
        model.config.transformers_version = None
        (folder / "config.json").write_text(model.config.to_json_string())
        tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
        save_file({k: v.contiguous() for k, v in model.state_dict().items()}, folder / "model.safetensors",
                  metadata={"format": "pt"})
        graph = export(model, encoded(tokenizer, TEXTS[2], architecture))
        onnx.save(graph, folder / "model.onnx")
        rows = []
        for text in [*TEXTS, *PAIRS]:
            with torch.no_grad():
                logits = model(**encoded(tokenizer, text, architecture)).logits[0]
            rows.append({"text": text, "logits": [round(float(x), 6) for x in logits]})
        (folder / "expected.json").write_text("[\n" + ",\n".join(json.dumps(r) for r in rows) + "\n]\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
