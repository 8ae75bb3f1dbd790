"""What is seen of a file before anybody decides what its columns hold."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from bernard.tools.consult.types import Column, Fault, Kind


class Sheet(msgspec.Struct, frozen=True):
    """A sheet of a workbook.

    Attributes:
        rows, columns: how far its filled cells reach.
        hidden: whether the workbook hides it.
    """

    name: str
    rows: int
    columns: int
    hidden: bool = False


class Preview(msgspec.Struct, frozen=True):
    """A file of responses, looked at.

    Attributes:
        kind: of the file, in words: `CSV`, `Excel workbook`.
        encoding, delimiter: of its text; empty where it has none.
        columns: what each holds, as proposed; `read` takes them as they are or changed.
        rows: how many responses there are. `blanks`: rows that are wholly blank and are none.
        duplicates: responses that say in every kept column what an earlier one says.
        repeated_ids, missing_ids: rows whose id was made unique, or made up.
        sheet: the one that is read; empty where there are none. `sheets`: to choose from.
        headings: how many rows of headings stand above the responses.
        faults: all of them, in order of place; a page may show fewer.
        first: of the first responses, what stands in each column, shortened for looking at.
    """

    name: str
    sha256: str
    kind: str
    columns: tuple[Column, ...]
    rows: int
    blanks: int = 0
    duplicates: int = 0
    repeated_ids: int = 0
    missing_ids: int = 0
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[Sheet, ...] = ()
    headings: int = 1
    faults: tuple[Fault, ...] = ()
    first: tuple[dict[str, str], ...] = ()


@dataclass
class Grid:
    """The cells of a file, whatever its kind; a row is as long as its last filled cell.

    Attributes:
        rows: of text, cleaned.
        numbers: of each row, as a spreadsheet program counts; letters and records from 1.
        names: of the columns, where the format has them; otherwise they stand in the first rows.
        separators: by column, the sign that joins several values where the format kept them apart.
        wordings: by column, the question where the format has it. `kinds`: what it holds, likewise.
        unit: what a row is called in faults.
    """

    kind: str
    rows: list[list[str]]
    numbers: list[int]
    names: list[str] | None = None
    separators: dict[int, str] = field(default_factory=dict)
    wordings: dict[int, str] = field(default_factory=dict)
    kinds: dict[int, Kind] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[Sheet, ...] = ()
    unit: str = "row"
