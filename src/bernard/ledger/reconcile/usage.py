"""Read a supplier's usage file into days, and list what cannot be read."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from bernard.errors import UsageUnreadable
from bernard.ledger.reconcile.columns import Columns, Form, find, known
from bernard.ledger.reconcile.tables import Line, Sheet, sheets
from bernard.ledger.reconcile.types import (
    MEASURES,
    Order,
    Row,
    Total,
    Unread,
    UsageFile,
)
from bernard.ledger.reconcile.values import Moment, Unclear, moment, order_of, unit, whole

_DAY = datetime.timedelta(days=1)


def read_usage(
    data: bytes,
    name: str,
    zone: datetime.tzinfo = datetime.UTC,
    order: Order | None = None,
    columns: Form | None = None,
) -> UsageFile:
    """What a supplier's file says.

    Args:
        name: what to call the file.
        zone: that the supplier's days are in.
        order: of day and month, where the file's dates do not tell.
        columns: as one says that they are; else a form that is known.

    Raises:
        UsageUnreadable: nothing in it can be read, or its dates may be read in two ways.
    """
    for sheet in sheets(data, name):
        found = find(sheet, columns)
        if found is not None:
            reading = _Reading(name, sheet, found, zone, order)
            return reading.file(hashlib.sha256(data).hexdigest())
    raise UsageUnreadable(
        f"{name!r} has no heading that is known: a date, and calls, prompt tokens or completion "
        "tokens. Name its columns with --columns date=…,calls=…,prompt=…,completion=…,model=…"
    )


class _Reading:
    """Goes through the rows of a file."""

    def __init__(
        self,
        name: str,
        sheet: Sheet,
        columns: Columns,
        zone: datetime.tzinfo,
        order: Order | None,
    ) -> None:
        self._name, self._sheet, self._columns, self._zone = name, sheet, columns, zone
        self._lines = sheet.lines[columns.heading + 1 :]
        self._width = len(sheet.lines[columns.heading].cells)
        self._order = order or self._order_shown()
        self._unread: list[Unread] = []
        self._totals: list[Total] = []
        self._other: Counter[str] = Counter()

    def file(self, sha256: str) -> UsageFile:
        """What they come to."""
        rows = tuple(self._rows())
        form = self._columns.form
        return UsageFile(
            self._name,
            sha256,
            form.name,
            form.provider,
            rows,
            tuple(self._unread),
            tuple(self._totals),
            dict(self._other),
        )

    def _order_shown(self) -> Order | None:
        order, needs = order_of(self._cell(line, self._columns.date) for line in self._lines)
        if needs and order is None:
            raise UsageUnreadable(
                f"The dates in {self._name!r} may be day first or month first. Say which with "
                "--date-order dmy or --date-order mdy."
            )
        return order

    def _rows(self) -> Iterator[Row]:
        for line in self._lines:
            try:
                row = self._row(line)
            except Unclear as error:
                if self._is_total(line):
                    self._totals.append(Total(self._name, line.number, _shown(line.cells)))
                else:
                    why = f"{error}."
                    self._unread.append(Unread(self._name, line.number, why, _shown(line.cells)))
            else:
                if row is not None:
                    yield row

    def _row(self, line: Line) -> Row | None:
        columns = self._columns
        day = self._day(line)
        if any(line.cells[self._width :]):
            raise Unclear("It has more cells than the heading; a number may not be quoted")
        if columns.meter is not None and not columns.counts:
            return self._metered(line, day)
        model = self._cell(line, columns.model)
        if model.lower() in known().total_words:
            raise Unclear("it is a total")
        counts = {name: self._sum(line, places) for name, places in columns.counts.items()}
        self._is_told(line, model)
        return Row(day, model, *(counts.get(measure) for measure in MEASURES))

    def _day(self, line: Line) -> datetime.date:
        text = self._cell(line, self._columns.date)
        if not text:
            raise Unclear("It has no date")
        start = moment(text, self._zone, self._order)
        if ends := self._cell(line, self._columns.end):
            self._within_a_day(start, moment(ends, self._zone, self._order))
        return start.day

    def _within_a_day(self, start: Moment, end: Moment) -> None:
        last = end.day
        # A time at which a period ends is not in it any more; a day is.
        if end.at is not None and start.at is not None and end.at > start.at:
            last = (end.at - datetime.timedelta(seconds=1)).date()
        if last != start.day:
            raise Unclear(
                f"It is about {start.day} to {last}, not one day of the time zone that was named"
            )

    def _sum(self, line: Line, places: Sequence[int]) -> int:
        if max(places) >= len(line.cells):
            raise Unclear("It ends before its counts")
        cells = (self._cell(line, place) for place in places)
        return sum(whole(cell, comma=self._sheet.comma) for cell in cells if cell)

    def _is_told(self, line: Line, model: str) -> None:
        """Refuse a row that does not say how many calls: nothing is not the same as none.

        A row for a span of time in which nothing was used may be blank in suppliers' exports.
        """
        counts = self._columns.counts
        # A dash says that there is nothing to count, so it is read as 0.
        told = [name for name, places in counts.items() if any(line.cells[p] for p in places)]
        is_blank_span = not told and not model and self._columns.end is not None
        if is_blank_span or "calls" in told or (told and "calls" not in counts):
            return
        raise Unclear("It has no count of calls" if "calls" in counts else "It has no count")

    def _metered(self, line: Line, day: datetime.date) -> Row | None:
        columns, words = self._columns, known()
        meter, unit_text = self._cell(line, columns.meter), self._cell(line, columns.unit)
        charge = self._cell(line, columns.charge)
        if self._cell(line, columns.credit) or charge.lower() not in ("", "usage"):
            self._other[f"credit or other charge: {meter}"] += 1
            return None
        said = re.findall(r"[a-z]+", meter.lower())
        ways = [w for w in said if w in (*words.prompt_words, *words.completion_words)]
        if not ways or "token" not in f"{meter} {unit_text}".lower():
            self._other[meter or "no meter"] += 1
            return None
        text = self._cell(line, columns.quantity)
        count = whole(text, unit(unit_text), comma=self._sheet.comma) if text else 0
        if ways[0] in words.prompt_words:
            return Row(day, "", prompt_tokens=count, completion_tokens=0)
        return Row(day, "", prompt_tokens=0, completion_tokens=count)

    def _is_total(self, line: Line) -> bool:
        said = {cell.lower().rstrip(":") for cell in line.cells}
        return not said.isdisjoint(known().total_words)

    def _cell(self, line: Line, place: int | None) -> str:
        if place is None or place >= len(line.cells):
            return ""
        cell = line.cells[place]
        return "" if cell.lower() in known().empty_words else cell


def _shown(cells: Sequence[str]) -> str:
    text = ", ".join(cells)
    return text if len(text) <= 200 else f"{text[:199]}…"
