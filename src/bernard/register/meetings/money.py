"""Sums of money as departments write them: `£1,200`, `Over limit`, `approx. £50`."""

from __future__ import annotations

import re
from functools import lru_cache

from bernard.register.meetings.types import Value, Worth

_SUM = re.compile(
    r"(?:£|gbp)?\s*(\d{1,3}(?:[ ,]\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?)\s*(k|m|p)?(?![\d.%a-z])"
)
_FOREIGN = re.compile(r"[$€¥₹]|\b(?:usd|eur|euros?|dollars?|yen|chf|aed|sar)\b")
_OVER = re.compile(
    r"\b(?:over|above|more than|exceeds?|in excess|greater|at least)\b|^\s*>|\+\s*$|\d\s*\+"
)
_UNDER = re.compile(r"\b(?:under|below|less than|within|up to|not exceed\w*)\b|^\s*<")
_ABOUT = re.compile(r"\b(?:about|approx\w*|around|circa|estimated|est|c|roughly)\b|~")
_MOST = 10**12


def read_value(cell: object) -> Value:
    """What a cell says something was worth.

    Example:
        >>> read_value("£1,200"), read_value("Over limit")
        (Value(pence=120000, worth='exact', text='£1,200'), Value(pence=None, worth='over', text='Over limit'))
    """
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return Value(text=str(cell))
    if isinstance(cell, str):
        return _read(cell.strip())
    good = cell == cell and 0 <= cell < _MOST
    shown = f"{cell:.2f}".removesuffix(".00") if good else str(cell)
    return Value(round(cell * 100), "exact", shown) if good else Value(text=shown)


@lru_cache(maxsize=5_000)
def _read(text: str) -> Value:
    plain = text.lower().replace("\xa0", " ").replace("\ufffd", "£")[:200]
    worth = _worth(plain)
    sums = [] if _FOREIGN.search(plain) else _SUM.findall(plain)
    if len(sums) != 1:
        return Value(None, worth, text)
    return Value(_pence(*sums[0]), worth or "exact", text)


def _worth(plain: str) -> Worth:
    if _OVER.search(plain):
        return "over"
    if _UNDER.search(plain):
        return "under"
    return "about" if _ABOUT.search(plain) else ""


def _pence(digits: str, unit: str) -> int | None:
    sum_ = float(re.sub(r"[ ,]", "", digits)) * {"k": 100_000, "m": 100_000_000, "p": 1}.get(
        unit, 100
    )
    return round(sum_) if sum_ < _MOST else None
