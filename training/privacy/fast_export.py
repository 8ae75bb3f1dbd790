"""The fast tagger's network as files: its table in 8 bits beside the lists of names, all else as ONNX."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from training.privacy.fast_model import FastNetwork

Array = NDArray[np.generic]


class _Graph:
    """Nodes and weights of a graph, added one by one."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def weight(self, name: str, array: Array) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def add(self, kind: str, out: str, *inputs: str, **attributes: object) -> str:
        self.nodes.append(helper.make_node(kind, list(inputs), [out], name=out, **attributes))
        return out


def small(table: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """A table in 8 bits, and the number that each column was divided by."""
    # A few rows far out would cost all others their precision.
    scale = np.quantile(np.abs(table[1:]), 0.9998, axis=0) / 127
    whole = np.clip(np.round(table / scale), -127, 127).astype(np.int8)
    return whole, scale.astype(np.float32)


def export(
    network: FastNetwork,
    lists: Path,
    labels: tuple[str, ...],
    thresholds: Mapping[str, float],
    folder: Path,
) -> None:
    """Write `fast.onnx`, and `fast.words.npz` with the table and the lists of names."""
    state = {name: value.detach().numpy() for name, value in network.state_dict().items()}
    table, scale = small(state["table.weight"])
    with np.load(lists) as names:
        np.savez_compressed(
            folder / "fast.words.npz", sums=names["sums"], bits=names["bits"], table=table
        )
    graph = _Graph()
    graph.weight("batch_axis", np.array([0], np.int64))
    # The columns' scale goes into the weights that the sums are multiplied with next.
    graph.weight("first_w", state["first.weight"] * scale[None, :, None])
    graph.weight("first_b", state["first.bias"])
    graph.add("Transpose", "words_across", "words", perm=[1, 0])
    graph.add("Unsqueeze", "words_batch", "words_across", "batch_axis")
    graph.add("Conv", "first", "words_batch", "first_w", "first_b")
    x = _gated(graph, "first")
    for place, (reach, spread) in enumerate(
        zip(network.shape.reach, network.shape.spread, strict=True)
    ):
        x = _layer(graph, state, place, x, reach, spread)
    graph.add("Conv", "scores", x, graph.weight("last_w", state["last.weight"]),
              graph.weight("last_b", state["last.bias"]))  # fmt: skip
    graph.add("Squeeze", "scores_across", "scores", "batch_axis")
    graph.add("Transpose", "scores_down", "scores_across", perm=[1, 0])
    graph.add("Softmax", "likely", "scores_down", axis=1)
    _write(graph, network, labels, thresholds, folder / "fast.onnx")


def _layer(
    graph: _Graph, state: dict[str, Array], place: int, x: str, reach: int, spread: int
) -> str:
    name = f"layer{place}"
    weights = {
        f"{part}_{kind[0]}": graph.weight(
            f"{name}_{part}_{kind[0]}", state[f"layers.{place}.{part}.{kind}"]
        )
        for part in ("near", "mix")
        for kind in ("weight", "bias")
    }
    pad = reach // 2 * spread
    width = network_width(state)
    graph.add("Conv", f"{name}_near", x, weights["near_w"], weights["near_b"],
              group=width, dilations=[spread], pads=[pad, pad])  # fmt: skip
    graph.add("Conv", f"{name}_mix", f"{name}_near", weights["mix_w"], weights["mix_b"])
    return graph.add("Add", f"{name}_out", _gated(graph, f"{name}_mix"), x)


def network_width(state: dict[str, Array]) -> int:
    """Numbers for each token between the layers."""
    return int(state["last.weight"].shape[1])


def _gated(graph: _Graph, name: str) -> str:
    graph.nodes.append(
        helper.make_node("Split", [name], [f"{name}_value", f"{name}_gate"], axis=1, num_outputs=2)
    )
    graph.add("Sigmoid", f"{name}_open", f"{name}_gate")
    return graph.add("Mul", f"{name}_gated", f"{name}_value", f"{name}_open")


def _write(
    graph: _Graph,
    network: FastNetwork,
    labels: tuple[str, ...],
    thresholds: Mapping[str, float],
    path: Path,
) -> None:
    made = helper.make_graph(
        graph.nodes,
        "fast",
        [
            helper.make_tensor_value_info(
                "words", TensorProto.FLOAT, ["tokens", network.shape.table]
            )
        ],
        [helper.make_tensor_value_info("likely", TensorProto.FLOAT, ["tokens", len(labels)])],
        graph.weights,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    helper.set_model_props(
        model,
        {
            "labels": json.dumps(labels),
            "threshold": json.dumps(thresholds),
            "context": str(network.shape.context),
            "table": str(network.shape.table),
        },
    )
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString(deterministic=True))
