"""What stands for whom in each case, encrypted. The rules about it are in `bernard.gateway.cases`.

All that is here is ciphertext, keyed hashes and times. Whoever writes holds the log's lock first, so
that two who write several cases at once never wait for one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, text, update

from bernard.errors import StoreUnavailable
from bernard.store.database import Store
from bernard.store.faults import FAULTS, explain
from bernard.store.sql import is_sqlite, run
from bernard.store.tables import case_houses, case_keys, cases, counters

_NAME = "cases"
_TO_WIPE = "cases to wipe"
_WAIT_MS = 2000
_VERSION = {
    "sqlite": "SELECT version FROM cases WHERE id = ?",
    "postgresql": "SELECT version FROM cases WHERE id = %s",
}


class CaseRow(NamedTuple):
    """A case.

    Attributes:
        id: keyed hash of whose and which case it is.
        mapping: what stands for whom, encrypted.
        used: when a call last named it; it is kept for `kept_s` seconds after that.
        house: which key of the house wraps the case's own.
        wrapped: the case's own key.
    """

    id: str
    service: str
    version: int
    mapping: bytes
    created: float
    used: float
    kept_s: float
    house: str
    wrapped: bytes


class Listed(NamedTuple):
    """What is known of a case without any key."""

    id: str
    service: str
    created: float
    used: float
    kept_s: float
    bytes: int


class House(NamedTuple):
    """Which key of the house wraps new cases, and a sign of the key file."""

    key: str
    sign: str


def get(c: Connection, id: str) -> CaseRow | None:
    """The case, None where there is none."""
    keys = (case_keys.c.house, case_keys.c.wrapped)
    row = c.execute(select(cases, *keys).join(case_keys).where(cases.c.id == id)).first()
    return CaseRow(*row) if row else None


def version(c: Connection, id: str) -> int | None:
    """The version of a case, None where there is none; quick, as every call of a case asks."""
    found = run(c, _VERSION[c.dialect.name], (id,))
    return int(found[0][0]) if found else None


def add(c: Connection, row: CaseRow) -> None:
    """Add a case."""
    _erase_what_goes(c)
    values = row._asdict()
    key = {name: values.pop(name) for name in ("house", "wrapped")}
    c.execute(insert(cases).values(values))
    c.execute(insert(case_keys).values(id=row.id, **key))


def put(c: Connection, row: CaseRow) -> None:
    """Write the mapping, version and times of a case that is there."""
    _erase_what_goes(c)
    values = {"version": row.version, "mapping": row.mapping, "used": row.used}
    c.execute(update(cases).where(cases.c.id == row.id).values(values | {"kept_s": row.kept_s}))


def touch(c: Connection, id: str, used: float, kept_s: float) -> None:
    """Note when a case was used; of two times that it may be kept for, the shorter counts."""
    c.execute(update(cases).where(cases.c.id == id).values(used=used, kept_s=kept_s))


def over(c: Connection, now: float, kept_s: float) -> list[str]:
    """The cases whose time is over.

    Args:
        kept_s: the most that any case is kept for, as of now.
    """
    least = func.min if is_sqlite(c) else func.least
    ends = cases.c.used + least(cases.c.kept_s, kept_s)
    return list(c.scalars(select(cases.c.id).where(ends <= now)))


def listing(c: Connection, service: str = "") -> list[Listed]:
    """Every case, of this service where one is named, the one used last first."""
    shown = (cases.c.id, cases.c.service, cases.c.created, cases.c.used, cases.c.kept_s)
    query = select(*shown, func.length(cases.c.mapping)).order_by(cases.c.used.desc())
    if service:
        query = query.where(cases.c.service == service)
    return [Listed(*row) for row in c.execute(query)]


def remove(c: Connection, ids: Sequence[str]) -> list[str]:
    """Destroy these cases; gives those that were there.

    SQLite leaves copies of rows behind when it moves them from page to page, and erases pages that
    it gives up: so the keys that remain are written anew.
    """
    _erase_what_goes(c)
    gone = list(c.scalars(delete(cases).where(cases.c.id.in_(ids)).returning(cases.c.id)))
    if gone and is_sqlite(c):
        left = [dict(row) for row in c.execute(select(case_keys)).mappings()]
        c.execute(delete(case_keys))
        if left:
            c.execute(insert(case_keys), left)
    return gone


def clear(c: Connection) -> None:
    """Leave nothing of any case: where the database is a copy."""
    _erase_what_goes(c)
    for table in (case_keys, cases, case_houses):
        c.execute(delete(table))


def house(c: Connection) -> House | None:
    """Which key wraps new cases, None before there was any."""
    row = c.execute(select(case_houses.c.house, case_houses.c.sign)).first()
    return House(*row) if row else None


def set_house(c: Connection, found: House | None) -> None:
    """Say which key wraps new cases; None where the next case begins with a new key file."""
    c.execute(delete(case_houses))
    if found:
        c.execute(insert(case_houses).values(name=_NAME, house=found.key, sign=found.sign))


def keys(c: Connection) -> list[tuple[str, str, bytes]]:
    """Of every case its id, which key of the house wraps its own, and that."""
    return [tuple(row) for row in c.execute(select(case_keys))]


def rewrap(c: Connection, wrapped: Sequence[tuple[str, str, bytes]]) -> None:
    """Put these in place of every wrapped key there is."""
    _erase_what_goes(c)
    c.execute(delete(case_keys))
    if wrapped:
        values = [dict(zip(("id", "house", "wrapped"), one, strict=True)) for one in wrapped]
        c.execute(insert(case_keys), values)


def is_to_wipe(c: Connection) -> bool:
    """Whether something was destroyed and is to be overwritten yet."""
    return bool(c.scalar(select(counters.c.value).where(counters.c.name == _TO_WIPE)))


def set_to_wipe(c: Connection, so: bool) -> None:
    """Note whether something is to be overwritten, so that it is also after a crash."""
    c.execute(delete(counters).where(counters.c.name == _TO_WIPE))
    if so:
        c.execute(insert(counters).values(name=_TO_WIPE, value=1))


def wipe(store: Store) -> bool:
    """Overwrite what the database keeps of rows that were destroyed; whether all of it is gone.

    SQLite's log of changes is emptied, which waits for those who read. PostgreSQL writes the keys'
    table anew.

    Raises:
        StoreUnavailable: the database does not answer.
    """
    try:
        return _overwrite(store)
    except FAULTS as error:
        raise StoreUnavailable(explain(error, store.place)) from error


def _overwrite(store: Store) -> bool:
    if store.dialect == "sqlite":
        with store.engine.connect() as c:
            run(c, f"PRAGMA busy_timeout = {_WAIT_MS}")
            c.info["busy_timeout"] = _WAIT_MS
            [(busy, _, _)] = run(c, "PRAGMA wal_checkpoint(TRUNCATE)")
        return not busy
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
        c.execute(text("VACUUM (FULL) case_keys"))
        for table in ("cases", "entry_secrets", "staff_secrets"):
            c.execute(text(f"VACUUM {table}"))
    return True


def _erase_what_goes(c: Connection) -> None:
    """Have SQLite write zeros over all that is deleted; the connection keeps to it from then on."""
    if is_sqlite(c) and not c.info.get("erases"):
        run(c, "PRAGMA secure_delete = ON")
        c.info["erases"] = True
