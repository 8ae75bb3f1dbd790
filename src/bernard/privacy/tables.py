"""Tables in a text: each cell read with the heading of its column, which says what it is.

In `NHS Number,Born` and the lines below it, a number far from its heading is still an NHS number.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import groupby

from bernard.privacy.fold import Reading

_SIGNS = ("\t", "|", ",", ";")
_LONGEST_HEADING = 40
_MOST_COLUMNS = 200
_LARGEST_PART = 500_000


def may_hold_table(text: str) -> bool:
    """May there be a table? Quick, for texts that mostly have none."""
    return "\n" in text and ("," in text or "|" in text or "\t" in text or ";" in text)


def tables(text: str) -> Iterator[Reading]:
    r"""Each table of the text, a cell a line, with its heading before it.

    >>> [table.text for table in tables("Name,Born\nJo,1970-03-12")]
    ['Name: Jo\nBorn: 1970-03-12\n']
    """
    lines = _lines(text)
    for sign in _SIGNS:
        if sign not in text:
            continue
        for count, group in groupby(lines, key=lambda line: line[1].count(sign)):
            if 1 <= count <= _MOST_COLUMNS:
                rows = list(group)
                headings = _headings(rows[0][1], sign)
                if len(rows) > 1 and headings:
                    for some in _parts(rows[1:], headings):
                        yield _read(headings, some, sign)


def _parts(rows: list[tuple[int, str]], headings: list[str]) -> Iterator[list[tuple[int, str]]]:
    """The rows in parts that stay small with a heading before each cell, however short cells are."""
    more = sum(map(len, headings)) + 3 * len(headings)
    part: list[tuple[int, str]] = []
    size = 0
    for row in rows:
        part.append(row)
        size += len(row[1]) + more
        if size > _LARGEST_PART:
            yield part
            part, size = [], 0
    if part:
        yield part


def _lines(text: str) -> list[tuple[int, str]]:
    """Each line, and where it begins."""
    found = []
    at = 0
    for line in text.split("\n"):
        found.append((at, line))
        at += len(line) + 1
    return found


def _headings(line: str, sign: str) -> list[str]:
    """The headings in a line; none where it is not one of headings."""
    cells = [cell.strip(" \"'*_\r") for cell in line.split(sign)]
    words = [cell for cell in cells if cell]
    if len(words) < 2 or any(len(cell) > _LONGEST_HEADING for cell in words):
        return []
    return [] if any(c.isdigit() for c in line) or "." in line else cells


def _read(headings: list[str], rows: list[tuple[int, str]], sign: str) -> Reading:
    pieces: list[str] = []
    starts, ends = array("I"), array("I")
    for row, line in rows:
        at = row
        for heading, cell in zip(headings, line.split(sign), strict=True):
            label = f"{heading}: "
            pieces += (label, cell, "\n")
            # What is not of the text has a place, but no finding begins or ends in it.
            last = at + len(cell)
            starts.extend([at] * len(label))
            starts.extend(range(at, last))
            starts.append(last)
            ends.extend([at] * len(label))
            ends.extend(range(at + 1, last + 1))
            ends.append(last)
            at += len(cell) + 1
    return Reading("".join(pieces), starts, ends)
