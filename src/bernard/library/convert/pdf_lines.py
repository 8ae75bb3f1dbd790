"""The lines of a PDF page with the little of their looks that tells headings from text."""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import byref, c_double, c_int, create_string_buffer

import pypdfium2 as pdfium
from pypdfium2 import raw

from bernard.library.convert.pdf_layout import Line

MAX_LINES = 20_000
BOLD_WEIGHT = 600


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
                yield _measured(text_page, line.strip(), first, last, exact=number < MAX_LINES)
            at += len(piece) + 2
    finally:
        text_page.close()


def _measured(page: pdfium.PdfTextPage, text: str, first: int, last: int, exact: bool) -> Line:
    if not exact:
        return Line(text)
    begin = raw.FPDFText_GetCharIndexFromTextIndex(page, first)
    end = raw.FPDFText_GetCharIndexFromTextIndex(page, last)
    middle = raw.FPDFText_GetCharIndexFromTextIndex(page, (first + last) // 2)
    left, base = _origin(page, begin)
    size = max(_size(page, begin), 0.0)
    return Line(
        text,
        size=size,
        bold=_bold(page, begin) and _bold(page, end if text[-1:].isalnum() else middle),
        left=left,
        right=_right(page, end),
        base=base,
    )


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


def _right(page: pdfium.PdfTextPage, index: int) -> float:
    left, right, bottom, top = c_double(), c_double(), c_double(), c_double()
    raw.FPDFText_GetCharBox(page, index, byref(left), byref(right), byref(bottom), byref(top))
    return right.value


def _bold(page: pdfium.PdfTextPage, index: int) -> bool:
    if raw.FPDFText_GetFontWeight(page, index) >= BOLD_WEIGHT:
        return True
    name = create_string_buffer(128)
    flags = c_int()
    length = raw.FPDFText_GetFontInfo(page, index, name, 128, byref(flags))
    return bool(length) and b"bold" in name.value.lower()
