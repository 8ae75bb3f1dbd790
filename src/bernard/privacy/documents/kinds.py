"""What a file is by how it begins: enough to know whether to hand it to the process that opens it."""

from __future__ import annotations

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"GIF8")


def looks_like_document(data: bytes) -> bool:
    """Whether it begins as a PDF, a picture or a Word document does."""
    return b"%PDF-" in data[:1024] or is_picture(data) or data.startswith(b"PK")


def is_picture(data: bytes) -> bool:
    """Whether it begins as a picture of a kind that can be redacted does."""
    return data.startswith(_PICTURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
