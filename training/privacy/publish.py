"""Put the assured tagger where Bernard loads it: `python -m training.privacy.publish MODEL TOKENIZER`.

The manifest there names each file with the SHA-256 of its bytes; nothing else is loaded.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
from pathlib import Path

from bernard.privacy.tagger.weights import WEIGHTS

MODEL, TOKENIZER = "assured.onnx", "assured.tokenizer.json"
_ENTRY = """\
- mode: assured
  about: BERT of six layers over pieces of words, begun from Rampart, for what must not get through.
  licence: CC-BY-4.0
  origin: Trained by the Bernard project from Rampart (National Design Studio, CC-BY-4.0); training/privacy, docs/reference/privacy-models.md.
  files:
    - use: model
      file: {model}
      sha256: {model_sha}
    - use: tokenizer
      file: {tokenizer}
      sha256: {tokenizer_sha}
"""
_ASSURED = re.compile(r"^- mode: assured\n(?:(?!- mode:).*\n)*", re.M)


def publish(model: Path, tokenizer: Path, folder: Path = WEIGHTS) -> None:
    """Copy both files and write their hashes into the manifest."""
    shutil.copyfile(model, folder / MODEL)
    shutil.copyfile(tokenizer, folder / TOKENIZER)
    entry = _ENTRY.format(
        model=MODEL,
        model_sha=_sha256(folder / MODEL),
        tokenizer=TOKENIZER,
        tokenizer_sha=_sha256(folder / TOKENIZER),
    )
    manifest = folder / "manifest.yaml"
    others = _ASSURED.sub("", manifest.read_text(encoding="utf-8"))
    manifest.write_text(others + entry, encoding="utf-8")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Publish what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m training.privacy.publish", description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("tokenizer", type=Path)
    chosen = parser.parse_args()
    publish(chosen.model, chosen.tokenizer)


if __name__ == "__main__":
    main()
