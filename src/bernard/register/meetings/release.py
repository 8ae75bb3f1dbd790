"""Which department and which months a release is of, from the name of its file and its titles."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import msgspec

from bernard.register.meetings.dates import months, read_date
from bernard.register.meetings.months import month_number
from bernard.register.meetings.types import Period

_WORD = r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_YEAR = r"(?:\s*(20\d{2}|(?<=\s)\d{2}(?!\d)|(?<=[a-z])\d{2}(?!\d)))"
_RANGE = re.compile(
    rf"(?<![a-z]){_WORD}{_YEAR}?\s*(?:(?:to|and|until|&|-)\s*)?{_WORD}{_YEAR}(?!\d)"
)
# In `comeetingsaprjun2011` nothing stands before the months.
_GLUED = re.compile(rf"{_WORD}(?:to)?{_WORD}{_YEAR}(?!\d)")
_SINGLE = re.compile(rf"(?<![a-z]){_WORD}{_YEAR}(?!\d)")
_YEAR_FIRST = re.compile(
    rf"(?<!\d)(20\d{{2}})\s+(?:q[1-4]\s+)?{_WORD}(?:\s*(?:to|and|-)?\s*{_WORD})?(?![a-z])"
)
_APART = re.compile(rf"(?<![a-z]){_WORD}\s*(?:to|and|-)?\s*{_WORD}(?![a-z])")
_DAY = re.compile(rf"(?<![a-z\d])\d{{1,2}}(?:st|nd|rd|th)?\s+(?={_WORD})")
_NUMBERS = re.compile(r"(?<!\d)(20\d{2})\s(0[1-9]|1[0-2])(?!\s?\d)")
_FINANCIAL = re.compile(
    r"(?<![a-z])q(?:uarter)?\s*([1-4])\s+(20\d{2}\s*[-/ ]\s*(?:20)?\d{2})(?!\d)"
)
# A department that is in no list of ours, where a title begins with its name.
_TITLE = re.compile(
    r"\s*((?:Department (?:for|of)|Ministry of|Office (?:for|of)) [A-Z][\w ,&'’()-]*?)"
    r"\s*(?::|[-–—] |,? (?:ministers|ministerial|senior|special|quarterly|transparency|meetings|gifts|permanent)\b|$)"
)
_STEM = re.compile(r"\.(?:csv|tsv|txt|xlsx|xlsm|xlsb|xls|ods|zip)$", re.IGNORECASE)


class Department(msgspec.Struct, frozen=True):
    """A department: its name, and other names and letters it goes by.

    Attributes:
        short: counted only where they stand as words of their own.
        start: counted only where a file's name begins with them.
    """

    name: str
    also: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    start: tuple[str, ...] = ()


def release_of(texts: Iterable[str]) -> Period | None:
    """The months that the first of these texts to name any names.

    Example:
        >>> release_of(["dft-meetings-jan_mar_24.csv"])
        Period(start='2024-01-01', end='2024-03-31', precision='quarter')
    """
    for text in texts:
        if found := _months_in(_words(text)):
            return found
    return None


def _words(text: str) -> str:
    text = _STEM.sub("", text[:500]).lower().replace("%20", " ").replace("&", " and ")
    return " ".join(
        re.sub(r"[_–—‐/.,:;()\[\]'’‘]+", " ", text).replace("-", " - ").split()
    ).replace(" - ", "-")


def _months_in(text: str) -> Period | None:
    spaced = _DAY.sub("", " ".join(text.replace("-", " ").split()))
    if found := _RANGE.search(spaced):
        return _span(found[1], found[2] or "", found[3], found[4])
    if found := _YEAR_FIRST.search(spaced):
        return _span(found[2], "", found[3] or found[2], found[1])
    if found := _GLUED.search(spaced):
        return _span(found[1], "", found[2], found[3])
    if found := _FINANCIAL.search(text.replace("-", " - ").replace(" - ", "-")):
        return read_date(f"q{found[1]} {found[2].replace(' ', '-')}", None)
    if found := _SINGLE.search(spaced):
        return _span(found[1], "", found[1], found[2])
    years = set(re.findall(r"(?<!\d)20\d{2}(?!\d)", spaced))
    if len(years) == 1 and (found := _APART.search(spaced)):
        return _span(found[1], "", found[2], years.pop())
    if found := _NUMBERS.search(spaced):
        return read_date(f"{found[1]}-{found[2]}", None)
    return None


def _span(first: str, first_year: str, last: str, last_year: str) -> Period | None:
    start, end = month_number(first), month_number(last)
    year = _full(last_year)
    begun = _full(first_year) if first_year else year - (start > end)
    return months(read_date(f"{begun}-{start:02d}", None), read_date(f"{year}-{end:02d}", None))


def _full(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


def department_of(texts: Iterable[str]) -> str:
    """The department that the first of these texts to name exactly one names; else empty.

    Example:
        >>> department_of(["q1/dft_ministers_meetings.csv", "Meetings"])
        'Department for Transport'
    """
    texts = list(texts)
    for text in texts:
        if found := _department_in(" ".join(_words(text).replace("-", " ").split())):
            return found
    titles = filter(None, (_TITLE.match(text[:300]) for text in texts))
    return next((title[1].strip(" ,") for title in titles), "")


@lru_cache(maxsize=1_000)
def _department_in(text: str) -> str:
    best: dict[str, int] = {}
    for department in departments():
        for written in (department.name, *department.also):
            if re.search(rf"(?<![a-z]){re.escape(_words(written))}(?![a-z])", text):
                best[department.name] = max(best.get(department.name, 0), len(written))
    if best:
        return _longest(best)
    words = set(text.split())
    letters = [
        d.name for d in departments() if words & set(d.short) or text.startswith(d.start or ("\0",))
    ]
    return letters[0] if len(letters) == 1 else ""


def _longest(best: dict[str, int]) -> str:
    """`Foreign Office` may stand within a longer name; two names as long say nothing."""
    most = max(best.values())
    names = [name for name, length in best.items() if length == most]
    return names[0] if len(names) == 1 else ""


@lru_cache(maxsize=1)
def departments() -> tuple[Department, ...]:
    """All departments, from the data file."""
    text = Path(__file__).with_name("departments.json").read_bytes()
    return msgspec.json.decode(text, type=tuple[Department, ...])
