"""The pieces of a passage that can be quoted: sentences, list items with their lead-in, rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bernard.library.types import Hit

_BULLET = re.compile(r"^[ \t]*(?:[*•·▪‣◦–—-]|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)])[ \t]+(?=\S)")
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]+\S")
# A full stop after these or after one letter ends no sentence.
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|no|nos|para|paras|art|s|ss|mr|mrs|ms|dr|prof|st|vs|cf|approx|inc|ltd"
    r"|[a-z]))\.$",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?][)\]'\"\u2019\u201d]*\s+(?=[\[(\"'\u2018\u201cA-Z0-9£$€•*])")
_SHORT = 80
_WIDE = 50
_POINTS_BACK = re.compile(
    r"^(?:It|Its|This|That|These|Those|They|Their|He|She|However|But|Also|Otherwise|Such|If so|If not"
    r"|In that case|In this case|Then|Both|Neither|Either|The same|And|Or|So)\b"
)


@dataclass(frozen=True)
class Unit:
    """A piece of a passage; `hit.text[start - hit.start : end - hit.start]` is its text.

    Attributes:
        start, end: offsets into the document's text.
        lead: the line that a list item hangs on, if the passage has it.
        group: number of the paragraph or list in the passage.
        before: the unit before it in the same paragraph, where this one points back to it.
    """

    hit: Hit
    start: int
    end: int
    text: str
    group: int
    is_heading: bool = False
    lead: Unit | None = field(default=None, repr=False)
    before: Unit | None = field(default=None, repr=False)

    @property
    def in_context(self) -> str:
        """The text with what it hangs on, for reading and comparing."""
        above = self.lead or self.before
        return f"{above.text} {self.text}" if above else self.text


def is_item(line: str) -> bool:
    """Whether the line is an item of a list."""
    return bool(_BULLET.match(line))


def units(hit: Hit) -> list[Unit]:
    """The units of a passage in order."""
    found: list[Unit] = []
    group, lead = 0, None
    for start, end, item in _blocks(hit.text):
        text = hit.text[start:end]
        if item:
            found.append(_unit(hit, start, end, group, lead=lead))
            continue
        group += 1
        if _is_heading(text, hit):
            found.append(_unit(hit, start, end, group, is_heading=True))
            lead = None
            continue
        before: Unit | None = None
        for s, e in _sentences(text, start):
            points = before is not None and _POINTS_BACK.match(hit.text[s:e])
            before = _unit(hit, s, e, group, before=before if points else None)
            found.append(before)
        lead = before
    return [unit for unit in found if any(c.isalnum() for c in unit.text)]


def _is_heading(text: str, hit: Hit) -> bool:
    """Whether this only names what follows; a short line with a number in it may say something."""
    if _HEADING.match(text) or text in hit.heading.split(" > "):
        return True
    return len(text) <= _SHORT and text[-1] not in ".!?:;" and not re.search(r":|\d{2}|[£%]", text)


def _unit(
    hit: Hit,
    start: int,
    end: int,
    group: int,
    *,
    is_heading: bool = False,
    lead: Unit | None = None,
    before: Unit | None = None,
) -> Unit:
    return Unit(
        hit,
        hit.start + start,
        hit.start + end,
        hit.text[start:end],
        group,
        is_heading,
        lead,
        before,
    )


def _blocks(text: str) -> list[tuple[int, int, bool]]:
    """Paragraphs and list items in order: start, end, whether an item."""
    blocks: list[tuple[int, int, bool]] = []
    at, gap = 0, True
    for line in text.splitlines(keepends=True):
        body = line.strip()
        start, end = at + len(line) - len(line.lstrip()), at + len(line.rstrip())
        at += len(line)
        if not body:
            gap = True
            continue
        item = is_item(line)
        if not gap and not item and blocks and _goes_on(text[slice(*blocks[-1][:2])], body):
            blocks[-1] = (blocks[-1][0], end, blocks[-1][2])
        else:
            blocks.append((start, end, item))
        gap = False
    return blocks


def _goes_on(previous: str, line: str) -> bool:
    """Whether the line is the rest of a paragraph that was broken at the page's width."""
    if _HEADING.match(previous) or _HEADING.match(line):
        return False
    broken = len(previous) > _WIDE and previous[-1] not in ".!?:;" and ";" not in previous
    return line[0].islower() or broken


def _sentences(text: str, at: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _STOP.finditer(text):
        end = match.start() + len(match.group().rstrip())
        if _ABBREVIATION.search(text[start:end][-12:]):
            continue
        spans.append((at + start, at + end))
        start = match.end()
    if start < len(text):
        spans.append((at + start, at + len(text)))
    return spans
