"""The recipe's promises, on text made up here."""

import json

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

import data
from data import Example, encode, word_targets
from evaluate import natural_shares, natural_threshold, temperature, torch_predictor
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


def test_the_threshold_is_that_of_news_with_fewer_positives_than_the_labelled_set_has():
    rng = np.random.default_rng(4)

    def draw(n, share):
        gold = (rng.random(n) < share).astype(int)
        logit = rng.normal(np.where(gold == 1, 1.5, -1.5), np.sqrt(3.0))  # calibrated where half are positive
        return gold, 1 / (1 + np.exp(-logit))

    gold, p = draw(20_000, 0.5)
    _, same = draw(20_000, 0.5)
    _, fewer = draw(20_000, 0.15)
    balanced, half = natural_threshold(p, gold, same)
    natural, share = natural_threshold(p, gold, fewer)
    assert abs(half - 0.5) < 0.02 and abs(share - 0.15) < 0.02
    assert abs(balanced - 0.5) < 0.05 and 0.65 < natural < 0.85


def test_shares_of_three_classes_are_found_in_unlabelled_examples():
    rng = np.random.default_rng(5)
    labelled = np.array([0.35, 0.45, 0.2])
    news = np.array([0.2, 0.65, 0.15])
    gold = rng.choice(3, 30_000, p=news)
    x = rng.normal(size=(30_000, 3)) + 1.5 * np.eye(3)[gold]
    density = np.exp(1.5 * x) * labelled  # calibrated where the shares are those of the labelled set
    p = density / density.sum(-1, keepdims=True)
    assert np.abs(p.mean(0) - news).max() > 0.05
    assert natural_shares(p, labelled) == pytest.approx(news, abs=0.015)


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


def test_training_that_knows_of_int8_computes_what_the_exported_graph_does(model, tokenizer):
    import copy

    import quantize

    # Word embeddings are rounded in the export alone: here in the model too, so that only the products differ.
    model = copy.deepcopy(model)
    table = model.encoder.embeddings.word_embeddings.weight.data
    row = table.abs().amax(1, keepdim=True).clamp(min=1e-8) / 127
    table.copy_((table / row).round() * row)
    rounded = copy.deepcopy(model)
    examples = sentences(tokenizer)
    state = {k: v.numpy() for k, v in model.state_dict().items()}
    fp32, taps = build(state, model.encoder.config, 64)
    ranges = calibrate(fp32, taps, examples)
    int8, _ = build(state, model.encoder.config, 64, ranges)
    quantize.attach(rounded, ranges)
    near = agreement(torch_predictor(rounded, "cpu"), onnx_predictor(int8), examples)
    far = agreement(torch_predictor(model, "cpu"), onnx_predictor(int8), examples)
    for head in near.keys() - {"loaded"}:  # a random model's sentence head hardly moves
        assert near[head]["mean_difference"] < 0.3 * far[head]["mean_difference"], (head, near[head], far[head])
    rounded.train()
    rounded(torch.tensor([examples[0].ids]), torch.tensor([examples[0].case]))["stance"].sum().backward()
    weight = rounded.encoder.encoder.layer[0].output.dense.parametrizations.weight.original
    assert weight.grad is not None and weight.grad.abs().sum() > 0
    quantize.detach(rounded)
    for name, value in model.state_dict().items():
        torch.testing.assert_close(rounded.state_dict()[name], value)


def test_an_mpnet_reads_case_and_ends_in_the_same_heads(tmp_path):
    from transformers import MPNetConfig, MPNetModel

    torch.manual_seed(2)
    config = MPNetConfig(vocab_size=40, hidden_size=24, num_hidden_layers=2, num_attention_heads=2,
                         intermediate_size=48, max_position_embeddings=40)
    MPNetModel(config, add_pooling_layer=False).save_pretrained(tmp_path)
    teacher = Undertone.from_backbone(str(tmp_path)).eval()
    ids = torch.tensor([[0, 5, 6, 7, 2]])
    lower = teacher(ids, torch.zeros_like(ids))
    title = teacher(ids, torch.tensor([[0, 1, 0, 0, 0]]))
    assert lower["stance"].shape == (1, 5, 3) and not torch.equal(lower["entities"], title["entities"])
    teacher.freeze(1)
    frozen = {n for n, p in teacher.named_parameters() if not p.requires_grad}
    assert any("layer.0." in n for n in frozen) and not any("layer.1." in n for n in frozen)


def test_a_name_is_swapped_wherever_it_stands_and_the_spans_follow():
    import random

    from augment import swap_names

    text = "Mr. Brandvold, said Brandvold's aides, met Ilse Brandvold."
    spans = [(0, 13, 0), (text.rindex("Ilse"), len(text) - 1, 2)]
    e = swap_names(Example("newsmtsc", "stance", text, spans), [("Oya", "Tansel-Reyes")], random.Random(1))
    assert e.text == "Mr. Tansel-Reyes, said Tansel-Reyes's aides, met Oya Tansel-Reyes."
    assert [(e.text[s:t], label) for s, t, label in e.labels] == [("Mr. Tansel-Reyes", 0), ("Oya Tansel-Reyes", 2)]
    nobody = Example("newsmtsc", "stance", "He left.", [(0, 2, 1)])
    assert swap_names(nobody, [("Oya", "Tansel")], random.Random(1)) is None


def test_a_word_put_in_is_marked_where_it_stands():
    import random

    from augment import put_in

    text = 'The mayor called a meeting on Monday and said that "the plan is good".'
    for seed in range(60):
        changed, (start, end), shift = put_in(text, seed % 2 == 0, random.Random(seed))
        assert len(changed) == len(text) + shift
        assert changed.count('"the plan is good"') == 1  # never into quoted words
        assert changed[end:] == text[end - shift :] and changed[start:end].strip() == changed[start:end] != ""
        assert " an meeting" not in changed and not any(f" a {v}" in changed for v in "aeiou")


def test_a_word_takes_the_place_of_one_that_says_the_same_plainly():
    import random

    from augment import NOUNS, VERBS, put_in

    text = "The lawmakers decided to hold an inquiry."
    seen = set()
    for seed in range(200):
        if changed := put_in(text, True, random.Random(seed)):
            seen.add(changed[0][slice(*changed[1])])
    assert seen & set(NOUNS["lawmakers"][1]) and seen & set(VERBS["decided to"][1])
    assert "witch hunt" not in seen and "inquisition" in seen  # "an witch hunt" is no English
    assert put_in("They plan to decided", True, random.Random(0)) is None  # a verb is no noun


def test_no_word_put_in_is_one_that_behaviour_is_measured_with():
    import re
    from pathlib import Path

    import augment

    folder = Path(__file__).resolve().parents[3] / "eval/behaviour"
    measured = {w for kind in json.loads((folder / "words.json").read_text()).values() for w in kind}
    measured |= {v for alternatives in re.findall(r"\{([^{}]*\|[^{}]*)\}", (folder / "inserted.jsonl").read_text())
                 for v in alternatives.split("|")[1:]}
    ours = {*augment.LOADED_ADJECTIVES, *augment.LOADED_ADVERBS, *augment.LOADED_SAYING}
    ours |= {w for table in (augment.NOUNS, augment.VERBS) for _, loaded in table.values() for w in loaded}
    assert len(measured) > 40 and len(ours) > 500
    assert not ours & measured


def test_what_teachers_say_of_one_sentence_is_joined_and_follows_its_changes(tmp_path):
    import random

    import silver

    text = "Ilse Brandvold closed the harbour in Selke."
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": text, "loaded": [0.9, 0.1], "words": [[0, 4, 0.1], [5, 14, 0.2], [15, 21, 0.3]]}) + "\n")
    (tmp_path / "b.jsonl").write_text(json.dumps({"text": text, "stance": [[0, 14, [0.2, 0.7, 0.1], "PER"], [37, 42, [0, 1, 0], "LOC"]]}) + "\n")
    (one,) = silver.load([tmp_path / "a.jsonl", tmp_path / "b.jsonl"])
    assert set(one.labels) == {"loaded", "words", "stance"}
    other = silver.renamed(one, [("Oya", "Tansel")], ["Marrow"], random.Random(0))
    assert other.text == "Oya Tansel closed the harbour in Marrow."
    assert [other.text[s:t] for s, t, *_ in other.labels["stance"]] == ["Oya Tansel", "Marrow"]
    assert [other.text[s:t] for s, t, _ in other.labels["words"]] == ["closed"]
    sharp = silver.with_word(one, True, random.Random(0))
    marked = [sharp.text[s:t] for s, t, p in sharp.labels["words"] if p > 0.9]
    assert sharp.labels["loaded"][1] > 0.9 and len(marked) == 1 and marked[0] not in text
    (tmp_path / "c.jsonl").write_text(json.dumps({"text": "They decided to leave.", "loaded": [0.9, 0.1], "words": [[0, 4, 0.1], [5, 12, 0.2], [13, 15, 0.1], [16, 21, 0.1]]}) + "\n")
    (two,) = silver.load([tmp_path / "c.jsonl"])
    several = {tuple(e.text[s:t] for s, t, p in e.labels["words"] if p > 0.9) for i in range(20) if (e := silver.with_word(two, True, random.Random(i)))}
    assert ("had", "the", "gall", "to") in several  # every word of it


def test_marked_up_sentences_give_text_and_spans():
    text, spans = data.parse_attribution("<content>“We waited,”</content> <source>Lind &amp; Co</source> <cue>said</cue>.")
    assert text == "“We waited,” Lind & Co said."
    assert [(r, text[s:e]) for s, e, r, _ in spans] == [("Content", "“We waited,”"), ("Source", "Lind & Co"), ("Cue", "said")]
    text, spans = data.parse_stance("[[Oya Lind|neutral]] called [[the board|against]] lazy.")
    assert [(text[s:e], k) for s, e, k in spans] == [("Oya Lind", 1), ("the board", 0)]
    for broken in ("<source>Lind <cue>said</cue></source>", "Lind</source> said", "<content>open"):
        with pytest.raises(ValueError):
            data.parse_attribution(broken)
    with pytest.raises(ValueError):
        data.parse_stance("[[Lind|angry]] left.")


def test_what_was_written_for_the_recipe_can_be_read():
    written = data.load_written()
    assert all(written.values())
    words = [e for e, s in zip(written["written-words"], written["written-loaded"]) if s.labels == 1]
    found = sum(bool(e.labels) for e in words)
    assert found / len(words) > 0.97  # marked words stand in their sentences
    assert all(not e.labels for e, s in zip(written["written-words"], written["written-loaded"]) if s.labels == 0)
