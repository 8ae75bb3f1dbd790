"""Numbers and dates as suppliers' files write them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from decimal import Decimal

from bernard.ledger.reconcile.types import Order

_SPACES = str.maketrans("", "", "    '’_")
_POINT = re.compile(r"\d+(\.\d+)?|\d{1,3}(,\d{3})+(\.\d+)?")
_COMMA = re.compile(r"\d+(,\d+)?|\d{1,3}(\.\d{3})+(,\d+)?")
_SLASHED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})\b(?:[,\s]+(.*))?")
_EPOCH = re.compile(r"(\d{10})(?:\.0+)?|(\d{13})(?:\.0+)?")
_NAMED = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%d-%b-%Y", "%Y/%m/%d")
_UNIT = re.compile(r"(\d[\d.,]*)?\s*([km]|thousand|million)?\s*[a-z/ ]*", re.IGNORECASE)
_TIMES = {"": 1, "k": 1000, "thousand": 1000, "m": 1_000_000, "million": 1_000_000}
# No supplier counts more of anything in a day; beyond it a database's integers break.
_MOST = 10**15


class Unclear(ValueError):
    """A cell that cannot be read; says why."""


def whole(text: str, times: int = 1, *, comma: bool = False) -> int:
    """A count, such as `1,234`, `1 234`, `10.0`; of units of so many, such as `1.5` of a thousand.

    >>> whole("1,234"), whole("1.234", comma=True), whole("12.0"), whole("1.5", 1000)
    (1234, 1234, 12, 1500)

    Args:
        comma: the file's decimal mark is a comma, where that makes a difference.

    Raises:
        Unclear: it is no count.
    """
    plain = text.strip().translate(_SPACES)
    found = {}
    if _POINT.fullmatch(plain):
        found[False] = Decimal(plain.replace(",", "")) * times
    if _COMMA.fullmatch(plain):
        found[True] = Decimal(plain.replace(".", "").replace(",", ".")) * times
    # A count is whole, but a quantity of a thousand may be rounded.
    fitting = {mark: n for mark, n in found.items() if times > 1 or n == n.to_integral_value()}
    if not fitting:
        raise Unclear(_no_count(plain, text))
    value = fitting.get(comma, next(iter(fitting.values())))
    if value > _MOST:
        raise Unclear(f"{text!r:.40} is more than anybody counts in a day")
    return int(value.to_integral_value())


def _no_count(plain: str, text: str) -> str:
    if re.fullmatch(r"[\d.,]+e[+-]?\d+", plain, re.IGNORECASE):
        return f"{text!r:.40} was shortened by a spreadsheet; export the file again"
    if plain.startswith(("-", "(", "−")):
        return f"{text!r:.40} is below zero"
    return f"{text!r:.40} is not a count"


def unit(text: str) -> int:
    """How many a unit stands for: `1K` for a thousand, `count` for one.

    >>> unit("1K"), unit("1M"), unit("count"), unit("1000 tokens"), unit("")
    (1000, 1000000, 1, 1000, 1)
    """
    found = _UNIT.fullmatch(text.strip())
    if not found:
        raise Unclear(f"{text!r:.40} is not a unit that is known")
    return (whole(found[1]) if found[1] else 1) * _TIMES[(found[2] or "").lower()]


class Moment:
    """A time or a day in a file.

    Attributes:
        day: in the zone of the supplier's days.
        at: the time, None where only the day is told.
    """

    __slots__ = ("at", "day")

    def __init__(self, day: datetime.date, at: datetime.datetime | None = None) -> None:
        self.day = day
        self.at = at


def moment(text: str, zone: datetime.tzinfo, order: Order | None) -> Moment:
    """A day or time: ISO 8601, seconds since 1970, `22/11/2026`, `22 November 2026`.

    Args:
        zone: that the supplier's days are in; a time that names no other is in it.
        order: of day and month, where the digits do not tell.

    Raises:
        Unclear: it is no day.
    """
    text = text.strip()
    if found := _EPOCH.fullmatch(text):
        seconds = int(found[1]) if found[1] else int(found[2]) // 1000
        return _at(datetime.datetime.fromtimestamp(seconds, datetime.UTC), zone)
    if found := _SLASHED.fullmatch(text):
        return _slashed(text, found, order)
    iso = text.removesuffix(" UTC")
    try:
        if re.fullmatch(r"\d{4}-?\d\d-?\d\d", iso):
            return Moment(datetime.date.fromisoformat(iso))
        at = datetime.datetime.fromisoformat(iso)
        return _at(at if iso == text else at.replace(tzinfo=datetime.UTC), zone)
    except ValueError:
        pass
    for form in _NAMED:
        try:
            return Moment(datetime.datetime.strptime(text, form).date())
        except ValueError:
            continue
    raise Unclear(f"{text!r:.40} is not a day")


def _at(at: datetime.datetime, zone: datetime.tzinfo) -> Moment:
    local = at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)
    return Moment(local.date(), local)


def _slashed(text: str, found: re.Match[str], order: Order | None) -> Moment:
    one, other, year = int(found[1]), int(found[3]), int(found[4])
    order = _order(one, other, found[2]) or order
    if order is None:
        raise Unclear(f"{text!r:.40} may be two days; say --date-order")
    day, month = (one, other) if order == "dmy" else (other, one)
    try:
        return Moment(datetime.date(year, month, day))
    except ValueError:
        raise Unclear(f"{text!r:.40} is not a day") from None


def order_of(dates: Iterable[str]) -> tuple[Order | None, bool]:
    """The order of day and month in these dates, and whether any needs one that none shows."""
    seen: set[Order] = set()
    needs = False
    for text in dates:
        if found := _SLASHED.fullmatch(text.strip()):
            order = _order(int(found[1]), int(found[3]), found[2])
            needs |= order is None
            seen |= {order} if order else set()
    return (seen.pop() if len(seen) == 1 else None), needs


def _order(one: int, other: int, mark: str) -> Order | None:
    if one == other or mark == "." or one > 12:
        return "dmy"
    return "mdy" if other > 12 else None
