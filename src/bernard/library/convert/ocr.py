"""Scans read by Tesseract, a program of its own, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice

from bernard.library.convert.draft import Draft

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


@dataclass(frozen=True)
class Scan:
    """An image (PNG, JPEG, TIFF or PNM), and which picture in it where it holds several."""

    image: bytes
    page: int | None = None


@dataclass
class _Paragraph:
    lines: dict[str, list[str]] = field(default_factory=dict)


def find() -> str:
    """The path of the Tesseract program, empty where it is not installed."""
    return shutil.which("tesseract") or ""


class Tesseract:
    """The program, ready to read scans in the languages it has."""

    def __init__(self, draft: Draft) -> None:
        """Take the program, the number of scans at a time and whom to tell from the draft."""
        self._program = draft.limits.tesseract
        self._jobs = max(draft.limits.ocr_jobs, 1)
        self._still_reading = draft.still_reading
        self._language = _languages(self._program)

    def read_all(self, images: Iterable[Scan | None]) -> Iterator[Reading | None]:
        """A reading for each image in order, or nothing for one that cannot be read."""
        waiting = iter(images)
        with ThreadPoolExecutor(self._jobs) as threads:
            while batch := list(islice(waiting, self._jobs)):
                yield from threads.map(self._read, batch)
                self._still_reading()

    def _read(self, scan: Scan | None) -> Reading | None:
        if scan is None:
            return None
        settings = ["-c", f"tessedit_page_number={scan.page}"] if scan.page is not None else []
        command = [
            self._program,
            "stdin",
            "stdout",
            "-l",
            self._language,
            "--dpi",
            "300",
            *settings,
        ]
        done = subprocess.run(  # noqa: S603 - a fixed program; the image goes in by a pipe
            [*command, "tsv"], input=scan.image, capture_output=True, check=False
        )
        if done.returncode:
            return None
        return _from_tsv(done.stdout[:MAX_OUTPUT].decode("utf-8", "replace"))


def _languages(program: str) -> str:
    """Those of English and Welsh that this Tesseract can read, as its `-l` wants them."""
    listed = subprocess.run(  # noqa: S603 - a fixed program, no text of others in it
        [program, "--list-langs"], capture_output=True, text=True, timeout=30, check=False
    )
    installed = set((listed.stdout + listed.stderr).split())
    return "+".join(name for name in LANGUAGES if name in installed) or "eng"


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
