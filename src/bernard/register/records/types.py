"""What a record holds: each field's value, who says so, and where that can be checked."""

from __future__ import annotations

from typing import Literal

import msgspec

from bernard.register.records.template import Source

Level = Literal["wrong", "drift", "missing", "note"]
Step = str | int
Value = str | tuple[str, ...]
Cell = str | int | float | None


class Figures(msgspec.Struct, frozen=True):
    """A table of figures; None is a number that is held back because it is small."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


class Evidence(msgspec.Struct, frozen=True, rename={"source": "from"}, omit_defaults=True):
    """What the program says.

    Attributes:
        value: in words.
        source: what it is taken from.
        checkpoint: for the log: origin, size and root of the log that it was counted in.
        sha256: for an agreement: of its canonical text.
        figures: the same as a table, where there is more than fits a sentence.
    """

    value: Value
    source: Source
    checkpoint: str = ""
    sha256: str = ""
    figures: Figures | None = None


class Answer(msgspec.Struct, frozen=True, rename={"source": "from"}, omit_defaults=True):
    """One field of a record.

    Attributes:
        value: empty while nobody has said anything.
        source: who says so; where it is the program, `checkpoint` or `sha256` says by what.
        beside: what a person adds to a value of the program.
        evidence: what the program adds to the words of a person.
    """

    value: Value = ""
    source: Source = "person"
    checkpoint: str = ""
    sha256: str = ""
    figures: Figures | None = None
    beside: str = ""
    evidence: tuple[Evidence, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nobody has said anything."""
        return not self.value


Part = dict[str, Answer]


class About(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a record is about: all calls under an agreement, or all of a service."""

    agreement: str = ""
    service: str = ""


class Cited(msgspec.Struct, frozen=True, omit_defaults=True):
    """A version of an agreement that the record is made from.

    Attributes:
        entry: number of the entry of the log that holds its text; None where it is not there.
    """

    id: str
    version: int
    sha256: str
    title: str = ""
    entry: int | None = None


class Record(msgspec.Struct, frozen=True):
    """A record, as it is published.

    Attributes:
        complete: nothing that the standard asks for is missing, wrong or at odds with the log.
        smallest: the smallest number of the log that is told.
        checkpoint: the signed checkpoint of the log; empty where there is no log.
        sections: the answers of each section; of one that repeats, a list of them.
    """

    standard: str
    version: str
    about: About
    complete: bool
    agreements: tuple[Cited, ...]
    smallest: int
    checkpoint: str
    sections: dict[str, Part | list[Part]]


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that a record lacks or has wrong.

    Attributes:
        level: `missing` is not there yet; `drift` is at odds with the log or the agreement; a
            `note` does not keep the record from being complete.
        line: in the file, from 1.
        field: the path of the field, `models[2].model_task`.
        number, label: of the field in the standard.
    """

    level: Level
    line: int
    message: str
    remedy: str = ""
    field: str = ""
    number: str = ""
    label: str = ""
