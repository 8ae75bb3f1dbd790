"""Pictures of text: their size is read from the file's own header before anything decodes them."""

from __future__ import annotations

import struct

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.library.convert import ocr
from bernard.library.convert.draft import Draft, too_many_pages
from bernard.library.convert.limits import Limits

MAX_PIXELS = 120_000_000
_SIZES = {1: "B", 3: "H", 4: "I"}
_START_OF_FRAME = frozenset(
    {*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)}
)


def read(data: bytes, draft: Draft, limits: Limits) -> None:
    """Read a PNG, JPEG or TIFF into the draft by OCR; each picture of a TIFF is a page."""
    pages = _sizes(data)
    if len(pages) > limits.max_pages:
        raise too_many_pages(len(pages), limits)
    for width, height in pages:
        if width * height > MAX_PIXELS:
            raise DocumentTooLarge(
                f"is {width:,} by {height:,} pixels; at most {MAX_PIXELS // 1_000_000} million "
                "pixels are read. Scan it again at 300 dots an inch."
            )
    if not (limits.ocr and limits.tesseract):
        why = ocr.MISSING if limits.ocr else "OCR is turned off in the settings"
        raise DocumentUnreadable(f"is a picture and was not read: {why}.")
    many = len(pages) > 1
    scans = (ocr.Scan(data, number if many else None) for number in range(len(pages)))
    for number, reading in enumerate(ocr.Tesseract(draft).read_all(scans), start=1):
        if reading is None:
            raise DocumentUnreadable(
                "is an image that Tesseract cannot read; it may be damaged. "
                "Open it, and save it again as PNG."
            )
        if many:
            draft.page(str(number))
        draft.paragraphs(reading.paragraphs)
        note(reading, f"Page {number}" if many else "The picture", draft)


def note(reading: ocr.Reading, what: str, draft: Draft) -> None:
    """Say that a scan was read, and how well."""
    if not reading.paragraphs:
        draft.note(f"{what} is an image in which no text was found.")
    elif reading.confidence < ocr.SURE_ENOUGH:
        draft.note(f"{what} is a poor scan: expect wrong words. Check it against the original.")
    else:
        draft.note(f"{what} is a scan, read by OCR. Check words that matter against the original.")


def _sizes(data: bytes) -> list[tuple[int, int]]:
    try:
        if data.startswith(b"\x89PNG"):
            return [struct.unpack(">II", data[16:24])]
        if data.startswith(b"\xff\xd8"):
            return [_jpeg_size(data)]
        return _tiff_sizes(data)
    except (struct.error, IndexError, KeyError) as error:
        raise _damaged() from error


def _damaged() -> DocumentUnreadable:
    return DocumentUnreadable("is a damaged image or only part of one. Scan it or save it again.")


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while at < len(data):
        if data[at] != 0xFF:
            raise _damaged()
        marker = data[at + 1]
        if marker in _START_OF_FRAME:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        lone = marker == 0xFF or 0xD0 <= marker <= 0xD8 or marker == 0x01
        at += 1 if marker == 0xFF else 2
        if not lone:
            at += max(struct.unpack(">H", data[at : at + 2])[0], 2)
    raise _damaged()


def _tiff_sizes(data: bytes) -> list[tuple[int, int]]:
    """Width and height of each picture; a circle of them ends."""
    order = "<" if data.startswith(b"II") else ">"
    at = struct.unpack(order + "I", data[4:8])[0]
    seen: set[int] = set()
    sizes = []
    while at and at not in seen and len(seen) < 100_000:
        seen.add(at)
        count = struct.unpack(order + "H", data[at : at + 2])[0]
        tags = {}
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag, kind = struct.unpack(order + "HH", data[entry : entry + 4])
            if tag in (256, 257):
                size = struct.calcsize(_SIZES[kind])
                tags[tag] = struct.unpack(order + _SIZES[kind], data[entry + 8 : entry + 8 + size])[
                    0
                ]
        sizes.append((tags[256], tags[257]))
        end = at + 2 + 12 * count
        at = struct.unpack(order + "I", data[end : end + 4])[0]
    if not sizes:
        raise _damaged()
    return sizes
