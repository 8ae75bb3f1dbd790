"""Build the embedding model that the wheel carries: `python -m bernard.models.onnx_build`.

It fetches the publisher's weights, compares their SHA-256, and writes our own 8-bit ONNX graph of
them with the tokenizer and a note of where each byte came from. The same weights always give the
same bytes, and the manifest pins them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnx
from numpy.typing import NDArray

from bernard import config
from bernard.errors import Error, ModelRejected
from bernard.models.fetch import fetch
from bernard.models.hashes import sha256_of, write_whole
from bernard.models.manifest import WEIGHTS, KnownModel, find
from bernard.models.onnx_graph import build

MODEL = "all-minilm-l6-v2"
_LAYERS, _HEADS = 6, 12


def main() -> None:
    """Build it, unless what is there is what the manifest pins."""
    parser = argparse.ArgumentParser(prog="python -m bernard.models.onnx_build")
    parser.add_argument("--from", dest="source", type=Path, help="folder with the files or wheels")
    parser.add_argument("--again", action="store_true", help="build even if it is there already")
    options = parser.parse_args()
    try:
        _make(options.source, options.again)
    except Error as error:
        sys.exit(f"Error: {error}")


def _make(source: Path | None, again: bool) -> None:
    model = find(MODEL)
    if is_built(model) and not again:
        return
    settings = config.load()
    home = fetch(model, settings.models_folder, source=source)
    sha256 = write(model, home)
    sys.stderr.write(f"Built {MODEL} in {WEIGHTS}: SHA-256 {sha256}\n")


def is_built(model: KnownModel, folder: Path = WEIGHTS) -> bool:
    """Whether the folder holds the model that the manifest pins."""
    if model.built is None:
        return False
    target = folder / model.built.file
    tokenizer = folder / f"{model.name}.tokenizer.json"
    return target.is_file() and tokenizer.is_file() and sha256_of(target) == model.built.sha256


def write(model: KnownModel, source: Path, folder: Path = WEIGHTS) -> str:
    """Build from the files in `source` into `folder`; the SHA-256 of the graph.

    Raises:
        ModelRejected: the graph is not byte for byte the one that the manifest pins.
    """
    assert model.built is not None
    weights = read_safetensors(source / "model.safetensors")
    graph = build(weights, _LAYERS, _HEADS)
    sha256 = hashlib.sha256(graph).hexdigest()
    if sha256 != model.built.sha256:
        raise ModelRejected(
            f"The build of {model.name!r} gave SHA-256 {sha256}, and the manifest pins "
            f"{model.built.sha256}. Built with onnx {onnx.__version__}, numpy {np.__version__}: "
            f"use the locked versions, or pin the new one if the graph was changed on purpose."
        )
    write_whole(folder / model.built.file, graph)
    tokenizer = (source / "tokenizer.json").read_bytes()
    write_whole(folder / f"{model.name}.tokenizer.json", tokenizer)
    write_whole(folder / f"{model.name}.json", _note(model, sha256))
    return sha256


def read_safetensors(path: Path) -> dict[str, NDArray[np.float32]]:
    """The 32-bit tensors of a safetensors file by name.

    Source: the safetensors format, https://huggingface.co/docs/safetensors: length of the header
    in 8 bytes, the header in JSON, then the numbers, all little-endian.
    """
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header: dict[str, Any] = msgspec.json.decode(data[8:start])
    tensors: dict[str, NDArray[np.float32]] = {}
    for name, entry in header.items():
        if entry.get("dtype") != "F32":
            continue
        first, last = entry["data_offsets"]
        numbers = np.frombuffer(data[start + first : start + last], "<f4")
        tensors[name] = numbers.reshape(entry["shape"])
    return tensors


def _note(model: KnownModel, sha256: str) -> bytes:
    note = {
        "model": model.name,
        "licence": model.licence,
        "publisher": model.publisher,
        "origin": model.origin,
        "changed": "By the Bernard team: written as an ONNX graph with pooling, in 8 bits.",
        "source_sha256": {file.name: file.sha256 for file in model.files},
        "built_sha256": sha256,
        "built_with": {"onnx": onnx.__version__, "numpy": np.__version__},
    }
    return json.dumps(note, indent=2).encode() + b"\n"


if __name__ == "__main__":
    main()
