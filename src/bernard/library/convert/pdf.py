"""PDF: the text of each page in reading order, scans by OCR, filled-in forms, attached files."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
from pypdfium2 import raw

from bernard.errors import DocumentUnreadable
from bernard.library.convert import images, ocr
from bernard.library.convert.draft import Draft, too_many_pages
from bernard.library.convert.limits import Limits
from bernard.library.convert.pdf_layout import Line, Style, body_style, lay_out
from bernard.library.convert.pdf_lines import lines_of

RENDER_DPI = 300
MAX_PIXELS = 25_000_000
MAX_HELD = 200
POINTS_PER_INCH = 72
# Fewer letters than this on a page that shows something is a stamp or a page number on a scan.
USABLE_LETTERS = 12

_LETTER = re.compile(r"[^\W_]")
_ODD = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08]")


def read(data: bytes, draft: Draft, limits: Limits) -> None:
    """Read a PDF into the draft; scripts and links in it are never run or followed."""
    document = _open(data)
    try:
        pages = len(document)
        if pages > limits.max_pages:
            raise too_many_pages(pages, limits)
        if document.get_formtype() in (raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND):
            draft.note("This is an XFA form; only what its pages show was read.")
        draft.title = document.get_metadata_value("Title")
        _pages(document, draft, limits)
        _attachments(document, draft)
    finally:
        document.close()


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


@dataclass(frozen=True)
class _Page:
    """A page read and not yet placed; without lines it has to be read as a picture."""

    index: int
    label: str
    lines: list[Line] | None


def _pages(document: pdfium.PdfDocument, draft: Draft, limits: Limits) -> None:
    """Pages in order, many at a time, as headings show only against the look of the body text."""
    reader = _Reader(document, draft, limits)
    body: Style | None = None
    for first in range(0, len(document), MAX_HELD):
        pages = [reader.page(i) for i in range(first, min(first + MAX_HELD, len(document)))]
        body = body or body_style(line for page in pages for line in page.lines or ())
        readings = reader.readings([page.index for page in pages if page.lines is None])
        for page in pages:
            reader.place(page, body, readings)


class _Reader:
    """One pass over a PDF."""

    def __init__(self, document: pdfium.PdfDocument, draft: Draft, limits: Limits) -> None:
        self.document = document
        self.draft = draft
        self.limits = limits
        self._tesseract: ocr.Tesseract | None = None

    def page(self, index: int) -> _Page:
        """A page with the label printed on it and the lines of its own text."""
        label = self.document.get_page_label(index).strip() or str(index + 1)
        return _Page(index, label, self._lines(index, label))

    def _lines(self, index: int, label: str) -> list[Line] | None:
        try:
            page = self.document[index]
        except pdfium.PdfiumError:
            self.draft.note(f"Page {label} is damaged and was not read.")
            return []
        try:
            lines = [*lines_of(page), *(Line(field) for field in _fields(page))]
            return lines if _usable(lines) or not _shows_something(page) else None
        finally:
            page.close()

    def readings(self, scans: list[int]) -> dict[int, ocr.Reading | None]:
        """What OCR makes of these pages; nothing at all where it cannot or may not run."""
        if not scans or not self.limits.ocr or not self.limits.tesseract:
            return {}
        self._tesseract = self._tesseract or ocr.Tesseract(self.draft)
        images = (_rendered(self.document, index) for index in scans)
        return dict(zip(scans, self._tesseract.read_all(images), strict=True))

    def place(self, page: _Page, body: Style, readings: dict[int, ocr.Reading | None]) -> None:
        """Put a page into the draft."""
        self.draft.page(page.label)
        if page.lines is None:
            self._place_scan(page.label, readings.get(page.index), tried=page.index in readings)
            return
        for block in lay_out(page.lines, body):
            if block.level:
                self.draft.heading(block.text, block.level)
            else:
                self.draft.paragraph(block.text)

    def _place_scan(self, label: str, reading: ocr.Reading | None, tried: bool) -> None:
        if reading is not None:
            self.draft.paragraphs(reading.paragraphs)
            images.note(reading, f"Page {label}", self.draft)
            return
        why = "it could not be drawn" if tried else ocr.MISSING
        if not self.limits.ocr:
            why = "OCR is turned off"
        self.draft.note(f"Page {label} is a scan and was not read: {why}.")


def _usable(lines: list[Line]) -> bool:
    text = "".join(line.text for line in lines)
    letters = len(_LETTER.findall(text))
    return letters >= USABLE_LETTERS and len(_ODD.findall(text)) < letters / 3


def _shows_something(page: pdfium.PdfPage) -> bool:
    return bool(raw.FPDFPage_CountObjects(page) > 0)


def _rendered(document: pdfium.PdfDocument, index: int) -> ocr.Scan | None:
    """The page as a grey PGM, at 300 dots an inch or as many as the bound on pixels allows."""
    try:
        page = document[index]
    except pdfium.PdfiumError:
        return None
    try:
        width, height = page.get_size()
        area = max(width, 1) * max(height, 1)
        scale = min(RENDER_DPI / POINTS_PER_INCH, math.sqrt(MAX_PIXELS / area))
        return ocr.Scan(_pgm(page.render(scale=scale, grayscale=True)))
    except pdfium.PdfiumError:
        return None
    finally:
        page.close()


def _pgm(bitmap: pdfium.PdfBitmap) -> bytes:
    rows = bytes(bitmap.buffer)
    width, stride = bitmap.width, bitmap.stride
    if stride != width:
        rows = b"".join(rows[at : at + width] for at in range(0, stride * bitmap.height, stride))
    return b"P5 %d %d 255\n" % (width, bitmap.height) + rows


def _fields(page: pdfium.PdfPage) -> Iterator[str]:
    """What was filled into a form, which is no part of the page's own text."""
    form = page.formenv
    if form is None:
        return
    for index in range(min(raw.FPDFPage_GetAnnotCount(page), 5000)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        try:
            if raw.FPDFAnnot_GetSubtype(annotation) != raw.FPDF_ANNOT_WIDGET:
                continue
            value = _wide(raw.FPDFAnnot_GetFormFieldValue, form, annotation)
            name = _wide(raw.FPDFAnnot_GetFormFieldAlternateName, form, annotation)
            name = name or _wide(raw.FPDFAnnot_GetFormFieldName, form, annotation)
            if value.strip() and value != "Off":
                yield f"{name}: {value}" if name else value
        finally:
            raw.FPDFPage_CloseAnnot(annotation)


def _wide(function: object, form: pdfium.PdfFormEnv, annotation: object) -> str:
    """The string that one of PDFium's two-call functions gives."""
    length = function(form, annotation, None, 0)  # type: ignore[operator]
    if not 2 < length < 1_000_000:
        return ""
    buffer = (raw.FPDF_WCHAR * (length // 2 + 1))()
    function(form, annotation, buffer, length)  # type: ignore[operator]
    return bytes(buffer)[: length - 2].decode("utf-16-le", "replace")


def _attachments(document: pdfium.PdfDocument, draft: Draft) -> None:
    for index in range(min(document.count_attachments(), draft.limits.max_members + 1)):
        try:
            attachment = document.get_attachment(index)
            draft.attach(attachment.get_name(), bytes(attachment.get_data()))
        except pdfium.PdfiumError:
            draft.note(f"Attached file {index + 1} is damaged and was left out.")
