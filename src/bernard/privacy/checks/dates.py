"""Dates and ages."""

from __future__ import annotations

import re

from bernard.privacy.checks.numbers import digits

_NUMERIC = re.compile(r"(\d{1,4})[^\d]+(\d{1,2})[^\d]+(\d{1,4})")


def calendar_date(text: str) -> bool:
    """A day that a calendar may hold, whichever way round it is written.

    >>> calendar_date("31/12/1970"), calendar_date("1970-12-31"), calendar_date("45/67/1970")
    (True, True, False)
    """
    match = _NUMERIC.fullmatch(text)
    if not match:
        return True
    first, second, third = map(int, match.groups())
    day, month = (third, second) if first > 31 else (first, second)
    return (1 <= day <= 31 and 1 <= month <= 12) or (1 <= month <= 31 and 1 <= day <= 12)


def age_of_a_person(text: str) -> bool:
    """No more years than people live.

    >>> age_of_a_person("aged 34"), age_of_a_person("aged 340")
    (True, False)
    """
    number = digits(text)
    return not number or int(number) <= 120
