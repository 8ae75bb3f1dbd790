"""Bring a database to the shape this program knows, once, however many open it at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy import Connection, inspect, text

from bernard.errors import StoreUnavailable

# The newest of migrations/versions, kept here so that opening need not read them. A test compares.
HEAD = "0007"
# Any number will do; every Bernard on one PostgreSQL server must use the same.
_LOCK = 8_237_001

Open = Callable[[], AbstractContextManager[Connection]]


def bring_up_to_date(read: Open, write: Open, place: str) -> None:
    """Run the migrations that this database lacks; quick when it lacks none.

    Raises:
        StoreUnavailable: a newer Bernard made the database.
    """
    with read() as connection:
        if current(connection) == HEAD:
            return
    with write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        # Another process may have done it while this one waited for the lock.
        if current(connection) != HEAD:
            _migrate(connection, place)


def current(connection: Connection) -> str:
    """The database's revision, empty where it has none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def _migrate(connection: Connection, place: str) -> None:
    # Alembic takes a third of a second to import, and a database is seldom out of date.
    from bernard.store import migrations

    found = current(connection)
    if found and found not in migrations.known():
        raise StoreUnavailable(
            f"A newer Bernard made the database {place} (its revision is {found!r}, this program "
            f"knows up to {HEAD!r}). Install that version again, or restore an older backup."
        )
    migrations.upgrade(connection)
