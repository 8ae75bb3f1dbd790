"""PDF: each page is drawn with black over what goes, and a new file is made of the drawings.

So nothing that the old file holds beside what its pages show (scripts, attached files, layers,
comments, earlier versions, metadata) can come into the new one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pypdfium2 as pdfium
from msgspec.structs import replace
from PIL import Image
from pypdfium2 import raw

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.privacy.documents.layout import Gone, added, area, in_lines
from bernard.privacy.documents.limits import Limits
from bernard.privacy.documents.pdf_words import Letters, Places
from bernard.privacy.documents.pdf_write import PdfWriter
from bernard.privacy.documents.pictures import (
    LOOK_QUALITY,
    encode,
    has_ink,
    is_black,
    jpeg,
    paint,
)
from bernard.privacy.documents.types import Box, Cut, How, Kind, Page, Pixels, Reader, Word

POINTS_PER_INCH = 72
LOOK_DPI, READ_DPI, KEEP_DPI = 90, 200, 150
MAX_PIXELS = 30_000_000
# The share of a page from which a picture on it may hold words, and from which it is the page.
MATTERS, WHOLE = 0.002, 0.5
MAX_OBJECTS = 20_000
_FORMS = {raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND}
# A page on which so many lines are drawn may have its letters drawn too.
MAX_PATHS = 1500


class PdfPaper:
    """A PDF that is open."""

    kind: Kind = "pdf"

    def __init__(self, data: bytes, limits: Limits, reader: Reader | None) -> None:
        """Open it.

        Raises:
            DocumentUnreadable: it is damaged, locked or empty.
            DocumentTooLarge: it has too many pages.
        """
        self._document = _open(data)
        self._reader = reader
        self._writer = PdfWriter()
        self._read: dict[int, Page] = {}
        self.pages = len(self._document)
        if self.pages > limits.max_pages:
            raise DocumentTooLarge(
                f"has {self.pages:,} pages; at most {limits.max_pages:,} are redacted at once. "
                "Split it."
            )
        self.notes = tuple(_left_out(self._document))

    def page(self, number: int) -> Page:
        """The page as it is read, with a picture to look at."""
        page = self._flat(number)
        try:
            read = self._looked_at(page)
        finally:
            page.close()
        self._read[number] = read
        return read

    def know(self, number: int, page: Page) -> None:
        """Take the page as it was read before."""
        self._read[number] = page

    def cut(self, number: int, cuts: Sequence[Cut]) -> None:
        """Draw the page with these taken out, and keep the words that are seen and stay."""
        read = self._read.pop(number, None) or self.page(number)
        self._read.pop(number, None)
        page = self._flat(number)
        try:
            pixels, scale = _drawn(page, KEEP_DPI)
        finally:
            page.close()
        gone = Gone(read.words, cuts)
        staying = [
            word for word in read.words if not gone.takes(word) and has_ink(pixels, word.box, scale)
        ]
        paint(pixels, gone.boxes, scale)
        if not all(is_black(pixels, box, scale) for box in gone.boxes):
            raise DocumentUnreadable("could not be drawn with its black boxes. Nothing was made.")
        lines = in_lines(read.text, staying, gone)
        self._writer.page(read.width, read.height, encode(pixels), lines)

    def finish(self) -> bytes:
        """The new file."""
        return self._writer.finish()

    def _flat(self, number: int) -> pdfium.PdfPage:
        """The page with what was filled in or stuck on drawn into it, so that it is text too."""
        try:
            page = self._document[number]
            if raw.FPDFPage_GetAnnotCount(page) > 0:
                raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
                page.close()
                page = self._document[number]
        except pdfium.PdfiumError as error:
            raise DocumentUnreadable(
                f"cannot be drawn: its page {number + 1} is damaged. Print it to a new PDF."
            ) from error
        return page

    def _looked_at(self, page: pdfium.PdfPage) -> Page:
        width, height = _size(page)
        letters = Letters(page, width, height)
        if letters.cut_short:
            raise DocumentTooLarge("has a page with more letters than can be read. Print it anew.")
        areas, drawn = _pictures(page, width, height)
        covered = sum(area(box) for box in areas) / (width * height)
        opaque = not letters.is_readable or (letters.is_empty and drawn > 0) or drawn > MAX_PATHS
        pixels, scale = _drawn(page, LOOK_DPI)
        read = Page(
            width,
            height,
            letters.text,
            tuple(letters.words()),
            picture=jpeg(Image.fromarray(pixels), LOOK_QUALITY),
        )
        if not (areas or opaque):
            return read
        seen = tuple(box for box in areas if has_ink(pixels, box, scale))
        if not self._reader:
            whole = (Box(0, 0, width, height),) if pixels.min() < 200 else ()
            return replace(read, unread=whole if opaque else seen)
        text = letters.text if letters.is_readable and covered < WHOLE else ""
        text, words, how = self._with_picture(page, text, read.words)
        apart = tuple(box for box in seen if area(box) < WHOLE * width * height)
        return replace(read, text=text, words=words, how=how, drawn=apart)

    def _with_picture(
        self, page: pdfium.PdfPage, text: str, words: tuple[Word, ...]
    ) -> tuple[str, tuple[Word, ...], How]:
        """The page's own text, where it is to be trusted, and what only its picture shows."""
        assert self._reader
        pixels, scale = _drawn(page, READ_DPI)
        lines = self._reader.read(pixels)
        return added(text, words if text else (), lines, scale)


def _size(page: pdfium.PdfPage) -> tuple[float, float]:
    width, height = page.get_size()
    if not (1 <= width <= 20_000 and 1 <= height <= 20_000):
        raise DocumentUnreadable(
            f"has a page of {width:.0f} by {height:.0f} points, which nobody can read. "
            "Print it to a new PDF."
        )
    return width, height


def _open(data: bytes) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(data)
        if len(document) == 0:
            raise DocumentUnreadable("is a PDF without pages; it may be damaged. Save it again.")
        document.init_forms()
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
            raise DocumentUnreadable(
                "is locked with a password. Save a copy without one."
            ) from error
        raise DocumentUnreadable(
            "is a damaged PDF or only part of one. Copy it again from where it came, "
            "or print it to a new PDF."
        ) from error
    return document


def _left_out(document: pdfium.PdfDocument) -> list[str]:
    """What the new file will not have, in sentences."""
    found = []
    if document.get_formtype() in _FORMS:
        found.append("This is an XFA form: only what its pages show is kept.")
    if count := document.count_attachments():
        found.append(f"Attached files ({count:,}) are left out.")
    if raw.FPDFDoc_GetJavaScriptActionCount(document) > 0:
        found.append("Scripts are left out.")
    if raw.FPDF_GetSignatureCount(document) > 0:
        found.append("The new file is another document, so signatures are left out.")
    return found


def _drawn(page: pdfium.PdfPage, dpi: int) -> tuple[Pixels, float]:
    """The page's pixels, and how many of them make a point."""
    width, height = page.get_size()
    scale = min(dpi / POINTS_PER_INCH, math.sqrt(MAX_PIXELS / (width * height)))
    try:
        bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
    except pdfium.PdfiumError as error:
        raise DocumentUnreadable("has a page that cannot be drawn. Print it anew.") from error
    pixels = np.array(bitmap.to_numpy()[:, :, :3])
    bitmap.close()
    return pixels, scale


def _pictures(page: pdfium.PdfPage, width: float, height: float) -> tuple[list[Box], int]:
    """The areas of pictures that may hold words, and how many lines are drawn on the page."""
    places = Places(page, width, height)
    found: list[Box] = []
    paths = 0
    for item in page.get_objects(max_depth=6):
        if item.type in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING):
            paths += 1
        elif item.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            box = places.box(left, bottom, right, top)
            if area(box) > MATTERS * width * height:
                found.append(box)
    return found, paths + len(found)
