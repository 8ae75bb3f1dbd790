"""What each account has used in each window, and the clock that no window goes behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, and_, delete, or_, select

from bernard.store.sql import insert_many, is_sqlite, run
from bernard.store.tables import counters, usage

_CLOCK = "clock"
_KINDS = ("text", "text", "bigint", "bigint", "bigint", "bigint")
_ADD = """ON CONFLICT (account, "window") DO UPDATE SET
    calls = usage.calls + excluded.calls,
    tokens = usage.tokens + excluded.tokens,
    bytes = usage.bytes + excluded.bytes,
    micropence = usage.micropence + excluded.micropence"""
_LATER = """ON CONFLICT (name) DO UPDATE SET value = excluded.value
    WHERE excluded.value > counters.value"""
# All in one row: a thread that reads rows waits for Python's lock, behind the calls, for each.
_READ_SQLITE = """
    SELECT (SELECT value FROM counters WHERE name = 'clock'),
        json_group_array(json_array(account, "window", calls, tokens, bytes, micropence))
    FROM usage
    WHERE account IN (SELECT value FROM json_each(?))
        AND "window" IN (SELECT value FROM json_each(?))"""
_READ_POSTGRESQL = """
    SELECT account, "window", calls, tokens, bytes, micropence FROM usage
    WHERE account = ANY(%s) AND "window" = ANY(%s)
    UNION ALL SELECT '', '', value, 0, 0, 0 FROM counters WHERE name = 'clock'"""


class Used(NamedTuple):
    """What an account has used in one window; see `bernard.accounts.budgets`."""

    account: str
    window: str
    calls: int
    tokens: int
    bytes: int
    micropence: int


def read(
    c: Connection, accounts: Sequence[str], windows: Sequence[str]
) -> tuple[int, list[Sequence[Any]]]:
    """The latest minute that was written down, and rows of what the accounts used in the windows."""
    if is_sqlite(c):
        names = (_json(accounts), _json(windows))
        [(clock, used)] = run(c, _READ_SQLITE, names)
        return clock or 0, msgspec.json.decode(used)
    rows = run(c, _READ_POSTGRESQL, (list(accounts), list(windows)))
    clock = sum(row[2] for row in rows if not row[1])
    return clock, [row for row in rows if row[1]]


def _json(names: Sequence[str]) -> str:
    return msgspec.json.encode(names).decode()


def add(c: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add to what was used, in rows as `Used` has them; no account and window may be named twice."""
    insert_many(c, "usage", _KINDS, rows, _ADD)


def set_clock(c: Connection, minute: int) -> None:
    """Write down the latest minute since 1970; an earlier one changes nothing."""
    insert_many(c, "counters", ("text", "bigint"), [(_CLOCK, minute)], _LATER)


def turn_clock_back(c: Connection, minute: int) -> None:
    """Let windows go back to this minute, after a clock that had run ahead was put right."""
    c.execute(counters.update().where(counters.c.name == _CLOCK).values(value=minute))


def of_account(c: Connection, account: str) -> list[Used]:
    """All that is kept of an account, by window."""
    rows = c.execute(select(usage).where(usage.c.account == account).order_by(usage.c.window))
    return [Used(*row) for row in rows]


def in_window(c: Connection, window: str) -> list[Used]:
    """What every account has used in a window."""
    rows = c.execute(select(usage).where(usage.c.window == window).order_by(usage.c.account))
    return [Used(*row) for row in rows]


def forget_before(c: Connection, minute: str, hour: str) -> None:
    """Forget minutes and hours before these windows; days, months and totals stay."""
    old = or_(
        and_(usage.c.window >= "minute:", usage.c.window < minute),
        and_(usage.c.window >= "hour:", usage.c.window < hour),
    )
    c.execute(delete(usage).where(old))
