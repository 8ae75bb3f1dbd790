"""Dates of birth moved: each by the same number of days, or to another day of the same band of ages."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

_ENGLISH_TEXT = (
    "january february march april may june july august september october november december"
)
_WELSH_TEXT = (
    "ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr"
)
_ENGLISH, _WELSH = _ENGLISH_TEXT.split(), _WELSH_TEXT.split()
_MONTHS = {
    name[:length]: (number, names)
    for names in (_WELSH, _ENGLISH)
    for number, name in enumerate(names, 1)
    for length in (3, 4, len(name))
}
_DATE = re.compile(
    r"(?P<day>\d{1,2})(?P<ordinal>st|nd|rd|th)?(?P<a>[ /.-]{1,2})(?P<month>\d{1,2}|[A-Za-z]{3,10})"
    r"(?P<b>,?[ /.-]{1,2})(?P<year>\d{4}|\d{2})"
    r"|(?P<year2>\d{4})(?P<c>[-/.])(?P<month2>\d{2})[-/.](?P<day2>\d{2})",
    re.IGNORECASE,
)
# Ages at which what the law says of a person changes, and then by tens.
_BANDS = (0, 5, 11, 13, 16, 18, 25, 35, 45, 55, 65, 75, 85)
_OLDEST_YEARS = 105


@dataclass(frozen=True)
class Written:
    """A date in the form in which it stands in a text."""

    date: datetime.date
    match: re.Match[str]

    def as_written(self, date: datetime.date) -> str:
        """Another date in the same form."""
        match, text = self.match, self.match.string
        if match["year2"]:
            new = date.strftime(f"%Y{match['c']}%m{match['c']}%d")
        else:
            day = (
                f"{date.day:02}"
                if match["day"][0] == "0" or len(match["day"]) == 2
                else str(date.day)
            )
            if match["month"].isalpha() and match["day"][0] != "0":
                day = str(date.day)
            year = str(date.year)[-len(match["year"]) :]
            ordinal = _ordinal(date.day) if match["ordinal"] else ""
            new = (
                day + ordinal + match["a"] + _month(match["month"], date.month) + match["b"] + year
            )
        return text[: match.start()] + new + text[match.end() :]


def read_date(text: str, today: datetime.date) -> Written | None:
    """The date that a text holds; None where it holds none that can be told."""
    match = _DATE.search(text)
    if match is None:
        return None
    day, month, year = (match[name] or match[f"{name}2"] for name in ("day", "month", "year"))
    number = int(month) if month.isdigit() else _MONTHS.get(month.casefold(), (0,))[0]
    years = int(year)
    if len(year) == 2:
        years += 2000 if years <= today.year % 100 else 1900
    try:
        return Written(datetime.date(years, number, int(day)), match)
    except ValueError:
        return None


def band(date: datetime.date, today: datetime.date) -> int:
    """The number of the band of ages of somebody born then."""
    age = today.year - date.year - ((today.month, today.day) < (date.month, date.day))
    return sum(age >= start for start in _BANDS)


def moved(
    date: datetime.date, days: int, today: datetime.date, *, keep_band: bool
) -> datetime.date:
    """The date some days away; nearer where it would leave its band of ages."""
    while days:
        for step in (days, -days):
            other = date + datetime.timedelta(days=step)
            if other <= today and (not keep_band or band(other, today) == band(date, today)):
                return other
        days //= 2
    return date - datetime.timedelta(days=1)


def other_ways(date: datetime.date) -> Iterator[str]:
    """The ways in which a model may write a date that it was given in another."""
    month = _ENGLISH[date.month - 1].capitalize()
    yield f"{date.day:02}/{date.month:02}/{date.year}"
    yield date.isoformat()
    yield f"{date.day} {month} {date.year}"
    yield f"{date.day}{_ordinal(date.day)} {month} {date.year}"
    yield f"{month} {date.day}, {date.year}"
    yield f"{date.day} {month[:3]} {date.year}"


def _month(like: str, number: int) -> str:
    """A month as another is written: in figures, in words, in Welsh, cut short."""
    if like.isdigit():
        return f"{number:02}" if len(like) == 2 else str(number)
    was, names = _MONTHS[like.casefold()]
    name = names[number - 1]
    if len(like) < len(names[was - 1]):
        name = name[: len(like)]
    return name.upper() if like.isupper() else name if like.islower() else name.capitalize()


def _ordinal(day: int) -> str:
    return {1: "st", 2: "nd", 3: "rd"}.get(day % 10 if day // 10 != 1 else 0, "th")
