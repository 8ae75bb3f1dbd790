"""The rows of the log. There is no function here that changes or removes one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from bernard.store.sql import insert_many, run
from bernard.store.tables import entries

_KINDS = ("bigint", "text")
_LAST = "SELECT number, body FROM entries ORDER BY number DESC LIMIT 1"


class Row(NamedTuple):
    """One row of the log; `bernard.ledger.types.Logged` says what the columns mean."""

    number: int
    body: str


def lock(c: Connection) -> None:
    """Keep other writers out until the transaction ends."""
    if c.dialect.name == "postgresql":
        # SQLite's write transaction is alone already; here two could read the same last row.
        run(c, "LOCK TABLE entries IN SHARE ROW EXCLUSIVE MODE")


def last(c: Connection) -> Row | None:
    """The newest row."""
    found = run(c, _LAST)
    return Row(*found[0]) if found else None


def append_many(c: Connection, rows: Sequence[tuple[int, str]]) -> None:
    """Add rows as `Row` has them; a number that is taken is an error of the database."""
    insert_many(c, "entries", _KINDS, rows)


def starting_at(c: Connection, number: int, limit: int) -> list[Row]:
    """Rows in order from this number, or from the next one there is."""
    rows = c.execute(
        select(entries).where(entries.c.number >= number).order_by(entries.c.number).limit(limit)
    )
    return [Row(*row) for row in rows]
