"""The pieces of a passage that can be quoted: sentences, list items with their lead-in, rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bernard.library.types import Hit
from bernard.text.sentences import sentences

_SHORT = 80
_BULLET = re.compile(r"^[ \t]*(?:[*•·▪‣◦–—-]|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)])[ \t]+(?=\S)")
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]+\S")
_SAYS_SOMETHING = re.compile(r":|\d{2}|[£%]")
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
        before: the unit before it in the same paragraph, where this one points back to it.
    """

    hit: Hit
    start: int
    end: int
    text: str
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
    lead: Unit | None = None
    for start, end in sentences(hit.text):
        text = hit.text[start:end]
        if not any(c.isalnum() for c in text):
            continue
        last = found[-1] if found else None
        follows = last is not None and "\n" not in hit.text[last.end - hit.start : start]
        if is_item(text):
            unit = _unit(hit, start, end, lead=lead)
        elif last and follows and (last.lead or is_item(last.text)):
            # A second sentence of the same item.
            unit = _unit(hit, start, end, lead=last.lead, before=last)
        elif _is_heading(text, hit):
            unit, lead = _unit(hit, start, end, is_heading=True), None
        else:
            points = follows and _POINTS_BACK.match(text)
            unit = lead = _unit(hit, start, end, before=last if points else None)
        found.append(unit)
    return found


def _is_heading(text: str, hit: Hit) -> bool:
    """Whether this only names what follows; a short line with a number in it may say something."""
    if _HEADING.match(text) or text in hit.heading.split(" > "):
        return True
    return len(text) <= _SHORT and text[-1] not in ".!?:;" and not _SAYS_SOMETHING.search(text)


def _unit(
    hit: Hit,
    start: int,
    end: int,
    *,
    is_heading: bool = False,
    lead: Unit | None = None,
    before: Unit | None = None,
) -> Unit:
    text = hit.text[start:end]
    return Unit(hit, hit.start + start, hit.start + end, text, is_heading, lead, before)
