"""Training that knows of int8 (Jacob et al. 2018, section 3): the last steps run with weights and activations
rounded as the exported graph rounds them, so that the weights settle where rounding does no harm.

Gradients pass the rounding as if it were not there, and stop where a value was clipped.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.utils import parametrize

from graph import WEIGHT_MAX


class RoundedWeight(nn.Module):
    """[out, in] in 7 bits per output channel."""

    def forward(self, weight):
        scale = weight.detach().abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / WEIGHT_MAX
        rounded = (weight / scale).round().clamp(-WEIGHT_MAX, WEIGHT_MAX) * scale
        return weight + (rounded - weight).detach()


class RoundedInput:
    """An activation in u8, with the range that the exported graph will have."""

    def __init__(self, low: float, high: float):
        low, high = min(low, 0.0), max(high, 0.0)
        self.scale = (high - low) / 255.0
        self.zero = min(max(round(-low / self.scale), 0), 255)

    def __call__(self, module, inputs):
        (x,) = inputs
        low, high = -self.zero * self.scale, (255 - self.zero) * self.scale
        clipped = x.clamp(low, high)
        rounded = (clipped / self.scale).round() * self.scale
        return (clipped + (rounded - clipped).detach(),)


def modules_of(encoder, product: str) -> list[nn.Linear]:
    """The layers that the graph's `product` (see graph.build) was made of."""
    layer, _, part = product.partition(".")
    block = encoder.encoder.layer[int(layer.removeprefix("layer"))]
    return {
        "qkv": [block.attention.self.query, block.attention.self.key, block.attention.self.value],
        "project": [block.attention.output.dense],
        "up": [block.intermediate.dense],
        "down": [block.output.dense],
    }[part]


def attach(model, ranges: dict[str, tuple[float, float]]) -> None:
    """From now on the model computes as its int8 export will."""
    for product, (low, high) in ranges.items():
        rounded = RoundedInput(low, high)
        for linear in modules_of(model.encoder, product):
            parametrize.register_parametrization(linear, "weight", RoundedWeight())
            linear.register_forward_pre_hook(rounded)


def detach(model) -> None:
    """Leaves plain layers with the trained weights, unrounded: the export rounds them."""
    for module in model.modules():
        if isinstance(module, nn.Linear) and parametrize.is_parametrized(module):
            parametrize.remove_parametrizations(module, "weight", leave_parametrized=False)
            module._forward_pre_hooks.clear()


def plain_weights(state: dict) -> dict:
    """Weights of a checkpoint as those of a model without rounding, whether or not it was saved with it."""
    return {name.replace(".parametrizations.weight.original", ".weight"): w.float() for name, w in state.items()}
