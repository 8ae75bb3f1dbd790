"""Write the trained encoder as it ships: `python -m training.consult.export OUT`."""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

import torch

from bernard import config
from bernard.models.hashes import write_whole
from bernard.models.manifest import find
from bernard.models.onnx_graph import build
from training.consult.model import HEADS, LAYERS, Encoder
from training.consult.train import TEACHER

MODEL = "consult-encoder"


def main() -> None:
    """Write the graph and say its SHA-256, which belongs in the manifest."""
    parser = argparse.ArgumentParser(prog="python -m training.consult.export")
    parser.add_argument("out", type=Path, help="the folder that holds encoder.pt")
    options = parser.parse_args()
    encoder = Encoder(config.load().models_folder / TEACHER)
    encoder.load_state_dict(torch.load(options.out / "encoder.pt"))
    graph = build(encoder.published(), len(LAYERS), HEADS)
    built = find(MODEL).built
    assert built is not None
    write_whole(built.home / built.file, graph)
    sys.stderr.write(f"{built.file}: SHA-256 {hashlib.sha256(graph).hexdigest()}\n")


if __name__ == "__main__":
    main()
