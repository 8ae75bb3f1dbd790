"""What was read, as tables to show and to give away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from bernard.register.meetings.linking import Link, Links, Possible
from bernard.register.meetings.suppliers import Supplier
from bernard.register.meetings.types import Kind, Place, Reading, Record, SetAside, Unread
from bernard.register.types import Cell, Column, Table

KINDS: dict[Kind, str] = {
    "meeting": "Meeting",
    "hospitality": "Hospitality",
    "gift-received": "Gift received",
    "gift-given": "Gift given",
    "travel": "Travel",
}
HOW = {
    "name": "its own name",
    "other-name": "another name of it",
    "subsidiary": "a company that it owns",
    "confirmed": "a person confirmed it",
}
_PLACE = (
    Column("file", "File"),
    Column("sheet", "Sheet"),
    Column("row", "Row", "count"),
)
RECORD_COLUMNS = (
    Column("from", "From", "date"),
    Column("to", "To", "date"),
    Column("precision", "Precision"),
    Column("kind", "Kind"),
    Column("who", "Who"),
    Column("role", "Role"),
    Column("department", "Department"),
    Column("organisations", "Organisations"),
    Column("purpose", "Purpose"),
    Column("destination", "Destination"),
    Column("value", "Value", "number", "£"),
    Column("value_as_written", "Value as written"),
    Column("remarks", "Remarks"),
    *_PLACE,
)
_NOTE = (
    "A row is counted as a spreadsheet program counts it, from 1. Names are as the files have them."
)

_HIDDEN = (
    "What such a row of a hidden sheet says is not repeated here; the place where it stands is."
)


def record_cells(record: Record) -> tuple[Cell, ...]:
    """A record under `RECORD_COLUMNS`; a value that no sum is given for is empty, not held back."""
    pence = record.value.pence
    return (
        record.when.start,
        record.when.end,
        record.when.precision,
        record.kind,
        record.who,
        record.role,
        record.department,
        "; ".join(record.organisations),
        record.purpose,
        record.destination,
        "" if pence is None else pence / 100,
        record.value.text,
        "; ".join(record.remarks),
        *_cells(record.place),
    )


def all_records(records: Iterable[Record]) -> Table:
    """Every record, linked or not."""
    return Table(
        "all-records",
        "Everything that was read",
        "One row for each meeting, gift, hospitality or journey in the files.",
        RECORD_COLUMNS,
        tuple(record_cells(record) for record in records),
        _NOTE,
    )


def with_supplier(supplier: Supplier, links: Sequence[Link]) -> Table:
    """The records of one supplier, newest first."""
    return Table(
        f"with-{supplier.id}",
        f"Meetings, gifts and hospitality with {supplier.name}",
        "One row for each row of a release that names it, newest first.",
        (*RECORD_COLUMNS, Column("named", "Named as"), Column("by", "Known by")),
        tuple((*record_cells(one.record), one.organisation, HOW[one.how]) for one in newest(links)),
        _NOTE,
    )


def newest(links: Iterable[Link]) -> list[Link]:
    """Newest first; those of one day in the order of the files."""
    return sorted(links, key=lambda one: one.record.when.start, reverse=True)


def by_supplier(suppliers: Sequence[Supplier], links: Links) -> Table:
    """How often each supplier was met, and gave or got something."""
    counts: dict[str, Counter[str]] = {supplier.id: Counter() for supplier in suppliers}
    for one in links.links:
        counts.setdefault(one.supplier, Counter())[one.record.kind] += 1
    unsure = Counter(one.supplier for one in links.possible)
    return Table(
        "suppliers",
        "Suppliers",
        "How many rows of the releases name each supplier.",
        (
            Column("supplier", "Supplier"),
            Column("agreements", "Agreements"),
            *(Column(kind.replace("-", "_"), label, "count") for kind, label in KINDS.items()),
            Column("possible", "Names that may be it", "count"),
        ),
        tuple(
            (
                one.name,
                ", ".join(one.agreements),
                *(counts[one.id][kind] for kind in KINDS),
                unsure[one.id],
            )
            for one in suppliers
        ),
        "A name counts where it is the same as one of the supplier's, but for capitals, signs and "
        "forms of law such as Ltd. A name that is only like one counts nowhere until a person has "
        "confirmed it.",
    )


def possible(found: Sequence[Possible], suppliers: Sequence[Supplier]) -> Table:
    """Names that a person has to look at."""
    names = {one.id: one.name for one in suppliers}
    return Table(
        "possible",
        "Names that may be a supplier's",
        "These are like a supplier's name and are counted nowhere until a person has said what they are.",
        (
            Column("organisation", "Name in the releases"),
            Column("supplier", "May be"),
            Column("like", "Like"),
            Column("why", "Why"),
            Column("rows", "Rows", "count"),
            Column("first_file", "First in"),
            Column("first_row", "Row", "count"),
        ),
        tuple(
            (
                one.organisation,
                names.get(one.supplier, one.supplier),
                one.like,
                one.why,
                len(one.records),
                _file(one.records[0].place),
                one.records[0].place.row,
            )
            for one in found
        ),
    )


def unread(reading: Reading) -> Table:
    """The rows that could not be read, each with why."""
    hidden = _hidden(reading)
    return Table(
        "unread",
        "Rows that could not be read",
        "Each of these may hold a meeting or a gift. None was left out of this list.",
        (*_PLACE, Column("why", "Why"), Column("cells", "What the row says")),
        tuple((*_cells(one.place), one.why, _text(one, hidden)) for one in reading.unread),
        _HIDDEN if hidden else "",
    )


def faults(reading: Reading) -> Table:
    """The files that could not be opened."""
    return Table(
        "files-not-read",
        "Files that could not be read",
        "",
        (Column("file", "File"), Column("why", "Why")),
        tuple((one.file, one.why) for one in reading.faults),
    )


def aside(reading: Reading) -> Table:
    """The rows that hold no meeting, gift or journey."""
    hidden = _hidden(reading)
    return Table(
        "set-aside",
        "Rows that hold no meeting, gift or journey",
        "Titles, headings, notes and nil returns. Rows without any words are only counted.",
        (*_PLACE, Column("what", "What it is"), Column("cells", "What the row says")),
        tuple((*_cells(one.place), one.what, _text(one, hidden)) for one in reading.aside),
        _HIDDEN if hidden else "",
    )


def sheets(reading: Reading) -> Table:
    """What became of the rows of each sheet."""
    names = ("rows", "records", "unread", "titles", "headings", "notes", "nil", "blank")
    return Table(
        "sheets",
        "Files and sheets",
        "What became of the rows of each sheet. The numbers of a line add up to its rows.",
        (
            Column("file", "File"),
            Column("sheet", "Sheet"),
            *(Column(name, name.capitalize(), "count") for name in names),
        ),
        tuple(
            (one.file, _sheet(one.sheet, one.hidden), *(getattr(one, n) for n in names))
            for one in reading.sheets
        ),
    )


def _sheet(name: str, hidden: bool) -> str:
    return f"{name} (hidden)" if hidden else name


def _hidden(reading: Reading) -> set[tuple[str, str]]:
    """The sheets that a workbook hides, by file and name."""
    return {(one.file, one.sheet) for one in reading.sheets if one.hidden}


def _text(one: Unread | SetAside, hidden: set[tuple[str, str]]) -> str:
    """What a row says, unless who made the file hid it: then nobody has looked at what it holds."""
    return "" if (one.place.file, one.place.sheet) in hidden else one.text


def _cells(place: Place) -> tuple[str, str, int]:
    return place.file, place.sheet, place.row


def _file(place: Place) -> str:
    return f"{place.file}, sheet {place.sheet}" if place.sheet else place.file
