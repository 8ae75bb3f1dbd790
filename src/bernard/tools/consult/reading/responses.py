"""Responses and a preview of them, from a table whose columns are known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bernard.tools.consult.reading.columns import (
    Answer,
    answers_of,
    complete,
    propose_columns,
    with_choices,
)
from bernard.tools.consult.reading.delimited import ONE_COLUMN
from bernard.tools.consult.reading.identify import identify
from bernard.tools.consult.reading.spread import fields_of
from bernard.tools.consult.reading.table import Table
from bernard.tools.consult.reading.types import Preview
from bernard.tools.consult.types import Column, Consultation, Fault, Response

FIRST = 5
SHOWN = 300
_KEPT = ("open", "closed", "multiple", "hybrid", "demographic")


@dataclass
class Read:
    """A table read as these columns say."""

    table: Table
    columns: tuple[Column, ...]
    ids: list[str]
    answers: list[dict[str, tuple[str, ...]]]
    first: tuple[dict[str, str], ...]
    faults: tuple[Fault, ...]
    repeated_ids: int
    missing_ids: int
    duplicates: int


def read_table(table: Table, chosen: Iterable[Column] | None) -> Read:
    """The responses of a table, in the columns that were chosen or else proposed.

    Raises:
        InputInvalid: a column was chosen that is not there.
    """
    fields = fields_of(table)
    columns = with_choices(propose_columns(table, fields), chosen)
    columns = [complete(table, f, c) for f, c in zip(fields, columns, strict=True)]
    faults = list(table.faults)
    given: Sequence[str] | None = None
    kept: list[tuple[str, Answer]] = []
    everything: list[tuple[str, Answer]] = []
    for field, column in zip(fields, columns, strict=True):
        answer = answers_of(table, field, column)
        everything.append((column.name, answer))
        if column.kind == "identifier":
            given = table.columns[field.places[0]]
        elif column.kind in _KEPT:
            kept.append((column.name, answer))
    ids, repeated, missing = identify(given, table.numbers, table.grid.unit, faults)
    answers = [
        {name: said for name, answer in kept if (said := answer(row))}
        for row in range(len(table.numbers))
    ]
    first = tuple(
        {name: _shortened("; ".join(answer(row))) for name, answer in everything}
        for row in range(min(FIRST, len(answers)))
    )
    duplicates = len(answers) - len({tuple(said.items()) for said in answers})
    if duplicates:
        what = f"{duplicates:,} responses say exactly what an earlier one says. They are kept and counted."
        faults.append(Fault("the file", what))
    return Read(
        table, tuple(columns), ids, answers, first, tuple(faults), repeated, missing, duplicates
    )


def preview_of(read: Read, name: str, sha256: str) -> Preview:
    """What a person looks at before saying what the columns hold."""
    grid = read.table.grid
    return Preview(
        name=name,
        sha256=sha256,
        kind=grid.kind,
        columns=read.columns,
        rows=len(read.answers),
        blanks=read.table.blanks,
        duplicates=read.duplicates,
        repeated_ids=read.repeated_ids,
        missing_ids=read.missing_ids,
        encoding=grid.encoding,
        delimiter="" if grid.delimiter == ONE_COLUMN else grid.delimiter,
        sheet=grid.sheet,
        sheets=grid.sheets,
        headings=read.table.headings,
        faults=read.faults,
        first=read.first,
    )


def consultation_of(read: Read, name: str, sha256: str) -> Consultation:
    """The consultation in a table."""
    responses = tuple(
        Response(number, id, row, said)
        for number, (id, row, said) in enumerate(
            zip(read.ids, read.table.numbers, read.answers, strict=True)
        )
    )
    return Consultation(
        name,
        sha256,
        read.columns,
        responses,
        read.faults,
        read.table.grid.encoding,
        read.table.blanks,
    )


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
