"""Which reader of pictures there is: our own models where they are, Tesseract where they are not."""

from __future__ import annotations

import shutil
from pathlib import Path

from bernard.privacy.documents.types import Reader

WEIGHTS = Path(__file__).parent / "weights"


def choose() -> str:
    """The reader to use, as `ready` takes it; empty where there is none."""
    return str(WEIGHTS) if has_weights() else find_tesseract()


def has_weights(folder: Path = WEIGHTS) -> bool:
    """Whether the models of PP-OCR are there."""
    return all((folder / name).is_file() for name in ("detect.onnx", "recognise.onnx"))


def find_tesseract() -> str:
    """The path of the Tesseract program, empty where it is not installed."""
    return shutil.which("tesseract") or ""


def ready(chosen: str) -> Reader | None:
    """The reader, loaded; nothing where none was chosen."""
    # Imported here: onnxruntime takes a while, and Tesseract does without it.
    if not chosen:
        return None
    if Path(chosen).is_dir():
        from bernard.privacy.documents.ppocr import PpOcr

        return PpOcr(Path(chosen))
    from bernard.privacy.documents.tesseract import Tesseract

    return Tesseract(chosen)
