"""`themes.xlsx`: every table as a sheet, with a first sheet that says how to read them."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import xlsxwriter

from bernard.tools.consult.report.cells import Value, pieces, plain
from bernard.tools.consult.report.facts import Told
from bernard.tools.consult.report.notes import how_to_read
from bernard.tools.consult.report.packing import repacked
from bernard.tools.consult.report.rows import Row, Sheet, sheets

# What Excel takes of a sheet; the first row holds the headings.
MOST_ROWS = 1_048_576
_WHEN = datetime(1980, 1, 1)
_SHARES = frozenset(
    {"share", "low", "high", "difference", "difference low", "difference high", "share of theme"}
    | {"share of other"}
)
_WIDE = {"text": 80, "sentence": 60, "description": 60, "own words": 60, "why": 50, "titles": 40}
_WIDE |= {"title": 40, "other title": 40, "question": 24, "in words": 24, "group": 24}
_USUAL = 13


def workbook(told: Told, most_rows: int = MOST_ROWS) -> bytes:
    """The bytes of `themes.xlsx`.

    A text that is longer than a cell goes on in the same column of the rows below it, whose `part`
    is 2, 3 and so on. A table that is longer than a sheet goes on in `Responses 2` and so on.
    """
    written = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="bernard-workbook-") as folder:
        book = _open(written, folder, told)
        _read_me(book, told)
        formats = _Formats(book)
        for sheet in sheets(told):
            _Writer(book, formats, sheet, most_rows).write()
        book.close()
    return repacked(written.getvalue())


def _open(written: io.BytesIO, folder: str, told: Told) -> Any:
    book = xlsxwriter.Workbook(
        written,
        {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        },
    )
    book.set_properties({"title": plain(told.title)[:255], "author": "Bernard", "created": _WHEN})
    return book


class _Formats:
    """The looks of cells."""

    def __init__(self, book: Any) -> None:
        self.heading = book.add_format(
            {"bold": True, "bg_color": "#1b6b5f", "font_color": "#ffffff", "valign": "top"}
        )
        self.words = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        self.share = book.add_format({"num_format": "0.0%", "valign": "top"})
        self.number = book.add_format({"num_format": "General", "valign": "top"})


class _Writer:
    """A table, row by row, on as many sheets as it takes."""

    def __init__(self, book: Any, formats: _Formats, sheet: Sheet, most_rows: int) -> None:
        self._book, self._formats, self._sheet = book, formats, sheet
        self._most = most_rows
        self._sheets = 0
        self._begin()

    def write(self) -> None:
        """Write every row."""
        for row in self._sheet.rows:
            for part in _parts(self._sheet.headings, row):
                if self._at == self._most:
                    self._end()
                    self._begin()
                self._row(part)
        self._end()

    def _begin(self) -> None:
        self._sheets += 1
        name = self._sheet.name if self._sheets == 1 else f"{self._sheet.name} {self._sheets}"
        self._on = self._book.add_worksheet(name)
        for place, heading in enumerate(self._sheet.headings):
            self._on.set_column(place, place, _WIDE.get(heading, _USUAL))
        self._on.freeze_panes(1, 0)
        self._on.repeat_rows(0)
        self._on.set_landscape()
        self._on.fit_to_pages(1, 0)
        for place, heading in enumerate(self._sheet.headings):
            self._on.write_string(0, place, _short(plain(heading)), self._formats.heading)
        self._at = 1

    def _end(self) -> None:
        self._on.autofilter(0, 0, max(1, self._at - 1), len(self._sheet.headings) - 1)

    def _row(self, row: Row) -> None:
        for place, (heading, value) in enumerate(zip(self._sheet.headings, row, strict=True)):
            self._cell(place, heading, value)
        self._at += 1

    def _cell(self, place: int, heading: str, value: Value) -> None:
        if value is None or value == "":
            return
        if isinstance(value, str):
            # Marked as text: a spreadsheet program calculates nothing, whatever it begins with.
            self._on.write_string(self._at, place, value, self._formats.words)
        elif isinstance(value, bool):
            self._on.write_string(self._at, place, "yes" if value else "no", self._formats.words)
        else:
            look = self._formats.share if heading in _SHARES else self._formats.number
            self._on.write_number(self._at, place, value, look)


def _parts(headings: tuple[str, ...], row: Row) -> Iterable[Row]:
    """The row in as many rows as its longest text needs."""
    row = tuple(plain(value) if isinstance(value, str) else value for value in row)
    if not any(isinstance(value, str) and len(value) > 16_000 for value in row):
        yield row
        return
    split = [list(pieces(value)) if isinstance(value, str) else [value] for value in row]
    for part in range(max(map(len, split))):
        # What names the row stands in all of its parts, so that sorting does not lose them.
        yield tuple(
            part + 1
            if heading == "part"
            else found[part]
            if part < len(found)
            else (found[0] if heading in ("question", "response", "row", "theme") else None)
            for heading, found in zip(headings, split, strict=True)
        )


def _read_me(book: Any, told: Told) -> None:
    on = book.add_worksheet("Read me")
    on.set_column(0, 0, 28)
    on.set_column(1, 1, 110)
    title = book.add_format({"bold": True, "font_size": 16})
    bold = book.add_format({"bold": True, "valign": "top", "text_wrap": True})
    words = book.add_format({"text_wrap": True, "valign": "top"})
    on.write_string(0, 0, _short(plain(told.title)), title)
    for at, (name, said) in enumerate(how_to_read(told), 2):
        on.write_string(at, 0, _short(plain(name)), bold)
        on.write_string(at, 1, _short(plain(said)), words)


def _short(text: str) -> str:
    """The first cell's worth; only headings and our own words pass here, never what people said."""
    return next(pieces(text))
