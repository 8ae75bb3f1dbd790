"""Write the trained encoders as they ship: `python -m training.consult.export OUT`."""

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
from training.consult.train import ORIGIN


def main() -> None:
    """Write the graphs and say their SHA-256s, which belong in the manifest."""
    parser = argparse.ArgumentParser(prog="python -m training.consult.export")
    parser.add_argument("out", type=Path, help="the folder that holds the trained encoders")
    options = parser.parse_args()
    for model, layers in LAYERS.items():
        encoder = Encoder(config.load().models_folder / ORIGIN, layers)
        encoder.load_state_dict(torch.load(options.out / f"{model}.pt"))
        graph = build(encoder.published(), len(layers), HEADS)
        built = find(model).built
        assert built is not None
        write_whole(built.home / built.file, graph)
        sys.stderr.write(f"{built.file}: SHA-256 {hashlib.sha256(graph).hexdigest()}\n")


if __name__ == "__main__":
    main()
