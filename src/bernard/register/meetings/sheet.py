"""A sheet from its first row to its last: every row is a record, unread, or known for what it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from bernard.register.meetings.dates import read_date
from bernard.register.meetings.grids import Grid
from bernard.register.meetings.headings import MAX_HEADING, Columns, Field, columns_of, kind_of
from bernard.register.meetings.nothing import (
    is_blank,
    is_nil,
    is_nil_row,
    is_total,
    reads_as_note,
)
from bernard.register.meetings.people import Person, names_somebody, person_of
from bernard.register.meetings.release import department_of, release_of
from bernard.register.meetings.row import Above, Unreadable, record_of, text_of
from bernard.register.meetings.titles import about, person_above, person_in
from bernard.register.meetings.types import (
    Passed,
    Place,
    Reading,
    Record,
    SetAside,
    SheetCount,
    Unread,
)

MAX_SHOWN = 300
_ASIDE = re.compile(
    r"notes?|guidance|look ?ups?|lists?|sheet ?[2-9]|drop|read ?me|cover|content|metadata|valid",
    re.I,
)
_DATED = re.compile(r"^(?:published|updated|last|date of publication)", re.I)
# The upper of two rows that make one heading, such as `Name of` over `minister`.
_UNFINISHED = re.compile(r"\b(?:of|of the|or)$", re.I)
_DATES: tuple[Field, ...] = ("date", "start", "end")
_OTHERS: tuple[Field, ...] = ("org", "name", "purpose", "gift", "hospitality", "destination")
_NO_HEADINGS = "no row of headings that is known stands above it"


def read_sheet(file: str, grid: Grid) -> Reading:
    """All rows of a sheet; the counts in its `SheetCount` add up to the number of its rows."""
    return _Sheet(file, grid).read()


class _Sheet:
    """One pass over a sheet, which remembers what holds for the rows below."""

    def __init__(self, file: str, grid: Grid) -> None:
        self._file, self._grid = file, grid
        self._rows = [[text_of(cell) for cell in row] for row in grid.rows]
        self._records: list[Record] = []
        self._unread: list[Unread] = []
        self._aside: list[SetAside] = []
        self._blank = 0
        self._above: Above | None = None
        self._titles: list[str] = []
        self._among_notes = False
        self._headings = self._find_headings()
        self._table_end = self._table_last = 0

    def read(self) -> Reading:
        for number, texts in enumerate(self._rows):
            self._read_row(number, texts)
        records = _months_only(self._records)
        passed: Counter[str] = Counter(one.what for one in self._aside)
        count = SheetCount(
            file=self._file,
            sheet=self._grid.name,
            hidden=self._grid.hidden,
            rows=len(self._rows),
            records=len(records),
            unread=len(self._unread),
            titles=passed["title"],
            headings=passed["heading"],
            notes=passed["note"],
            nil=passed["nil"],
            blank=self._blank,
        )
        return Reading(tuple(records), tuple(self._unread), tuple(self._aside), (count,))

    def _find_headings(self) -> dict[int, Columns]:
        """The heading rows; the second of a heading in two rows counts as one too."""
        found: dict[int, Columns] = {}
        for number, cells in enumerate(self._grid.rows):
            if (one := columns_of(cells)) and not any(map(_UNFINISHED.search, self._rows[number])):
                found[number] = one
            elif not found and (two := self._in_two_rows(number)):
                found[number] = found[number + 1] = two
            elif one:
                found[number] = one
        return found

    def _in_two_rows(self, number: int) -> Columns | None:
        if number + 1 >= len(self._rows) or number > 20:
            return None
        first, second = self._rows[number], self._rows[number + 1]
        if columns_of(second) or sum(map(bool, first)) < 2 or not any(second):
            return None
        width = max(len(first), len(second))
        both = [f"{_at(first, c)} {_at(second, c)}".strip() for c in range(width)]
        return columns_of(both) if all(len(text) < MAX_HEADING for text in both) else None

    def _read_row(self, number: int, texts: Sequence[str]) -> None:
        if number in self._grid.broken:
            self._cannot(number, "a quotation mark in it is never closed")
        elif all(map(is_blank, texts)):
            self._blank += 1
        elif number in self._headings:
            self._begin(self._headings[number])
            self._set_aside(number, "heading")
        elif self._above is None:
            self._above_headings(number, texts)
        else:
            self._below_headings(number, texts, self._above)

    def _begin(self, columns: Columns) -> None:
        """A table begins here; what the titles above it say holds for it."""
        nearest = [title for title in reversed(self._titles) if not _DATED.match(title)]
        parts = [*nearest, self._grid.name, *reversed(re.split(r"[/\\]", self._file))]
        before = self._above
        kind = kind_of(columns, about(nearest, self._grid.name, self._file))
        release = release_of(parts) or (before.release if before else None)
        department = department_of(parts) or (before.department if before else "")
        person = person_above(nearest)
        if not person.who and not columns.has("who"):
            person = before.person if before else person_in(self._file)
        self._above = Above(columns, kind, release, department, person)
        self._titles, self._among_notes = [], False

    def _above_headings(self, number: int, texts: Sequence[str]) -> None:
        filled = [text for text in texts if not is_blank(text)]
        if self._headings and min(self._headings) > number and len(set(filled)) <= 2:
            self._titles.append(" ".join(filled))
            self._set_aside(number, "title")
        elif is_nil_row((), filled):
            self._set_aside(number, "nil")
        elif not self._headings and (len(filled) == 1 or _ASIDE.search(self._grid.name)):
            self._set_aside(number, "note")
        else:
            self._cannot(number, _NO_HEADINGS)

    def _below_headings(self, number: int, texts: Sequence[str], above: Above) -> None:
        filled = [text for text in texts if not is_blank(text)]
        dates, others = (_cells_of(texts, above.columns, f) for f in (_DATES, _OTHERS))
        who = " ".join(_cells_of(texts, above.columns, ("who",))).strip()
        untold = all(map(is_blank, (*dates, *others)))
        dashed = len(filled) < sum(map(bool, texts))
        if (
            is_nil_row(dates, others)
            or (untold and is_nil(who))
            or (untold and who and dashed)
            or (len(filled) == 1 and is_nil(filled[0]))
        ):
            self._set_aside(number, "nil")
        elif is_total(texts) and all(map(is_blank, dates)):
            self._set_aside(number, "note")
        elif len(set(filled)) == 1 and self._lone(number, texts, filled[0]):
            return
        elif untold and who and self._names_the_next(texts, who, self._following(number)):
            self._turn_to(person_of(who))
            self._set_aside(number, "title")
        else:
            self._record(number, above)

    def _lone(self, number: int, texts: Sequence[str], text: str) -> bool:
        """Whether a row with one cell is a title, a note or the name of a minister."""
        following = self._following(number)
        if following in self._headings and not reads_as_note(text):
            self._titles.append(text)
            self._set_aside(number, "title")
        elif self._dates_the_next(text, following):
            self._set_aside(number, "title")
        elif self._names_the_next(texts, text, following):
            self._turn_to(person_of(text))
            self._set_aside(number, "title")
        elif self._among_notes or reads_as_note(text) or self._is_footer(number, text):
            self._among_notes = self._among_notes or text.lower().startswith("note")
            self._set_aside(number, "note")
        else:
            return False
        return True

    def _names_the_next(self, texts: Sequence[str], text: str, following: int) -> bool:
        """Whether it is the name of those whose rows follow, where their own cell is blank."""
        assert self._above is not None
        columns = self._above.columns
        first = next(number for number, cell in enumerate(texts) if not is_blank(cell))
        if first not in (0, *columns.of("who")) or len(text) > 200 or following >= len(self._rows):
            return False
        below = self._rows[following]
        if first in columns.of("who") and names_somebody(text):
            return True
        blank = all(is_blank(_at(below, column)) for column in columns.of("who"))
        told = sum(not is_blank(cell) for cell in _cells_of(below, columns, (*_DATES, *_OTHERS)))
        return blank and told >= 2

    def _dates_the_next(self, text: str, following: int) -> bool:
        """Whether it is the date of the rows that follow, where their own cell is blank."""
        above = self._above
        assert above is not None
        found = read_date(text, above.release)
        if found is None or following >= len(self._rows):
            return False
        below = self._rows[following]
        if any(not is_blank(cell) for cell in _cells_of(below, above.columns, _DATES)):
            return False
        self._above = replace(above, when=found, when_text=text, purpose="")
        return True

    def _turn_to(self, person: Person) -> None:
        """The rows below are of somebody else, so nothing else of those above holds for them."""
        assert self._above is not None
        self._above = replace(self._above, person=person, when=None, when_text="", purpose="")

    def _is_footer(self, number: int, text: str) -> bool:
        """Whether it is a sentence and only such rows follow in this table."""
        return len(text.split()) >= 5 and number > self._last_full(number)

    def _last_full(self, number: int) -> int:
        """The last row with more than one cell of the table that a row stands in."""
        if self._table_end <= number:
            later = (at for at in sorted(self._headings) if at > number)
            self._table_end = next(later, len(self._rows))
            full = (
                at
                for at in range(self._table_end - 1, number, -1)
                if len({cell for cell in self._rows[at] if not is_blank(cell)}) > 1
            )
            self._table_last = next(full, number)
        return self._table_last

    def _following(self, number: int) -> int:
        """The next row that is not blank."""
        for following in range(number + 1, len(self._rows)):
            if not all(map(is_blank, self._rows[following])):
                return following
        return len(self._rows)

    def _record(self, number: int, above: Above) -> None:
        try:
            record = record_of(self._grid.rows[number], above, self._place(number))
        except Unreadable as error:
            self._cannot(number, str(error))
            self._keep_person(number, above)
            return
        self._records.append(record)
        self._among_notes = False
        self._above = replace(
            above,
            person=Person(record.who, record.role),
            when=record.when if record.when_text else above.when,
            when_text=record.when_text or above.when_text,
            purpose=record.purpose,
        )

    def _keep_person(self, number: int, above: Above) -> None:
        """Rows below a row that cannot be read may still be of the person that it names."""
        texts = self._rows[number]
        who = next((t for c in above.columns.of("who") if not is_blank(t := _at(texts, c))), "")
        if who and len(who) <= 300:
            self._turn_to(person_of(who))

    def _place(self, number: int) -> Place:
        return Place(self._file, self._grid.name, number + 1)

    def _set_aside(self, number: int, what: Passed) -> None:
        self._aside.append(SetAside(self._place(number), what, self._shown(number)))

    def _cannot(self, number: int, why: str) -> None:
        self._unread.append(Unread(self._place(number), why, self._shown(number)))

    def _shown(self, number: int) -> str:
        """The cells of a row, as much of them as tells which it is."""
        shown = " | ".join(" ".join(text[:MAX_SHOWN].split()) for text in self._rows[number][:40])
        return shown.rstrip(" |")[:MAX_SHOWN]


def _cells_of(texts: Sequence[str], columns: Columns, fields: Sequence[Field]) -> list[str]:
    return [_at(texts, column) for column in columns.of(*fields)]


def _at(texts: Sequence[str], column: int) -> str:
    return texts[column] if column < len(texts) else ""


def _months_only(records: list[Record]) -> list[Record]:
    """Dates that all fall on the first of a month are months: a spreadsheet keeps no others."""
    days = [record for record in records if record.when.precision == "day"]
    if len(days) < 3 or any(not record.when.start.endswith("-01") for record in days):
        return records
    said = "all dates of its sheet fall on the first of a month, so only the month is taken"
    kept = []
    for record in records:
        month = read_date(record.when.start[:7], None) if record.when.precision == "day" else None
        kept.append(
            replace(record, when=month, remarks=(*record.remarks, said)) if month else record
        )
    return kept
