"""A text as sentences of small words, each with its place: what the lexicons are matched against."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

# A stand-in is one word; a part after an apostrophe is a word of its own: she 's, mae 'n. A hyphen inside
# a word parts it, so that HIV-positive is matched as two words.
_TOKEN = re.compile(r"⟦[^⟦⟧\n]{1,80}⟧|['’]?[^\W_]+|(?<=\w)-(?=\w)|[^\w\s]")
WORD = re.compile(r"[^\W_]+")
# A stop ends a sentence, but not behind an initial or a title; a line that was only wrapped goes on in
# small letters.
_END = re.compile(
    r"[.!?\n](?:(?<=\n)(?![ \t>]{0,20}[a-z])|(?<!\n)[\"')”’]{0,2}[ \t]+"
    r"(?<!\bMr\. )(?<!\bMrs\. )(?<!\bMs\. )(?<!\bDr\. )(?<!\bSt\. )(?<!\bNo\. )(?<!\bProf\. )"
    r"(?<!\bRev\. )(?<!\bCllr\. )(?<!\b[A-Z]\. ))"
)
_LONGEST_TAIL = 3
# A longer run without an end is a table or no language: it is cut, so that no step looks further.
_LONGEST = 3000


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


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """The sentences and lines of a text, each with where it begins; none is longer than 3,000 characters."""
    start = 0
    for match in _END.finditer(text):
        if match.end() > start:
            yield from _cut(start, text[start : match.end()])
        start = match.end()
    if start < len(text):
        yield from _cut(start, text[start:])


def _cut(start: int, sentence: str) -> Iterator[tuple[int, str]]:
    while len(sentence) > _LONGEST:
        at = sentence.rfind(" ", 1, _LONGEST)
        at = at if at > 0 else _LONGEST
        yield start, sentence[:at]
        start, sentence = start + at, sentence[at:]
    yield start, sentence


def tokens(sentence: str, start: int = 0) -> list[Token]:
    """The words and signs of a sentence that begins there in its text."""
    found = []
    for match in _TOKEN.finditer(sentence):
        raw = match.group()
        if raw == "-" and len(sentence) > match.end() and sentence[match.end()].isalnum():
            continue
        word = raw.lower()
        if word[0] in "'’" and len(word) > 1:
            # A quoted word, not the tail of one.
            word = word[1:] if len(word) - 1 > _LONGEST_TAIL else "'" + word[1:]
        found.append(Token(word, start + match.start(), start + match.end(), raw[:1].isupper()))
    return found
