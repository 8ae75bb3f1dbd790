"""What a file is by its content, opened for redaction."""

from __future__ import annotations

import io
import zipfile

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.privacy.documents.docx import DocxPaper
from bernard.privacy.documents.kinds import is_picture
from bernard.privacy.documents.limits import Limits
from bernard.privacy.documents.pdf import PdfPaper
from bernard.privacy.documents.picture import PicturePaper
from bernard.privacy.documents.text import TextPaper
from bernard.privacy.documents.types import Paper, Reader

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHERS = (
    "Files that can be redacted are PDF, Word (.docx), pictures (PNG, JPEG, TIFF, WebP) and text."
)


def open_paper(data: bytes, limits: Limits, reader: Reader | None) -> Paper:
    """The document, ready to be read and cut.

    Args:
        reader: reads words in pictures; without one, pictures are areas that nobody read.

    Raises:
        DocumentUnreadable: it is damaged, locked, or of a kind that cannot be redacted.
        DocumentTooLarge: it is over a limit.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise DocumentUnreadable("is empty.")
    if len(data) > limits.max_bytes:
        raise DocumentTooLarge(f"is over {limits.max_bytes / 1e6:,.0f} MB. Split it.")
    if b"%PDF-" in data[:1024]:
        return PdfPaper(data, limits, reader)
    if is_picture(data):
        return PicturePaper(data, limits, reader)
    if data.startswith(b"PK"):
        return DocxPaper(_docx(data), limits, reader)
    if data.startswith(_OLE):
        raise DocumentUnreadable(
            "is an old Office file, or one that is locked with a password. Open it in the program "
            "that made it, and save it as .docx or PDF without a password."
        )
    if b"\0" in data[:65536]:
        raise DocumentUnreadable(f"is of a kind that cannot be redacted. {OTHERS}")
    return TextPaper(data, limits)


def _docx(data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise DocumentUnreadable(
            "is damaged, or only part of a file. Copy it again from where it came."
        ) from error
    if "word/document.xml" not in names:
        raise DocumentUnreadable(f"is of a kind that cannot be redacted. {OTHERS}")
    return data
