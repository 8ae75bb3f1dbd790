"""Split a document's text into the passages that search finds.

A passage is some 200 words: long enough to answer, short enough to read and for an embedding model
to take in whole. It follows the document's own joints: it begins at a heading where it can, ends
with a paragraph, and a list stays with the line that leads in to it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bernard.text.sentences import Span, sentences

# An English word is some 1.3 tokens, and the embedding model here reads 256 of them.
MOST_WORDS = 200
ENOUGH_WORDS = 60
OVERLAP_WORDS = 40
# For text that has no words: tables of figures, base64, scripts without spaces.
MOST_CHARACTERS = 2_000

_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_WORD = re.compile(r"\S+")


class Passage(NamedTuple):
    """A passage: text[start:end].

    Attributes:
        page: label of the page it begins on, empty where there are no pages.
        heading: the headings it stands under, outermost first, joined by ` > `.
    """

    start: int
    end: int
    page: str
    heading: str


class _Piece(NamedTuple):
    """What is not divided further: a heading, a paragraph or a part of a long one.

    Attributes:
        level: of a heading, 1 the highest; 0 for all else.
        goes_on: a later part of the paragraph before it.
    """

    start: int
    end: int
    words: int
    level: int = 0
    leads_in: bool = False
    goes_on: bool = False


def split(
    text: str, pages: Sequence[tuple[int, str]] = (), headings: Sequence[tuple[int, int, int]] = ()
) -> list[Passage]:
    """The passages of a text in order. Together they hold all of it but the spaces between them.

    Two overlap only where one long paragraph had to be cut: the second repeats the last sentence.

    Args:
        pages: start and label of each page, in order.
        headings: start, end and level of each heading, in order, level 1 the highest.
    """
    places = _Places(text, pages, headings)
    return [
        Passage(start, end, places.page(start), places.path(start))
        for start, end in _pack(text, list(_pieces(text, headings)))
    ]


def in_context(text: str, heading: str, title: str = "") -> str:
    """A passage with the headings it stands under, for a reader who has only the passage."""
    path = [part for part in (title, *heading.split(" > ")) if part]
    begins = text.lstrip("# ")
    above = " > ".join(part for part in dict.fromkeys(path) if not begins.startswith(part))
    return f"{above}\n{text}" if above else text


class _Places:
    """Which page and which headings a place is under."""

    def __init__(
        self,
        text: str,
        pages: Sequence[tuple[int, str]],
        headings: Sequence[tuple[int, int, int]],
    ) -> None:
        self._page_starts = [start for start, _ in pages]
        self._labels = [label for _, label in pages]
        self._starts = [start for start, _, _ in headings]
        self._paths: list[str] = []
        above: list[tuple[int, str]] = []
        for start, end, level in headings:
            while above and above[-1][0] >= level:
                above.pop()
            title = " ".join(text[start:end].split()).lstrip("# ")
            above.append((level, title))
            self._paths.append(" > ".join(title for _, title in above if title))

    def page(self, at: int) -> str:
        index = bisect_right(self._page_starts, at) - 1
        return self._labels[index] if index >= 0 else ""

    def path(self, at: int) -> str:
        index = bisect_right(self._starts, at) - 1
        return self._paths[index] if index >= 0 else ""


def _pieces(text: str, headings: Sequence[tuple[int, int, int]]) -> Iterator[_Piece]:
    at = 0
    for start, end, level in headings:
        if start < at:
            continue
        yield from _paragraphs(text, at, start)
        yield from _whole(text, start, end, level)
        at = end
    yield from _paragraphs(text, at, len(text))


def _whole(text: str, start: int, end: int, level: int) -> Iterator[_Piece]:
    found = _strip(text, start, end)
    if found.start < found.end:
        if found.end - found.start > MOST_CHARACTERS:
            yield from _cut(text, found)
        else:
            yield _Piece(*found, _count(text, found), level, leads_in=True)


def _paragraphs(text: str, start: int, end: int) -> Iterator[_Piece]:
    while start < end:
        blank = _BLANK_LINE.search(text, start, end)
        stop = blank.start() if blank else end
        span = _strip(text, start, stop)
        if span.start < span.end:
            yield from _paragraph(text, span)
        start = blank.end() if blank else end


def _paragraph(text: str, span: Span) -> Iterator[_Piece]:
    words = _count(text, span)
    if words <= MOST_WORDS and span.end - span.start <= MOST_CHARACTERS:
        yield _Piece(*span, words, leads_in=text[span.end - 1] == ":")
    else:
        yield from _cut(text, span)


def _cut(text: str, span: Span) -> Iterator[_Piece]:
    """A long paragraph by its sentences, and those that are too long themselves by words."""
    goes_on = False
    for sentence in sentences(text, *span):
        for part in _short(text, sentence):
            yield _Piece(*part, _count(text, part), goes_on=goes_on)
            goes_on = True


def _short(text: str, span: Span) -> Iterator[Span]:
    if span.end - span.start <= MOST_CHARACTERS and _count(text, span) <= MOST_WORDS:
        yield span
        return
    begin, end, count = span.start, span.start, 0
    for word in _WORD.finditer(text, *span):
        if count == MOST_WORDS or word.end() - begin > MOST_CHARACTERS:
            if end > begin:
                yield Span(begin, end)
            begin, count = word.start(), 0
        while word.end() - begin > MOST_CHARACTERS:
            yield Span(begin, begin + MOST_CHARACTERS)
            begin += MOST_CHARACTERS
        end, count = word.end(), count + 1
    if end > begin:
        yield Span(begin, end)


def _pack(text: str, pieces: Sequence[_Piece]) -> Iterator[Span]:
    """Put pieces together, first come first, as long as they fit and belong together."""
    held: list[_Piece] = []
    for piece in pieces:
        if held and not _joins(held, piece):
            carried = _carried(held, piece)
            whole = held[: len(held) - len(carried)] if not piece.goes_on else held
            yield Span(whole[0].start, whole[-1].end)
            held = carried
        held.append(piece)
    if held:
        yield Span(held[0].start, held[-1].end)


def _joins(held: Sequence[_Piece], piece: _Piece) -> bool:
    words = sum(p.words for p in held) + piece.words
    if words > MOST_WORDS or piece.end - held[0].start > MOST_CHARACTERS:
        return False
    if not piece.level or all(p.level for p in held):
        return True
    highest = min((p.level for p in held if p.level), default=piece.level)
    return words - piece.words < ENOUGH_WORDS and piece.level >= highest


def _carried(held: Sequence[_Piece], piece: _Piece) -> list[_Piece]:
    """What the next passage begins with: lines that lead in to it, or the last sentence again."""
    if piece.goes_on:
        last = held[-1]
        fits = last.words <= OVERLAP_WORDS and last.words + piece.words <= MOST_WORDS
        short = piece.end - last.start <= MOST_CHARACTERS
        return [last] if fits and short and len(held) > 1 else []
    start = len(held)
    while start > 1 and held[start - 1].leads_in:
        start -= 1
    carried = list(held[start:])
    if sum(p.words for p in carried) + piece.words > MOST_WORDS:
        return []
    return carried if carried and piece.end - carried[0].start <= MOST_CHARACTERS else []


def _strip(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _count(text: str, span: Span) -> int:
    return len(text[span.start : span.end].split())
