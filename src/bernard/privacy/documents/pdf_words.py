"""The words of a PDF page and where each stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ctypes import byref, c_double, c_int

import pypdfium2 as pdfium
from pypdfium2 import raw

from bernard.privacy.documents.types import Box, Word

MAX_LETTERS = 400_000
_FINE, _FAR = 64, 1000
_WORD = re.compile(r"\S+")
_ODD = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08]")
_LETTER = re.compile(r"[^\W_]")
# PDFium's marks for a hyphen at a line's end.
_HYPHENS = {0x02: "-", 0xFFFE: "-", 0xAD: "-"}


class Places:
    """Turns places in a page's own coordinates into places on the page as it is seen.

    A page may be turned, and cut down to a part of itself.
    """

    def __init__(self, page: pdfium.PdfPage, width: float, height: float) -> None:
        """Ask for three points, since the device that PDFium draws on has whole numbers only."""
        self._page, self._size = page, (round(width * _FINE), round(height * _FINE))
        self._x, self._y = self._seen(0, 0)
        (ax, ay), (bx, by) = self._seen(_FAR, 0), self._seen(0, _FAR)
        self._across = ((ax - self._x) / _FAR, (ay - self._y) / _FAR)
        self._up = ((bx - self._x) / _FAR, (by - self._y) / _FAR)

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """The box as it is seen, from its top left corner."""
        xs, ys = zip(self._point(left, bottom), self._point(right, top), strict=True)
        return Box(min(xs), min(ys), max(xs), max(ys))

    def _point(self, x: float, y: float) -> tuple[float, float]:
        return (
            self._x + x * self._across[0] + y * self._up[0],
            self._y + x * self._across[1] + y * self._up[1],
        )

    def _seen(self, x: float, y: float) -> tuple[float, float]:
        at_x, at_y = c_int(), c_int()
        raw.FPDF_PageToDevice(self._page, 0, 0, *self._size, 0, x, y, at_x, at_y)
        return at_x.value / _FINE, at_y.value / _FINE


class Letters:
    """A page's letters, each with its box; the text has one character for each."""

    def __init__(self, page: pdfium.PdfPage, width: float, height: float) -> None:
        """Read them all; more than `MAX_LETTERS` are not."""
        self._places = Places(page, width, height)
        text_page = page.get_textpage()
        try:
            count = min(text_page.count_chars(), MAX_LETTERS)
            self.cut_short = text_page.count_chars() > MAX_LETTERS
            read = [self._letter(text_page, index) for index in range(count)]
        finally:
            text_page.close()
        read = [(letter, box) for letter, box in read if letter]
        self.text = "".join(letter for letter, _ in read)
        self._boxes = [box for _, box in read]

    @property
    def is_readable(self) -> bool:
        """False where the font says of too many letters no more than that they are some letter."""
        return len(_ODD.findall(self.text)) * 20 <= len(self.text)

    @property
    def is_empty(self) -> bool:
        """Whether there is no letter or number at all."""
        return not _LETTER.search(self.text)

    def words(self) -> Iterator[Word]:
        """The words in the order of the text; one that is divided over two lines is two."""
        for match in _WORD.finditer(self.text):
            start = match.start()
            for at in range(match.start() + 1, match.end() + 1):
                if at == match.end() or self._apart(at):
                    yield from self._word(start, at)
                    start = at

    def _word(self, start: int, end: int) -> Iterator[Word]:
        boxes = [box for box in self._boxes[start:end] if box]
        if boxes:
            yield Word(start, end, around(boxes))

    def _apart(self, at: int) -> bool:
        """Whether the letter stands on another line than the one before it."""
        before, here = self._boxes[at - 1], self._boxes[at]
        if before is None or here is None:
            return False
        tall = max(before.bottom - before.top, here.bottom - here.top)
        wide = max(before.right - before.left, here.right - here.left)
        return abs(here.top - before.top) > tall and abs(here.left - before.left) > 2 * wide

    def _letter(self, page: pdfium.PdfTextPage, index: int) -> tuple[str, Box | None]:
        code = raw.FPDFText_GetUnicode(page, index)
        if code == 0x0D:
            return "", None
        if 0xD800 <= code <= 0xDFFF:
            code = 0xFFFD
        letter = _HYPHENS.get(code) or chr(code)
        return letter, None if letter.isspace() else self._box(page, index)

    def _box(self, page: pdfium.PdfTextPage, index: int) -> Box | None:
        rect = raw.FS_RECTF()
        if raw.FPDFText_GetLooseCharBox(page, index, byref(rect)):
            loose = self._places.box(rect.left, rect.bottom, rect.right, rect.top)
            return around([loose, *self._tight(page, index)])
        return None

    def _tight(self, page: pdfium.PdfTextPage, index: int) -> Iterator[Box]:
        """What the letter's own ink takes, which may go beyond its line."""
        left, right, bottom, top = c_double(), c_double(), c_double(), c_double()
        if raw.FPDFText_GetCharBox(page, index, left, right, bottom, top):
            yield self._places.box(left.value, bottom.value, right.value, top.value)


def around(boxes: list[Box]) -> Box:
    """The smallest box that holds all of these."""
    return Box(
        min(b.left for b in boxes),
        min(b.top for b in boxes),
        max(b.right for b in boxes),
        max(b.bottom for b in boxes),
    )
