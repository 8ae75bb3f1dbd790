"""What is read from the quarterly releases: meetings, gifts, hospitality, travel, and all the rest."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["meeting", "gift-given", "gift-received", "hospitality", "travel"]
Precision = Literal["day", "days", "week", "month", "months", "quarter"]
Worth = Literal["", "exact", "about", "over", "under"]
Passed = Literal["title", "heading", "note", "nil", "blank"]


class Period(msgspec.Struct, frozen=True):
    """From one day to another, both included.

    Attributes:
        start, end: `2024-07-15`; the same day twice where it is one day.
        precision: how exactly the file says when it was.
    """

    start: str
    end: str
    precision: Precision


class Value(msgspec.Struct, frozen=True):
    """What something was worth or cost.

    Attributes:
        pence: None where the file gives no sum in pounds.
        worth: whether the sum is exact, or the value is about, over or under it (or a limit).
        text: as the file has it.
    """

    pence: int | None = None
    worth: Worth = ""
    text: str = ""


class Place(msgspec.Struct, frozen=True):
    """Where it stands.

    Attributes:
        file: its name; of a file in an archive `archive.zip/name`.
        sheet: empty in a CSV file.
        row: as a spreadsheet program counts them, from 1.
    """

    file: str
    sheet: str
    row: int


class Record(msgspec.Struct, frozen=True):
    """One row that was read.

    Attributes:
        who: the minister or official, as the file names them.
        role, department: empty where the file does not say.
        quarter: of the release it stands in, where its name or title says.
        when: None never; a file without a date for it gives the quarter of the release.
        organisations: who was met, gave or got; one for each name in the cell.
        organisations_text: the cell itself.
        purpose: of a meeting or trip; the gift; the kind of hospitality.
        destination: of a trip.
        details: what else the row says, by the heading of its column.
        filled: the fields that were left blank and so taken from the row above.
        remarks: what a reader must know of how it was read.
    """

    kind: Kind
    who: str
    role: str
    department: str
    quarter: Period | None
    when: Period
    when_text: str
    organisations: tuple[str, ...]
    organisations_text: str
    purpose: str
    destination: str
    value: Value
    details: dict[str, str]
    filled: tuple[str, ...]
    remarks: tuple[str, ...]
    place: Place


class Unread(msgspec.Struct, frozen=True):
    """A row that could not be read, with the reason and its cells."""

    place: Place
    why: str
    text: str


class SetAside(msgspec.Struct, frozen=True):
    """A row that holds no meeting, gift or journey: a title, heading, note or nil return."""

    place: Place
    what: Passed
    text: str


class SheetCount(msgspec.Struct, frozen=True):
    """How many rows a sheet has, and what became of each.

    Attributes:
        rows: all of them; the other numbers add up to it.
        hidden: whether the workbook hides the sheet; it is read all the same.
    """

    file: str
    sheet: str
    hidden: bool
    rows: int
    records: int
    unread: int
    titles: int
    headings: int
    notes: int
    nil: int
    blank: int

    @property
    def balanced(self) -> bool:
        """Whether every row is accounted for."""
        passed = self.titles + self.headings + self.notes + self.nil + self.blank
        return self.rows == self.records + self.unread + passed


class FileFault(msgspec.Struct, frozen=True):
    """A file that could not be opened, and why."""

    file: str
    why: str


class Reading(msgspec.Struct, frozen=True):
    """All that came of some files."""

    records: tuple[Record, ...] = ()
    unread: tuple[Unread, ...] = ()
    aside: tuple[SetAside, ...] = ()
    sheets: tuple[SheetCount, ...] = ()
    faults: tuple[FileFault, ...] = ()


def joined(readings: list[Reading]) -> Reading:
    """Several readings as one, in order."""
    return Reading(
        records=tuple(x for one in readings for x in one.records),
        unread=tuple(x for one in readings for x in one.unread),
        aside=tuple(x for one in readings for x in one.aside),
        sheets=tuple(x for one in readings for x in one.sheets),
        faults=tuple(x for one in readings for x in one.faults),
    )
