"""What each account has used in each window, and the clock that no window goes behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, delete, or_, select

from bernard.store.sql import insert_many, is_sqlite, run
from bernard.store.tables import counters, usage

_CLOCK = "clock"
_ADD = """ON CONFLICT (account, "window") DO UPDATE SET
    calls = usage.calls + excluded.calls,
    tokens = usage.tokens + excluded.tokens,
    bytes = usage.bytes + excluded.bytes,
    micropence = usage.micropence + excluded.micropence"""
_LATER = """ON CONFLICT (name) DO UPDATE SET value = excluded.value
    WHERE excluded.value > counters.value"""
_READ = """SELECT account, "window", calls, tokens, bytes, micropence FROM usage
    WHERE account {accounts} AND "window" {windows}
    UNION ALL SELECT '', '', value, 0, 0, 0 FROM counters WHERE name = 'clock'"""
_MOST_NAMES = 512


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
) -> tuple[int, list[tuple[Any, ...]]]:
    """The latest minute that was written down, and rows of what the accounts used in the windows."""
    clock, rows = 0, []
    for start in range(0, max(1, len(accounts)), _MOST_NAMES):
        for row in _read(c, accounts[start : start + _MOST_NAMES], windows):
            if row[1]:
                rows.append(row)
            else:
                clock = row[2]
    return clock, rows


def _read(c: Connection, accounts: Sequence[str], windows: Sequence[str]) -> list[tuple[Any, ...]]:
    if not is_sqlite(c):
        sql = _READ.format(accounts="= ANY(%s)", windows="= ANY(%s)")
        return run(c, sql, (list(accounts), list(windows)))
    # Padded to a power of two, so that there are few statements and each is prepared once.
    size = 1 << max(0, len(accounts) - 1).bit_length()
    names = [*accounts, *[""] * (size - len(accounts))]
    sql = _READ.format(accounts=_among(size), windows=_among(len(windows)))
    return run(c, sql, (*names, *windows))


def _among(count: int) -> str:
    return f"IN ({', '.join('?' * count)})"


def add(c: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add to what was used, in rows as `Used` has them; no account and window may be named twice."""
    insert_many(c, "usage", 6, rows, _ADD)


def set_clock(c: Connection, minute: int) -> None:
    """Write down the latest minute since 1970; an earlier one changes nothing."""
    insert_many(c, "counters", 2, [(_CLOCK, minute)], _LATER)


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
