"""A workbook of Excel whose cells hold words and numbers: no formulas, links, macros, nor the time of day.

Rows go to a file of the system's temporary folder as they come, so that a sheet of any length takes
little memory; the file is gone when the workbook is saved.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from bernard.tools.consult.writing.cells import Value
from bernard.tools.consult.writing.packing import repacked

Look = Literal["words", "share", "number", "heading", "title", "bold"]

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_MADE = datetime(2000, 1, 1)
_ARIAL = {"font_name": "Arial", "font_size": 11, "valign": "top"}
# "@" is the number format of text: what is typed over such a cell stays text too.
_TEXT = {**_ARIAL, "num_format": "@", "text_wrap": True}
_LOOKS: Mapping[Look, Mapping[str, Any]] = {
    "words": _TEXT,
    "share": {**_ARIAL, "num_format": "0.0%"},
    "number": _ARIAL,
    "heading": {**_TEXT, "bold": True, "font_color": "#FFFFFF", "bg_color": "#1B6B5F"},
    "title": {**_TEXT, "bold": True, "font_size": 16, "text_wrap": False},
    "bold": {**_TEXT, "bold": True},
}
# Points, and how many lines of a long text are shown; the cell holds all of it.
_LINE, _MOST_LINES = 14.5, 20
_A4 = 9


class Columns(NamedTuple):
    """How the columns of a sheet look: width in letters, and the look of numbers in each."""

    widths: Sequence[float]
    looks: Sequence[Look]


class Book:
    """A workbook that is written sheet by sheet."""

    def __init__(self, title: str) -> None:
        """Begin one with this title in its properties."""
        self._written = io.BytesIO()
        self._book = Workbook(self._written, _OPTIONS)
        self._book.set_properties({"title": title[:255], "author": "Bernard", "created": _MADE})
        self._formats = {look: self._book.add_format(how) for look, how in _LOOKS.items()}

    def sheet(self, name: str, columns: Columns, rows: Iterable[Sequence[Value]]) -> None:
        """Write a table, whose first row holds its headings."""
        sheet = self._add(name, columns.widths)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        numbers = [self._formats[look] for look in columns.looks]
        last = 0
        for last, row in enumerate(rows):
            _height(sheet, last, columns.widths, row)
            words = self._formats["heading" if last == 0 else "words"]
            for column, (value, how) in enumerate(zip(row, numbers, strict=True)):
                _write(
                    sheet, (last, column), value, words if isinstance(value, str | bool) else how
                )
        sheet.autofilter(0, 0, max(1, last), len(columns.widths) - 1)

    def notes(self, name: str, widths: Sequence[float], rows: Iterable[Sequence[str]]) -> None:
        """Write a sheet of words: a title, then names with what there is to say of each."""
        sheet = self._add(name, widths)
        for number, row in enumerate(rows):
            _height(sheet, number, widths, row)
            looks: list[Look] = ["title"] if number == 0 else ["bold", "words"]
            for column, (look, text) in enumerate(zip(looks, row, strict=False)):
                _write(sheet, (number, column), text, self._formats[look])

    def saved(self) -> bytes:
        """The bytes of the workbook; they hold no time."""
        self._book.close()
        return repacked(self._written.getvalue())

    def _add(self, name: str, widths: Sequence[float]) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        sheet.fit_to_pages(1, 0)
        return sheet


def _write(sheet: Worksheet, place: tuple[int, int], value: Value, how: Format) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if isinstance(value, str):
        failed = sheet.write_string(*place, _no_markup(value), how)
    else:
        failed = sheet.write_number(*place, value, how)
    assert not failed, (place, failed)


def _no_markup(text: str) -> str:
    """The text, with a space behind one that XlsxWriter would take for markup and write as it stands.

    It marks its own rich text so, and cannot tell it from what somebody wrote.
    """
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def _height(sheet: Worksheet, number: int, widths: Sequence[float], row: Sequence[Value]) -> None:
    """Make the row high enough for its text; a program may not work that out itself."""
    lines = _lines(widths, row)
    if lines > 1:
        sheet.set_row(number, min(lines, _MOST_LINES) * _LINE)


def _lines(widths: Sequence[float], row: Sequence[Value]) -> int:
    """How many lines the longest text of a row takes, more or less."""
    most = 1
    for width, value in zip(widths, row, strict=False):
        if isinstance(value, str) and (len(value) > width or "\n" in value):
            most = max(most, int(1.05 * len(value) / width) + 1 + value.count("\n"))
    return most
