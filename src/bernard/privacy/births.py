"""Dates of birth that nothing says are ones but the name that they stand straight behind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bernard.privacy.checks.dates import calendar_date
from bernard.privacy.types import Finding

_MONTH = r"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DATE = (
    r"(?P<date>\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d{2}|(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[./ -]{_MONTH}[./ -](?:19|20)?\d{{2}})(?![0-9A-Za-z])"
)
_BEHIND = re.compile(rf"(?:, ?| ?\(|\t| ?[|;] ?| )(?:d\.?o\.?b\.?:? |b\.? ?)?{_DATE}")
_YEAR = re.compile(r"(?:19|20)\d{2}|\d{2}$")
# Whoever signs or speaks is dated by the day of it.
_DATED = re.compile(
    r"(?:[Ss]igned|[Ff]rom|[Bb]y|[Ss]ent|[Ss]een|[Cc]hair|[Ss]incerely|[Ff]aithfully|[Rr]egards|[Aa]uthor|[Oo]fficer"
    r"|[Jj]udge|v\.?|[Dd]r|[Mm]eeting|[Cc]lerk)[:,.]?[ \n]{1,3}(?:[A-Z]\.? )?$"
)
# Nobody who has dealings of their own was born later; a child's date stands in brackets.
_LATEST = 2010
_WHY = "a date straight behind a person's name"


def births(text: str, found: Iterable[Finding]) -> Iterator[Finding]:
    """The dates of birth that stand straight behind the people found.

    Args:
        text: what they were found in.
        found: findings; those of a `PERSON` count.
    """
    for person in found:
        if person.kind != "PERSON":
            continue
        match = _BEHIND.match(text, person.end)
        if match and calendar_date(match["date"]) and _is_birth(text, person, match):
            yield Finding(*match.span("date"), "DATE-OF-BIRTH", 0.75, "combination", _WHY)


def _is_birth(text: str, person: Finding, match: re.Match[str]) -> bool:
    if _DATED.search(text, max(0, person.start - 30), person.start):
        return False
    if "(" in match.group():
        return True
    year = _YEAR.search(match["date"])
    if year is None:
        return False
    number = int(year.group())
    return number <= _LATEST if number > 99 else not 10 < number < 40
