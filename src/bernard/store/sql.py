"""The few places where SQLite and PostgreSQL differ in what they are asked."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Float, Table, cast, func, literal, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

# 4,096 values of the 32,766 that SQLite takes, for tables of up to eight columns.
_MOST_ROWS = 512


def new_id() -> str:
    """A new identifier: 32 hexadecimal digits that nobody can guess."""
    return uuid.uuid4().hex


def is_sqlite(connection: Connection) -> bool:
    """Whether this is SQLite; else it is PostgreSQL."""
    return connection.dialect.name == "sqlite"


def upsert(connection: Connection, table: Table) -> sqlite.Insert:
    """An insert that knows `on_conflict_do_update` and `on_conflict_do_nothing`."""
    if is_sqlite(connection):
        return sqlite.insert(table)
    # The two are different types, and alike in every method used here.
    return postgresql.insert(table)  # type: ignore[return-value]


def hold(connection: Connection, lock: int) -> None:
    """Let nobody else past this point until the transaction ends.

    On SQLite `Store.write` has done so already.
    """
    if not is_sqlite(connection):
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})


def now(connection: Connection) -> ColumnElement[float]:
    """Seconds since 1970 by one clock for all: that of PostgreSQL's machine, or this one's."""
    if is_sqlite(connection):
        return literal(time.time())
    return cast(func.extract("epoch", func.clock_timestamp()), Float(53))


def run(c: Connection, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run a statement as the database takes it, and give its rows.

    It goes past SQLAlchemy, which takes 30 microseconds for each: the log's groups are made of
    nothing but short statements.
    """
    driver = c.connection.driver_connection
    assert driver is not None
    try:
        done = driver.execute(sql, values)
        return done.fetchall() if done.description else []
    except c.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(
            sql, None, error, c.dialect.loaded_dbapi.Error, dialect=c.dialect
        ) from error


def insert_many(
    c: Connection,
    into: str,
    kinds: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    then: str = "",
) -> None:
    """Insert rows, many in one statement.

    A statement for each row would take a thread through Python's lock once for each, and wait
    behind whatever else is running every time.

    Args:
        into: a table; all its columns are given.
        kinds: the PostgreSQL type of each column.
        then: what follows the values, such as ON CONFLICT.
    """
    if not is_sqlite(c):
        # Its driver takes a while for each value, so they go as one.
        if rows:
            run(c, _insert_from_json(into, kinds, then), (msgspec.json.encode(rows).decode(),))
        return
    start, size = 0, _MOST_ROWS
    while start < len(rows):
        # Sizes are powers of two, so that there are few statements and each is prepared once.
        while size > len(rows) - start:
            size >>= 1
        values = tuple(chain.from_iterable(rows[start : start + size]))
        run(c, _insert(into, len(kinds), size, then), values)
        start += size


@cache
def _insert(into: str, width: int, rows: int, then: str) -> str:
    row = f"({', '.join('?' * width)})"
    # The names are ours; every value is bound.
    return f"INSERT INTO {into} VALUES {', '.join([row] * rows)} {then}"  # noqa: S608


@cache
def _insert_from_json(into: str, kinds: tuple[str, ...], then: str) -> str:
    values = ", ".join(f"(r->>{n})::{kind}" for n, kind in enumerate(kinds))
    rows = "json_array_elements(%s::json) AS r"
    return f"INSERT INTO {into} SELECT {values} FROM {rows} {then}"  # noqa: S608
