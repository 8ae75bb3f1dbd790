"""Where sentences begin and end, in running text, lists and headings, in British usage."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class Span(NamedTuple):
    """A piece of a text: text[start:end]."""

    start: int
    end: int


# A full stop after these is never the end of a sentence; something always follows.
_LEADS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "mx",
        "dr",
        "prof",
        "rev",
        "revd",
        "hon",
        "rt",
        "sir",
        "st",
        "gen",
        "col",
        "capt",
        "lt",
        "sgt",
        "insp",
        "supt",
        "messrs",
        "no",
        "nos",
        "para",
        "paras",
        "art",
        "arts",
        "sec",
        "s",
        "ss",
        "reg",
        "regs",
        "sch",
        "scheds",
        "cl",
        "pt",
        "ch",
        "p",
        "pp",
        "vol",
        "vols",
        "fig",
        "figs",
        "ref",
        "approx",
        "cf",
        "eg",
        "e.g",
        "ie",
        "i.e",
        "viz",
        "vs",
        "v",
        "c",
        "ca",
        "ed",
        "eds",
        "tel",
        "ext",
    ]
)
# After these it is one only where the next word begins like a sentence.
_MAYBE = frozenset(
    [
        "etc",
        "al",
        "ltd",
        "co",
        "inc",
        "plc",
        "dept",
        "govt",
        "a.m",
        "p.m",
        "am",
        "pm",
        "u.k",
        "u.s",
        "e.u",
        "n.b",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "mon",
        "tue",
        "tues",
        "wed",
        "thu",
        "thur",
        "thurs",
        "fri",
        "sat",
        "sun",
    ]
)
_BULLET = re.compile(
    r"[ \t]*(?:[-*+•‣◦▪–—·][ \t]+|\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-z]|[ivxlc]{1,6})[.)][ \t]+|\#{1,6}[ \t])"
)
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]")
_STOP = re.compile(r"[.!?\u2026]+[\"'\u2019\u201d)\]]*(?=\s)")
_WORD_BEFORE = re.compile(r"[^\s(\[\"'\u2018\u201c]{1,40}$")
_OPENING = "\"'\u2018\u201c(["
_SHORT_LINE = 45


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of text[start:end], in order, without the spaces around them.

    A line of a list and a heading count as sentences. A line that merely wraps, as in text from a
    PDF, does not end one.

    Example:
        >>> text = "Pay £3.50 to Mr. Lee. See para. 4 first!"
        >>> [text[s.start : s.end] for s in sentences(text)]
        ['Pay £3.50 to Mr. Lee.', 'See para. 4 first!']
    """
    end = len(text) if end is None else end
    return [
        span
        for block in _blocks(text, start, end)
        for span in _in_block(text, block)
        if span.end > span.start
    ]


def _blocks(text: str, start: int, end: int) -> Iterator[Span]:
    """Runs of lines that belong together: a paragraph, one item of a list, a heading."""
    begin = start
    for line in _lines(text, start, end):
        if line.start > begin and _begins_block(text, begin, line):
            yield Span(begin, line.start)
            begin = line.start
    if begin < end:
        yield Span(begin, end)


def _lines(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop + 1
        yield Span(start, stop)
        start = stop


def _begins_block(text: str, begin: int, line: Span) -> bool:
    before_start = max(begin, text.rfind("\n", begin, line.start - 1) + 1)
    before = text[before_start : line.start].strip()
    this = text[line.start : line.end].strip()
    if not this or not before:
        return True
    if _BULLET.match(text, line.start, line.end) or _HEADING.match(before + " "):
        return True
    if before[-1] in ":;":
        return True
    return len(before) < _SHORT_LINE and (this[0].isupper() or this[0].isdigit())


def _in_block(text: str, block: Span) -> Iterator[Span]:
    begin = block.start
    for stop in _STOP.finditer(text, _after_markers(text, block), block.end):
        if _ends(text, begin, stop, block.end):
            yield _trimmed(text, begin, stop.end())
            begin = stop.end()
    yield _trimmed(text, begin, block.end)


def _after_markers(text: str, block: Span) -> int:
    """Past `## 2.` and the like: the stop of a number in front ends nothing."""
    at = block.start
    while marker := _BULLET.match(text, at, block.end):
        at = marker.end()
    return at


def _ends(text: str, begin: int, stop: re.Match[str], end: int) -> bool:
    following = text[stop.end() : min(end, stop.end() + 40)].lstrip().lstrip(_OPENING)
    if not following:
        return True
    if following[0].islower():
        return False
    if stop.group()[0] != ".":
        return True
    found = _WORD_BEFORE.search(text, max(begin, stop.start() - 40), stop.start())
    word = found.group() if found else ""
    if word.casefold() in _LEADS or (len(word) == 1 and word.isupper()):
        return False
    return word.casefold() not in _MAYBE or following[0].isupper()


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
