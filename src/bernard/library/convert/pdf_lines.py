"""The lines of a PDF page with the little of their looks that tells headings from text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ctypes import byref, c_double, c_int, create_string_buffer
from dataclasses import dataclass, replace
from itertools import pairwise

import pypdfium2 as pdfium
from pypdfium2 import raw

from bernard.library.convert.pdf_layout import Line

MAX_LINES = 20_000
BOLD_WEIGHT = 600
BETWEEN_CELLS = " | "
# In heights of the letters: how wide a gap is that only a table has, and letters at their widest.
CELL_GAP, NEXT_CELL_GAP = 2.0, 1.0
WIDE_LETTERS = 0.5

_WORD = re.compile(r"\S+")
# A bullet or number stands apart from what it belongs to and is no cell; so does a label.
_MARKER = re.compile(r"^(?:[^\w£$€]|\(?\w{1,4}[.)]|\d{1,3}(?:\.\d{1,3})+)$")
# PDFium joins a word that a line's end divides and leaves this mark in place of the hyphen.
_DIVIDED = re.compile("(\\w*)[\x02\ufffe]")
# Words that keep their hyphen wherever a line ends.
_PREFIX = re.compile(
    "(?i)(?:self|non|full|part|long|short|well|cross|half|co|ex|mid|multi|semi|high|low|one|two|"
    "three|four|five|six|same|so|year|day|means|follow|pre|post|anti|vice|third|face)$"
)


def lines_of(page: pdfium.PdfPage) -> Iterator[Line]:
    """Lines from the top of the reading order; a few calls a line, so that long files stay quick."""
    text_page = page.get_textpage()
    try:
        text = text_page.get_text_range() if text_page.count_chars() else ""
        at = 0
        for number, piece in enumerate(text.split("\r\n")):
            line = piece.rstrip()
            first = at + len(piece) - len(piece.lstrip())
            if line.strip():
                last = at + len(line) - 1
                found = _measured(text_page, line.strip(), first, last, exact=number < MAX_LINES)
                yield replace(found, text=_DIVIDED.sub(_rejoined, found.text))
            at += len(piece) + 2
    finally:
        text_page.close()


def _rejoined(found: re.Match[str]) -> str:
    return f"{found.group(1)}-" if _PREFIX.match(found.group(1)) else found.group(1)


def _measured(page: pdfium.PdfTextPage, text: str, first: int, last: int, exact: bool) -> Line:
    if not exact:
        return Line(text)
    begin = raw.FPDFText_GetCharIndexFromTextIndex(page, first)
    end = raw.FPDFText_GetCharIndexFromTextIndex(page, last)
    middle = raw.FPDFText_GetCharIndexFromTextIndex(page, (first + last) // 2)
    left, base = _origin(page, begin)
    right = _edges(page, end)[1]
    size = max(_size(page, begin), 0.0)
    wide = right - left > size * (WIDE_LETTERS * len(text) + 1)
    cells = _cells(_words(page, text, first), size) if wide and size else [text]
    return Line(
        BETWEEN_CELLS.join(cells),
        size=size,
        bold=_bold(page, begin) and _bold(page, end if text[-1:].isalnum() else middle),
        left=left,
        right=right,
        base=base,
        end_base=_origin(page, end)[1] if _DIVIDED.search(text) else base,
        row=len(cells) > 1,
    )


@dataclass(frozen=True)
class _Word:
    text: str
    left: float
    right: float


def _words(page: pdfium.PdfTextPage, text: str, first: int) -> list[_Word]:
    words = []
    for found in _WORD.finditer(text):
        start = raw.FPDFText_GetCharIndexFromTextIndex(page, first + found.start())
        end = raw.FPDFText_GetCharIndexFromTextIndex(page, first + found.end() - 1)
        words.append(_Word(found.group(), _edges(page, start)[0], _edges(page, end)[1]))
    return words


def _cells(words: list[_Word], size: float) -> list[str]:
    """The line cut at gaps as wide as between columns; one such makes narrower ones count too."""
    gaps = [after.left - before.right for before, after in pairwise(words)]
    least = size * (NEXT_CELL_GAP if max(gaps, default=0) > size * CELL_GAP else CELL_GAP)
    cells = [words[0].text]
    for word, gap in zip(words[1:], gaps, strict=True):
        marker = (len(cells) == 1 and _MARKER.match(cells[0])) or cells[-1].endswith(":")
        if gap > least and not marker:
            cells.append(word.text)
        else:
            cells[-1] += f" {word.text}"
    return cells


def _size(page: pdfium.PdfTextPage, index: int) -> float:
    """The size of a character as drawn: some programs write size 1 and scale it up afterwards."""
    size = float(raw.FPDFText_GetFontSize(page, index))
    matrix = raw.FS_MATRIX()
    if raw.FPDFText_GetMatrix(page, index, byref(matrix)):
        size *= (matrix.c**2 + matrix.d**2) ** 0.5 or 1.0
    return round(size * 2) / 2


def _origin(page: pdfium.PdfTextPage, index: int) -> tuple[float, float]:
    x, y = c_double(), c_double()
    raw.FPDFText_GetCharOrigin(page, index, byref(x), byref(y))
    return x.value, y.value


def _edges(page: pdfium.PdfTextPage, index: int) -> tuple[float, float]:
    """Where a character begins and ends, from the left."""
    left, right, bottom, top = c_double(), c_double(), c_double(), c_double()
    raw.FPDFText_GetCharBox(page, index, byref(left), byref(right), byref(bottom), byref(top))
    return left.value, right.value


def _bold(page: pdfium.PdfTextPage, index: int) -> bool:
    if raw.FPDFText_GetFontWeight(page, index) >= BOLD_WEIGHT:
        return True
    name = create_string_buffer(128)
    flags = c_int()
    length = raw.FPDFText_GetFontInfo(page, index, name, 128, byref(flags))
    return bool(length) and b"bold" in name.value.lower()
