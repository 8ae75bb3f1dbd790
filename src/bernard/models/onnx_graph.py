"""A BERT sentence encoder as an ONNX graph that ONNX Runtime runs fast on a processor.

Built directly in its final form, 8-bit weights and all, so that the same weights give the same
bytes wherever it is built. Three choices, each measured (docs/reference/models.md):

- Weights are 7-bit in 8-bit cells, one scale a column: processors without VNNI add pairs of 8-bit
  products in 16 bits, which overflows with the full range.
- The second feed-forward layer is quantised in blocks of 128, because the numbers that come into it
  are spread widely; that halves the error of the whole for an eighth of the speed.
- Queries, keys and values come from one multiplication, and attention is one fused operator.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Tensors = Mapping[str, NDArray[np.float32]]
_EPSILON = 1e-12
_BLOCK = 128
_FUSED = "com.microsoft"


class _Graph:
    """Nodes and initialisers as they are added; every method returns the name of a value."""

    def __init__(self, quantised: bool) -> None:
        self.quantised = quantised
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, values: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, inputs: list[str], domain: str = "", **attributes: Any) -> str:
        return self.split(kind, inputs, 1, domain, **attributes)[0]

    def split(
        self, kind: str, inputs: list[str], outputs: int, domain: str = "", **attributes: Any
    ) -> list[str]:
        names = [f"{kind.lower()}.{len(self.nodes)}.{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, domain=domain, **attributes))
        return names


def build(tensors: Tensors, layers: int, heads: int, quantised: bool = True) -> bytes:
    """The serialised graph: token ids and attention mask in, one unit vector a text out.

    Args:
        tensors: the publisher's weights under BERT's usual names.
        quantised: False gives the same graph in 32 bits, to compare with.
    """
    graph = _Graph(quantised)
    x = _embed_tokens(graph, tensors)
    mask = graph.node("Cast", ["attention_mask"], to=TensorProto.INT32)
    for layer in range(layers):
        x = _layer(graph, tensors, x, mask, f"encoder.layer.{layer}.", heads)
    _pool(graph, x)
    width = tensors["embeddings.LayerNorm.weight"].shape[0]
    return _serialise(graph, width)


def _embed_tokens(graph: _Graph, tensors: Tensors) -> str:
    words = _words(graph, tensors["embeddings.word_embeddings.weight"])
    # Every text is one segment, so the segment's vector is added to each position once and for all.
    places = (
        tensors["embeddings.position_embeddings.weight"]
        + tensors["embeddings.token_type_embeddings.weight"][0]
    )
    first = graph.constant("first", np.array([0], np.int64))
    length = graph.node("Shape", ["input_ids"], start=1, end=2)
    here = graph.node("Slice", [graph.constant("places", places), first, length, first])
    total = graph.node("Add", [words, here])
    scale, bias = _norm(graph, tensors, "embeddings.LayerNorm")
    return graph.node("LayerNormalization", [total, scale, bias], axis=-1, epsilon=_EPSILON)


def _words(graph: _Graph, table: NDArray[np.float32]) -> str:
    if not graph.quantised:
        return graph.node("Gather", [graph.constant("words", table), "input_ids"])
    scales = (np.abs(table).max(axis=1, keepdims=True) / np.float32(127)).astype(np.float32)
    cells = _rounded(table / scales, 127).astype(np.int8)
    rows = graph.node("Gather", [graph.constant("words", cells), "input_ids"])
    floats = graph.node("Cast", [rows], to=TensorProto.FLOAT)
    row_scales = graph.node("Gather", [graph.constant("words.scale", scales), "input_ids"])
    return graph.node("Mul", [floats, row_scales])


def _layer(graph: _Graph, tensors: Tensors, x: str, mask: str, prefix: str, heads: int) -> str:
    attention = prefix + "attention."
    kinds = ("query", "key", "value")
    weight = np.concatenate([tensors[f"{attention}self.{kind}.weight"] for kind in kinds])
    bias = np.concatenate([tensors[f"{attention}self.{kind}.bias"] for kind in kinds])
    joined = _multiply(graph, x, attention + "self", weight, bias)
    query, key, value = graph.split("Split", [joined], 3, axis=-1, num_outputs=3)
    inputs = [query, key, value, "", mask]
    seen = graph.node("MultiHeadAttention", inputs, _FUSED, num_heads=heads)
    seen = _dense(graph, tensors, seen, attention + "output.dense")
    x = _add_and_norm(graph, tensors, seen, x, attention + "output.LayerNorm")
    wide = _dense(graph, tensors, x, prefix + "intermediate.dense")
    wide = graph.node("Gelu", [wide])
    narrow = _dense(graph, tensors, wide, prefix + "output.dense", in_blocks=True)
    return _add_and_norm(graph, tensors, narrow, x, prefix + "output.LayerNorm")


def _dense(graph: _Graph, tensors: Tensors, x: str, name: str, in_blocks: bool = False) -> str:
    weight, bias = tensors[name + ".weight"], tensors[name + ".bias"]
    if in_blocks and graph.quantised:
        return _multiply_in_blocks(graph, x, name, weight, bias)
    return _multiply(graph, x, name, weight, bias)


def _multiply(
    graph: _Graph, x: str, name: str, weight: NDArray[np.float32], bias: NDArray[np.float32]
) -> str:
    columns = weight.T
    offset = graph.constant(name + ".bias", bias)
    if not graph.quantised:
        product = graph.node("MatMul", [x, graph.constant(name, columns)])
        return graph.node("Add", [product, offset])
    scales = (np.abs(columns).max(axis=0) / np.float32(63)).astype(np.float32)
    cells = _rounded(columns / scales, 63).astype(np.int8)
    inputs = [
        x,
        graph.constant(name, cells),
        graph.constant(name + ".scale", scales),
        graph.constant(name + ".zero", np.zeros(len(scales), np.int8)),
        offset,
    ]
    return graph.node("DynamicQuantizeMatMul", inputs, _FUSED)


def _multiply_in_blocks(
    graph: _Graph, x: str, name: str, weight: NDArray[np.float32], bias: NDArray[np.float32]
) -> str:
    rows, width = weight.shape
    blocks = weight.reshape(rows, width // _BLOCK, _BLOCK)
    scales = (np.abs(blocks).max(axis=2) / np.float32(127)).astype(np.float32)
    cells = (_rounded(blocks / scales[..., None], 127) + 128).astype(np.uint8)
    inputs = [
        x,
        graph.constant(name, cells),
        graph.constant(name + ".scale", scales.reshape(-1)),
        "",
        "",
        graph.constant(name + ".bias", bias),
    ]
    # Accuracy level 4 lets the processor multiply in 8 bits too.
    shape = {"K": width, "N": rows, "bits": 8, "block_size": _BLOCK, "accuracy_level": 4}
    return graph.node("MatMulNBits", inputs, _FUSED, **shape)


def _add_and_norm(graph: _Graph, tensors: Tensors, x: str, skip: str, name: str) -> str:
    scale, bias = _norm(graph, tensors, name)
    inputs = [x, skip, scale, bias]
    return graph.node("SkipLayerNormalization", inputs, _FUSED, epsilon=_EPSILON)


def _norm(graph: _Graph, tensors: Tensors, name: str) -> tuple[str, str]:
    weight, bias = name + ".weight", name + ".bias"
    return graph.constant(weight, tensors[weight]), graph.constant(bias, tensors[bias])


def _pool(graph: _Graph, x: str) -> None:
    """Add up the vectors of the real tokens; at length 1 the mean and the sum are the same."""
    axis = graph.constant("axis", np.array([1], np.int64))
    mask = graph.node("Cast", ["attention_mask"], to=TensorProto.FLOAT)
    row = graph.node("Unsqueeze", [mask, axis])
    total = graph.node("Squeeze", [graph.node("MatMul", [row, x]), axis])
    node = helper.make_node("LpNormalization", [total], ["embedding"], axis=-1, p=2)
    graph.nodes.append(node)


def _rounded(values: NDArray[np.float32], limit: int) -> NDArray[np.float32]:
    return np.clip(np.rint(values), -limit, limit)


def _serialise(graph: _Graph, width: int) -> bytes:
    def value(name: str, kind: int, shape: list[str | int]) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, kind, shape)

    inputs = [
        value("input_ids", TensorProto.INT64, ["texts", "tokens"]),
        value("attention_mask", TensorProto.INT64, ["texts", "tokens"]),
    ]
    outputs = [value("embedding", TensorProto.FLOAT, ["texts", width])]
    whole = helper.make_graph(graph.nodes, "encoder", inputs, outputs, graph.constants)
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid(_FUSED, 1)]
    # An older format version than the library's newest, so that older runtimes read it as well.
    model = helper.make_model(whole, opset_imports=opsets, producer_name="bernard", ir_version=9)
    return bytes(model.SerializeToString(deterministic=True))
