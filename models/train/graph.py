"""The inference graph, written node by node, so that it holds exactly what the engines run fast.

Inputs are `input_ids` and `case_ids`, int64 [batch, pieces]; there is no attention mask: a batch holds
sentences of equal length. Outputs are the six heads (see model.Undertone). Query, key and value are
one product, the attention scale is folded into the query's weights, and the three plain token heads
are one product.

int8: weights are symmetric per output channel in 7 bits (+-63), because CPUs without VNNI add pairs of
products in 16 bits and would saturate with 8; activations are u8 with one scale per product, set once
on training text. Nothing depends on the rest of the batch, so a batch gives exactly what its sentences
give alone. Word embeddings are int8 per row.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from labels import HEADS, OF_TARGETS

WEIGHT_MAX = 63
PLAIN_HEADS = ["loaded_words", "entities", "attribution"]


@dataclass
class Builder:
    """Collects nodes and constants. `ranges` maps a product's name to the (low, high) of its input;
    None builds the fp32 graph, in which `taps` lists the input of every product for calibration."""

    ranges: dict[str, tuple[float, float]] | None
    nodes: list = field(default_factory=list)
    constants: list = field(default_factory=list)
    taps: dict[str, str] = field(default_factory=dict)
    quantized: dict[tuple[str, float, int], str] = field(default_factory=dict)

    def constant(self, name: str, value: np.ndarray) -> str:
        # `ascontiguousarray` would make a vector of a scalar, and engines tell the two apart.
        value = np.ascontiguousarray(value) if value.ndim else value
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def op(self, kind: str, inputs: list[str], name: str, **attributes) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def linear(self, x: str, name: str, weight: np.ndarray, bias: np.ndarray | None, keep: bool = False) -> str:
        """x @ weight + bias, weight [in, out]; in int8 unless `keep`."""
        if not keep:
            self.taps[name] = x
        if self.ranges is None or keep:
            y = self.op("MatMul", [x, self.constant(f"{name}.weight", weight.astype(np.float32))], f"{name}.product")
        else:
            low, high = self.ranges[name]
            low, high = min(low, 0.0), max(high, 0.0)
            scale = np.float32((high - low) / 255.0)
            zero = int(np.clip(round(-low / scale), 0, 255))
            key = (x, float(scale), zero)
            if key not in self.quantized:
                self.quantized[key] = self.op(
                    "QuantizeLinear",
                    [x, self.constant(f"{name}.in_scale", np.array(scale, np.float32)),
                     self.constant(f"{name}.in_zero", np.array(zero, np.uint8))],
                    f"{name}.in",
                )
            column = np.maximum(np.abs(weight).max(axis=0), 1e-8) / WEIGHT_MAX
            q = np.clip(np.rint(weight / column), -WEIGHT_MAX, WEIGHT_MAX).astype(np.int8)
            y = self.op(
                "MatMulInteger",
                [self.quantized[key], self.constant(f"{name}.weight", q),
                 self.constant(f"{name}.zero", np.array(zero, np.uint8)),
                 self.constant(f"{name}.weight_zero", np.array(0, np.int8))],
                f"{name}.int32",
            )
            y = self.op("Cast", [y], f"{name}.float", to=TensorProto.FLOAT)
            y = self.op("Mul", [y, self.constant(f"{name}.scale", (column * scale).astype(np.float32))], f"{name}.product")
        if bias is None:
            return y
        return self.op("Add", [y, self.constant(f"{name}.bias", bias.astype(np.float32))], f"{name}.out")

    def norm(self, x: str, name: str, weight: np.ndarray, bias: np.ndarray, epsilon: float) -> str:
        return self.op(
            "LayerNormalization",
            [x, self.constant(f"{name}.weight", weight), self.constant(f"{name}.bias", bias)],
            name, axis=-1, epsilon=epsilon,
        )

    def gelu(self, x: str, name: str) -> str:
        """x/2 (1 + erf(x / sqrt 2)), in the form that engines know as one operator."""
        root = self.constant(f"{name}.root", np.array(np.sqrt(2.0), np.float32))
        one = self.constant(f"{name}.one", np.array(1.0, np.float32))
        half = self.constant(f"{name}.half", np.array(0.5, np.float32))
        y = self.op("Div", [x, root], f"{name}.div")
        y = self.op("Erf", [y], f"{name}.erf")
        y = self.op("Add", [y, one], f"{name}.add")
        y = self.op("Mul", [x, y], f"{name}.mul")
        return self.op("Mul", [y, half], name)


def build(state: dict[str, np.ndarray], config, max_tokens: int, ranges=None) -> tuple[onnx.ModelProto, dict[str, str]]:
    """The graph of the weights in `state` (names of model.Undertone), and its taps.

    `config` needs hidden_size, num_attention_heads, num_hidden_layers, layer_norm_eps.
    """
    b = Builder(ranges)
    hidden, heads = config.hidden_size, config.num_attention_heads
    size = hidden // heads
    eps = config.layer_norm_eps

    def weight(name):
        return state[f"{name}.weight"].T, state.get(f"{name}.bias")

    emb = "encoder.embeddings"
    table = state[f"{emb}.word_embeddings.weight"]
    if ranges is None:
        words = b.op("Gather", [b.constant("words", table), "input_ids"], "words.rows")
    else:
        row = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-8) / 127
        q = np.clip(np.rint(table / row), -127, 127).astype(np.int8)
        words = b.op("Gather", [b.constant("words", q), "input_ids"], "words.int8")
        words = b.op("Cast", [words], "words.float", to=TensorProto.FLOAT)
        scale = b.op("Gather", [b.constant("words.scale", row.astype(np.float32)), "input_ids"], "words.scales")
        words = b.op("Mul", [words, scale], "words.rows")
    case = b.op("Gather", [b.constant("case", state[f"{emb}.token_type_embeddings.weight"]), "case_ids"], "case.rows")
    shape = b.op("Shape", ["input_ids"], "shape")
    n = b.op("Gather", [shape, b.constant("axis1", np.array([1], np.int64))], "pieces")
    positions = b.op(
        "Slice",
        [b.constant("positions", state[f"{emb}.position_embeddings.weight"][:max_tokens]),
         b.constant("zero", np.array([0], np.int64)), n, b.constant("rows", np.array([0], np.int64))],
        "positions.rows",
    )
    x = b.op("Add", [words, case], "embeddings.sum1")
    x = b.op("Add", [x, positions], "embeddings.sum2")
    x = b.norm(x, "embeddings", state[f"{emb}.LayerNorm.weight"], state[f"{emb}.LayerNorm.bias"], eps)

    split_heads = b.constant("split_heads", np.array([0, 0, heads, size], np.int64))
    join_heads = b.constant("join_heads", np.array([0, 0, hidden], np.int64))
    for i in range(config.num_hidden_layers):
        p, name = f"encoder.encoder.layer.{i}", f"layer{i}"
        (wq, bq), (wk, bk), (wv, bv) = (weight(f"{p}.attention.self.{k}") for k in ("query", "key", "value"))
        root = np.sqrt(size)
        qkv = b.linear(x, f"{name}.qkv", np.concatenate([wq / root, wk, wv], 1), np.concatenate([bq / root, bk, bv]))
        parts = [f"{name}.{k}" for k in ("query", "key", "value")]
        b.nodes.append(helper.make_node("Split", [qkv, b.constant(f"{name}.thirds", np.array([hidden] * 3, np.int64))],
                                        parts, name=f"{name}.split", axis=-1))
        moved = []
        for part, order in zip(parts, ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3])):
            y = b.op("Reshape", [part, split_heads], f"{part}.heads")
            moved.append(b.op("Transpose", [y], f"{part}.moved", perm=order))
        scores = b.op("MatMul", moved[:2], f"{name}.scores")
        scores = b.op("Softmax", [scores], f"{name}.attention", axis=-1)
        y = b.op("MatMul", [scores, moved[2]], f"{name}.context")
        y = b.op("Transpose", [y], f"{name}.context.moved", perm=[0, 2, 1, 3])
        y = b.op("Reshape", [y, join_heads], f"{name}.context.joined")
        y = b.linear(y, f"{name}.project", *weight(f"{p}.attention.output.dense"))
        y = b.op("Add", [y, x], f"{name}.sum1")
        x = b.norm(y, f"{name}.norm1", state[f"{p}.attention.output.LayerNorm.weight"],
                   state[f"{p}.attention.output.LayerNorm.bias"], eps)
        y = b.linear(x, f"{name}.up", *weight(f"{p}.intermediate.dense"))
        y = b.gelu(y, f"{name}.gelu")
        y = b.linear(y, f"{name}.down", *weight(f"{p}.output.dense"))
        y = b.op("Add", [y, x], f"{name}.sum2")
        x = b.norm(y, f"{name}.norm2", state[f"{p}.output.LayerNorm.weight"], state[f"{p}.output.LayerNorm.bias"], eps)

    mean = b.op("ReduceMean", [x, b.constant("axis_pieces", np.array([1], np.int64))], "mean", keepdims=1)
    y = b.op("Tanh", [b.linear(mean, "loaded_hidden", *weight("loaded_hidden"), keep=True)], "loaded.tanh")
    y = b.linear(y, "loaded_last", *weight("loaded"), keep=True)
    b.op("Squeeze", [y, "axis_pieces"], "loaded")
    joined = [weight(h) for h in PLAIN_HEADS]
    y = b.linear(x, "plain_heads", np.concatenate([w for w, _ in joined], 1), np.concatenate([c for _, c in joined]), keep=True)
    sizes = [len(HEADS[h]) for h in PLAIN_HEADS]
    b.nodes.append(helper.make_node("Split", [y, b.constant("plain_sizes", np.array(sizes, np.int64))],
                                    PLAIN_HEADS, name="plain_heads.split", axis=-1))
    # One product in fifty: not worth its rounding.
    piece = b.linear(x, "stance_piece", *weight("stance_piece"), keep=True)
    sentence = b.linear(mean, "stance_sentence", state["stance_sentence.weight"].T, None, keep=True)
    y = b.gelu(b.op("Add", [piece, sentence], "stance.sum"), "stance.gelu")
    for head in OF_TARGETS:
        b.op("Identity", [b.linear(y, f"{head}_last", *weight(head), keep=True)], head)

    outputs = [helper.make_tensor_value_info("loaded", TensorProto.FLOAT, ["batch", 2])] + [
        helper.make_tensor_value_info(h, TensorProto.FLOAT, ["batch", "pieces", len(HEADS[h])])
        for h in [*PLAIN_HEADS, *OF_TARGETS]
    ]
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "pieces"]) for n in ("input_ids", "case_ids")]
    graph = helper.make_graph(b.nodes, "undertone", inputs, outputs, b.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    return model, b.taps
