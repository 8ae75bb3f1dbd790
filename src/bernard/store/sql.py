"""The few places where SQLite and PostgreSQL differ in what they are asked."""

from __future__ import annotations

import time
import uuid

from sqlalchemy import ColumnElement, Connection, Float, Table, cast, func, literal, text
from sqlalchemy.dialects import postgresql, sqlite


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
