"""Budgets: the most that a key, or a clause of an agreement, may use in a calendar period.

An intent takes an estimate before the call; its outcome settles the difference, in the windows that
the estimate was taken from. A call that was never finished keeps its estimate.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy import Connection

from bernard.errors import InputInvalid
from bernard.store import usage as rows
from bernard.store.database import Store
from bernard.store.usage import Used

Period = Literal["minute", "hour", "day", "month", "term", "total"]

# Kept for every account, so that there is something to report where no limit is set.
REPORTED: tuple[Period, ...] = ("day", "month", "total")
# No account and no window has used this; it saves asking whether there is one.
_NOTHING = (0, 0, 0, 0)
_MICRO = 1_000_000
_FORM = "Write it as: day calls=1000 tokens=200000 pence=500 (or minute, hour, month, total)."


class Limit(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The most in one period; what is not named has no limit. Calendar periods, in UTC."""

    per: Period
    calls: int | None = None
    tokens: int | None = None
    bytes: int | None = None
    pence: float | None = None


class Charge(msgspec.Struct, frozen=True):
    """What a call takes from an account.

    Attributes:
        account: `key:ID` or `clause:AGREEMENT/CLAUSE`.
        limits: of that account; empty where it is only counted.
    """

    account: str
    limits: tuple[Limit, ...] = ()
    calls: int = 1
    tokens: int = 0
    bytes: int = 0
    pence: float = 0.0

    def less(self, estimate: Charge) -> Charge:
        """What is to be settled where this was used and `estimate` was taken."""
        return Charge(
            self.account,
            self.limits,
            self.calls - estimate.calls,
            self.tokens - estimate.tokens,
            self.bytes - estimate.bytes,
            self.pence - estimate.pence,
        )


class Over(NamedTuple):
    """A limit that a call would go over: in words, and the seconds until it begins anew, or 0."""

    sentence: str
    retry_after_s: int


class Settled(NamedTuple):
    """A difference, and the minute (since 1970) in whose windows the estimate was taken."""

    charge: Charge
    minute: int
    limits: tuple[Limit, ...]


class Budgets:
    """The accounts of a group of calls, inside the transaction that writes their entries."""

    def __init__(
        self,
        c: Connection,
        now: float,
        limited: Mapping[str, set[Period]],
        settled: Sequence[Settled] = (),
    ) -> None:
        """Read what was used.

        Args:
            now: by the clock of this machine; a later one that was written down is used instead, so
                that a clock that is put back gives no window a second time.
            limited: accounts with limits that `take` will ask about, and the periods of these.
            settled: differences of earlier calls, counted before anything is taken.
        """
        self._c = c
        self._settled = _by_window(settled)
        self._taken: dict[str, list[int]] = {}
        self._periods: dict[str, set[Period]] = {}
        self.minute = int(now) // 60
        self._read(limited)

    def _read(self, limited: Mapping[str, set[Period]]) -> None:
        wanted: set[Period] = set().union(*limited.values()) if limited else set()
        names = windows(self.minute)
        clock, used = rows.read(self._c, list(limited), _names(names, wanted))
        if clock > self.minute:
            self.minute, names = clock, windows(clock)
            clock, used = rows.read(self._c, list(limited), _names(names, wanted))
        self._windows = names
        self._clock = clock
        self._used: dict[tuple[str, str], Sequence[int]] = {row[:2]: row[2:] for row in used}
        for place, difference in self._settled.items():
            before = self._used.get(place, _NOTHING)
            self._used[place] = [a + b for a, b in zip(before, difference, strict=True)]

    def take(self, charges: Sequence[Charge]) -> Over | None:
        """Take all the charges of a call, or none and say which limit it would go over."""
        for done, charge in enumerate(charges):
            taken = self._taken.get(charge.account)
            if taken is None:
                taken = self._taken[charge.account] = [0, 0, 0, 0]
                self._periods[charge.account] = set(REPORTED)
            if charge.limits:
                over = self._over(charge, taken)
                if over:
                    for earlier in charges[:done]:
                        _add(self._taken[earlier.account], earlier, -1)
                    return over
            _add(taken, charge, 1)
        return None

    def _over(self, charge: Charge, taken: Sequence[int]) -> Over | None:
        account = charge.account
        periods = self._periods[account]
        for limit in charge.limits:
            periods.add(limit.per)
            window = self._windows[limit.per]
            used = self._used.get((account, window), _NOTHING)
            if limit.calls is not None and used[0] + taken[0] + charge.calls > limit.calls:
                return self._words(charge, limit, "calls", limit.calls, charge.calls)
            if limit.tokens is not None and used[1] + taken[1] + charge.tokens > limit.tokens:
                return self._words(charge, limit, "tokens", limit.tokens, charge.tokens)
            if limit.bytes is not None and used[2] + taken[2] + charge.bytes > limit.bytes:
                return self._words(charge, limit, "bytes", limit.bytes, charge.bytes)
            if limit.pence is not None:
                micro = used[3] + taken[3] + micropence(charge.pence)
                if micro > micropence(limit.pence):
                    return self._words(charge, limit, "pence", limit.pence, charge.pence)
        return None

    def _words(self, charge: Charge, limit: Limit, what: str, most: float, needs: float) -> Over:
        kind, _, name = charge.account.partition(":")
        whose = "this key" if kind == "key" else f"clause {name!r}"
        said = f"The limit of {most:,} {what} {_period(limit.per)} for {whose} does not leave room"
        if needs > most:
            return Over(f"{said}: this call alone takes {needs:,}. Make it smaller.", 0)
        ends = end_of(limit.per, self.minute)
        if not ends:
            return Over(f"{said} for this call, and it does not begin anew.", 0)
        at = time.strftime("%Y-%m-%d %H:%M", time.gmtime(ends))
        wait_s = max(1, ends - int(time.time()))
        return Over(f"{said} for this call. It begins anew at {at} UTC.", wait_s)

    def write(self) -> None:
        """Write what was taken and settled, and the clock if a minute has begun."""
        added = self._settled
        for account, taken in self._taken.items():
            if any(taken):
                for window in _names(self._windows, self._periods[account]):
                    _add_to(added, (account, window), taken)
        if added:
            rows.add(self._c, [Used(*place, *amount) for place, amount in added.items()])
            if self.minute > self._clock:
                rows.set_clock(self._c, self.minute)


def usage(store: Store, account: str) -> list[Used]:
    """What an account has used, by window: the days, the months and the total."""
    with store.read() as c:
        return rows.of_account(c, account)


def usage_in(store: Store, window: str) -> list[Used]:
    """What every account has used in a window, such as `total` or `day:2026-11-22`."""
    with store.read() as c:
        return rows.in_window(c, window)


def put_clock_right(store: Store) -> str:
    """Let windows go back to this machine's clock; gives the window of the minute it is."""
    minute = int(time.time()) // 60
    with store.write(durable=True) as c:
        rows.turn_clock_back(c, minute)
    return windows(minute)["minute"]


def read_limit(text: str) -> Limit:
    """A limit as it is written on the command line.

    >>> read_limit("day calls=1000 pence=500")
    Limit(per='day', calls=1000, tokens=None, bytes=None, pence=500.0)

    Raises:
        InputInvalid: it is not of that form.
    """
    period, *rest = text.split() or [""]
    values = dict(part.partition("=")[::2] for part in rest)
    try:
        limit = msgspec.convert({"per": period} | values, Limit, strict=False)
    except msgspec.ValidationError as error:
        raise InputInvalid(f"The limit {text!r} cannot be read ({error}). {_FORM}") from error
    if not rest or not all(most is None or 0 <= most < math.inf for most in _most(limit)):
        raise InputInvalid(f"The limit {text!r} sets nothing, or less than nothing. {_FORM}")
    return limit


def limit_in_words(limit: Limit) -> str:
    """A limit in words.

    >>> limit_in_words(Limit("day", calls=1000, pence=500.0))
    '1,000 calls and 500 pence a day'
    """
    names = ("calls", "tokens", "bytes", "pence")
    parts = [
        f"{most:,.10g} {name}"
        for name, most in zip(names, _most(limit), strict=True)
        if most is not None
    ]
    return f"{' and '.join(parts)} {_period(limit.per)}"


def _most(limit: Limit) -> tuple[float | None, ...]:
    return limit.calls, limit.tokens, limit.bytes, limit.pence


def _period(period: Period) -> str:
    return (
        "in all" if period in ("total", "term") else f"{'an' if period == 'hour' else 'a'} {period}"
    )


def forget_old(c: Connection, minute: int) -> None:
    """Forget the windows of minutes and hours that nobody asks about any more."""
    rows.forget_before(c, windows(minute - 120)["minute"], windows(minute - 2 * 24 * 60)["hour"])


@lru_cache(maxsize=64)
def windows(minute: int) -> dict[Period, str]:
    """The name of the window of each period that this minute (since 1970) lies in.

    >>> windows(0)["month"], windows(0)["minute"]
    ('month:1970-01', 'minute:1970-01-01T00:00')
    """
    at = time.gmtime(minute * 60)
    return {
        "minute": time.strftime("minute:%Y-%m-%dT%H:%M", at),
        "hour": time.strftime("hour:%Y-%m-%dT%H", at),
        "day": time.strftime("day:%Y-%m-%d", at),
        "month": time.strftime("month:%Y-%m", at),
        "term": "total",
        "total": "total",
    }


def end_of(period: Period, minute: int) -> int:
    """When the window ends, in seconds since 1970; 0 where it does not.

    >>> end_of("hour", 0), end_of("month", 0), end_of("total", 0)
    (3600, 2678400, 0)
    """
    if period in ("minute", "hour", "day"):
        length = {"minute": 1, "hour": 60, "day": 1440}[period]
        return (minute // length + 1) * length * 60
    if period != "month":
        return 0
    day = minute // 1440
    here = windows(minute)["month"]
    while windows(day * 1440)["month"] == here:
        day += 1
    return day * 86400


def micropence(pence: float) -> int:
    """Money as it is counted: in whole millionths of a penny."""
    return round(pence * _MICRO)


def _by_window(settled: Iterable[Settled]) -> dict[tuple[str, str], list[int]]:
    added: dict[tuple[str, str], list[int]] = {}
    together: dict[tuple[str, int, int], tuple[Settled, list[int]]] = {}
    for one in settled:
        # By the identity of its limits, which are the same object for every call of a key.
        key = (one.charge.account, one.minute, id(one.limits))
        if key not in together:
            together[key] = (one, [0, 0, 0, 0])
        _add(together[key][1], one.charge, 1)
    for one, amount in together.values():
        if any(amount):
            for window in _names(windows(one.minute), {*REPORTED, *(x.per for x in one.limits)}):
                _add_to(added, (one.charge.account, window), amount)
    return added


def _names(names: Mapping[Period, str], periods: Iterable[Period]) -> list[str]:
    return list({names[period] for period in periods})


def _add(to: list[int], charge: Charge, sign: int) -> None:
    to[0] += sign * charge.calls
    to[1] += sign * charge.tokens
    to[2] += sign * charge.bytes
    if charge.pence:
        to[3] += sign * micropence(charge.pence)


def _add_to(
    added: dict[tuple[str, str], list[int]], place: tuple[str, str], amount: list[int]
) -> None:
    before = added.get(place)
    if before is None:
        added[place] = list(amount)
    else:
        for n, more in enumerate(amount):
            before[n] += more
