"""Dates of birth, other dates, and ages, in the ways that people write them."""

from __future__ import annotations

import datetime
import random

_MONTHS_TEXT = (
    "January February March April May June July August September October November December"
)
_WELSH_TEXT = (
    "Ionawr Chwefror Mawrth Ebrill Mai Mehefin Gorffennaf Awst Medi Hydref Tachwedd Rhagfyr"
)
_MONTHS, _WELSH = _MONTHS_TEXT.split(), _WELSH_TEXT.split()


def birth(rng: random.Random, child: bool = False) -> datetime.date:
    """A day somebody may have been born."""
    years = (2008, 2023) if child else (1931, 2004)
    return datetime.date(rng.randrange(*years), rng.randrange(1, 13), rng.randrange(1, 29))


def recent(rng: random.Random) -> datetime.date:
    """A day of the last years."""
    return datetime.date(rng.randrange(2021, 2027), rng.randrange(1, 13), rng.randrange(1, 29))


def written(day: datetime.date, rng: random.Random, language: str = "en") -> str:
    """The day as somebody would write it."""
    month = (_WELSH if language == "cy" else _MONTHS)[day.month - 1]
    roll = rng.random()
    if roll < 0.4:
        return f"{day.day} {month} {day.year}"
    if roll < 0.62:
        return f"{day.day:02}/{day.month:02}/{day.year}"
    if roll < 0.7:
        return f"{day.day:02}/{day.month:02}/{day.year % 100:02}"
    if roll < 0.78:
        return f"{day.day:02}.{day.month:02}.{day.year}"
    if roll < 0.88 and language != "cy":
        return f"{day.day}{_ordinal(day.day)} {month} {day.year}"
    if roll < 0.94 and language != "cy":
        return f"{day.day:02}-{month[:3]}-{day.year}"
    return day.isoformat()


def _ordinal(day: int) -> str:
    return {1: "st", 2: "nd", 3: "rd"}.get(day % 10 if day // 10 != 1 else 0, "th")
