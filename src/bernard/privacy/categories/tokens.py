"""A text as sentences of small words, each with its place: what the lexicons are matched against."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

# A stand-in is one word; a part after an apostrophe is a word of its own: she 's, mae 'n.
_TOKEN = re.compile(r"⟦[^⟦⟧\n]{1,80}⟧|['’]?[^\W_]+|[^\w\s]|\n")
WORD = re.compile(r"[^\W_]+")
_TITLES = frozenset(
    (
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "prof",
        "st",
        "rev",
        "sgt",
        "no",
        "ref",
        "approx",
        "cllr",
    )
)
_LONGEST_TAIL = 3
# A longer run without an end is a table or no language: it is cut, so that no step looks further.
MOST_TOKENS = 400


class Token(NamedTuple):
    """One word or sign.

    Attributes:
        word: in small letters, with a straight apostrophe.
        capital: it begins with a capital.
    """

    word: str
    start: int
    end: int
    capital: bool


Sentence = Sequence[Token]


def sentences(text: str) -> Iterator[list[Token]]:
    """The sentences and lines of a text; none is longer than `MOST_TOKENS`."""
    found: list[Token] = []
    ended = False
    for match in _TOKEN.finditer(text):
        raw = match.group()
        if raw == "\n":
            ended = ended or _is_line_end(text, match.end(), found)
            continue
        if raw == "-" and _joins(text, match.start()):
            continue
        if found and (ended or len(found) >= MOST_TOKENS):
            yield found
            found = []
        ended = False
        found.append(_token(raw, match.start(), match.end()))
        if raw in ".!?" and _is_stop(text, match.end(), found):
            ended = True
    if found:
        yield found


def _token(raw: str, start: int, end: int) -> Token:
    word = raw.lower()
    if word[0] in "'’" and len(word) > 1:
        # A quoted word, not the tail of one.
        word = word[1:] if len(word) - 1 > _LONGEST_TAIL else "'" + word[1:]
    return Token(word, start, end, raw[:1].isupper())


def _joins(text: str, at: int) -> bool:
    """Whether a hyphen stands inside a word: HIV-positive is matched as two words."""
    return 0 < at < len(text) - 1 and text[at - 1].isalnum() and text[at + 1].isalnum()


def _is_stop(text: str, after: int, found: Sentence) -> bool:
    if after < len(text) and not text[after].isspace() and text[after] not in "\"')”’":
        return False
    return len(found) < 2 or found[-2].word not in _TITLES


def _is_line_end(text: str, after: int, found: Sentence) -> bool:
    """Whether a new line begins something new; a line that was only wrapped goes on in small letters."""
    rest = text[after : after + 80].lstrip(" \t>")
    return not rest or not rest[0].islower() or bool(found) and found[-1].word == ":"
