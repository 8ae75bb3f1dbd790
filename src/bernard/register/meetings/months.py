"""The names of months, with the slips that people make."""

from __future__ import annotations

import calendar
from difflib import get_close_matches
from functools import lru_cache

# Letters that may be a month; `month_number` says whether they are.
MONTH = r"((?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,7})\.?"
_NAMES = [calendar.month_name[number].lower() for number in range(1, 13)]


@lru_cache(maxsize=1000)
def month_number(name: str) -> int:
    """1 to 12, or 0 where it is no month; small slips of spelling are read.

    Example:
        >>> month_number("sept"), month_number("febuary"), month_number("marriott")
        (9, 2, 0)
    """
    name = name.strip(". ").lower()
    for number, full in enumerate(_NAMES, 1):
        if len(name) >= 3 and full.startswith(name):
            return number
    close = get_close_matches(name, _NAMES, n=1, cutoff=0.8)
    return _NAMES.index(close[0]) + 1 if close else 0
