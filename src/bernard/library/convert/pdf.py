"""PDF: the text of each page in reading order, scans by OCR, filled-in forms, attached files."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

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


def _pages(document: pdfium.PdfDocument, draft: Draft, limits: Limits) -> None:
    """Pages in order. Their lines are held back a while, as headings show against the body text."""
    reader = _Reader(document, draft, limits)
    held: list[tuple[str, list[Line] | None, int]] = []
    body: Style | None = None
    for index in range(len(document)):
        label = document.get_page_label(index).strip() or str(index + 1)
        held.append((label, reader.lines(index, label), index))
        if len(held) >= MAX_HELD or index == len(document) - 1:
            body = body or body_style(line for _, lines, _ in held for line in lines or ())
            for label_, lines, index_ in held:
                draft.page(label_)
                reader.place(lines, body, label_, index_)
            held = []


class _Reader:
    """One pass over a PDF."""

    def __init__(self, document: pdfium.PdfDocument, draft: Draft, limits: Limits) -> None:
        self.document = document
        self.draft = draft
        self.limits = limits
        self._language = ""

    def lines(self, index: int, label: str) -> list[Line] | None:
        """The lines of a page's own text; nothing where it has to be read as a picture."""
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

    def place(self, lines: list[Line] | None, body: Style, label: str, index: int) -> None:
        """Put a page into the draft."""
        if lines is None:
            self._scan(label, index)
            return
        for block in lay_out(lines, body):
            if block.level:
                self.draft.heading(block.text, block.level)
            else:
                self.draft.paragraph(block.text)

    def _scan(self, label: str, index: int) -> None:
        if not self.limits.ocr:
            self.draft.note(f"Page {label} is a scan and was not read: OCR is turned off.")
            return
        if not self.limits.tesseract:
            self.draft.note(f"Page {label} is a scan and was not read: {ocr.MISSING}.")
            return
        self._language = self._language or ocr.languages(self.limits.tesseract)
        try:
            image = _rendered(self.document, index)
            reading = ocr.read_image(image, self.limits.tesseract, self._language)
        except (pdfium.PdfiumError, DocumentUnreadable):
            self.draft.note(f"Page {label} is a scan and was not read: it could not be drawn.")
            return
        self.draft.paragraphs(reading.paragraphs)
        images.note(reading, f"Page {label}", self.draft)


def _usable(lines: list[Line]) -> bool:
    text = "".join(line.text for line in lines)
    letters = len(_LETTER.findall(text))
    return letters >= USABLE_LETTERS and len(_ODD.findall(text)) < letters / 3


def _shows_something(page: pdfium.PdfPage) -> bool:
    return bool(raw.FPDFPage_CountObjects(page) > 0)


def _rendered(document: pdfium.PdfDocument, index: int) -> bytes:
    """The page as a grey PGM, at 300 dots an inch or as many as the bound on pixels allows."""
    page = document[index]
    try:
        width, height = page.get_size()
        area = max(width, 1) * max(height, 1)
        scale = min(RENDER_DPI / POINTS_PER_INCH, math.sqrt(MAX_PIXELS / area))
        bitmap = page.render(scale=scale, grayscale=True, no_smoothtext=False)
        rows = bytes(bitmap.buffer)
        if bitmap.stride != bitmap.width:
            rows = b"".join(
                rows[y * bitmap.stride : y * bitmap.stride + bitmap.width]
                for y in range(bitmap.height)
            )
        return b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + rows
    finally:
        page.close()


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
