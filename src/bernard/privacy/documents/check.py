"""A look through a finished file, as somebody would who wants to know what was taken out of it."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence

import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

from bernard.privacy.documents.types import Kind
from bernard.privacy.documents.values import Index, is_telling

_STREAM = re.compile(rb"stream\r?\n")
_LONGEST_HEAD = 600
_TAG = re.compile(r"<[^<>]*>")
# What a PDF of ours never has, so what would show that something of the old file came along.
_FOREIGN = (
    b"/JavaScript", b"/JS", b"/EmbeddedFile", b"/AcroForm", b"/XFA", b"/Annots", b"/OCProperties",
    b"/Metadata", b"/OpenAction", b"/AA", b"/PieceInfo", b"/Author", b"/Thumb",
)  # fmt: skip


def faults(kind: Kind, data: bytes, values: Iterable[str]) -> list[str]:
    """What is wrong with a finished file, without the values themselves; nothing where it is clean.

    Args:
        values: what was taken out everywhere; what says nothing by itself is not looked for.
    """
    wanted = sorted({value for value in values if is_telling(value)})
    held: set[str] = set()
    for text in _texts(kind, data):
        index = Index(text)
        held.update(value for value in wanted if value not in held and index.holds(value))
    said = f"{len(held)} of {len(wanted)} values that were taken out can be found in it"
    return [*_foreign(kind, data), *([said] if held else [])]


def _foreign(kind: Kind, data: bytes) -> Iterator[str]:
    if kind == "pdf":
        heads = b"".join(_outside(data))
        yield from (f"it has a {n.decode()}" for n in _FOREIGN if re.search(n + rb"\b", heads))
    elif kind == "picture":
        with Image.open(io.BytesIO(data)) as picture:
            # What Pillow itself reads out of the fewest bytes that a picture can have.
            known = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "compression",
                     "resolution", "progressive", "progression", "loop", "background",
                     "version", "extension", "duration", "timestamp"}  # fmt: skip
            more = set(picture.info) - known
            yield from (f"it has {name!r} beside its pixels" for name in sorted(more))


def _texts(kind: Kind, data: bytes) -> Iterator[str]:
    """Everything that could be read as text, in each encoding that it might be in."""
    if kind == "pdf":
        yield from _pdf_text(data)
        yield from _readings([*_outside(data), *_streams(data)])
    elif kind == "docx":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                part = archive.read(member)
                yield member.filename
                yield from _readings([part])
                yield _TAG.sub("", part.decode("utf-8", "replace"))
            yield archive.comment.decode("utf-8", "replace")
    else:
        yield from _readings([data])


def _pdf_text(data: bytes) -> Iterator[str]:
    document = pdfium.PdfDocument(data)
    try:
        yield " ".join(map(str, document.get_metadata_dict().values()))
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            yield text.get_text_range()
            if raw.FPDFPage_GetAnnotCount(page):
                yield "annotations"
            text.close()
            page.close()
    finally:
        document.close()


def _outside(data: bytes) -> Iterator[bytes]:
    """What of a PDF is not in a stream."""
    at = 0
    for match in _STREAM.finditer(data):
        if match.start() >= at:
            yield data[at : match.start()]
            at = data.find(b"endstream", match.end()) + len(b"endstream")
    yield data[at:]


def _streams(data: bytes) -> Iterator[bytes]:
    """Every stream of a PDF but its pictures, inflated where it can be."""
    for match in _STREAM.finditer(data):
        head = data[max(match.start() - _LONGEST_HEAD, 0) : match.start()].rpartition(b" obj")[2]
        if b"/Subtype/Image" in head:
            continue
        inside = data[match.end() : data.find(b"endstream", match.end())]
        try:
            yield zlib.decompressobj().decompress(inside)
        except zlib.error:
            yield inside


def _readings(parts: Sequence[bytes]) -> Iterator[str]:
    for part in parts:
        yield part.decode("utf-8", "replace")
        yield part.decode("latin-1")
        if b"\0" in part:
            yield part.decode("utf-16-be", "replace")
            yield part[1:].decode("utf-16-be", "replace")
