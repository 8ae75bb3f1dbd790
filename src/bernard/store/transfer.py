"""Copy every row from one database to another, of whichever kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, func, insert, select, text, update

from bernard.store.sql import is_sqlite
from bernard.store.tables import files, metadata

_AT_ONCE = 500
# The originals have functions of their own; in SQLite they are not in the database at all.
_TABLES = [table for table in metadata.sorted_tables if table is not files]


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


def _batches(source: Connection, table: Table) -> Iterator[Sequence[dict[str, Any]]]:
    rows = source.execute(select(table), execution_options={"yield_per": _AT_ONCE})
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
    [key] = table.primary_key.columns
    return key
