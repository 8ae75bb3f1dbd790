"""Scans read by Tesseract, a program of its own, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field

from bernard.errors import DocumentUnreadable

MISSING = "Tesseract is not installed"
SURE_ENOUGH = 70.0
MAX_OUTPUT = 20_000_000
LANGUAGES = ("eng", "cym")

_PAGE, _BLOCK, _PARAGRAPH, _LINE, _CONFIDENCE, _TEXT = 1, 2, 3, 4, 10, 11


@dataclass(frozen=True)
class Reading:
    """What was read from one image: paragraphs, and how sure Tesseract was of its words (0-100)."""

    paragraphs: tuple[str, ...] = ()
    confidence: float = 100.0


@dataclass
class _Paragraph:
    lines: dict[str, list[str]] = field(default_factory=dict)


def find() -> str:
    """The path of the Tesseract program, empty where it is not installed."""
    return shutil.which("tesseract") or ""


def languages(program: str) -> str:
    """Those of English and Welsh that this Tesseract can read, as its `-l` wants them."""
    listed = subprocess.run(  # noqa: S603 - a fixed program, no text of others in it
        [program, "--list-langs"], capture_output=True, text=True, timeout=30, check=False
    )
    installed = set((listed.stdout + listed.stderr).split())
    return "+".join(name for name in LANGUAGES if name in installed) or "eng"


def read_image(image: bytes, program: str, language: str) -> Reading:
    """The text of one image (PNG, JPEG, TIFF or PNM).

    Raises:
        DocumentUnreadable: Tesseract could not read the image.
    """
    command = [program, "stdin", "stdout", "-l", language, "--dpi", "300", "tsv"]
    done = subprocess.run(  # noqa: S603 - a fixed program; the image goes in by a pipe
        command, input=image, capture_output=True, check=False
    )
    if done.returncode:
        raise DocumentUnreadable(
            "is an image that Tesseract cannot read; it may be damaged. "
            "Open it, and save it again as PNG."
        )
    return _from_tsv(done.stdout[:MAX_OUTPUT].decode("utf-8", "replace"))


def _is_speck(word: str, confidence: float) -> bool:
    """True for nothing, and for dirt on the paper that was taken for punctuation."""
    return not word.strip() or (confidence < SURE_ENOUGH and not any(c.isalnum() for c in word))


def _from_tsv(tsv: str) -> Reading:
    paragraphs: dict[tuple[str, ...], _Paragraph] = {}
    sureness: list[float] = []
    for row in tsv.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) <= _TEXT or _is_speck(cells[_TEXT], float(cells[_CONFIDENCE])):
            continue
        key = tuple(cells[_PAGE : _PARAGRAPH + 1])
        lines = paragraphs.setdefault(key, _Paragraph()).lines
        lines.setdefault(cells[_LINE], []).append(cells[_TEXT])
        sureness.append(float(cells[_CONFIDENCE]))
    texts = ("\n".join(" ".join(w) for w in p.lines.values()) for p in paragraphs.values())
    mean = sum(sureness) / len(sureness) if sureness else 100.0
    return Reading(tuple(texts), mean)
