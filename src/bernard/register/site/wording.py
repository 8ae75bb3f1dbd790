"""Days and numbers as people read them; in UTC, so that a site is the same wherever it is made."""

from __future__ import annotations

import datetime
import re

from bernard.look.words import size
from bernard.register.types import Cell, Column

HELD_BACK = "held back"
# Shown as `32.4 MB`, so that a column of them is no wider than it must be.
BYTES = "bytes"
_NO_NUMBER = "–"
_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)


def day(of: float | str | datetime.date) -> str:
    """A day as GOV.UK writes it.

    >>> day("2026-11-22"), day(0)
    ('22 November 2026', '1 January 1970')
    """
    if isinstance(of, (int, float)):
        of = datetime.datetime.fromtimestamp(of, datetime.UTC).date()
    elif isinstance(of, str):
        of = datetime.date.fromisoformat(of)
    return f"{of.day} {of:%B %Y}"


def iso_day(seconds: float) -> str:
    """The day as tables hold it.

    >>> iso_day(1795330800)
    '2026-11-22'
    """
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date().isoformat()


def hour(seconds: float) -> str:
    """A time as GOV.UK writes it, to the minute that it says.

    >>> hour(1795330800), hour(1795332000)
    ('22 November 2026 at 7am', '22 November 2026 at 7:20am')
    """
    at = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    half = "am" if at.hour < 12 else "pm"
    minute = f":{at:%M}" if at.minute else ""
    return f"{day(at.date())} at {at.hour % 12 or 12}{minute}{half}"


def cell(value: Cell, column: Column) -> str:
    """A cell of a table as people read it.

    >>> cell(32_420_000, Column("sent", "Sent out", "count", BYTES)), cell("2026-11", Column("month", "Month"))
    ('32 MB', 'November 2026')
    >>> cell(1234.5, Column("energy", "Energy", "number", "Wh")), cell(None, Column("n", "N", "count"))
    ('1,234.5', 'held back')
    """
    if value is None:
        return HELD_BACK
    if isinstance(value, str):
        return _text(value, column)
    if column.unit == BYTES:
        return size(value)
    if column.kind == "percent":
        return f"{_number(value, 1)}%"
    return f"{value:,}" if isinstance(value, int) else _number(value, 3)


def heading(column: Column) -> str:
    """A column's heading, with its unit.

    >>> heading(Column("energy_wh", "Energy", "number", "Wh"))
    'Energy (Wh)'
    """
    is_said = not column.unit or column.unit in column.label.lower() or column.unit == BYTES
    return column.label if is_said else f"{column.label} ({column.unit})"


def _text(value: str, column: Column) -> str:
    if column.kind == "date":
        try:
            return day(value)
        except ValueError:
            return value
    if column.name == "month" and _MONTH.fullmatch(value):
        return day(f"{value}-01").partition(" ")[2]
    return value or _NO_NUMBER


def _number(value: float, digits: int) -> str:
    """Without noughts at the end; a small number keeps its first digits rather than become 0."""
    if value and abs(value) < 10**-digits:
        return f"{value:.2g}"
    whole = f"{value:,.{digits}f}"
    return whole.rstrip("0").rstrip(".") if "." in whole else whole
