"""API keys of services. The rules about them are in `bernard.accounts.keys`."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, insert, select, update

from bernard.errors import InputInvalid, NotFound
from bernard.store.sql import insert_many, upsert
from bernard.store.tables import counters, key_secrets, keys

_REVISION = "keys"


class KeyRow(NamedTuple):
    """A key: what it is for, as JSON, and how long it holds."""

    id: str
    name: str
    declares: str
    created: float
    expires: float | None
    revoked: float | None


class Secret(NamedTuple):
    """What a service shows for its key: the SHA-256 of it, and its first characters."""

    hash: str
    key: str
    prefix: str
    created: float
    ends: float | None


def add(c: Connection, row: KeyRow) -> None:
    """Add a key.

    Raises:
        InputInvalid: the name is taken.
    """
    added = c.scalar(
        upsert(c, keys)
        .values(row._asdict())
        .on_conflict_do_nothing(index_elements=["name"])
        .returning(keys.c.id)
    )
    if added is None:
        raise InputInvalid(f"The name {row.name!r} is taken by another key. Choose another.")
    _changed(c)


def add_secret(c: Connection, secret: Secret) -> None:
    """Let a key be shown with this secret."""
    c.execute(insert(key_secrets).values(secret._asdict()))
    _changed(c)


def end_secrets(c: Connection, key: str, ends: float) -> None:
    """Let none of the key's secrets hold for longer than this."""
    later = key_secrets.c.ends.is_(None) | (key_secrets.c.ends > ends)
    c.execute(update(key_secrets).where(key_secrets.c.key == key, later).values(ends=ends))
    _changed(c)


def revoke(c: Connection, key: str, now: float) -> None:
    """Let the key hold no longer; the first time counts."""
    unrevoked = keys.c.revoked.is_(None)
    c.execute(update(keys).where(keys.c.id == key, unrevoked).values(revoked=now))
    _changed(c)


def named(c: Connection, name: str) -> KeyRow:
    """The key with this name or id.

    Raises:
        NotFound: there is none.
    """
    row = c.execute(select(keys).where((keys.c.name == name) | (keys.c.id == name))).first()
    if row is None:
        raise NotFound(f"There is no key {name!r}. `bernard keys list` names them all.")
    return KeyRow(*row)


def everything(c: Connection) -> list[KeyRow]:
    """Every key, by name."""
    return [KeyRow(*row) for row in c.execute(select(keys).order_by(keys.c.name))]


def secrets_of(c: Connection, key: str) -> list[Secret]:
    """The secrets of a key, the newest first."""
    query = select(key_secrets).where(key_secrets.c.key == key)
    return [Secret(*row) for row in c.execute(query.order_by(key_secrets.c.created.desc()))]


def in_use(c: Connection, now: float) -> list[tuple[Secret, KeyRow]]:
    """Every secret that holds now, with its key."""
    query = (
        select(key_secrets, keys)
        .join(keys, keys.c.id == key_secrets.c.key)
        .where(keys.c.revoked.is_(None))
        .where(keys.c.expires.is_(None) | (keys.c.expires > now))
        .where(key_secrets.c.ends.is_(None) | (key_secrets.c.ends > now))
    )
    return [_pair(row) for row in c.execute(query)]


def _pair(row: Row[Any]) -> tuple[Secret, KeyRow]:
    width = len(Secret._fields)
    return Secret(*row[:width]), KeyRow(*row[width:])


def revision(c: Connection) -> int:
    """A number that goes up with every change of a key."""
    return c.scalar(select(counters.c.value).where(counters.c.name == _REVISION)) or 0


def _changed(c: Connection) -> None:
    more = "ON CONFLICT (name) DO UPDATE SET value = counters.value + 1"
    insert_many(c, "counters", ("text", "bigint"), [(_REVISION, 1)], more)
