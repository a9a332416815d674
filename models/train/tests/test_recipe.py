"""The recipe's promises, on text made up here."""

import json

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

import data
from data import Example, encode, word_targets
from evaluate import temperature, torch_predictor
from export import agreement, calibrate, onnx_predictor
from graph import build
from labels import ENTITIES, allowed
from metrics import decode_bio, link
from model import Undertone, partial_cross_entropy, with_case

WORDS = "the mayor of selke said that harbour plan was reckless and shameful dock workers left ilse brandvold nato".split()


@pytest.fixture(scope="module")
def tokenizer():
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *"“”\"'’.,:()-", *WORDS, "##s", "##ing"]
    vocab = {p: i for i, p in enumerate(pieces)}
    t = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer(lowercase=True)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return t


@pytest.fixture(scope="module")
def model(tokenizer):
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=48, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=96, max_position_embeddings=64, type_vocab_size=2,
    )
    encoder = BertModel(config, add_pooling_layer=False)
    with_case(encoder)
    return Undertone(encoder).eval()


def sentences(tokenizer):
    texts = [
        "Ilse Brandvold said that the harbour plan was reckless.",
        "The dock workers left.",
        "NATO: “The plan was shameful,” the mayor of Selke said.",
    ]
    return [encode(Example("polnear", "attribution", t, []), tokenizer, 64) for t in texts]


def test_case_is_that_of_the_whole_word():
    names = ["lower", "title", "upper", "mixed"]
    for word, case in [("plan", "lower"), ("12", "lower"), ("A", "title"), ("Åsa", "title"), ("NATO", "upper"), ("McAllan", "mixed")]:
        assert names[data.case_of(word)] == case


def test_a_span_labels_its_words_once_begun(tokenizer):
    text = "Ilse Brandvold said"
    e = encode(Example("worldwide-ner", "entities", text, [(0, 14, "Person")]), tokenizer, 64)
    assert [ENTITIES[t[0]] for t in word_targets(e)] == ["B-PER", "I-PER", "O"]


def test_a_set_is_not_asked_for_classes_it_does_not_tell_apart():
    assert {ENTITIES[i] for i in allowed("conll2003", "MISC", True)} == {"B-MISC", "B-NORP"}
    assert "B-NORP" in {ENTITIES[i] for i in allowed("crossner-politics", "O", True)}
    assert allowed("conll2003", "O", True) == [0]


def test_masked_classes_cost_nothing():
    logits = torch.tensor([[0.0, 5.0, 5.0]])
    both = partial_cross_entropy(logits, torch.tensor([[0, 1, 1]]))
    one = partial_cross_entropy(logits, torch.tensor([[0, 1, 0]]))
    assert both < 0.01 < one


def test_stand_off_spans_are_cut_at_sentence_borders(tmp_path):
    for folder in ("text", "attributions"):
        (tmp_path / folder).mkdir()
    text = "Ilse Brandvold said: “The plan was reckless. The dock workers left.”\nNobody came."
    start = text.index("“")
    end = text.index("”") + 1
    (tmp_path / "text" / "a.txt").write_text(text)
    (tmp_path / "attributions" / "a_zz.ann").write_text(
        f"T1\tSource 0 14\tIlse Brandvold\nT2\tCue 15 20\tsaid:\n"
        f"T3\tContent {start} {end}\t“The plan\n was broken over lines\nE1\tAttribution:T9 Content:T3 Cue:T2 Source:T1\n"
    )
    (tmp_path / "attributions" / "a_yy.ann").write_text("")  # taken first: no attribution at all
    assert all(not e.labels for e in data.load_polnear(tmp_path))
    (tmp_path / "attributions" / "a_yy.ann").unlink()
    first, second, third = data.load_polnear(tmp_path)
    assert [(r, first.text[s:e]) for s, e, r, _ in first.labels] == [
        ("Source", "Ilse Brandvold"), ("Cue", "said:"), ("Content", "“The plan was reckless."),
    ]
    assert [second.text[s:e] for s, e, _, _ in second.labels] == ["The dock workers left.”"]
    assert third.labels == []


def test_columns_read_both_bio_styles():
    assert data.spans_of_tags(["A", "B", "C"], ["I-PER", "I-PER", "I-ORG"])[1] == [(0, 3, "PER"), (4, 5, "ORG")]
    assert data.spans_of_tags(["A", "B", "C"], ["B-PER", "E-PER", "S-PER"])[1] == [(0, 3, "PER"), (4, 5, "PER")]


def test_marked_words_are_found_whole_and_in_any_case():
    assert data.find_words("Reckless plans, a reckless plan", ["reckless", "plan"]) == [(0, 8), (18, 26), (27, 31)]


def test_contents_of_one_cue_are_one_attribution():
    words = [(i, i * 2, i * 2 + 1) for i in range(7)]
    spans = decode_bio(
        ["B-CONTENT", "I-CONTENT", "B-SOURCE", "B-CUE", "B-CONTENT", "I-CONTENT", "O"], words
    )
    (one,) = link(spans)
    assert one["source"] is not None and len(one["content"]) == 2


def test_temperature_undoes_overconfidence():
    rng = np.random.default_rng(0)
    p = rng.uniform(0.05, 0.95, 4000)
    gold = (rng.uniform(size=4000) < p).astype(int)
    logits = 3.0 * np.stack([np.zeros(4000), np.log(p / (1 - p))], 1)
    assert temperature(logits, np.eye(2)[gold]) == pytest.approx(3.0, rel=0.15)


def test_the_exported_graph_is_the_model(model, tokenizer):
    state = {k: v.numpy() for k, v in model.state_dict().items()}
    graph, _ = build(state, model.encoder.config, 64)
    apart = agreement(torch_predictor(model, "cpu"), onnx_predictor(graph), sentences(tokenizer))
    assert all(v["largest_difference"] < 1e-4 for v in apart.values()), apart


def test_int8_stays_near_and_does_not_depend_on_the_batch(model, tokenizer):
    state = {k: v.numpy() for k, v in model.state_dict().items()}
    fp32, taps = build(state, model.encoder.config, 64)
    examples = sentences(tokenizer)
    int8, _ = build(state, model.encoder.config, 64, calibrate(fp32, taps, examples))
    apart = agreement(onnx_predictor(fp32), onnx_predictor(int8), examples)
    assert all(v["mean_difference"] < 0.02 for v in apart.values()), apart
    predict = onnx_predictor(int8)
    ids, case = np.array([examples[0].ids]), np.array([examples[0].case])
    other = np.roll(ids, 3, axis=1)
    alone = predict(ids, case)
    together = predict(np.concatenate([other, ids]), np.concatenate([case, case]))
    for head, value in alone.items():
        np.testing.assert_allclose(value[0], together[head][1], atol=1e-5)


def test_weights_leave_room_for_sums_in_sixteen_bits(model, tokenizer):
    from onnx import numpy_helper

    state = {k: v.numpy() for k, v in model.state_dict().items()}
    fp32, taps = build(state, model.encoder.config, 64)
    int8, _ = build(state, model.encoder.config, 64, calibrate(fp32, taps, sentences(tokenizer)))
    weights = [numpy_helper.to_array(c) for c in int8.graph.initializer if c.name.startswith("layer") and c.name.endswith(".weight")]
    assert weights and all(np.abs(w).max() <= 63 for w in weights if w.dtype == np.int8)


def test_json_lines_skip_blank_lines(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({"text": "The plan", "loaded": 1}) + "\n\n")
    assert [e.labels for e in data.load_loaded(path, "x")] == [1]
