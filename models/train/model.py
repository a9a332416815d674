"""One encoder, six heads; every head reads the same single pass."""

from __future__ import annotations

import torch
from torch import nn
from transformers import AutoConfig, BertModel, MPNetModel

from labels import CASES, HEADS


class Undertone(nn.Module):
    """Pieces in, logits of every head out.

    input_ids  [batch, pieces] int64
    case_ids   [batch, pieces] int64, index into labels.CASES
    mask       [batch, pieces] 1 for real pieces; None when all sentences are equally long

    loaded        [batch, 2]           from the mean of the pieces' states
    loaded_words  [batch, pieces, 2]
    entities      [batch, pieces, 11]
    attribution   [batch, pieces, 7]
    stance        [batch, pieces, 3]   a target's logits are the mean over its pieces
    stance_named  [batch, pieces, 3]   the same, as the annotated articles have it (written/articles/GUIDELINE.md): what
                                       NewsMTSC calls negative is often only a fact that is bad for the target
    """

    def __init__(self, encoder: nn.Module, dropout: float = 0.1):
        super().__init__()
        self.encoder = encoder
        hidden = encoder.config.hidden_size
        self.dropout = nn.Dropout(dropout)
        self.loaded_hidden = nn.Linear(hidden, hidden)
        self.loaded = nn.Linear(hidden, len(HEADS["loaded"]))
        self.loaded_words = nn.Linear(hidden, len(HEADS["loaded_words"]))
        self.entities = nn.Linear(hidden, len(HEADS["entities"]))
        self.attribution = nn.Linear(hidden, len(HEADS["attribution"]))
        self.stance_piece = nn.Linear(hidden, hidden)
        self.stance_sentence = nn.Linear(hidden, hidden, bias=False)
        self.stance = nn.Linear(hidden, len(HEADS["stance"]))
        self.stance_named = nn.Linear(hidden, len(HEADS["stance_named"]))

    @classmethod
    def from_backbone(cls, folder: str) -> "Undertone":
        """A BERT (the models that are shipped) or an MPNet (teachers) with fresh heads."""
        kinds = {"bert": BertModel, "mpnet": MPNetModel}
        kind = AutoConfig.from_pretrained(folder).model_type
        if kind not in kinds:
            raise ValueError(f"{folder}: config.json says model_type {kind!r}; known are {', '.join(kinds)}")
        # No dropout inside attention: the heads' own is enough. Plain attention: on CPUs the backward pass of PyTorch's
        # fused one costs more than everything else in a step of a small model together.
        encoder = kinds[kind].from_pretrained(
            folder, add_pooling_layer=False, attention_probs_dropout_prob=0.0, attn_implementation="eager"
        )
        if kind == "mpnet":
            return cls(MPNetWithCase(encoder))
        with_case(encoder)
        return cls(encoder)

    def freeze(self, layers: int) -> None:
        """Leaves the embeddings and the lowest `layers` as the backbone has them: a pass costs less."""
        if layers == 0:
            return
        encoder = getattr(self.encoder, "mpnet", self.encoder)
        for part in [encoder.embeddings, *encoder.encoder.layer[:layers]]:
            part.requires_grad_(False)
        if encoder is not self.encoder:
            self.encoder.case.requires_grad_(False)

    def forward(self, input_ids, case_ids, mask=None):
        states = self.encoder(
            input_ids=input_ids, token_type_ids=case_ids, attention_mask=mask
        ).last_hidden_state
        if mask is None:
            mean = states.mean(dim=1)
        else:
            weight = mask.unsqueeze(-1).to(states.dtype)
            mean = (states * weight).sum(dim=1) / weight.sum(dim=1)
        states, mean = self.dropout(states), self.dropout(mean)
        stance = nn.functional.gelu(self.stance_piece(states) + self.stance_sentence(mean).unsqueeze(1))
        return {
            "loaded": self.loaded(torch.tanh(self.loaded_hidden(mean))),
            "loaded_words": self.loaded_words(states),
            "entities": self.entities(states),
            "attribution": self.attribution(states),
            "stance": self.stance(stance),
            "stance_named": self.stance_named(stance),
        }


class MPNetWithCase(nn.Module):
    """MPNet has no segment table to carry the case, so it gets a table of its own."""

    def __init__(self, mpnet: MPNetModel):
        super().__init__()
        self.mpnet = mpnet
        self.config = mpnet.config
        self.case = nn.Embedding(len(CASES), mpnet.config.hidden_size)
        with torch.no_grad():
            self.case.weight.normal_(std=0.005)
            self.case.weight[0] = 0.0

    def forward(self, input_ids, token_type_ids, attention_mask=None):
        embeds = self.mpnet.embeddings.word_embeddings(input_ids) + self.case(token_type_ids)
        return self.mpnet(inputs_embeds=embeds, attention_mask=attention_mask)


def with_case(encoder: BertModel) -> None:
    """Gives the segment table one row per case. All begin as the row the backbone was trained with,
    apart by a little noise, so that nothing is lost at the start."""
    old = encoder.embeddings.token_type_embeddings.weight.data
    table = nn.Embedding(len(CASES), old.shape[1])
    with torch.no_grad():
        table.weight.copy_(old[0].expand(len(CASES), -1))
        table.weight[1:] += 0.02 * torch.randn_like(table.weight[1:])
    encoder.embeddings.token_type_embeddings = table
    encoder.config.type_vocab_size = len(CASES)


def partial_cross_entropy(logits, allowed):
    """-log of the probability of the allowed labels together; `allowed` is a 0/1 mask [n, labels]."""
    logits = logits.float()
    kept = logits.masked_fill(allowed == 0, float("-inf"))
    return (torch.logsumexp(logits, -1) - torch.logsumexp(kept, -1)).mean()
