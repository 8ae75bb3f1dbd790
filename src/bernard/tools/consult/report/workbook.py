"""`themes.xlsx`: every table as a sheet, with a first sheet that says how to read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from bernard.tools.consult.report.facts import Told
from bernard.tools.consult.report.notes import how_to_read
from bernard.tools.consult.report.rows import Row, Sheet, sheets
from bernard.tools.consult.writing.cells import Value, pieces, plain
from bernard.tools.consult.writing.spreadsheet import Book, Columns, Look

# What Excel takes of a sheet; the first row holds the headings.
MOST_ROWS = 1_048_576
# A text shorter than this fits a cell whatever it is made of.
_FITS = 16_000
_SHARES = frozenset(
    (
        "share",
        "low",
        "high",
        "difference",
        "difference low",
        "difference high",
        "share of theme",
        "share of other",
    )
)
# Of pairs of themes, the interval is no share but that of a number of times.
_TIMES = "times as often as by chance"
_WIDE = {
    "text": 80,
    "sentence": 60,
    "description": 60,
    "own words": 60,
    "why": 50,
    "titles": 40,
    "title": 40,
    "other title": 40,
    "question": 24,
    "in words": 24,
    "group": 24,
}
_USUAL = 13
# What names a row stands in all parts of it, so that sorting does not lose them.
_NAMES = frozenset(("question", "response", "row", "theme", "campaign"))


def workbook(told: Told, most_rows: int = MOST_ROWS) -> bytes:
    """The bytes of `themes.xlsx`.

    A text that is longer than a cell goes on in the same column of the rows below it; in the sheet
    Responses their `part` is 2, 3 and so on. A table that is longer than a sheet goes on in
    `Responses 2` and so on.
    """
    book = Book(plain(told.title))
    lines = [(name, said) for name, said in how_to_read(told)]
    rows = [(plain(told.title), ""), ("", ""), *lines]
    book.notes("Read me", (28, 110), ([_short(plain(cell)) for cell in row] for row in rows))
    for sheet in sheets(told):
        _write(book, sheet, most_rows)
    return book.saved()


def _write(book: Book, sheet: Sheet, most_rows: int) -> None:
    """The table on as many sheets as it takes."""
    headings = [_short(plain(heading)) for heading in sheet.headings]
    columns = Columns(
        [_WIDE.get(heading, _USUAL) for heading in sheet.headings], list(_looks(sheet.headings))
    )
    rows = (part for row in sheet.rows for part in _parts(sheet.headings, row))
    number, row = 1, next(rows, None)
    while row is not None or number == 1:
        first = [] if row is None else [row]
        name = sheet.name if number == 1 else f"{sheet.name} {number}"
        taken = _Taken(chain(first, rows), most_rows - 1)
        book.sheet(name, columns, chain([headings], taken))
        number, row = number + 1, next(rows, None)


class _Taken:
    """The first so many of some rows; no row more is taken from them."""

    def __init__(self, rows: Iterator[Row], most: int) -> None:
        self._rows, self._left = rows, most

    def __iter__(self) -> Iterator[Row]:
        while self._left:
            self._left -= 1
            row = next(self._rows, None)
            if row is None:
                return
            yield row


def _looks(headings: tuple[str, ...]) -> Iterator[Look]:
    times = _TIMES in headings
    for heading in headings:
        yield (
            "share"
            if heading in _SHARES and not (times and heading in ("low", "high"))
            else "number"
        )


def _parts(headings: tuple[str, ...], row: Row) -> Iterable[Row]:
    """The row in as many rows as its longest text needs."""
    row = tuple([plain(value) if isinstance(value, str) else value for value in row])
    if all(not isinstance(value, str) or len(value) <= _FITS for value in row):
        return (row,)
    return _split(headings, row)


def _split(headings: tuple[str, ...], row: Row) -> Iterator[Row]:
    found: list[list[Value]] = [
        list(pieces(value)) if isinstance(value, str) else [value] for value in row
    ]
    for part in range(max(map(len, found))):
        yield tuple(
            part + 1
            if heading == "part"
            else values[part]
            if part < len(values)
            else (values[0] if heading in _NAMES else None)
            for heading, values in zip(headings, found, strict=True)
        )


def _short(text: str) -> str:
    """The first cell's worth; only headings and our own words pass here, never what people said."""
    return next(pieces(text))
