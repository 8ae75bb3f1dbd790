"""What the fast tagger sees of a word: the numbers of its features.

A word is its letters in small type, its pieces of three and four letters, its shape, and the lists
of names that hold it. Each feature is a row of one table; which row is found by a checksum, so that
no list of words need be kept and every word has features.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from typing import Protocol
from zlib import crc32

from bernard.privacy.tagger.words import BLANKS, JOINERS

WIDTH = 24
WORDS, WRITTEN, PIECES = 1 << 15, 1 << 14, 1 << 15
_SHAPES = 8 * 12 * 2
LISTS = 1 << 6
WORD_COLUMNS = 4
"""What is known of a word stands in the first columns: as such, as written, its shape, its lists."""
# Row 0 is empty: it fills what a word has no feature for.
_WORD_AT = 1
_WRITTEN_AT = _WORD_AT + WORDS
_PIECE_AT = _WRITTEN_AT + WRITTEN
_SHAPE_AT = _PIECE_AT + PIECES
LIST_AT = _SHAPE_AT + _SHAPES
ROWS = LIST_AT + LISTS

COMMON = 1
"""The bit of the list of common words."""

_JOINER = re.compile(f"[{JOINERS}]+")
_ROW = struct.Struct(f"<{WIDTH}i")
_LONG = 10
_EMPTY = (0,) * WIDTH


class Lists(Protocol):
    """Lists of names."""

    def bits(self, word: bytes) -> int:
        """A bit for each list that holds the word, given in small letters without accents, as UTF-8."""
        ...


class Features:
    """Features of words."""

    def __init__(self, lists: Lists) -> None:
        """Use these lists."""
        self._lists = lists

    def of(self, key: str) -> tuple[bytes, bool]:
        """The features of a token, and whether it is so common that it says nothing of anybody.

        Returns:
            `WIDTH` little-endian 32-bit numbers: rows of the table, filled up with row 0.
        """
        rows, common = self._rows(key)
        return _ROW.pack(*rows, *_EMPTY[len(rows) :]), bool(common)

    def _rows(self, key: str) -> tuple[list[int], int]:
        """Rows of the table, and whether what they are of is common."""
        spaced = key[0] == " " or (key[0] in BLANKS and len(key) > 1)
        written = key[1:] if spaced else key
        if not written[0].isalpha():
            return _mark_rows(written, spaced), len(written) == 1 and not written.isdigit()
        if not written.isascii():
            written = folded(written)
        word = written.lower()
        code = word.encode("utf-8", "surrogatepass")
        bits = self._lists.bits(code)
        return [
            _WORD_AT + crc32(code) % WORDS,
            _WRITTEN_AT + crc32(written.encode("utf-8", "surrogatepass")) % WRITTEN,
            _SHAPE_AT + _shape(written, spaced),
            LIST_AT + bits % LISTS,
            *[_PIECE_AT + crc32(piece, 1) % PIECES for piece in _pieces(code)],
        ], bits & COMMON


def _mark_rows(written: str, spaced: bool) -> list[int]:
    """Of a number or a mark: what it is and how long. A number is known by its length alone."""
    if written[0].isdigit():
        kind, word = 6, _number_form(written)
    elif written[0].isspace():
        kind, word = 7, "\t" if written[0] == "\t" else "\n\n"[: len(written)]
    else:
        kind, word = 5, written[:2]
    return [
        _WORD_AT + crc32(word.encode("utf-8", "surrogatepass"), 2) % WORDS,
        _SHAPE_AT + (kind * 12 + min(len(written), 11)) * 2 + spaced,
    ]


def _number_form(number: str) -> str:
    """A year by its century, a day or month as such, any other by its length."""
    if len(number) == 4 and number[:2] in ("18", "19", "20"):
        return f"{number[:2]}yy"
    if len(number) <= 2 and number.isascii():
        return "day" if int(number) <= 31 else "d2"
    return f"d{len(number)}"


def _shape(written: str, spaced: bool) -> int:
    """How it is written: small, capitals, one capital, a capital first, or mixed; how long; spaced."""
    if written.islower():
        case = 0
    elif written.isupper():
        case = 1 if len(written) > 1 else 2
    elif written[0].isupper() and written[1:].islower():
        case = 3
    else:
        case = 4
    return (case * 12 + min(len(written), 11)) * 2 + spaced


def _pieces(word: bytes) -> list[bytes]:
    """Three and four letters each, `<` before the first and `>` after the last.

    Of a long word its two ends alone.

    >>> _pieces(b"huw")
    [b'<hu', b'huw', b'uw>', b'<huw', b'huw>']
    """
    if len(word) > _LONG:
        word = word[:6] + word[-4:]
    marked = b"<%b>" % word
    last = len(marked) - 2
    threes = [marked[at : at + 3] for at in range(last)]
    return threes + [marked[at : at + 4] for at in range(last - 1)]


def folded(word: str) -> str:
    """The word without accents and marks of no width, so that `Siân` and `Sian` are one."""
    return _JOINER.sub("", unicodedata.normalize("NFKD", word))[:64] or word[:64]
