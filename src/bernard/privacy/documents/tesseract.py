"""Words in a picture by Tesseract, a program of its own."""

from __future__ import annotations

import subprocess

from bernard.errors import DocumentUnreadable
from bernard.privacy.documents.types import Box, Pixels, Seen

_BLOCK, _PARAGRAPH, _LINE, _LEFT, _TOP, _WIDTH, _HEIGHT, _SURE, _TEXT = 2, 3, 4, 6, 7, 8, 9, 10, 11
LANGUAGES = ("eng", "cym")


class Tesseract:
    """The program, ready to read in those of English and Welsh that it has."""

    def __init__(self, program: str) -> None:
        """Ask it for its languages."""
        self._program = program
        listed = subprocess.run(  # noqa: S603 - a fixed program, no text of others in it
            [program, "--list-langs"], capture_output=True, text=True, timeout=30, check=False
        )
        there = set((listed.stdout + listed.stderr).split())
        self._language = "+".join(name for name in LANGUAGES if name in there) or "eng"

    def read(self, pixels: Pixels) -> list[list[Seen]]:
        """The words, a list for each line.

        Raises:
            DocumentUnreadable: the program failed, so what the picture holds is not known.
        """
        height, width = pixels.shape[:2]
        command = [self._program, "stdin", "stdout", "-l", self._language, "--psm", "11", "tsv"]
        done = subprocess.run(  # noqa: S603 - a fixed program; the picture goes in by a pipe
            command,
            input=b"P6 %d %d 255\n" % (width, height) + pixels.tobytes(),
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise DocumentUnreadable("has a picture that Tesseract cannot read.")
        return _lines(done.stdout.decode("utf-8", "replace"))


def _lines(tsv: str) -> list[list[Seen]]:
    lines: dict[tuple[str, ...], list[Seen]] = {}
    for row in tsv.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) <= _TEXT or not cells[_TEXT].strip():
            continue
        left, top, width, height = (int(cells[i]) for i in (_LEFT, _TOP, _WIDTH, _HEIGHT))
        box = Box(left, top, left + width, top + height)
        seen = Seen(cells[_TEXT].strip(), box, max(float(cells[_SURE]), 0) / 100)
        lines.setdefault(tuple(cells[1 : _LINE + 1]), []).append(seen)
    return list(lines.values())
