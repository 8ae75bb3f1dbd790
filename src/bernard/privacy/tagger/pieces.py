"""A text as the assured tagger sees it: pieces of words, how each is written, and where it stands.

The vocabulary has no capitals and its tokeniser drops white space. Both say much about names and
addresses, so each piece carries a kind: how its word is written (`Case`) times what stands before it
(`Gap`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from tokenizers import Tokenizer

from bernard.errors import ModelRejected

START, END = "[CLS]", "[SEP]"
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLOCK, _OVERLAP = 16_000, 600


class Case(IntEnum):
    """How a word is written."""

    OTHER = 0
    LOWER = 1
    CAPITALISED = 2
    UPPER = 3
    MIXED = 4
    FIGURES = 5
    INITIAL = 6


class Gap(IntEnum):
    """What stands before a piece."""

    NONE = 0
    SPACE = 1
    LINE = 2
    WIDE = 3


KINDS = len(Case) * len(Gap)


@dataclass(frozen=True)
class Pieces:
    """Pieces of a text.

    Attributes:
        ids: which of the vocabulary each is.
        kinds: how each is written and what stands before it: case times 4 plus gap.
        words: for each word the number of its first piece.
        starts: where each word begins in the text.
        ends: where it ends.
    """

    ids: list[int]
    kinds: list[int]
    words: list[int]
    starts: list[int]
    ends: list[int]


def read_pieces(path: Path) -> Tokenizer:
    """The tokeniser of a file.

    Raises:
        ModelRejected: it is none.
    """
    try:
        read = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises bare exceptions
        raise ModelRejected(f"{path.name!r} cannot be loaded: {error}") from error
    read.no_truncation()
    read.no_padding()
    return read


def encode(text: str, tokenizer: Tokenizer) -> Pieces:
    """The pieces of a text. Half characters, which no UTF-8 can hold, count as unknown ones."""
    found = tokenizer.encode(_SURROGATE.sub("\ufffd", text), add_special_tokens=False)
    offsets, numbers = found.offsets, found.word_ids
    words: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    before: int | None = -1
    for piece, ((start, end), number) in enumerate(zip(offsets, numbers, strict=True)):
        if number != before or number is None:
            words.append(piece)
            starts.append(start)
            ends.append(end)
            before = number
        else:
            ends[-1] = end
    return Pieces(found.ids, _kinds(text, offsets, words, starts, ends), words, starts, ends)


def _kinds(
    text: str,
    offsets: list[tuple[int, int]],
    words: list[int],
    starts: list[int],
    ends: list[int],
) -> list[int]:
    kinds: list[int] = []
    last = 0
    for word, first in enumerate(words):
        written = case(text[starts[word] : ends[word]]) * len(Gap)
        after = words[word + 1] if word + 1 < len(words) else len(offsets)
        for start, end in offsets[first:after]:
            kinds.append(written + gap(text[last:start], start))
            last = end
    return kinds


def case(word: str) -> Case:
    """How a word is written.

    >>> [case(w).name for w in ("ann", "Ann", "ANN", "McAdam", "12", "J", "£")]
    ['LOWER', 'CAPITALISED', 'UPPER', 'MIXED', 'FIGURES', 'INITIAL', 'OTHER']
    """
    if word.isalpha():
        if word.islower():
            return Case.LOWER
        if word.isupper():
            return Case.INITIAL if len(word) == 1 else Case.UPPER
        return Case.CAPITALISED if word[0].isupper() and word[1:].islower() else Case.MIXED
    if any(c.isdigit() for c in word):
        return Case.FIGURES
    return case("".join(filter(str.isalpha, word))) if any(map(str.isalpha, word)) else Case.OTHER


def gap(between: str, start: int) -> Gap:
    """What the text between two pieces is. The start of the text counts as a new line."""
    if not between:
        return Gap.NONE if start else Gap.LINE
    if between == " ":
        return Gap.SPACE
    if "\n" in between:
        return Gap.LINE
    return Gap.WIDE if len(between) > 1 or between == "\t" else Gap.SPACE


@dataclass(frozen=True)
class Block:
    """A part of a long text, with what stands around it.

    Attributes:
        start: where it begins in the text.
        end: where it ends.
        first: what begins before this place of the text another block judges.
        last: what begins at this place or after it another block judges.
    """

    start: int
    end: int
    first: int
    last: int


def blocks(text: str) -> Iterator[Block]:
    """A text in parts of bounded length that overlap, cut where a line or a word ends if one does."""
    first = 0
    while first < len(text) or not first:
        last = _cut(text, first + _BLOCK)
        start = _cut(text, first - _OVERLAP) if first else 0
        yield Block(start, _cut(text, last + _OVERLAP), first, last)
        if last >= len(text):
            return
        first = last


def _cut(text: str, at: int) -> int:
    """A good place to cut at or soon after `at`."""
    if at >= len(text):
        return len(text)
    for mark in ("\n", " "):
        found = text.find(mark, at, at + 200)
        if found >= 0:
            return found + 1
    return at
