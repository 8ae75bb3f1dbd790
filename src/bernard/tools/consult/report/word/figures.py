"""Counts and shares as a report words them."""

from __future__ import annotations

from bernard.tools.consult.analysis import Count, ThemeCount
from bernard.tools.consult.analysis.wording import percent


def interval(low: float, high: float) -> str:
    """The ends of an interval.

    >>> interval(0.102, 0.31)
    '10% to 31%'
    """
    return f"{low:.0%} to {high:.0%}"


def points(low: float) -> str:
    """A difference of shares, in percentage points and with its sign.

    >>> points(0.123), points(-0.05)
    ('+12', '−5')
    """
    number = round(abs(low) * 100)
    return f"{'−' if low < 0 and number else '+' if number else ''}{number}"


def share_of(found: Count) -> str:
    """A count with its share and interval: `612 of 1,020, 60% (57% to 63%)`."""
    return f"{found.count:,} of {found.of:,}, {percent(found.share)} ({interval(found.low, found.high)})"


def raise_it(theme: ThemeCount) -> str:
    """The rule's words as the beginning of a sentence: `Many, perhaps most, raise`."""
    words = theme.words
    if words == "nobody":
        return "Nobody raises"
    return f"{words.capitalize()}{',' if ',' in words else ''} raise"
