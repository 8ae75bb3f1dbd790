"""Numbers, money, lengths of time, clock times and dates that a text states, in figures or words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Bound = Literal["", "at least", "more than", "at most", "less than"]
Side = Literal["", "before", "after"]

_SMALL = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
_SCALES = {"hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "dozen": 12.0}
_SHORT_SCALES = {"k": 1e3, "m": 1e6, "bn": 1e9, "million": 1e6, "billion": 1e9, "thousand": 1e3}
_HOURS = {"hour": 1.0, "day": 24.0, "week": 168.0, "minute": 1 / 60}
_MONTHS = {"month": 1.0, "year": 12.0}
_PLAIN_UNITS = [
    "mile",
    "kilometre",
    "km",
    "metre",
    "kilogram",
    "kg",
    "gram",
    "tonne",
    "litre",
    "acre",
    "hectare",
    "page",
    "word",
    "people",
    "person",
    "child",
    "hour",
    "point",
    "pence",
    "year-old",
]
MONTH_NAMES = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]

NUMBER_WORDS = (*_SMALL, *_TENS, *_SCALES)
_WORD_NUMBER = "|".join(NUMBER_WORDS)
_FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_KINDS = r"working|calendar|business|consecutive|clear|full|whole|school|qualifying"
_UNITS = "|".join([*_HOURS, *_MONTHS, *_PLAIN_UNITS, "pound"])
_BOUNDS_BEFORE: dict[str, Bound] = {
    "at least": "at least",
    "a minimum of": "at least",
    "minimum of": "at least",
    "no less than": "at least",
    "not less than": "at least",
    "no fewer than": "at least",
    "no earlier than": "at least",
    "more than": "more than",
    "over": "more than",
    "above": "more than",
    "exceeding": "more than",
    "exceeds": "more than",
    "longer than": "more than",
    "older than": "more than",
    "at most": "at most",
    "a maximum of": "at most",
    "maximum of": "at most",
    "up to": "at most",
    "no more than": "at most",
    "not more than": "at most",
    "no later than": "at most",
    "not later than": "at most",
    "no longer than": "at most",
    "within": "at most",
    "less than": "less than",
    "fewer than": "less than",
    "under": "less than",
    "below": "less than",
    "younger than": "less than",
}
_BOUNDS_AFTER: dict[str, Bound] = {
    "or more": "at least",
    "or over": "at least",
    "and over": "at least",
    "or above": "at least",
    "and above": "at least",
    "or older": "at least",
    "or longer": "at least",
    "or less": "at most",
    "or fewer": "at most",
    "or under": "at most",
    "or below": "at most",
    "and under": "at most",
    "or younger": "at most",
}


def _either(phrases: Iterable[str]) -> str:
    longest_first = sorted(phrases, key=len, reverse=True)
    return "|".join(phrase.replace(" ", r"\s+") for phrase in longest_first)


_QUANTITY = re.compile(
    rf"""
    (?:\b(?P<before>{_either(_BOUNDS_BEFORE)})\s+(?:the\s+age\s+of\s+)?)?
    (?P<money>[£$€]\s?)?
    (?P<number>(?<![\w.,])(?:{_FIGURE})(?![\d])
        |\b(?:a\s+(?=hundred|thousand|million|billion|dozen))?
         (?:{_WORD_NUMBER})(?:(?:\s+and\s+|[\s-]+)(?:{_WORD_NUMBER})){{0,6}}\b)
    (?:(?P<scale>k|m|bn)\b|\s+(?P<scale_word>million|billion|thousand)\b)?
    (?P<ordinal>st|nd|rd|th)?
    (?:
        \s?(?P<percent>%|per\s?cent\b|percent\b|percentage\s+points?\b)
        |\s?(?P<clock>[ap]\.?m\b)
        |(?P<pence>p\b)
        |[\s-]+(?:(?P<kind>{_KINDS})\s+)?(?P<unit>{_UNITS})(?:e?s)?(?:'|\u2019)?\b
    )?
    (?:\s+(?P<after>{_either(_BOUNDS_AFTER)})\b)?
    (?:\s+(?:of\s+)?(?P<side>before|after)\b)?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MONTH = "|".join(f"{m}|{m[:3]}" for m in MONTH_NAMES) + "|sept"
_DATE = re.compile(
    rf"""
    \b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})\b\.?,?(?:\s+(?P<year>\d{{4}})\b)?
    |\b(?P<month2>{_MONTH})\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*[-–]?\s*\d)(?:,?\s+(?P<year2>\d{{4}})\b)?
    |\b(?P<month3>{_MONTH})\s+(?P<year3>\d{{4}})\b
    |\b(?P<year4>\d{{4}})-(?P<month4>\d\d)-(?P<day4>\d\d)\b
    |\b(?P<day5>\d{{1,2}})/(?P<month5>\d{{1,2}})/(?P<year5>\d{{4}}|\d\d)\b
    |(?<![£$€\d.,])\b(?P<year6>(?:19|20)\d\d)\b(?!\s*(?:%|per\s?cent|pounds|[a-z]*\s*(?:{_UNITS})s?\b))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_RANGE = re.compile(
    rf"([£$€]?)((?:{_FIGURE})|\b(?:{_WORD_NUMBER}))\s*(?:-|\u2013|\bto\b|\band\b)\s*(?=[£$€]?\d|(?:{_WORD_NUMBER})\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Quantity:
    """A number with what it counts.

    Attributes:
        value: in the unit's base: hours for hours to weeks, months for months and years.
        unit: `hours`, `months`, `%`, `£`, `clock` (minutes of the day), another noun, or empty.
        kind: `working` and the like, where days are of a kind.
        said: the words of the text.
    """

    value: float
    unit: str
    kind: str
    bound: Bound
    side: Side
    said: str


@dataclass(frozen=True)
class Date:
    """A date as far as the text gives it; 0 for a part it leaves out."""

    day: int
    month: int
    year: int
    said: str

    def agrees(self, other: Date) -> bool:
        """Whether every part that both give is the same, and they share one."""
        pairs = ((self.day, other.day), (self.month, other.month), (self.year, other.year))
        shared = [(a, b) for a, b in pairs if a and b]
        return bool(shared) and all(a == b for a, b in shared)


def dates(text: str) -> list[Date]:
    """The dates of a text, numbers read day first as in the UK."""
    return [_date(m) for m in _DATE.finditer(text)]


def quantities(text: str) -> list[Quantity]:
    """The numbers of a text that are not part of a date or a code such as SA100.

    >>> [(q.value, q.unit, q.bound) for q in quantities("at least 2 weeks, or £1.5m")]
    [(336.0, 'hours', 'at least'), (1500000.0, '£', '')]
    """
    text = _DATE.sub(lambda m: " " * len(m.group()), text)
    found = [(m, _quantity(m)) for m in _QUANTITY.finditer(text)]
    kept = [(m, q) for m, q in found if _counts(q)]
    return _share_units(text, kept)


def _counts(quantity: Quantity) -> bool:
    """Whether this is a number; a lone `one` is mostly a pronoun."""
    return bool(quantity.unit) or quantity.said.casefold().strip() not in {"one", "hundred"}


def _share_units(text: str, found: list[tuple[re.Match[str], Quantity]]) -> list[Quantity]:
    """In `5 to 10 days` the first number counts days as well."""
    shared: list[Quantity] = []
    for i, (match, quantity) in enumerate(found):
        follows = found[i + 1] if i + 1 < len(found) else None
        if not quantity.unit and follows and _RANGE.match(text, match.start("number")):
            between = text[match.end() : follows[0].start()]
            if len(between) <= 6:
                last = follows[1]
                scale = last.value / (_number(follows[0]) or 1)
                quantity = Quantity(
                    quantity.value * scale, last.unit, last.kind, "", "", quantity.said
                )
        shared.append(quantity)
    return shared


def _quantity(match: re.Match[str]) -> Quantity:
    value = _number(match)
    unit, kind = (match["unit"] or "").casefold(), (match["kind"] or "").casefold()
    if match["clock"]:
        value, unit = _clock(value, match["clock"]), "clock"
    elif match["percent"]:
        unit = "%"
    elif match["pence"]:
        value, unit = value / 100, "£"
    elif match["money"] or unit == "pound":
        unit = (match["money"] or "£").strip()
    elif unit in _HOURS:
        value, unit = value * _HOURS[unit], "hours"
    elif unit in _MONTHS:
        value, unit = value * _MONTHS[unit], "months"
    before, after = (_lower(match[name]) for name in ("before", "after"))
    bound = _BOUNDS_BEFORE.get(before) or _BOUNDS_AFTER.get(after) or ""
    side: Side = "before" if _lower(match["side"]) == "before" else "after" if match["side"] else ""
    return Quantity(round(value, 6), unit, kind, bound, side, " ".join(match.group().split()))


def _lower(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


def _clock(value: float, half: str) -> float:
    hours, minutes = divmod(round(value * 100), 100)
    return (hours % 12 + (12 if half[0] in "pP" else 0)) * 60 + minutes


def _number(match: re.Match[str]) -> float:
    text = match["number"].casefold().replace(",", "")
    value = float(text) if text[0].isdigit() else _from_words(re.split(r"[\s-]+", text))
    scale = match["scale"] or match["scale_word"]
    return value * (_SHORT_SCALES[scale.casefold()] if scale else 1)


def _from_words(words: list[str]) -> float:
    total, part = 0.0, 0.0
    for word in words:
        if word in _SCALES:
            part = (part or 1) * _SCALES[word]
            if _SCALES[word] >= 1000:
                total, part = total + part, 0.0
        else:
            part += _SMALL.get(word, 0) + _TENS.get(word, 0)
    return total + part


def _date(match: re.Match[str]) -> Date:
    groups = match.groupdict()

    def part(name: str) -> str:
        return next((v for k, v in groups.items() if k.startswith(name) and v), "")

    month = part("month").casefold()
    number = (
        int(month)
        if month.isdigit()
        else next((i for i, m in enumerate(MONTH_NAMES, 1) if month and m[:3] == month[:3]), 0)
    )
    year = int(part("year") or 0)
    return Date(
        int(part("day") or 0), number, year + 2000 if 0 < year < 100 else year, match.group()
    )
