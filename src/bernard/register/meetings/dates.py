"""When it was, from the many ways in which departments write it, with how exactly they say."""

from __future__ import annotations

import calendar
import datetime
import re
from functools import lru_cache

from bernard.register.meetings.months import MONTH, month_number
from bernard.register.meetings.types import Period

FIRST_YEAR, LAST_YEAR = 1990, 2100
_SERIALS = range(30_000, 80_000)
_EPOCH = datetime.date(1899, 12, 30)
_ORDINAL = re.compile(r"\b(\d{1,2})\s?(?:st|nd|rd|th)\b")
_WEEKDAY = re.compile(
    r"\b(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|nesday|urday|sday|rsday)?\b"
)
_TIME = re.compile(r"(?:[t ]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:z|am|pm)?)$")
_ABOUT = re.compile(r"^(?:early|mid|late|end|end of|c|circa|during|in)\b[ -]*")
_WEEK = re.compile(r"^(?:w ?/? ?[cb]|wk ?/? ?c|week (?:commencing|beginning|starting|of))\b[ :.-]*")
_JOIN = r"(?: ?(?:-|to|until|till|and|&|/) ?| )"
_YEAR = r"'?(\d{4}|\d{2})"
_ISO = re.compile(r"^(\d{4})([-/.]?)(\d{1,2})\2(\d{2}|(?<=\D)\d)$")
_NUMBERS = re.compile(r"^(\d{1,2}) ?[-/. ] ?(\d{1,2}) ?[-/. ] ?(\d{4}|\d{2})$")
_DAY_MONTH = re.compile(rf"^(\d{{1,2}}) ?(?:of )?[-/. ]? ?{MONTH}(?: ?[-/. ,]? ?{_YEAR})?$")
_MONTH_DAY_YEAR = re.compile(rf"^{MONTH} ?[-/ ]? ?(\d{{1,2}}) ?[-/, ] ?(\d{{4}})$")
_MONTH_YEAR = re.compile(rf"^{MONTH} ?[-/. ,]? ?{_YEAR}$")
_YEAR_MONTH = re.compile(rf"^(\d{{4}}) ?[-/. ,]? ?{MONTH}$")
_NUMBER_MONTH = re.compile(r"^(?:(\d{1,2})[-/](\d{4})|(\d{4})[-/](\d{1,2}))$")
_MONTH = re.compile(rf"^{MONTH}$")
_DAYS_MONTH = re.compile(
    rf"^(\d{{1,2}})((?:{_JOIN}\d{{1,2}})+) ?(?:of )?[-/. ]? ?{MONTH}(?: ?[-/. ,]? ?{_YEAR})?$"
)
_DAYS_NUMBERS = re.compile(r"^(\d{1,2}) ?- ?(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})$")
_SPLIT = re.compile(
    r" - | to | until | till | and | & |(?<=\d{4}) ?- ?(?=\d)|(?<=[a-z]) ?- ?(?=[a-z\d])|(?<=[a-z])/(?=[a-z])"
)
_QUARTER = re.compile(r"^q(?:uarter)? ?([1-4]) ?[,:]? ?(\d{4}) ?[-/] ?(\d{2}|\d{4})$")
_WHOLE = frozenset(
    {"various", "various dates", "ongoing", "multiple", "multiple dates", "throughout"}
)


def read_date(cell: object, release: Period | None) -> Period | None:
    """When the cell says it was; None where that cannot be told.

    Args:
        cell: text, a number of days since 1899 as spreadsheets count, or a date.
        release: the months of the release, which give the year where the cell has none.

    Example:
        >>> read_date("8-12 July", Period("2024-07-01", "2024-09-30", "quarter"))
        Period(start='2024-07-08', end='2024-07-12', precision='days')
    """
    if isinstance(cell, datetime.datetime):
        return _day(cell.date())
    if isinstance(cell, datetime.date):
        return _day(cell)
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return _serial(cell)
    return _read_text(cell.strip(), release) if isinstance(cell, str) else None


@lru_cache(maxsize=20_000)
def _read_text(text: str, release: Period | None) -> Period | None:
    if len(text) > 100:
        return None
    plain = _plain(text)
    if (plain.isdigit() and len(plain) == 5) or re.fullmatch(r"\d{5}\.\d+", plain):
        return _serial(float(plain))
    if plain in _WHOLE:
        return Period(release.start, release.end, release.precision) if release else None
    if found := _WEEK.match(plain):
        return _week(_one(plain[found.end() :], release))
    return _one(plain, release) or _several(plain, release)


def _plain(text: str) -> str:
    text = text.lower().translate(
        {0x2013: "-", 0x2014: "-", 0x2012: "-", 0x2011: "-", 0x2212: "-", 0x2019: "'", 0xA0: " "}
    )
    text = _ORDINAL.sub(r"\1", text)
    text = _WEEKDAY.sub(" ", text) if re.search(r"\d", text) else text
    text = " ".join(text.replace(",", " ").split()).strip(" .*;:")
    return _TIME.sub("", text).strip(" .*;:")


def _one(text: str, release: Period | None) -> Period | None:
    """A single day or a single month."""
    if found := _ISO.match(text):
        return _made(int(found[1]), int(found[3]), int(found[4]))
    if found := _NUMBERS.match(text):
        return _numbers(int(found[1]), int(found[2]), _year(found[3]))
    if found := _DAY_MONTH.match(text):
        return _day_month(found, release)
    if found := _MONTH_DAY_YEAR.match(text):
        return _made(int(found[3]), month_number(found[1]), int(found[2]))
    if found := _MONTH_YEAR.match(text):
        return _month_year(found[1], found[2], release)
    if found := _YEAR_MONTH.match(text):
        return _month(int(found[1]), month_number(found[2]))
    if found := _NUMBER_MONTH.match(text):
        return _month(int(found[2] or found[3]), int(found[1] or found[4]))
    bare = _ABOUT.sub("", text)
    if found := _MONTH.match(bare):
        month = month_number(found[1])
        return _month(_year_in(release, month), month) if release else None
    if bare != text:
        return _one(bare, release)
    if found := _QUARTER.match(text):
        return _financial_quarter(int(found[1]), int(found[2]))
    return None


def _several(text: str, release: Period | None) -> Period | None:
    """Days or months from one to another."""
    if found := _DAYS_MONTH.match(text):
        days = [int(found[1]), *map(int, re.findall(r"\d{1,2}", found[2]))]
        month = month_number(found[3])
        year = _year(found[4]) if found[4] else _year_in(release, month) if release else 0
        return _between(_made(year, month, days[0]), _made(year, month, days[-1]))
    if found := _DAYS_NUMBERS.match(text):
        year, month = _year(found[4]), int(found[3])
        return _between(_made(year, month, int(found[1])), _made(year, month, int(found[2])))
    for found in _SPLIT.finditer(text):
        left, right = text[: found.start()].strip(), text[found.end() :].strip()
        last = _one(right, release)
        if last and (first := _one(f"{left} {last.end[:4]}", None) or _one(left, release)):
            return _between(_before(first, last, left), last)
    return None


def _before(first: Period, last: Period, left: str) -> Period:
    """The first of two, in the year before the last's where it would else come after it."""
    if first.start > last.start and not re.search(r"\d{4}", left):
        earlier = _one(f"{left} {int(last.end[:4]) - 1}", None)
        if earlier and earlier.start[5:7] > last.start[5:7]:
            return earlier
    return first


def _day_month(found: re.Match[str], release: Period | None) -> Period | None:
    day, month = int(found[1]), month_number(found[2])
    if found[3]:
        return _made(_year(found[3]), month, day)
    return _made(_year_in(release, month), month, day) if release else None


def _month_year(name: str, digits: str, release: Period | None) -> Period | None:
    """`Oct-12` is a month of 2012, unless the release is of another year: then it is a day."""
    month, year = month_number(name), _year(digits)
    if len(digits) == 2 and release and release.start[:4] != str(year) != release.end[:4]:
        day = _made(_year_in(release, month), month, int(digits))
        if day and release.start <= day.start <= release.end:
            return day
    return _month(year, month)


def _numbers(first: int, second: int, year: int) -> Period | None:
    """Day and month as the British write them; the other way round only where no month is 13."""
    return _made(year, second, first) or _made(year, first, second)


def month_first(text: str) -> bool:
    """Whether a date in figures can only be read with its month first, as Americans write it."""
    found = _NUMBERS.match(_plain(text))
    return bool(found) and int(found[2]) > 12 >= int(found[1]) if found else False


def _serial(number: float) -> Period | None:
    if not _SERIALS.start <= number < _SERIALS.stop:
        return None
    return _day(_EPOCH + datetime.timedelta(days=int(number)))


def _year(digits: str) -> int:
    return 2000 + int(digits) if len(digits) == 2 else int(digits)


def _year_in(release: Period | None, month: int) -> int:
    """The year that puts the month into the release, or nearest to its middle."""
    if release is None:
        return 0
    start, end = (datetime.date.fromisoformat(day) for day in (release.start, release.end))
    middle = start + (end - start) / 2
    years = range(start.year - 1, end.year + 2)
    return min(years, key=lambda year: abs((datetime.date(year, month or 1, 15) - middle).days))


def _made(year: int, month: int, day: int) -> Period | None:
    try:
        found = datetime.date(year, month, day)
    except ValueError:
        return None
    return _day(found) if FIRST_YEAR <= year <= LAST_YEAR else None


def _day(day: datetime.date) -> Period | None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    return Period(day.isoformat(), day.isoformat(), "day")


def _month(year: int, month: int) -> Period | None:
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        return None
    last = calendar.monthrange(year, month)[1]
    return Period(f"{year}-{month:02d}-01", f"{year}-{month:02d}-{last:02d}", "month")


def _week(day: Period | None) -> Period | None:
    if day is None or day.precision != "day":
        return None
    end = datetime.date.fromisoformat(day.start) + datetime.timedelta(days=6)
    return Period(day.start, end.isoformat(), "week")


def _financial_quarter(number: int, year: int) -> Period | None:
    """`Q1 2024-25` is April to June 2024: the years of the government begin in April."""
    month = 3 * number + 1
    first = _month(year + month // 13, (month - 1) % 12 + 1)
    return months(first, _month(year + month // 13, (month + 1) % 12 + 1)) if first else None


def months(first: Period | None, last: Period | None) -> Period | None:
    """From one month to another."""
    if first is None or last is None or last.end < first.start:
        return None
    between = (
        12 * (int(last.end[:4]) - int(first.start[:4])) + int(last.end[5:7]) - int(first.start[5:7])
    )
    if between == 0:
        return Period(first.start, last.end, "month")
    return Period(first.start, last.end, "quarter" if between == 2 else "months")


def _between(first: Period | None, last: Period | None) -> Period | None:
    if first is None or last is None or last.end < first.start:
        return None
    if first == last:
        return first
    if first.precision == last.precision == "month":
        return months(first, last)
    return Period(first.start, last.end, "days")


def of_start_and_end(start: Period | None, end: Period | None) -> Period | None:
    """A journey from its two cells; the one that can be read where only one can."""
    if start and end:
        return _between(start, end)
    return start or end
