"""Signatures that a supplier puts on thinking, marked with the dialect that they came in.

A supplier takes back only what it signed. Outside its own dialect a signature carries the mark, so
that a client of any dialect can send it back and no other supplier is ever sent it.
"""

from __future__ import annotations

MARKS = ("anthropic:", "anthropic-redacted:", "gemini:", "responses:")


def marked(raw: str, mark: str) -> str:
    """The signature with the mark of its dialect; one that has a mark already stays as it is."""
    return raw if not raw or raw.startswith(MARKS) else mark + raw


def unmarked(signature: str, mark: str) -> str:
    """The signature as its own supplier wrote it; '' where it is of another."""
    return signature[len(mark) :] if signature.startswith(mark) else ""


def shown(signature: str, mark: str) -> str:
    """The signature as a client is given it: its own dialect's bare, another's with its mark."""
    return signature.removeprefix(mark)
