"""Headings and the columns under them, from the cells of any file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from bernard.errors import DocumentUnreadable
from bernard.text.clean import clean
from bernard.tools.consult.reading.delimited import ONE_COLUMN
from bernard.tools.consult.reading.encoding import mended
from bernard.tools.consult.reading.types import Grid
from bernard.tools.consult.reading.wording import asks_for_words, is_identifier, is_technical
from bernard.tools.consult.types import Fault

_LOOKED_AT = 60
_MOST_TITLES = 20
_IMPORT = '"ImportId"'
_SUB_HEADINGS = re.compile(
    r"^(?:response|open[- ]ended response|other \(please specify\)|selected choice|answer|comments?|text)$",
    re.I,
)
_VALUE = re.compile(
    r"^[\s£$€+-]*\d[\d,.]*\s*%?$|^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T]\d{1,2}:\d{2}.*)?$|^[^@\s]+@[^@\s]+\.\w+$"
)
_SENTENCE = re.compile(r"[.!]\s*$|[.!]\s+\w")
_FEW_LONG_ROWS = 0.1
_SHORT = 60


@dataclass
class Table:
    """Columns by place.

    Attributes:
        codes: an export's own name of each column (`Q4_2`), empty where it has none.
        top, sub: the heading of each, and what stands under it where it is spread over columns.
        columns: what stands under each, row by row.
        numbers: of each row. `blanks`: how many rows were left out as blank.
        headings: how many rows of headings there were.
    """

    codes: list[str]
    top: list[str]
    sub: list[str]
    columns: list[list[str]]
    numbers: list[int]
    grid: Grid
    headings: int
    blanks: int = 0
    faults: list[Fault] = field(default_factory=list)


def table_of(grid: Grid, headings: int | None = None) -> Table:
    """The table in a grid.

    Args:
        headings: how many rows of headings it has; None to look for them.

    Raises:
        DocumentUnreadable: there is nothing under the headings.
    """
    faults = list(grid.faults)
    if grid.names is not None:
        codes, top, sub, first, count = list[str](), list(grid.names), list[str](), 0, 0
    else:
        codes, top, sub, first, count = _headings(grid, headings, faults)
    rows, numbers = grid.rows[first:], grid.numbers[first:]
    width = _width(rows, len(top))
    top += [""] * (width - len(top))
    top = [_heading(text, place) for place, text in enumerate(top)]
    sub += [""] * (width - len(sub))
    codes += [""] * (width - len(codes))
    body = _Body(grid, width, faults)
    kept = body.rows(rows, numbers)
    if not kept:
        raise DocumentUnreadable("holds no responses: there is nothing under its headings.")
    columns = [list(column) for column in zip(*kept, strict=True)]
    return Table(codes, top, sub, columns, body.numbers, grid, count, body.blanks, faults)


def _heading(text: str, place: int) -> str:
    return text or f"Column {_letters(place)}"


def _letters(place: int) -> str:
    letters, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _headings(
    grid: Grid, told: int | None, faults: list[Fault]
) -> tuple[list[str], list[str], list[str], int, int]:
    """Codes, headings, what stands under them, the first row of responses, rows of headings."""
    rows = grid.rows
    if told == 0:
        return [], [], [], 0, 0
    at = _first_of_headings(rows)
    faults += [
        Fault(
            f"{grid.unit} {grid.numbers[place]}",
            f"It stands above the headings and was left out: {said!r}.",
        )
        for place in range(at)
        if (said := " ".join(cell for cell in rows[place] if cell)[:200])
    ]
    if at >= len(rows):
        raise DocumentUnreadable("holds no responses: every row of it is blank.")
    if told is None and not _is_heading(rows, at):
        faults.append(
            Fault("the file", "It has no row of headings, so columns are called by their letters.")
        )
        return [], [], [], at, 0
    count = told or _count_headings(rows, at)
    tops = [[_cell(cell) for cell in row] for row in rows[at : at + count]]
    if count == 3 or (count == 2 and _is_import(rows, at)):
        return tops[0], tops[1] if count == 3 else tops[0], [], at + count, count
    if count == 2:
        top, sub = _filled_right(tops[0], tops[1])
        return [], top, sub, at + count, count
    return [], tops[0], [], at + count, count


def _cell(text: str) -> str:
    return " ".join(clean(mended(text)[0]).split())


def _first_of_headings(rows: Sequence[Sequence[str]]) -> int:
    """Past blank rows and titles: rows of one cell above a table of several."""
    widths = [sum(map(bool, row)) for row in rows[:_LOOKED_AT]]
    usual = sorted(width for width in widths if width)
    wide = usual[len(usual) // 2] if usual else 0
    for place, width in enumerate(widths):
        if width and (width > 1 or wide <= 2 or place >= _MOST_TITLES):
            return place
    return next((p for p, row in enumerate(rows) if any(row)), len(rows))


def _count_headings(rows: Sequence[Sequence[str]], at: int) -> int:
    for count in (3, 2):
        if len(rows) > at + count - 1 and _is_import(rows, at + count - 2):
            return count
    return 2 if len(rows) > at + 2 and _has_sub_headings(rows, at) else 1


def _is_import(rows: Sequence[Sequence[str]], at: int) -> bool:
    """Whether the row after is Qualtrics' own, of import names."""
    return len(rows) > at + 1 and any(_IMPORT in cell for cell in rows[at + 1])


def _has_sub_headings(rows: Sequence[Sequence[str]], at: int) -> bool:
    """Whether the second row names parts of questions and holds no answers.

    It is blank under what tells responses apart, and full where the first row is blank because a
    question is spread over columns.
    """
    top, sub = list(rows[at]), list(rows[at + 1])
    pairs = list(zip_longest(top, sub, fillvalue=""))
    spread = [place for place, (above, below) in enumerate(pairs) if below and not above]
    named = [below for _, below in pairs if _SUB_HEADINGS.match(below.strip())]
    about = [below for above, below in pairs if is_identifier(above) or is_technical(above)]
    if about and any(about):
        return False
    if named and (about or spread):
        return True
    if not spread:
        return False
    body = rows[at + 2 : at + 2 + _LOOKED_AT * 10]
    below = [{row[place] for row in body if place < len(row)} - {""} for place in spread]
    alike = sum(
        len(values) <= 1 or pairs[p][1] not in values
        for p, values in zip(spread, below, strict=True)
    )
    return bool(about) or alike == len(spread)


def _filled_right(top: list[str], sub: list[str]) -> tuple[list[str], list[str]]:
    """A heading over several columns stands in the first of them only; give it to all."""
    width = max(len(top), len(sub))
    top, sub = top + [""] * (width - len(top)), sub + [""] * (width - len(sub))
    for place in range(1, width):
        if not top[place] and sub[place]:
            top[place] = top[place - 1]
    return top, sub


def _is_heading(rows: Sequence[Sequence[str]], at: int) -> bool:
    """False where the first row looks like the rows under it: numbers over numbers, or one sentence."""
    first = rows[at]
    below = [row for row in rows[at + 1 : at + 1 + _LOOKED_AT] if any(row)]
    if any(is_identifier(c) or asks_for_words(c) or is_technical(c) for c in first if len(c) < 200):
        one = [cell for cell in first if cell]
        if len(one) > 1 or one[0].rstrip().endswith(("?", ":")) or len(one[0].split()) <= 6:
            return True
    for place, cell in enumerate(first):
        if cell and _VALUE.match(cell):
            column = [row[place] for row in below if place < len(row) and row[place]]
            if len(column) >= 2 and all(map(_VALUE.match, column)):
                return False
    if sum(map(bool, first)) == 1 and max(map(len, below), default=0) <= 1:
        only = next(cell for cell in first if cell)
        return not (_SENTENCE.search(only) and not only.rstrip().endswith("?"))
    return True


def _width(rows: Sequence[Sequence[str]], headings: int) -> int:
    """How many columns there are: more than headings only where many rows have more."""
    widths = [len(row) for row in rows if row]
    wider = [width for width in widths if width > headings]
    if headings and len(wider) <= max(1, _FEW_LONG_ROWS * len(widths)):
        return headings
    return max(widths, default=headings)


class _Body:
    """Rows made the same width and cleaned; what was wrong with them is told."""

    def __init__(self, grid: Grid, width: int, faults: list[Fault]) -> None:
        self._unit = grid.unit
        self._width = width
        self._joint = grid.delimiter if grid.delimiter not in ("", ONE_COLUMN) else " "
        self._ragged = bool(grid.delimiter)
        self._faults = faults
        self._known: dict[str, str] = {}
        self.numbers: list[int] = []
        self.blanks = 0

    def rows(self, rows: Sequence[list[str]], numbers: Sequence[int]) -> list[list[str]]:
        """Those that are not blank."""
        kept: list[list[str]] = []
        run: list[int] = []
        last = max((place for place, row in enumerate(rows) if row), default=-1)
        for row, number in zip(rows[: last + 1], numbers, strict=False):
            fitted = self._fitted(row, number)
            cells = [self._cleaned(cell, number) for cell in fitted]
            if not any(cells):
                run.append(number)
                continue
            self._tell_blank(run)
            if self._ragged and len(row) < self._width:
                self._tell_short(len(row), number)
            kept.append(cells)
            self.numbers.append(number)
        self._tell_blank(run)
        return kept

    def _cleaned(self, cell: str, number: int) -> str:
        if not cell:
            return cell
        if (known := self._known.get(cell)) is not None:
            return known
        text, stray = (cell, 0) if cell.isascii() else mended(cell)
        text = clean(text).strip()
        if stray:
            what = (
                f"{stray} bytes of it are not in the file's encoding and were read as Windows-1252."
            )
            self._faults.append(Fault(f"{self._unit} {number}", what))
        elif "\ufffd" in cell:
            what = "Some of its letters could not be read and are shown as \ufffd."
            self._faults.append(Fault(f"{self._unit} {number}", what))
        elif len(cell) <= _SHORT:
            self._known[cell] = text
        return text

    def _fitted(self, row: list[str], number: int) -> list[str]:
        """As many cells as there are headings; what is past them is joined to the last."""
        width = self._width
        if len(row) <= width:
            return row + [""] * (width - len(row))
        if not any(map(str.strip, row[width:])):
            return row[:width]
        rest = row[width - 1 :]
        while not rest[-1].strip():
            rest.pop()
        what = (
            f"It has {len(row)} cells under {width} headings; those past the last heading "
            "were joined to the last cell."
        )
        self._faults.append(Fault(f"{self._unit} {number}", what))
        return [*row[: width - 1], self._joint.join(rest)]

    def _tell_short(self, given: int, number: int) -> None:
        what = f"It has {given} cells under {self._width} headings; the rest were taken as blank."
        self._faults.append(Fault(f"{self._unit} {number}", what))

    def _tell_blank(self, run: list[int]) -> None:
        if not run:
            return
        self.blanks += len(run)
        one = len(run) == 1
        where = f"{self._unit} {run[0]}" if one else f"{self._unit}s {run[0]} to {run[-1]}"
        what = (
            "It is blank and is no response."
            if one
            else f"{len(run):,} blank rows are no responses."
        )
        self._faults.append(Fault(where, what))
        run.clear()
