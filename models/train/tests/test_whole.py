"""The whole recipe, from data sets to a model folder, on a few sentences made up here and tiny encoders."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, MPNetConfig, MPNetModel

RECIPE = Path(__file__).resolve().parents[1] / "recipe.sh"

PLAIN = "The mayor of Selke said that the harbour plan would be read again on Monday ."
LOADED = "The reckless mayor of Selke rammed her shameful harbour plan through the council ."
NAMES = [("Ilse", "Brandvold"), ("Teodor", "Kvist"), ("Amara", "Okonjo"), ("Ruth", "Sabel")]
PLACES = ["Selke", "Odrun", "Kesser"]


def lines(path: Path, rows) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")


def columns(path: Path, label: str, person: str, place: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    blocks = []
    for (given, surname), town in zip(NAMES * 3, PLACES * 4):
        tagged = [(given, f"B-{person}"), (surname, f"I-{person}"), ("left", "O"), (town, f"B-{place}"), (".", "O")]
        blocks.append("".join(f"{word}{label}{tag}\n" for word, tag in tagged))
    path.write_text("\n".join(blocks) + "\n", encoding="utf-8")


def polnear(folder: Path) -> None:
    text = "Ilse Brandvold said the plan was ready.\nThe dock workers left."
    for part, body in (
        ("text/a.txt", text),
        ("attributions/a_x.ann",
         "T1\tSource 0 14\tIlse Brandvold\nT2\tCue 15 19\tsaid\nT3\tContent 20 38\tthe plan was ready\n"
         "E1\tSource:T1 Cue:T2 Content:T3\n"),
    ):
        path = folder / part
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")


def stance_rows(n: int):
    for i in range(n):
        given, surname = NAMES[i % len(NAMES)]
        name = f"{given} {surname}"
        yield {"text": f"{name} was praised by the dock workers.",
               "targets": [{"start": 0, "end": len(name), "stance": ("favor", "neutral", "against")[i % 3]}]}


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("data")
    loaded = [{"text": f"{text} {i}", "loaded": k} for i in range(8) for k, text in enumerate((PLAIN, LOADED))]
    for name in ("anno-lexical/train", "anno-lexical/dev", "babe/eval_dev"):
        lines(root / f"{name}.jsonl", loaded)
    lines(root / "mbic-words/train.jsonl",
          [{"text": f"{LOADED} {i}", "words": ["reckless", "shameful"], "loaded": i % 2} for i in range(12)])
    for name in ("newsmtsc/train", "newsmtsc/dev_rw", "newsmtsc/dev_mt", "sentfin/train", "sentfin/dev"):
        lines(root / f"{name}.jsonl", stance_rows(9))
    for part in ("train", "dev"):
        columns(root / f"conll2003/{part}.txt", " NNP I-NP ", "PER", "LOC")
        columns(root / f"worldwide-ner/{part}.tsv", "\t", "Person", "Location")
        polnear(root / "polnear" / part)
    columns(root / "crossner-politics/train.txt", "\t", "politician", "country")
    texts = [f"{given} {surname} told the council that the plan for {town} was ready. The workers of {town} left the "
             f"harbour at {hour} o'clock." for hour, ((given, surname), town) in enumerate(zip(NAMES * 3, PLACES * 4), 1)]
    articles = "".join(json.dumps({"id": i, "outlet": f"Outlet {i % 3}", "text": t}) + "\n" for i, t in enumerate(texts))
    (root / "articles").mkdir()
    (root / "articles/articles.jsonl.zst").write_bytes(zstandard.compress(articles.encode()))
    return root


@pytest.fixture(scope="module")
def backbones(tmp_path_factory) -> tuple[Path, Path]:
    """(MPNet, BERT), random and very small, of the layout that the real ones have."""
    words = sorted({w.lower() for w in f"{PLAIN} {LOADED} was praised by dock workers left told".split()})
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *words, *"abcdefghijklmnopqrstuvwxyz0123456789",
              *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz")]
    t = Tokenizer(models.WordPiece({p: i for i, p in enumerate(dict.fromkeys(pieces))}, unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer(lowercase=True)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    size = dict(vocab_size=t.get_vocab_size(), hidden_size=48, num_attention_heads=4, intermediate_size=96)
    kinds = {
        "mpnet": MPNetModel(MPNetConfig(**size, num_hidden_layers=5, max_position_embeddings=170), add_pooling_layer=False),
        "bert": BertModel(BertConfig(**size, num_hidden_layers=2, max_position_embeddings=168), add_pooling_layer=False),
    }
    root = tmp_path_factory.mktemp("backbones")
    for name, encoder in kinds.items():
        encoder.save_pretrained(root / name)
        t.save(str(root / name / "tokenizer.json"))
    return root / "mpnet", root / "bert"


def run(data: Path, backbones: tuple[Path, Path], work: Path) -> str:
    env = os.environ | {
        "PYTHON": sys.executable, "THREADS": "1", "SENTENCES": "12", "TRAIN_FLAGS": "--limit 8 --device cpu --bf16 off",
        "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run(
        ["bash", str(RECIPE), str(data), *map(str, backbones), str(work)], capture_output=True, text=True, env=env
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


def test_one_command_makes_the_model_resumes_and_makes_it_again(data, backbones, tmp_path):
    run(data, backbones, tmp_path)
    config = json.loads((tmp_path / "small/config.json").read_text())
    made = hashlib.sha256((tmp_path / "small/model.onnx").read_bytes()).hexdigest()
    assert config["sha256"]["model.onnx"] == made
    assert set(config["heads"]) == {"loaded", "loaded_words", "entities", "attribution", "stance", "stance_named"}
    for name, head in (("loaded", "loaded"), ("anno", "loaded"), ("stance-train", "stance")):
        rows = [json.loads(line) for line in (tmp_path / f"silver/{name}.jsonl").read_text().splitlines()]
        assert rows and all(r["text"] and head in r for r in rows), name

    # Nothing is made twice, and what is lost is made again: the very same, the seeds being fixed.
    for name in ("model.onnx", "config.json", "checkpoint.pt"):
        (tmp_path / "small" / name).unlink()
    printed = run(data, backbones, tmp_path)
    assert printed.count('"event": "start"') == 1
    assert hashlib.sha256((tmp_path / "small/model.onnx").read_bytes()).hexdigest() == made


def test_what_is_missing_is_said(tmp_path):
    done = subprocess.run(["bash", str(RECIPE), "a"], capture_output=True, text=True)
    assert done.returncode == 2 and "recipe.sh DATA MPNET MINILM WORK" in done.stderr
