"""Budgets agree with plain sums, whatever order calls, settlements, refusals and clocks come in."""

import collections
import time

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete

from bernard.accounts.budget_limits import limit_in_words, read_limit
from bernard.accounts.budgets import Budgets, Charge, Limit, usage, windows
from bernard.accounts.windows import end_of
from bernard.errors import InputInvalid
from bernard.store import tables

START = 1_795_305_600  # 2026-11-22 00:00 UTC
ACCOUNTS = ("key:a", "key:b", "clause:x/y")
LIMITS = {
    "key:a": (Limit("minute", calls=3), Limit("day", tokens=900)),
    "key:b": (Limit("hour", pence=2.5), Limit("total", bytes=4000)),
    "clause:x/y": (),
}
charges = st.builds(
    lambda account, tokens, size, micro: Charge(
        account, LIMITS[account], 1, tokens, size, micro / 1e6
    ),
    st.sampled_from(ACCOUNTS),
    st.integers(0, 400),
    st.integers(0, 900),
    st.integers(0, 900_000),
)
calls = st.lists(charges, min_size=1, max_size=3, unique_by=lambda charge: charge.account)
# A group: how far the clock moves (back too), calls to begin, and which earlier ones to settle.
groups = st.lists(
    st.tuples(
        st.sampled_from((0, 5, 70, 4000, 90_000, -3_000)),
        st.lists(calls, max_size=6),
        st.lists(st.tuples(st.integers(0, 30), st.integers(0, 300)), max_size=3),
    ),
    max_size=8,
)


class Sums:
    """The same by plain sums over all that was allowed."""

    def __init__(self):
        self.used = collections.Counter()
        self.latest = 0

    def room(self, minute, call):
        return all(
            most is None
            or self.used[c.account, windows(minute)[limit.per], what] + amounts(c)[what]
            <= (most if what < 3 else round(most * 1e6))
            for c in call
            for limit in c.limits
            for what, most in enumerate((limit.calls, limit.tokens, limit.bytes, limit.pence))
        )

    def add(self, minute, charge, change):
        for window in set(windows(minute).values()):
            for what, amount in enumerate(change):
                self.used[charge.account, window, what] += amount


def amounts(charge):
    return charge.calls, charge.tokens, charge.bytes, round(charge.pence * 1e6)


@given(groups)
@hypothesis_settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_budgets_are_the_sums_of_what_was_allowed(sqlite_store, groups):
    with sqlite_store.write() as c:
        c.execute(delete(tables.usage))
        c.execute(delete(tables.counters))
    sums, now, allowed = Sums(), START, []
    for moved, begun, settled in groups:
        now += moved
        minute = max(now // 60, sums.latest)
        with sqlite_store.write() as c:
            books = Budgets(c, now)
            for which, tokens in settled:
                if which < len(allowed):
                    taken_at, call = allowed.pop(which)
                    differences = [
                        Charge(x.account, x.limits, 1, tokens, x.bytes, x.pence).less(x)
                        for x in call
                    ]
                    books.settle(differences, taken_at, call)
                    for difference in differences:
                        sums.add(taken_at, difference, amounts(difference))
                        if any(amounts(difference)):
                            sums.latest = minute
            books.read(begun)
            assert books.minute == minute
            for call in begun:
                expected = sums.room(minute, call)
                assert (books.take(call) is None) == expected
                if expected:
                    sums.latest = minute
                    allowed.append((minute, call))
                    for charge in call:
                        sums.add(minute, charge, amounts(charge))
            books.write()
    for account in ACCOUNTS:
        for row in usage(sqlite_store, account):
            expected = tuple(sums.used[account, row.window, what] for what in range(4))
            assert tuple(row[2:]) == expected
        kept = {row.window for row in usage(sqlite_store, account)}
        assert all(
            amount == 0 or window in kept or window.startswith(("minute", "hour"))
            for (name, window, _), amount in sums.used.items()
            if name == account
        )


@pytest.mark.parametrize(
    ("period", "at", "ends"),
    [
        ("minute", "2026-11-22 23:59:59", "2026-11-23 00:00"),
        ("hour", "2026-12-31 23:00:00", "2027-01-01 00:00"),
        ("day", "2028-02-28 12:00:00", "2028-02-29 00:00"),
        ("month", "2028-02-29 12:00:00", "2028-03-01 00:00"),
        ("month", "2026-12-31 23:59:59", "2027-01-01 00:00"),
    ],
)
def test_where_a_window_ends(period, at, ends):
    minute = _seconds(at, "%Y-%m-%d %H:%M:%S") // 60
    end = end_of(period, minute)
    assert end == _seconds(ends, "%Y-%m-%d %H:%M")
    assert windows(end // 60)[period] != windows(end // 60 - 1)[period] == windows(minute)[period]


def _seconds(text, form):
    return int(time.mktime(time.strptime(text, form))) - time.timezone


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("day calls=1000 pence=2.5", "1,000 calls and 2.5 pence a day"),
        ("hour tokens=1", "1 tokens an hour"),
        ("total bytes=5000000", "5,000,000 bytes in all"),
    ],
)
def test_a_limit_is_read_and_said(text, words):
    assert limit_in_words(read_limit(text)) == words


@pytest.mark.parametrize(
    "text",
    ["", "day", "day calls", "day calls=x", "day calls=-1", "day pence=nan", "day x=1", "=1"],
)
def test_what_is_no_limit(text):
    with pytest.raises(InputInvalid, match="Write it as: day calls=1000"):
        read_limit(text)
