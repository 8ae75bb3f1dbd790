"""What a database's own errors mean, and what to do about each."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    TimeoutError,
)

FAULTS = (DatabaseError, TimeoutError)
# These speak of what was asked, not of the database; the caller knows what they mean.
_OF_THE_CALLER = (IntegrityError, ProgrammingError, DataError)

_LOCKED = "Another program has held the database {place} for too long. Close it, or try again."
_FULL = "There is no room left for {place}. Free some disk space and try again."
_READ_ONLY = (
    "The database {place} cannot be written: it, or its folder, is read-only. "
    "Give this account the right to write there, or set BERNARD_HOME to a folder of its own."
)
_UNOPENED = (
    "The database {place} cannot be opened. Check that its folder exists and that this account "
    "may read and write there, or set BERNARD_HOME to another folder."
)
_DAMAGED = (
    "The database {place} is damaged or is not a Bernard database. Move it away and bring back "
    "a backup with `bernard restore`."
)
_DISK = (
    "The database {place} could not be read or written: the disk failed, or a limit on the size "
    "of files was met. Check the disk, then try again."
)
_UNREACHED = (
    "PostgreSQL cannot be reached at {place}. Check that it runs and that BERNARD_DATABASE names "
    "the right host, name and account."
)
_BUSY = "Every connection to {place} is in use. Try again, or raise PostgreSQL's max_connections."
_NO_VECTOR = (
    "PostgreSQL at {place} has no pgvector, or this account may not switch it on. Install "
    "pgvector and run `CREATE EXTENSION vector` in the database as its administrator."
)
_NO_RIGHT = "The account in BERNARD_DATABASE may not do this at {place}. Make it the owner."
_OTHER = "The database {place} cannot be used."

_SQLITE = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: _UNOPENED,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_IOERR: _DISK,
}
# By SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL = {
    "53100": _FULL,
    "53300": _BUSY,
    "25006": _READ_ONLY,
    "55P03": _LOCKED,
    "40P01": _LOCKED,
    "0A000": _NO_VECTOR,
    "58P01": _NO_VECTOR,
    "42501": _NO_RIGHT,
    "XX001": _DAMAGED,
}


def is_fault(error: BaseException) -> bool:
    """Whether the database itself is at fault, not what was asked of it."""
    cause = getattr(error, "orig", None)
    if getattr(cause, "sqlstate", None) in ("0A000", "42501"):
        return True
    return isinstance(error, FAULTS) and not isinstance(error, _OF_THE_CALLER)


def explain(error: BaseException, place: str) -> str:
    """One or two sentences: what is wrong with the database, and what to do."""
    cause = getattr(error, "orig", None) or error
    sentence = _sentence(error, cause).format(place=place)
    detail = " ".join(str(cause).split())
    return f"{sentence} (It said: {detail[:300]})" if detail else sentence


def unkeepable(error: Exception) -> str:
    """Which value the database does not take."""
    if getattr(getattr(error, "orig", None), "sqlstate", "") == "22001":
        return "A name or text is too long to be kept. Make it shorter."
    return (
        "A text holds a character that cannot be kept (the character zero, or one half of a "
        "pair). Take it out, or save the text again as UTF-8."
    )


def _sentence(error: BaseException, cause: BaseException) -> str:
    if isinstance(cause, sqlite3.Error):
        # A closed connection and the like carry no code.
        return _SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF, _OTHER)
    # Named by its attribute, since importing psycopg takes a moment that SQLite does not need.
    if hasattr(cause, "sqlstate"):
        unknown = _UNREACHED if isinstance(error, OperationalError) else _OTHER
        return _POSTGRESQL.get(cause.sqlstate or "", unknown)
    if isinstance(cause, TimeoutError):
        return _BUSY
    if isinstance(cause, OSError):
        return _FULL if cause.errno in (27, 28, 122) else _UNOPENED
    return _OTHER
