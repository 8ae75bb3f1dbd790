r"""A text as a recogniser reads it: plain ASCII, character for character, and with codes undone.

Personal data hides behind full-width figures, non-breaking spaces and typographic dashes, and in
web addresses and JSON behind `%40` and `\u0040`. What is found in a reading is mapped back to the
text as it stands, so a recogniser need not know of any of this.
"""

from __future__ import annotations

import html
import re
import unicodedata
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

_NON_ASCII = re.compile(r"[^\x00-\x7f]+")
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u20e3\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff"
)
_CODED = re.compile(
    r"%[0-7][0-9A-Fa-f]|(?:%[89A-Fa-f][0-9A-Fa-f]){1,64}"
    r"|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\[nrtbf\"/\\]"
    r"|&#[0-9]{1,7};|&#[xX][0-9A-Fa-f]{1,6};|&(?:amp|lt|gt|quot|apos|nbsp|commat|period|num|colon);"
    rf"|[{_INVISIBLE}]"
)
_DEEPEST = 3
_TABLE_LIMIT = 5_000


class _Plain(dict[int, str]):
    """One ASCII character for each other one, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        plain = _plain_character(chr(code))
        if len(self) < _TABLE_LIMIT:
            self[code] = plain
        return plain


def _plain_character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd":
        return "-"
    if category[0] == "Z" or category in ("Cf", "Mn"):
        return " "
    if character in "\u2018\u2019\u02bc\u02b9":
        return "'"
    if character in "\u201c\u201d":
        return '"'
    base = unicodedata.normalize("NFKD", character)[0]
    return base if base.isascii() else "?"


_PLAIN = _Plain()


def plain(text: str) -> str:
    r"""The text in ASCII, each character at its old place.

    >>> plain("９４３\u00a0476\u2011５９１９ Siân")
    '943 476-5919 Sian'
    """
    if text.isascii():
        return text
    return _NON_ASCII.sub(lambda run: run.group().translate(_PLAIN), text)


@dataclass(frozen=True)
class Reading:
    """A text with codes undone, and where each of its characters came from."""

    text: str
    starts: array[int]
    ends: array[int]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The range of the text as it stands that a range of this reading covers."""
        return self.starts[start], self.ends[end - 1]


def may_be_coded(text: str) -> bool:
    """May `readings` have anything to say? Quick, for texts that mostly have no codes."""
    return "%" in text or "\\" in text or "&" in text or not text.isascii()


def readings(text: str) -> Iterator[Reading]:
    """The text with its codes undone, once for each level of coding; none where there are none.

    >>> [reading.text for reading in readings("jo%40example.org")]
    ['jo@example.org']
    """
    reading = None
    for _ in range(_DEEPEST):
        found = list(_CODED.finditer(reading.text if reading else text))
        if not found:
            return
        if reading is None:
            every = range(len(text) + 1)
            reading = Reading(text, array("I", every[:-1]), array("I", every[1:]))
        reading = _undone(reading, found)
        yield reading


def _undone(reading: Reading, found: list[re.Match[str]]) -> Reading:
    pieces: list[str] = []
    # A list would take twenty times the memory, and texts may be many megabytes.
    starts, ends = array("I"), array("I")
    at = 0
    for match in found:
        start, end = match.span()
        decoded = _decoded(match.group())
        pieces += (reading.text[at:start], decoded)
        starts += reading.starts[at:start]
        ends += reading.ends[at:start]
        for _ in decoded:
            starts.append(reading.starts[start])
            ends.append(reading.ends[end - 1])
        at = end
    pieces.append(reading.text[at:])
    return Reading("".join(pieces), starts + reading.starts[at:], ends + reading.ends[at:])


def _decoded(code: str) -> str:
    if code[0] == "%":
        return bytes.fromhex(code.replace("%", "")).decode("utf-8", "replace")
    if code[0] == "&":
        return html.unescape(code)
    if code[0] == "\\":
        return chr(int(code[2:], 16)) if code[1] in "ux" else _ESCAPES[code[1]]
    return ""


_ESCAPES = {"n": "\n", "r": "\n", "t": "\t", "b": " ", "f": " ", '"': '"', "/": "/", "\\": "\\"}
