"""One row of a table as a record, or the reason why it is none."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec

from bernard.register.meetings.dates import month_first, of_start_and_end, read_date
from bernard.register.meetings.headings import Columns, Field
from bernard.register.meetings.money import read_value
from bernard.register.meetings.nothing import is_blank, is_nil
from bernard.register.meetings.organisations import organisations_in
from bernard.register.meetings.people import Person, person_of
from bernard.register.meetings.release import department_of
from bernard.register.meetings.types import Kind, Period, Place, Record, Value

MAX_TEXT = 20_000
_DITTO = frozenset({'"', "''", "”", "〃", "ditto", "as above", "same as above", "do"})
_OWN: tuple[Field, ...] = (
    "who", "role", "department", "date", "start", "end", "org", "purpose", "gift", "hospitality",
    "direction", "value", "cost", "destination", "forename",
)  # fmt: skip


class Unreadable(Exception):
    """The row cannot be read; the message says why."""


class Above(msgspec.Struct, frozen=True):
    """What holds for a row from what stands above it.

    Attributes:
        person, when, when_text, purpose: of the row above, which blank cells repeat.
    """

    columns: Columns
    kind: Kind
    release: Period | None
    department: str
    person: Person = Person()
    when: Period | None = None
    when_text: str = ""
    purpose: str = ""


def text_of(cell: object) -> str:
    """A cell as text, as a person would write it."""
    if isinstance(cell, str):
        return cell.strip().strip("\ufeff\u200b").strip()
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, float):
        return (
            str(int(cell))
            if cell == cell and cell.is_integer() and abs(cell) < 1e15
            else f"{cell:g}"
        )
    if isinstance(cell, datetime.datetime):
        at_midnight = cell.time() == datetime.time()
        return cell.date().isoformat() if at_midnight else cell.isoformat(" ", "minutes")
    return str(cell)


def record_of(cells: Sequence[object], above: Above, place: Place) -> Record:
    """The record in these cells.

    Raises:
        Unreadable: it cannot be told what the row says.
    """
    return _Row(cells, above, place).record()


class _Row:
    """One row while it is read."""

    def __init__(self, cells: Sequence[object], above: Above, place: Place) -> None:
        self._cells, self._above, self._place = cells, above, place
        self._texts = [text_of(cell) for cell in cells]
        self._filled: list[str] = []
        self._remarks: list[str] = []

    def record(self) -> Record:
        if any(len(text) > MAX_TEXT for text in self._texts):
            raise Unreadable(f"a cell of it is longer than {MAX_TEXT:,} characters")
        person = self._person()
        when, when_text = self._when(person)
        organisations_text = self._joined("org", "name")
        purpose = self._purpose(person, when_text)
        destination = self._joined("destination")
        kind = self._kind()
        organisations = () if is_nil(organisations_text) else organisations_in(organisations_text)
        self._check(kind, organisations_text, purpose, destination, organisations)
        self._remark_on(when)
        return Record(
            kind=kind,
            who=person.who,
            role=person.role,
            department=self._department(),
            quarter=self._above.release,
            when=when,
            when_text=when_text,
            organisations=organisations,
            organisations_text=organisations_text,
            purpose=purpose,
            destination=destination,
            value=self._value(kind),
            details=self._details(),
            filled=tuple(self._filled),
            remarks=tuple(self._remarks),
            place=self._place,
        )

    def _department(self) -> str:
        said = self._joined("department")
        return department_of([said]) or said or self._above.department

    def _at(self, column: int) -> str:
        text = self._texts[column] if column < len(self._texts) else ""
        return "" if is_blank(text) else text

    def _first(self, *fields: Field) -> str:
        return next((text for c in self._above.columns.of(*fields) if (text := self._at(c))), "")

    def _joined(self, *fields: Field) -> str:
        """The cells of these fields; a name and its organisation stand in two columns at times."""
        found = [self._at(column) for column in self._above.columns.of(*fields)]
        return ", ".join(dict.fromkeys(text for text in found if text))

    def _person(self) -> Person:
        columns, before = self._above.columns, self._above.person
        text = " ".join(filter(None, (self._first("forename"), self._first("who"))))
        role = self._first("role")
        if text.lower() in _DITTO or not text:
            if not before.who:
                raise Unreadable(
                    "it names no minister or official, and nor does a row above it"
                    if columns.has("who")
                    else "its table has no column for who it was, and no title names anybody"
                )
            self._filled += ["who"] if columns.has("who") else []
            return Person(before.who, role or before.role)
        found = person_of(text)
        return Person(found.who, role or found.role)

    def _when(self, person: Person) -> tuple[Period, str]:
        columns = self._above.columns
        if columns.has("start"):
            return self._journey(columns)
        dates = columns.of("date", "end")
        written = [(c, self._at(c)) for c in dates if self._at(c)]
        if not written or written[0][1].lower() in _DITTO:
            return self._when_blank(bool(dates), person)
        for column, text in written:
            if found := read_date(self._cells[column], self._above.release):
                self._remarks += ["the month stands before the day"] if month_first(text) else []
                return found, text
        raise Unreadable(self._why_no_date(written[0][1]))

    def _journey(self, columns: Columns) -> tuple[Period, str]:
        starts = [c for c in columns.of("start") if self._at(c)]
        ends = [c for c in columns.of("end", "date") if self._at(c)]
        text = " to ".join(self._at(c) for c in (*starts[:1], *ends[:1]))
        read = [read_date(self._cells[c], self._above.release) for c in (*starts[:1], *ends[:1])]
        if not read:
            return self._when_blank(True, Person())
        if None in read:
            raise Unreadable(self._why_no_date(text))
        found = of_start_and_end(read[0], read[-1])
        if found is None:
            raise Unreadable(f"it ends before it begins: {text!r}")
        return found, text

    def _when_blank(self, has_column: bool, person: Person) -> tuple[Period, str]:
        above = self._above
        if has_column and above.when and person in (Person(), above.person):
            self._filled.append("date")
            return above.when, above.when_text
        if above.release is None:
            raise Unreadable("it has no date, and no title or file name says which months it is of")
        self._remarks.append("it has no date of its own, so it has the months of the release")
        return above.release, ""

    def _why_no_date(self, text: str) -> str:
        year = "" if self._above.release else ", and no title or file name says which year it is of"
        return f"its date {text[:100]!r} is not understood{year}"

    def _purpose(self, person: Person, when_text: str) -> str:
        found = self._first("gift", "hospitality") or self._joined("purpose")
        more = self._joined("purpose") if found and self._first("gift", "hospitality") else ""
        if found:
            return f"{found} ({more})" if more and more != found else found
        if "date" in self._filled and ("who" in self._filled or person == self._above.person):
            self._filled += ["purpose"] if self._above.purpose else []
            return self._above.purpose
        return ""

    def _kind(self) -> Kind:
        kind, said = self._above.kind, self._first("direction").lower()
        if kind in ("gift-given", "gift-received") and said:
            return "gift-given" if said.startswith(("given", "gave")) else "gift-received"
        return kind

    def _check(
        self, kind: Kind, written: str, purpose: str, destination: str, found: tuple[str, ...]
    ) -> None:
        if kind == "meeting" and not (found or (written and not is_nil(written))):
            raise Unreadable("it names no organisation or person who was met")
        if kind == "travel" and not (destination or purpose):
            raise Unreadable("it names neither a destination nor a purpose")
        if kind.startswith("gift") and not self._first("gift", "purpose", "org"):
            raise Unreadable("it names no gift")
        if kind == "hospitality" and not (written or purpose):
            raise Unreadable("it names neither who gave hospitality nor what it was")
        if _swallowed(self._texts):
            raise Unreadable("a cell holds several rows: a quotation mark above may not be closed")

    def _value(self, kind: Kind) -> Value:
        fields: tuple[Field, ...] = ("cost", "value") if kind == "travel" else ("value", "cost")
        for field in fields:
            for column in reversed(self._above.columns.of(field)):
                if self._at(column):
                    return read_value(self._cells[column])
        return Value()

    def _details(self) -> dict[str, str]:
        columns, found = self._above.columns, {}
        for number in range(len(self._texts)):
            if columns.fields.get(number) not in _OWN and (text := self._at(number)):
                labels = columns.labels
                label = labels[number] if number < len(labels) else ""
                found[" ".join(label.split()) or f"column {number + 1}"] = text
        return found

    def _remark_on(self, when: Period) -> None:
        release = self._above.release
        if release and (when.end < release.start or when.start > release.end):
            self._remarks.append("its date is outside the months of the release")


def _swallowed(texts: list[str]) -> bool:
    """Whether a cell has lines that are rows: an unclosed quotation mark takes in all up to the next."""
    least = max(len(texts) - 1, 2)
    for text in texts:
        lines = text.split("\n")[1:]
        if any(line.count(",") - line.count(", ") >= least and _dated(line) for line in lines):
            return True
    return False


def _dated(line: str) -> bool:
    return any(read_date(part.strip(), None) for part in line.split(",")[:4])
