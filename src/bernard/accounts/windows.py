"""Windows: the calendar periods, in UTC, that budgets are counted in."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Literal

Period = Literal["minute", "hour", "day", "month", "term", "total"]


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
