"""Copy every row from one database to another, of whichever kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Column, Connection, Table, bindparam, func, insert, select, text, update

from bernard.store.index import PassageIndex
from bernard.store.sql import is_sqlite
from bernard.store.tables import (
    case_houses,
    case_keys,
    cases,
    consultation_parts,
    files,
    metadata,
    redaction_pages,
    redactions,
)

_AT_ONCE = 500
# The parts of a consultation are megabytes each.
_LARGE = {consultation_parts.name: 4}
# The originals have functions of their own; in SQLite they are not in the database at all. What
# stands for whom in a case goes nowhere: a copy would outlast its destruction.
# Nor do documents on the redaction desk, which are kept for hours only.
_LEFT = (files, cases, case_keys, case_houses, redactions, redaction_pages)
_TABLES = [table for table in metadata.sorted_tables if table not in _LEFT]
# Each database keeps its index in its own way, so what is copied is put into the other's anew.
_VECTORS = {
    "sqlite": "SELECT passage, model, scale, vector FROM indexed_passages "
    "WHERE passage > :after ORDER BY passage LIMIT :limit",
    "postgresql": "SELECT passage, v.model, 1.0 AS scale, v.vector::text AS vector "
    "FROM indexed_passages LEFT JOIN passage_vectors v USING (passage) "
    "WHERE passage > :after ORDER BY passage LIMIT :limit",
}


class _Indexed(NamedTuple):
    id: int
    model: str
    vector: NDArray[np.float32] | None


def count_rows(c: Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {table.name: c.scalar(select(func.count()).select_from(table)) or 0 for table in _TABLES}


def copy_rows(source: Connection, target: Connection) -> None:
    """Fill the empty tables of the target."""
    for table in _TABLES:
        inner = _inner_links(table)
        for rows in _batches(source, table):
            # A row may name one that comes later, so those links are made afterwards.
            target.execute(insert(table), [row | dict.fromkeys(inner) for row in rows])
        for column in inner:
            _link(source, target, table, table.c[column])
        if not is_sqlite(target):
            _count_on(target, table)


def copy_index(source: Connection, target: Connection, index: PassageIndex) -> None:
    """Make the passages that were copied findable: their words, and their vectors as they were."""
    after = 0
    while rows := _indexed(source, after):
        for (model, bare), some in groupby(rows, lambda row: (row.model, row.vector is None)):
            same = list(some)
            vectors = None if bare else np.array([row.vector for row in same], np.float32)
            index.add(target, [row.id for row in same], vectors, model)
        after = rows[-1].id


def _indexed(c: Connection, after: int) -> list[_Indexed]:
    found = c.execute(text(_VECTORS[c.dialect.name]), {"after": after, "limit": _AT_ONCE})
    return [_read(*row) for row in found]


def _read(id: int, model: str | None, scale: float, vector: bytes | str | None) -> _Indexed:
    # The index adds the length of the vector to the name of its model.
    name = (model or "").rpartition("/")[0]
    if vector is None:
        return _Indexed(id, name, None)
    if isinstance(vector, str):
        return _Indexed(id, name, np.fromstring(vector.strip("[]"), np.float32, sep=","))
    return _Indexed(id, name, np.frombuffer(vector, np.int8).astype(np.float32) * scale)


def _batches(source: Connection, table: Table) -> Iterator[Sequence[dict[str, Any]]]:
    at_once = _LARGE.get(table.name, _AT_ONCE)
    rows = source.execute(select(table), execution_options={"yield_per": at_once})
    for batch in rows.mappings().partitions():
        yield [dict(row) for row in batch]


def _inner_links(table: Table) -> list[str]:
    return [c.name for c in table.columns if c.references(table.c[_key(table).name])]


def _link(source: Connection, target: Connection, table: Table, column: Column[Any]) -> None:
    key = _key(table)
    found = select(key.label("row"), column.label("value")).where(column.is_not(None))
    links = [dict(row) for row in source.execute(found).mappings()]
    if links:
        one = update(table).where(key == bindparam("row")).values({column: bindparam("value")})
        target.execute(one, links)


def _count_on(target: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows after those that were brought in."""
    key = _key(table)
    sequence = text("SELECT pg_get_serial_sequence(:table, :column)")
    name = target.scalar(sequence, {"table": table.name, "column": key.name})
    highest = target.scalar(select(func.max(key)))
    if name and highest is not None:
        target.execute(select(func.setval(name, highest)))


def _key(table: Table) -> Column[Any]:
    """The first column of the key; a table that names rows by number or by itself has no other."""
    return next(iter(table.primary_key.columns))
