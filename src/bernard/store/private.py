"""What stands beside the log and is never published: exact times, salts, the bodies of sealed entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, and_, delete, func, select, update

from bernard.store.sql import insert_many, is_sqlite, run
from bernard.store.tables import entry_secrets, log_states, sealed_entries, staff_secrets

_KINDS = ("bigint", "bigint", "bytea", "double precision")
_SEALED = ("bigint", "bytea", "text")
_SEQUENCES_SQLITE = """
    INSERT INTO sequences SELECT value->>0, value->>1 FROM json_each(?) WHERE true
    ON CONFLICT (key) DO UPDATE SET value = sequences.value + excluded.value
    RETURNING key, value"""
_SEQUENCES_POSTGRESQL = """
    INSERT INTO sequences SELECT r->>0, (r->>1)::bigint FROM json_array_elements(%s::json) AS r
    ON CONFLICT (key) DO UPDATE SET value = sequences.value + excluded.value
    RETURNING key, value"""


class Beside(NamedTuple):
    """What is kept of one entry.

    Attributes:
        at: the exact time, in seconds since 1970, UTC.
        salt: of the commitment to content; empty where there is none or it is destroyed.
        until: when the salt is destroyed; None where nobody has said.
    """

    number: int
    at: int
    salt: bytes = b""
    until: float | None = None


class Sealed(NamedTuple):
    """What a sealed entry says.

    Attributes:
        salt: of the public commitment.
        body: canonical JSON.
    """

    number: int
    salt: bytes
    body: str


def add_many(c: Connection, rows: Sequence[tuple[int, int, bytes, float | None]]) -> None:
    """Keep what is private of new entries, in rows as `Beside` has them."""
    if not is_sqlite(c):
        rows = [(n, at, _hex(salt), until) for n, at, salt, until in rows]  # type: ignore[misc]
    insert_many(c, "entry_secrets", _KINDS, rows)


def add_sealed(c: Connection, rows: Sequence[Sealed]) -> None:
    """Keep what sealed entries say."""
    given: Sequence[tuple[Any, ...]] = rows
    if not is_sqlite(c):
        given = [(one.number, _hex(one.salt), one.body) for one in rows]
    insert_many(c, "sealed_entries", _SEALED, given)


def _hex(salt: bytes) -> str:
    """Bytes as PostgreSQL reads them in a text."""
    return f"\\x{salt.hex()}"


def of_entries(c: Connection, numbers: Sequence[int]) -> dict[int, Beside]:
    """What is kept of these entries, by number."""
    rows = c.execute(select(entry_secrets).where(entry_secrets.c.number.in_(numbers)))
    return {row[0]: Beside(row[0], row[1], bytes(row[2]), row[3]) for row in rows}


def sealed(c: Connection, numbers: Sequence[int]) -> dict[int, Sealed]:
    """What those of these entries that are sealed say, by number."""
    rows = c.execute(select(sealed_entries).where(sealed_entries.c.number.in_(numbers)))
    return {row[0]: Sealed(row[0], bytes(row[1]), row[2]) for row in rows}


def sealed_between(c: Connection, first: int, last: int) -> dict[int, str]:
    """The bodies of sealed entries from one number to another."""
    near = sealed_entries.c.number.between(first, last)
    rows: Any = c.execute(select(sealed_entries.c.number, sealed_entries.c.body).where(near))
    return {row[0]: row[1] for row in rows}


def forget_salts(c: Connection, numbers: Sequence[int]) -> int:
    """Destroy the salts of these entries; gives how many there were."""
    given = and_(entry_secrets.c.number.in_(numbers), entry_secrets.c.salt != b"")
    return c.execute(update(entry_secrets).where(given).values(salt=b"", until=None)).rowcount


def salts_over(c: Connection, now: float, most: int) -> list[int]:
    """Entries whose salts are to be destroyed by now."""
    over = entry_secrets.c.until <= now
    return list(c.scalars(select(entry_secrets.c.number).where(over).limit(most)))


def count_on(c: Connection, more: Mapping[str, int]) -> dict[str, int]:
    """Add to the sequence of each key; gives where each stands then."""
    sql = _SEQUENCES_SQLITE if is_sqlite(c) else _SEQUENCES_POSTGRESQL
    given = msgspec.json.encode(list(more.items())).decode()
    return dict(run(c, sql, (given,)))


def state(c: Connection, name: str) -> str:
    """What the log said last of something that it says once, empty where it said nothing yet."""
    return c.scalar(select(log_states.c.value).where(log_states.c.name == name)) or ""


def states(c: Connection, start: str) -> dict[str, str]:
    """The same of all whose names begin so."""
    named = log_states.c.name.startswith(start, autoescape=True)
    rows: Any = c.execute(select(log_states).where(named))
    return {row[0]: row[1] for row in rows}


def set_state(c: Connection, name: str, value: str) -> None:
    """Note what the log says of it now; an empty value notes that it is gone."""
    c.execute(delete(log_states).where(log_states.c.name == name))
    if value:
        c.execute(log_states.insert().values(name=name, value=value))


def staff_secret(c: Connection, month: str) -> str:
    """The secret under which staff are named in a month, hexadecimal; empty where there is none."""
    return c.scalar(select(staff_secrets.c.secret).where(staff_secrets.c.month == month)) or ""


def set_staff_secret(c: Connection, month: str, secret: str) -> None:
    """Keep the secret of a month."""
    c.execute(staff_secrets.insert().values(month=month, secret=secret))


def oldest_staff_secret(c: Connection) -> str:
    """The month of the oldest secret; later than any month where there is none."""
    return c.scalar(select(func.min(staff_secrets.c.month))) or "9999-12"


def forget_staff_secrets(c: Connection, before: str) -> int:
    """Destroy the secrets of months before this one; gives how many there were."""
    return c.execute(delete(staff_secrets).where(staff_secrets.c.month < before)).rowcount
