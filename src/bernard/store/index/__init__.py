"""The index of passages: full text and vectors behind one Protocol, on either database."""

from __future__ import annotations

from sqlalchemy import Connection

from bernard.store.database import Store
from bernard.store.index import postgres, sqlite
from bernard.store.index.types import Found, Frequencies, PassageIndex

__all__ = ["Found", "Frequencies", "PassageIndex", "create", "open_index"]


def create(c: Connection) -> None:
    """Make the tables of an empty index."""
    (sqlite if c.dialect.name == "sqlite" else postgres).create(c)


def open_index(store: Store) -> PassageIndex:
    """The index in this database. Open it once in a process: it holds the vectors in memory."""
    return sqlite.SqliteIndex() if store.dialect == "sqlite" else postgres.PostgresIndex()
