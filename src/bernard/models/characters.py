"""Text that every model and server can take."""

from __future__ import annotations


def sendable(text: str) -> str:
    """The text with half characters, which no encoding can carry, replaced by question marks.

    >>> sendable("café " + chr(0xD800))
    'café ?'
    """
    return text.encode("utf-8", "replace").decode("utf-8")
