"""How much of one document is read for redaction."""

from __future__ import annotations

import msgspec

MEGABYTE = 1_000_000


class Limits(msgspec.Struct, frozen=True):
    """The bounds on one document.

    Attributes:
        max_bytes: of the file, and of what it unpacks to.
        max_text: characters of text in it.
        timeout_s: for each page of it.
    """

    max_bytes: int = 100 * MEGABYTE
    max_pages: int = 1000
    max_text: int = 20 * MEGABYTE
    timeout_s: float = 120.0
    memory_mb: int = 1536
