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
_NUMBERED = re.compile(r"^\s*\d{1,2}(?:\.\d{1,2}){0,3}[.)]?\s+")
_TAKES_BACK = re.compile(
    r"^(?:However|But|Except|Otherwise|Unless|Instead|Only|The corrected|This does not|This only"
    r"|It does not|Nor)\b"
)
_POINTS_BACK = re.compile(
    r"^(?:It|Its|This|That|These|Those|They|Their|He|She|However|But|Also|Otherwise|Such|If so|If not"
    r"|In that case|In this case|Then|Both|Neither|Either|The same|And|Or|So)\b"
)


@dataclass(frozen=True)
class Unit:
    """A piece of a passage; `hit.text[start - hit.start : end - hit.start]` is its text.

    Attributes:
        start, end: offsets into the document's text.
        heading: the nearest heading above it, in the passage or above the passage.
        lead: the line that a list item hangs on, if the passage has it.
        before: the unit before it in the same paragraph.
    """

    hit: Hit
    start: int
    end: int
    text: str
    heading: str = ""
    is_heading: bool = False
    lead: Unit | None = field(default=None, repr=False)
    before: Unit | None = field(default=None, repr=False)

    @property
    def points_back(self) -> bool:
        """Whether it cannot be understood without the unit before it."""
        return self.before is not None and bool(_POINTS_BACK.match(self.text))

    @property
    def takes_back(self) -> bool:
        """Whether it limits or corrects the unit before it, which must not be shown without it."""
        return self.before is not None and bool(_TAKES_BACK.match(self.text))


def is_item(line: str) -> bool:
    """Whether the line is an item of a list."""
    return bool(_BULLET.match(line))


def units(hit: Hit) -> list[Unit]:
    """The units of a passage in order."""
    found: list[Unit] = []
    heading = _name(hit.heading.rsplit(" > ", 1)[-1])
    lead: Unit | None = None
    for start, end in sentences(hit.text):
        text = hit.text[start:end]
        if not any(c.isalnum() for c in text):
            continue
        last = found[-1] if found else None
        follows = last is not None and "\n" not in hit.text[last.end - hit.start : start]
        if _is_heading(text, hit, lead):
            heading, lead = _name(text), None
            unit = _unit(hit, start, end, heading, is_heading=True)
        elif is_item(text):
            unit = _unit(hit, start, end, heading, lead=lead)
        elif last and follows and (last.lead or is_item(last.text)):
            # A second sentence of the same item.
            unit = _unit(hit, start, end, heading, lead=last.lead, before=last)
        else:
            before = last if follows and last and not last.is_heading else None
            unit = lead = _unit(hit, start, end, heading, before=before)
        found.append(unit)
    return found


def _is_heading(text: str, hit: Hit, lead: Unit | None) -> bool:
    """Whether this only names what follows; a short line with a number in it may say something."""
    if _HEADING.match(text) or text in hit.heading.split(" > "):
        return True
    if is_item(text) and not (_NUMBERED.match(text) and lead is None):
        return False
    name = _name(text)
    return (
        len(name) <= _SHORT and name[-1:] not in set(".!?:;") and not _SAYS_SOMETHING.search(name)
    )


def _name(heading: str) -> str:
    """A heading without its hashes and number."""
    return _NUMBERED.sub("", heading.lstrip("# \t")).strip()


def _unit(
    hit: Hit,
    start: int,
    end: int,
    heading: str,
    *,
    is_heading: bool = False,
    lead: Unit | None = None,
    before: Unit | None = None,
) -> Unit:
    text = hit.text[start:end]
    return Unit(hit, hit.start + start, hit.start + end, text, heading, is_heading, lead, before)
