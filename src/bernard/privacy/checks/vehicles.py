"""Vehicle registrations and chassis numbers."""

from __future__ import annotations

import re

from bernard.privacy.checks.numbers import compact


def current_registration(text: str) -> bool:
    """A registration since 2001: an age identifier and letters that are in use.

    Source: DVLA INF104, Vehicle registration numbers and number plates.

    >>> current_registration("AB12 CDE"), current_registration("AB99 CDE")
    (True, False)
    """
    mark = compact(text)
    age = int(mark[2:4])
    if not (2 <= age <= 29 or 51 <= age <= 79):
        return False
    return not set(mark[:2]) & set("IQZ") and not set(mark[4:]) & set("IQ")


def registration(text: str) -> bool:
    """An older or Northern Irish mark, and not a road or a word and a number.

    >>> registration("FEZ 1234"), registration("did 30"), registration("M25"), registration("ab12 cde")
    (True, False, False, True)
    """
    if _ROAD.fullmatch(text) or text[:2].lower() + text[2:3] in _WORDS:
        return False
    return text == text.upper() or " " not in text or text[-1].isalpha()


_WORDS = frozenset({"at ", "in ", "on ", "to ", "of ", "or ", "by ", "is ", "no ", "up "})
_ROAD = re.compile(r"[ABM] ?\d{1,4}")


def chassis_number(text: str) -> bool:
    """Seventeen characters with both figures and letters.

    Source: ISO 3779.

    >>> chassis_number("WVWZZZ1JZXW000001"), chassis_number("ABCDEFGHJKLMNPRST")
    (True, False)
    """
    return sum(c.isdigit() for c in text) >= 4 and any(c.isalpha() for c in text)
