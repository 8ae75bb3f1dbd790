"""The pages of the site: each supplier with those who met it, and the rows that nobody could read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bernard.config import Settings
from bernard.register.meetings import tables
from bernard.register.meetings.linking import Link, Links, link
from bernard.register.meetings.process import read_releases
from bernard.register.meetings.suppliers import Answer, Supplier
from bernard.register.meetings.types import Period, Reading, Record
from bernard.register.types import Column, Page, Table

INDEX, UNREAD = "meetings/index.html", "meetings/unread.html"
SECTION, TEMPLATE = "meetings", "meetings.html"
MAX_DRAWN = 500


def pages(
    files: Sequence[Path],
    suppliers: Sequence[Supplier],
    answers: Sequence[Answer] = (),
    settings: Settings | None = None,
) -> list[Page]:
    """The pages on who met whom, read from these releases.

    Args:
        files: files, folders and archives.
        suppliers: as `known_suppliers` gives them.
        answers: what a person said of names that may be a supplier's.
    """
    reading = read_releases(files, settings)
    return pages_of(reading, link(reading.records, suppliers, answers), suppliers)


def pages_of(reading: Reading, links: Links, suppliers: Sequence[Supplier]) -> list[Page]:
    """The pages of releases that are read and linked already."""
    found = {one.id: [x for x in links.links if x.supplier == one.id] for one in suppliers}
    return [
        _index(reading, links, suppliers, found),
        *(_supplier(one, found[one.id]) for one in suppliers if found[one.id]),
        _unread(reading),
    ]


def path_of(supplier: str) -> str:
    """The page of a supplier, which is only there where somebody met it."""
    return f"meetings/with-{supplier}.html"


def _index(
    reading: Reading, links: Links, suppliers: Sequence[Supplier], found: dict[str, list[Link]]
) -> Page:
    met = [
        {"name": one.name, "path": path_of(one.id), "rows": len(found[one.id])}
        for one in suppliers
        if found[one.id]
    ]
    data = {
        "part": "index",
        "met": met,
        "not_met": [one.name for one in suppliers if not found[one.id]],
        "rows": sum(one.rows for one in reading.sheets),
        "records": len(reading.records),
        "unread": len(reading.unread),
        "nil": sum(one.nil for one in reading.sheets),
        "file_count": len({one.file for one in reading.sheets}),
        "faults": len(reading.faults),
        "months": _months(reading.records),
        "unread_path": UNREAD,
    }
    given = (
        tables.by_supplier(suppliers, links),
        tables.possible(links.possible, suppliers),
        tables.all_records(reading.records),
    )
    drawn = {one.id: _cut(one) for one in given[:2]}
    return Page(INDEX, "Who met whom", TEMPLATE, SECTION, {**data, "drawn": drawn}, given)


def _supplier(supplier: Supplier, links: Sequence[Link]) -> Page:
    given = tables.with_supplier(supplier, links)
    data = {
        "part": "supplier",
        "supplier": supplier,
        "rows": len(links),
        "drawn": {given.id: _shown(given, tables.newest(links)[:MAX_DRAWN])},
    }
    title = f"Who met {supplier.name}"
    return Page(path_of(supplier.id), title, TEMPLATE, SECTION, data, (given,))


def _unread(reading: Reading) -> Page:
    given = (
        tables.unread(reading),
        tables.faults(reading),
        tables.sheets(reading),
        tables.aside(reading),
    )
    data = {
        "part": "unread",
        "balanced": all(one.balanced for one in reading.sheets),
        "drawn": {one.id: _cut(one) for one in given[:3]},
    }
    return Page(UNREAD, "Rows that could not be read", TEMPLATE, SECTION, data, given)


def _cut(table: Table) -> Table:
    """The table as it is drawn: no longer than a page can be; the files have the whole."""
    return _with_rows(table, table.columns, table.rows[:MAX_DRAWN])


def _with_rows(
    table: Table, columns: tuple[Column, ...], rows: tuple[tuple[object, ...], ...]
) -> Table:
    return Table(table.id, table.title, table.summary, columns, rows, table.note)  # type: ignore[arg-type]


def _shown(table: Table, links: Sequence[Link]) -> Table:
    """The records of a supplier in the few columns that a page has room for."""
    columns = (
        Column("when", "When"),
        Column("kind", "Kind"),
        Column("who", "Who"),
        Column("with", "With, as written"),
        Column("about", "What about"),
        Column("source", "Where it stands"),
    )
    return _with_rows(table, columns, tuple(_shown_cells(one) for one in links))


def _shown_cells(one: Link) -> tuple[str, ...]:
    record = one.record
    role = f", {record.role}" if record.role and record.role != record.who else ""
    department = f" ({record.department})" if record.department else ""
    value = f" Value: {record.value.text}." if record.value.text else ""
    place = record.place
    sheet = f", sheet {place.sheet}" if place.sheet else ""
    trip = f"{record.destination}: " if record.destination else ""
    return (
        when_in_words(record.when),
        tables.KINDS[record.kind],
        f"{record.who}{role}{department}",
        record.organisations_text,
        f"{trip}{record.purpose}{value}",
        f"{place.file}{sheet}, row {place.row}",
    )


_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def when_in_words(when: Period) -> str:
    """When it was, as exactly as the file says and no more.

    Example:
        >>> when_in_words(Period("2024-07-01", "2024-07-31", "month"))
        'July 2024'
    """
    start, end = _day(when.start), _day(when.end)
    if when.precision == "day":
        return start
    if when.precision == "month":
        return _month(when.start)
    if when.precision in ("quarter", "months"):
        return f"{_month(when.start)} to {_month(when.end)}"
    return f"Week of {start}" if when.precision == "week" else f"{start} to {end}"


def _day(day: str) -> str:
    return f"{int(day[8:])} {_month(day)}"


def _month(day: str) -> str:
    return f"{_MONTHS[int(day[5:7]) - 1]} {day[:4]}"


def _months(records: Sequence[Record]) -> str:
    """The months that the records are of, from first to last."""
    if not records:
        return ""
    first = _month(min(record.when.start for record in records))
    last = _month(max(record.when.end for record in records))
    return first if first == last else f"{first} to {last}"
