"""Write the assured tagger as ONNX: whole, and with weights of eight bits (what ships).

Inputs `ids`, `mask` and `kinds` (batch, length; int64), made by `bernard.privacy.tagger.pieces`; output `likely`
(batch, length, tags), each row adding up to 1. The file's metadata names the tags, the threshold and the longest window.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from training.privacy.batches import LONGEST
from training.privacy.dial import Dial
from training.privacy.minilm import Tagger
from training.privacy.tags import TAGS

_OPSET = 17
_THRESHOLD = "0.5"


class _Likely(nn.Module):
    """Likelihoods in place of logits."""

    def __init__(self, tagger: Tagger) -> None:
        super().__init__()
        self.tagger = tagger

    def forward(self, ids: Tensor, mask: Tensor, kinds: Tensor) -> Tensor:
        return self.tagger(ids, mask, kinds).softmax(-1)  # type: ignore[no-any-return]


def load(weights: Path) -> Tagger:
    """The tagger of a file of weights."""
    state = torch.load(weights, weights_only=True)
    tagger = Tagger(state["words.weight"].shape[0], state["head.weight"].shape[0])
    tagger.load_state_dict(state)
    return tagger.eval()


def export(weights: Path, out: Path, dial: Dial) -> None:
    """Write `out` (eight bits) and, beside it, `….whole.onnx` (32 bits), both turned by the dial."""
    whole = out.with_suffix(".whole.onnx")
    tagger = load(weights)
    with torch.no_grad():
        tagger.head.bias -= torch.from_numpy(dial.off())
    example = torch.ones(2, 16, dtype=torch.int64)
    axes = {name: {0: "batch", 1: "length"} for name in ("ids", "mask", "kinds", "likely")}
    torch.onnx.export(
        _Likely(tagger),
        (example, example, example),
        str(whole),
        input_names=["ids", "mask", "kinds"],
        output_names=["likely"],
        dynamic_axes=axes,
        opset_version=_OPSET,
        dynamo=False,
    )
    _describe(whole)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / out.name
        quantize_dynamic(
            whole,
            made,
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gather"],
        )
        _describe(made)
        out.write_bytes(made.read_bytes())


def _describe(path: Path) -> None:
    """Put the tags, the threshold and whose work it is in the file."""
    model = onnx.load(str(path))
    model.producer_name, model.producer_version = "bernard", ""
    onnx.helper.set_model_props(
        model,
        {
            "labels": json.dumps(TAGS),
            "threshold": _THRESHOLD,
            "window": str(LONGEST + 2),
            "attribution": "Begun from Rampart by the National Design Studio, CC-BY-4.0; changed.",
            "licence": "CC-BY-4.0",
        },
    )
    onnx.save(model, str(path))


def main() -> None:
    """Export as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m training.privacy.export", description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--dial", default="0:0", help="taken off the logits of O : of what stays")
    chosen = parser.parse_args()
    export(chosen.weights, chosen.out, Dial.read(chosen.dial))


if __name__ == "__main__":
    main()
