"""Originals put back, in a whole text and in a stream."""

from __future__ import annotations

import re
from bisect import bisect_left
from urllib.parse import quote

import msgspec

from bernard.privacy.marks import CODED_CLOSERS, CODED_OPENERS, LONGEST, MARK, first_opener, key_of

_CLOSERS = re.compile(r"[⟧〛】\]]|\\u27[eE]7|%[eE]2%9[fF]%[aA]7")
_OPENER = re.compile(r"⟦|〚|【|\[{1,2}|\\u27[eE]6|%[eE]2%9[fF]%[aA]6")
_BEGINS_JSON = re.compile(r"\{\s*[\"}]|\[\s*[\"{]")
_MAY_BEGIN_JSON = re.compile(r"[{\[]\s*")
_ENOUGH = 64
_CODED = re.compile(r"[\\%]")


class Originals:
    """Which original is behind which stand-in.

    Attributes:
        by_stand_in: the originals, by stand-in as we write it.
        strangers: marks that looked like a stand-in and were none.
    """

    __slots__ = ("_by_key", "_in_json", "_ordered", "by_stand_in", "strangers")

    def __init__(self) -> None:
        self.by_stand_in: dict[str, str] = {}
        self._by_key: dict[str, str] = {}
        self._in_json: dict[str, str] = {}
        self._ordered: list[str] = []
        self.strangers: dict[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self._by_key)

    def __contains__(self, key: str) -> bool:
        return key in self._by_key

    def add(self, stand_in: str, original: str) -> None:
        """Remember what is behind a stand-in."""
        key = key_of(stand_in)
        self.by_stand_in[stand_in] = original
        self._by_key[key] = original
        self._in_json[key] = msgspec.json.encode(
            original.encode("utf-8", "replace").decode()
        ).decode()[1:-1]

    def begins_one(self, key: str) -> bool:
        """May a key that begins like this become one of ours?"""
        if len(self._ordered) != len(self._by_key):
            self._ordered = sorted(self._by_key)
        at = bisect_left(self._ordered, key)
        return at < len(self._ordered) and self._ordered[at].startswith(key)

    def restore(self, text: str, *, json: bool) -> str:
        """The text with originals in it."""
        if first_opener(text) < 0:
            return text
        originals = self._in_json if json else self._by_key
        pieces: list[str] = []
        end = 0
        for mark in MARK.finditer(text):
            original = originals.get(key_of(mark.group("core")))
            if original is None:
                if mark.group("open") == "⟦":
                    self.strangers[mark.group()] = self.strangers.get(mark.group(), 0) + 1
                continue
            start, stop = mark.span()
            if mark.group("open") == "[" and text[stop : stop + 1] == "(":
                original = f"[{original}]"  # the text of a link in Markdown
            elif mark.group("open")[0] == "%":
                original = quote(self._by_key[key_of(mark.group("core"))], safe="")
            pieces += (text[end:start], original)
            end = stop
        if not pieces:
            return text
        pieces.append(text[end:])
        return "".join(pieces)


class Restorer:
    """Puts originals back into a stream, holding back only what may become one of the stand-ins."""

    __slots__ = ("_begins", "_held", "_json", "_originals")

    def __init__(self, originals: Originals, *, json: bool = False) -> None:
        """Restore these, as JSON writes them where the stream is JSON.

        A stream that begins as JSON does is taken for JSON: a model was asked for structured output.
        """
        self._originals = originals
        self._json: bool | None = json or None
        self._begins = ""
        self._held = ""

    def feed(self, piece: str) -> str:
        """What can be shown now."""
        originals = self._originals
        if self._json is None:
            self._decide(piece)
        if self._held:
            piece = self._held + piece
            self._held = ""
        elif not originals or first_opener(piece) < 0:
            return piece
        cut = self._cut(piece)
        if cut < len(piece):
            self._held = piece[cut:]
            piece = piece[:cut]
        return originals.restore(piece, json=bool(self._json))

    def finish(self) -> str:
        """What was held back to the end."""
        held, self._held = self._held, ""
        return self._originals.restore(held, json=bool(self._json)) if held else ""

    def _decide(self, piece: str) -> None:
        """Is the stream JSON? Its first two signs say so."""
        self._begins = (self._begins + piece).lstrip()[:_ENOUGH]
        if _BEGINS_JSON.match(self._begins):
            self._json = True
        elif self._begins and not _MAY_BEGIN_JSON.fullmatch(self._begins):
            self._json = False

    def _cut(self, text: str) -> int:
        """How much of the text can be shown: all that cannot be the beginning of a stand-in."""
        at = first_opener(text, max(0, len(text) - LONGEST))
        while at >= 0:
            if self._may_grow(text[at:]):
                return at
            at = first_opener(text, at + 1)
        return len(text)

    def _may_grow(self, tail: str) -> bool:
        """May what comes next make a stand-in of this, or change how it is restored?"""
        opener = _OPENER.match(tail)
        if opener is None:
            return any(sign.startswith(tail.lower()) for sign in CODED_OPENERS)
        inside = tail[opener.end() :]
        closer = _CLOSERS.search(inside)
        if closer is None:
            return self._may_close(inside)
        # "]" may be followed by another, or by the target of a link.
        return closer.end() == len(inside) and closer.group() == "]"

    def _may_close(self, inside: str) -> bool:
        """Is this the beginning of one of ours, with or without that of a coded bracket?"""
        coded = _CODED.search(inside)
        if coded:
            rest = inside[coded.start() :].lower()
            if not any(sign.startswith(rest) for sign in CODED_CLOSERS):
                return False
            inside = inside[: coded.start()]
        return self._originals.begins_one(key_of(inside))
