"""From the lines of a PDF page to paragraphs and headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

LARGER = 1.15
MAX_HEADING = 200
MAX_HEADING_LINES = 4
PARAGRAPH_GAP = 1.35
FULL_LINE = 0.85
LEVELS = 4
COMPARED = 24
# A few lines that hang over the margin, or a title across columns, do not make the margin.
MARGIN_SHARE = 0.8

_LIST_ITEM = re.compile(r"^(?:[•‣◦▪–—*]\s|\(?(?:\d{1,3}(?:\.\d{1,3}){0,4}|[a-z]|[ivx]{1,5})[.)]\s)")
_NUMBERED = re.compile(r"^\d{1,3}(?:\.\d{1,3}){1,4}\.?\s")
_LEADERS = re.compile(r"(?:\. ?){4}|…{2}|_{4}")  # a line of a table of contents, or one to fill in
_ENDS = re.compile(r"[.:;?!][”\"’')\]]?$")


@dataclass(frozen=True)
class Line:
    """A line as it stands on the page.

    Attributes:
        base, end_base: height of its baseline, in points, where it begins and where it ends; PDFium
            makes one line of two where a word is divided between them.
        row: its text is in cells with wide gaps between them.
    """

    text: str
    size: float = 0.0
    bold: bool = False
    left: float = 0.0
    right: float = 0.0
    base: float = 0.0
    end_base: float = 0.0
    row: bool = False


@dataclass(frozen=True)
class Style:
    """How the running text of a document looks, and the sizes of its headings, largest first."""

    size: float = 0.0
    bold: bool = False
    headings: tuple[float, ...] = ()


@dataclass(frozen=True)
class Block:
    """A paragraph, or a heading where its level is not 0."""

    text: str
    level: int = 0


@dataclass
class _Open:
    lines: list[Line] = field(default_factory=list)
    level: int = 0


def body_style(lines: Iterable[Line]) -> Style:
    """The look that most of the text has."""
    weights: Counter[tuple[float, bool]] = Counter()
    for line in lines:
        weights[line.size, line.bold] += len(line.text)
    if not weights:
        return Style()
    size, bold = weights.most_common(1)[0][0]
    larger = sorted({s for s, _ in weights if s >= size * LARGER}, reverse=True)
    return Style(size, bold, tuple(larger))


def lay_out(lines: list[Line], body: Style) -> Iterator[Block]:
    """The blocks of one page in reading order."""
    spacing = _spacing(lines)
    full = _full_lines(lines)
    current = _Open()
    for line in lines:
        level = _level(line, body)
        if current.lines and _breaks(current, line, level, spacing):
            yield _closed(current, full)
            current = _Open()
        current.lines.append(line)
        current.level = level
    if current.lines:
        yield _closed(current, full)


def _full_lines(lines: list[Line]) -> set[int]:
    """The lines, by identity, that run to the margin of their column."""
    sample = lines[:: max(1, len(lines) // COMPARED)]
    found = set()
    for line in lines:
        column = sorted(other.right for other in sample if _same_column(line, other))
        margin = column[int(MARGIN_SHARE * (len(column) - 1))] if column else line.right
        if line.right - line.left >= FULL_LINE * (margin - line.left):
            found.add(id(line))
    return found


def _same_column(line: Line, other: Line) -> bool:
    """True where most of the one stands above or below most of the other."""
    shared = min(line.right, other.right) - max(line.left, other.left)
    return not other.row and shared > 0.5 * max(line.right - line.left, 1.0)


def _level(line: Line, body: Style) -> int:
    if not line.size or len(line.text) > MAX_HEADING or not any(c.isalpha() for c in line.text):
        return 0
    if line.row or _LEADERS.search(line.text):
        return 0
    if line.size in body.headings:
        return min(body.headings.index(line.size) + 1, LEVELS)
    stands_out = line.bold and not body.bold and line.size >= body.size
    if (
        stands_out
        and len(line.text) <= MAX_HEADING // 2
        and not line.text.endswith((".", ",", ";"))
    ):
        return min(len(body.headings) + 1, LEVELS + 1)
    return 0


def _spacing(lines: list[Line]) -> float:
    """The usual distance from one baseline to the next, the smaller where two are as usual."""
    gaps = Counter(
        round(above.end_base - below.base)
        for above, below in pairwise(lines)
        if 0 < above.end_base - below.base < 100 and above.size == below.size
    )
    return float(max(gaps, key=lambda gap: (gaps[gap], -gap))) if gaps else 0.0


def _breaks(current: _Open, line: Line, level: int, spacing: float) -> bool:
    above = current.lines[-1]
    if level != current.level or (level and len(current.lines) >= MAX_HEADING_LINES):
        return True
    if not line.size and not above.size:
        return True
    gap = above.end_base - line.base
    usual = max(spacing, line.size) if level else spacing
    if usual and gap > usual * PARAGRAPH_GAP:
        return True
    if level:
        return bool(_NUMBERED.match(line.text))
    if gap < 0 and _ENDS.search(above.text):
        return True
    return bool(_LIST_ITEM.match(line.text)) and gap > 0


def _closed(current: _Open, full: set[int]) -> Block:
    """Lines that run to the margin flow on; a line that stops short was meant to (a list, a table)."""
    text = current.lines[0].text
    for above, line in pairwise(current.lines):
        if above.row or line.row:
            text += "\n" + line.text
        elif id(above) in full or current.level:
            text += ("" if text.endswith("-") else " ") + line.text
        else:
            text += "\n" + line.text
    return Block(text, current.level)
