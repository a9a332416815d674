"""Weights between two models, and a last layer fitted anew."""

import torch

import merge
from data import Example, encode, one_head, pieces_of
from test_recipe import model, tokenizer  # noqa: F401  (fixtures)


def test_weights_lie_between_but_for_the_head_that_is_new():
    before = {"encoder.a": torch.tensor([0.0, 2.0]), "stance_named.bias": torch.tensor([5.0])}
    after = {"encoder.a": torch.tensor([1.0, 4.0]), "stance_named.bias": torch.tensor([7.0])}
    mixed = merge.between(before, after, 0.25)
    assert mixed["encoder.a"].tolist() == [0.25, 2.5] and mixed["stance_named.bias"].tolist() == [7.0]


def test_the_last_layer_is_fitted_to_the_states_that_it_reads(tokenizer, model):  # noqa: F811
    text = "Ilse Brandvold said that the harbour plan was reckless."
    example = Example("written", "all", text, {"stance_named": [(0, 14, 1), (29, 41, 0)]})
    examples = [encode(one_head(example, "stance_named"), tokenizer, 64) for _ in range(20)]
    x, y = merge.states(model, "stance_named", examples)
    assert x.shape == (40, 48) and y.tolist()[:2] == [1, 0]
    head = model.stance_named
    # Mean of linear is linear of mean: the target's logits are the head's answer to what was read.
    pieces = pieces_of(examples[0], 0, 14)
    ids, case = torch.tensor([examples[0].ids]), torch.tensor([examples[0].case])
    with torch.no_grad():
        assert torch.allclose(model(ids, case)["stance_named"][0, pieces].mean(0), head(x[0]), atol=1e-4)
        before = torch.nn.functional.cross_entropy(head(x), y)
    weight, bias = merge.fit(x, y, head.weight.detach(), head.bias.detach())
    with torch.no_grad():
        after = torch.nn.functional.cross_entropy(x @ weight.T + bias, y)
    assert after < before and (x @ weight.T + bias).argmax(-1).tolist() == y.tolist()


def test_a_head_of_whole_sentences_is_fitted_too(tokenizer, model):  # noqa: F811
    texts = [("The plan was reckless.", 1), ("The plan was approved.", 0)]
    examples = [encode(Example("anno-lexical", "loaded", text, label), tokenizer, 64) for text, label in texts]
    x, y = merge.states(model, "loaded", examples)
    assert x.shape == (2, 48) and sorted(y.tolist()) == [0, 1]
    ids, case = torch.tensor([examples[0].ids]), torch.tensor([examples[0].case])
    with torch.no_grad():
        row = x[y.tolist().index(1)]
        assert torch.allclose(model(ids, case)["loaded"][0], model.loaded(row), atol=1e-4)


def test_a_head_of_words_is_fitted_on_their_first_pieces(tokenizer, model):  # noqa: F811
    text = "The reckless plan was approved."
    example = encode(Example("mbic-words", "loaded_words", text, [(4, 12)]), tokenizer, 64)
    x, y = merge.states(model, "loaded_words", [example])
    assert y.tolist() == [int(text[s:e] == "reckless") for _, s, e in example.words] and sum(y) == 1
    ids, case = torch.tensor([example.ids]), torch.tensor([example.case])
    first = example.words[y.tolist().index(1)][0]
    with torch.no_grad():
        logits = model(ids, case)["loaded_words"][0, first]
        assert torch.allclose(logits, model.loaded_words(x[y.tolist().index(1)]), atol=1e-4)
