"""Originals put back into a stream."""

from __future__ import annotations

import re

from bernard.privacy.marks import first_opener, looks_bare
from bernard.privacy.originals import Originals, swapped

_BEGINS_JSON = re.compile(r"\{\s*[\"}]|\[\s*[\"{]")
_MAY_BEGIN_JSON = re.compile(r"[{\[]\s*")
_ENOUGH = 64
# A mark without brackets, and an invented word, may not stand within another word; six signs are the
# longest escape of JSON, which is no part of the word after it.
_BEFORE = 6


class Restorer:
    """Puts originals back into a stream, holding back only what may become one of the stand-ins."""

    __slots__ = ("_before", "_begins", "_held", "_json", "_originals")

    def __init__(self, originals: Originals, *, json: bool = False) -> None:
        """Restore these, as JSON writes them where the stream is JSON.

        A stream that begins as JSON does is taken for JSON: a model was asked for structured output.
        """
        self._originals = originals
        self._json: bool | None = json or None
        self._begins = ""
        self._before = ""
        self._held = ""

    def feed(self, piece: str) -> str:
        """What can be shown now."""
        originals = self._originals
        if self._json is None:
            self._decide(piece)
        if not piece:
            return ""
        if not self._held and (not originals or self._is_plain(piece)):
            self._before = (self._before + piece)[-_BEFORE:]
            return piece
        text = self._before + self._held + piece
        return self._shown(text, final=False)

    def finish(self) -> str:
        """What was held back to the end."""
        return self._shown(self._before + self._held, final=True) if self._held else ""

    def _is_plain(self, piece: str) -> bool:
        """Nothing in it can be, or become, a stand-in."""
        last = piece[-1]
        return (
            self._originals.wording is None
            and not (last.isupper() or last.isdigit() or last in "_\u2011-")
            and first_opener(piece) < 0
            and not looks_bare(self._before + piece)
        )

    def _shown(self, text: str, *, final: bool) -> str:
        start = len(self._before)
        swaps, cut = self._originals.swaps(text, start, json=bool(self._json), final=final)
        self._held = text[cut:]
        self._before = text[max(0, cut - _BEFORE) : cut]
        return swapped(text, start, cut, swaps)

    def _decide(self, piece: str) -> None:
        """Is the stream JSON? Its first two signs say so."""
        self._begins = (self._begins + piece).lstrip()[:_ENOUGH]
        if _BEGINS_JSON.match(self._begins):
            self._json = True
        elif self._begins and not _MAY_BEGIN_JSON.fullmatch(self._begins):
            self._json = False


__all__ = ["Originals", "Restorer"]
