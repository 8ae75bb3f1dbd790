"""What a supplier's usage file says, what the log says, and how the two compare."""

from __future__ import annotations

import datetime
from typing import Literal

import msgspec

Measure = Literal["calls", "prompt_tokens", "completion_tokens"]
MEASURES: tuple[Measure, ...] = ("calls", "prompt_tokens", "completion_tokens")
Order = Literal["dmy", "mdy"]


class Unread(msgspec.Struct, frozen=True):
    """A row that cannot be read, and why."""

    file: str
    line: int
    why: str
    row: str


class Total(msgspec.Struct, frozen=True):
    """A row that says the sum of others."""

    file: str
    line: int
    row: str


class Row(msgspec.Struct, frozen=True):
    """What a supplier counted on one day; None where the file does not tell."""

    day: datetime.date
    model: str
    calls: int | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class UsageFile(msgspec.Struct, frozen=True):
    """What was read of one file.

    Attributes:
        form: of the file, in words; `provider` is whose it is, empty where the form does not tell.
        other: rows about something else than tokens, by what they are about.
    """

    name: str
    sha256: str
    form: str
    provider: str
    rows: tuple[Row, ...]
    unread: tuple[Unread, ...]
    totals: tuple[Total, ...]
    other: dict[str, int]


class Range(msgspec.Struct):
    """A count by the log: what it comes to, and between what it must lie.

    Attributes:
        count: with estimates, each call on the day on which it began.
        least, most: what a supplier may count whatever became of calls that broke off, and to
            whichever day it counts a call over midnight.
    """

    count: int = 0
    least: int = 0
    most: int = 0

    def add(self, other: Range) -> None:
        """Add another count to this one."""
        self.count += other.count
        self.least += other.least
        self.most += other.most


class Tally(msgspec.Struct):
    """What the log says of calls."""

    calls: Range
    prompt_tokens: Range
    completion_tokens: Range

    def add(self, other: Tally) -> None:
        """Add other calls to these."""
        for measure in MEASURES:
            getattr(self, measure).add(getattr(other, measure))


def nothing() -> Tally:
    """The tally of no calls."""
    return Tally(Range(), Range(), Range())


class Compared(msgspec.Struct, frozen=True):
    """One count beside the other.

    Attributes:
        theirs: None where the file does not tell.
    """

    ours: int
    least: int
    most: int
    theirs: int | None
    differs: bool


class Day(msgspec.Struct, frozen=True):
    """One day, of all models or of one.

    Attributes:
        entry: number of the entry that says so in the log; None where none does.
    """

    day: datetime.date
    calls: Compared
    prompt_tokens: Compared
    completion_tokens: Compared
    model: str = ""
    entry: int | None = None

    @property
    def differs(self) -> bool:
        """Whether one of the counts does."""
        return any(getattr(self, measure).differs for measure in MEASURES)


class Reconciled(msgspec.Struct, frozen=True):
    """A supplier's count beside the log's.

    Attributes:
        file_sha256: of the file; of several, of the list of their hashes.
        days: each day of the period; `models` the same by model, where the file tells models and
            each of its names is one of the log's.
        unmatched: names of models that are not in the other's count, the file's first.
        unread: rows that cannot be read.
        notes: what else a reader must know, in sentences.
    """

    provider: str
    time_zone: str
    files: tuple[str, ...]
    form: str
    file_sha256: str
    first: datetime.date
    last: datetime.date
    days: tuple[Day, ...]
    models: tuple[Day, ...]
    unmatched: tuple[str, ...]
    unread: tuple[Unread, ...]
    other: dict[str, int]
    notes: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether a day differs, or a row could not be read, which might have made it so."""
        return bool(self.unread) or any(day.differs for day in (*self.days, *self.models))
