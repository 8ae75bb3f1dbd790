"""Budgets: the most that a key, or a clause of an agreement, may use in a calendar period.

An intent takes an estimate before the call; its outcome settles the difference, in the windows that
the estimate was taken from. A call that was never finished keeps its estimate.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from bernard.accounts.budget_limits import Limit, limit_in_words, period_in_words, read_limit
from bernard.accounts.windows import Period, end_of, windows
from bernard.store import usage as rows
from bernard.store.database import Store
from bernard.store.usage import Used

__all__ = [
    "Budgets",
    "Charge",
    "Limit",
    "Over",
    "Period",
    "Used",
    "forget_old",
    "limit_in_words",
    "micropence",
    "put_clock_right",
    "read_limit",
    "usage",
    "usage_in",
]

# Kept for every account, so that there is something to report where no limit is set.
REPORTED: tuple[Period, ...] = ("day", "month", "total")
_AMOUNTS = ("calls", "tokens", "bytes", "pence")
_NOTHING = (0, 0, 0, 0)
_MICRO = 1_000_000


class Charge(msgspec.Struct, frozen=True, gc=False):
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


class _Account:
    """One account in a group: what the group takes from it, and how much room each limit leaves."""

    __slots__ = ("limits", "periods", "rooms", "taken")

    def __init__(self) -> None:
        self.taken = [0, 0, 0, 0]
        self.periods: set[Period] = set(REPORTED)
        self.limits: tuple[Limit, ...] = ()
        self.rooms: list[tuple[int, int, Limit]] = []


class Budgets:
    """The accounts of a group of calls, inside the transaction that writes their entries.

    First `settle` what earlier calls used, then `read` the accounts, `take` what each call needs,
    and `write`.
    """

    def __init__(self, c: Connection, now: float) -> None:
        """Begin a group.

        Args:
            now: by the clock of this machine; a later one that was written down is used instead, so
                that a clock that is put back gives no window a second time.
        """
        self._c = c
        self._clock = 0
        self._differences: dict[tuple[str, int], tuple[list[int], set[Period]]] = {}
        self._added: dict[tuple[str, str], list[int]] = {}
        self._accounts: dict[str, _Account] = {}
        self.minute = int(now) // 60

    def settle(
        self, differences: Iterable[Charge], minute: int, estimates: Sequence[Charge] = ()
    ) -> None:
        """Add what a call used to what it took, in the windows that it was taken from.

        Args:
            minute: since 1970, in which the estimates were taken.
            estimates: the charges of the intent, whose limits say which windows were charged.
        """
        for charge in differences:
            found = self._differences.get((charge.account, minute))
            if found is None:
                mine = [x.limits for x in estimates if x.account == charge.account]
                periods = {limit.per for limits in (charge.limits, *mine) for limit in limits}
                found = self._differences[charge.account, minute] = ([0, 0, 0, 0], periods)
            _add(found[0], charge, 1)

    def read(self, charges: Iterable[Sequence[Charge]]) -> None:
        """Read what the accounts that will be asked about have used, all at once."""
        for (account, minute), (amount, periods) in self._differences.items():
            _spread(self._added, account, _names(windows(minute), {*REPORTED, *periods}), amount)
        limited, periods = _limited(charges)
        self._windows = windows(self.minute)
        self._clock, used = rows.read(self._c, limited, _names(self._windows, periods))
        if self._clock > self.minute:
            self.minute, self._windows = self._clock, windows(self._clock)
            _, used = rows.read(self._c, limited, _names(self._windows, periods))
        self._used = {(account, window): amount for account, window, *amount in used}

    def take(self, charges: Sequence[Charge]) -> Over | None:
        """Take all the charges of a call, or none and say which limit it would go over."""
        for done, charge in enumerate(charges):
            account = self._accounts.get(charge.account)
            if account is None:
                account = self._accounts[charge.account] = _Account()
            taken = account.taken
            if charge.limits:
                if account.limits is not charge.limits:
                    self._make_rooms(account, charge)
                needs = (charge.calls, charge.tokens, charge.bytes, micropence(charge.pence))
                for what, room, limit in account.rooms:
                    if taken[what] + needs[what] > room:
                        for earlier in charges[:done]:
                            _add(self._accounts[earlier.account].taken, earlier, -1)
                        return self._over(charge, limit, what)
            _add(taken, charge, 1)
        return None

    def _make_rooms(self, account: _Account, charge: Charge) -> None:
        account.limits = charge.limits
        account.rooms.clear()
        for limit in charge.limits:
            account.periods.add(limit.per)
            place = (charge.account, self._windows[limit.per])
            used, added = self._used.get(place, _NOTHING), self._added.get(place, _NOTHING)
            pence = None if limit.pence is None else micropence(limit.pence)
            for what, most in enumerate((limit.calls, limit.tokens, limit.bytes, pence)):
                if most is not None:
                    account.rooms.append((what, most - used[what] - added[what], limit))

    def _over(self, charge: Charge, limit: Limit, what: int) -> Over:
        name = _AMOUNTS[what]
        most, needs = getattr(limit, name), getattr(charge, name)
        kind, _, clause = charge.account.partition(":")
        whose = "this key" if kind == "key" else f"clause {clause!r}"
        period = period_in_words(limit.per)
        said = f"The limit of {most:,.10g} {name} {period} for {whose} does not leave room"
        if needs > most:
            return Over(f"{said}: this call alone takes {needs:,.10g}. Make it smaller.", 0)
        ends = end_of(limit.per, self.minute)
        if not ends:
            return Over(f"{said} for this call, and it does not begin anew.", 0)
        at = time.strftime("%Y-%m-%d %H:%M", time.gmtime(ends))
        wait_s = max(1, ends - int(time.time()))
        return Over(f"{said} for this call. It begins anew at {at} UTC.", wait_s)

    def write(self) -> None:
        """Write what was taken and settled, and the clock if a minute has begun."""
        added = self._added
        for name, account in self._accounts.items():
            _spread(added, name, _names(self._windows, account.periods), account.taken)
        if added:
            rows.add(self._c, [(*place, *amount) for place, amount in added.items()])
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


def forget_old(c: Connection, minute: int) -> None:
    """Forget the windows of minutes and hours that nobody asks about any more."""
    rows.forget_before(c, windows(minute - 120)["minute"], windows(minute - 2 * 24 * 60)["hour"])


def micropence(pence: float) -> int:
    """Money as it is counted: in whole millionths of a penny."""
    return round(pence * _MICRO)


def _limited(charges: Iterable[Sequence[Charge]]) -> tuple[list[str], set[Period]]:
    """The accounts that have limits, and the periods of these."""
    known: dict[str, tuple[Limit, ...]] = {}
    periods: set[Period] = set()
    for call in charges:
        for charge in call:
            # The limits of a key are the same object for each of its calls.
            if charge.limits and known.get(charge.account) is not charge.limits:
                known[charge.account] = charge.limits
                periods.update(limit.per for limit in charge.limits)
    return list(known), periods


def _names(names: Mapping[Period, str], periods: Iterable[Period]) -> list[str]:
    return list({names[period] for period in periods})


def _add(to: list[int], charge: Charge, sign: int) -> None:
    to[0] += sign * charge.calls
    to[1] += sign * charge.tokens
    to[2] += sign * charge.bytes
    if charge.pence:
        to[3] += sign * micropence(charge.pence)


def _spread(
    added: dict[tuple[str, str], list[int]], account: str, names: Iterable[str], more: list[int]
) -> None:
    """Add to each of these windows of an account."""
    if not any(more):
        return
    for window in names:
        before = added.get((account, window))
        if before is None:
            added[account, window] = list(more)
        else:
            for n, amount in enumerate(more):
                before[n] += amount
