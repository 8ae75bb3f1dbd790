"""Tables of what was shared: by day, month, service, purpose, category, supplier, place, agreement."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from bernard.agreements.vocabulary import vocabulary
from bernard.register.figures.adding import (
    ALL,
    Edition,
    Key,
    Sums,
    add,
    add_months,
    amount,
    count,
    pieces,
)
from bernard.register.figures.reading import TAKEN, Kind, day_of
from bernard.register.figures.steps import Published
from bernard.register.types import Column, Table

_MEASURES = (
    count("calls", "Calls to models"),
    count("disclosures", "Calls whose text left this machine"),
    count("refused", "Calls refused"),
    amount("left_bytes", "Sent out", "bytes"),
    amount("prompt_tokens", "Tokens sent", "tokens"),
    amount("completion_tokens", "Tokens that came back", "tokens"),
    amount("taken_out", "Pieces of personal data taken out", ""),
)
_SUMMARY = "Calls to models, what left this machine with them, and calls that were refused"
_OVERLAP = (
    "A call is counted under each of its categories, so the rows add up to more than all calls."
)
_ESTIMATED = "Bytes, tokens and pieces are for as many calls as are shown, at the mean of calls of their kind."
_DAYS = (
    "What is left over where a step ends is under no day, so days may add up to less than months."
)
KINDS_SHOWN = "The last row adds up the kinds that are shown, so another table may say more."
NOT_STATED = "Not stated"


class _By(NamedTuple):
    """A table by one property of calls; `words` names the vocabulary that its words are from."""

    name: str
    title: str
    key: Key
    words: str = ""
    overlaps: bool = False


_BY = (
    _By("service", "Service", lambda kind: (kind.service,)),
    _By("purpose", "Purpose", lambda kind: (kind.purpose,), "purposes"),
    _By("category", "Category of data", lambda kind: kind.categories, "categories", True),
    _By("supplier", "Supplier", lambda kind: (kind.provider,)),
    _By("place", "Place", lambda kind: (kind.place,), "places"),
    _By("agreement", "Agreement", lambda kind: (kind.agreement,)),
)


def tables(edition: Edition, calls: Published, refusals: Published) -> Iterator[Table]:
    """Every table of this section."""
    yield _by_day(edition, calls, refusals)
    yield _by_month(edition, calls, refusals)
    for by in _BY:
        yield _table(edition, by, calls, refusals)
    yield _by_kind(edition, calls)


def label(words: str, word: str) -> str:
    """A word of a vocabulary as people read it, with the word itself.

    >>> label("places", "GB"), label("places", "unknown"), label("", "")
    ('United Kingdom (GB)', 'unknown', 'Not stated')
    """
    known = vocabulary(words).get(word) if words else None
    return f"{known.label} ({word})" if known else word or NOT_STATED


def _table(edition: Edition, by: _By, calls: Published, refusals: Published) -> Table:
    groups: dict[str, Sums] = {}
    sums = not by.overlaps
    add(groups, calls, _as_call, by.key, rest_as="calls" if sums else "")
    add(groups, refusals, _as_refusal, by.key, rest_as="refused" if sums else "")
    title = by.title.lower()
    return edition.table(
        f"disclosures-by-{by.name}",
        f"Disclosures by {title}",
        f"{_SUMMARY}, by {title}.",
        (Column(by.name, by.title), *(m.column for m in _MEASURES)),
        edition.rows(_MEASURES, groups, partial(label, by.words)),
        f"{_ESTIMATED} {_OVERLAP}" if by.overlaps else _ESTIMATED,
    )


def _as_call(kind: Kind) -> tuple[str, ...]:
    return ("calls", "disclosures") if kind.left else ("calls",)


def _as_refusal(kind: Kind) -> tuple[str, ...]:
    return ("refused",)


def _by_day(edition: Edition, calls: Published, refusals: Published) -> Table:
    groups: dict[str, Sums] = {}
    # From the first to the last day of which anything is shown: that a day is listed says nothing.
    found = sorted(day for days in (calls.days, refusals.days) for day, n in days.items() if n)
    for day in range(found[0], found[-1] + 1) if found else ():
        groups[day_of(day)] = {
            "calls": calls.days.get(day, 0),
            "refused": refusals.days.get(day, 0),
        }
    measures = (count("calls", "Calls to models"), count("refused", "Calls refused"))
    rows = [(day, *(m.of(sums, edition.rule) for m in measures)) for day, sums in groups.items()]
    return edition.table(
        "disclosures-by-day",
        "Disclosures by day",
        "Calls to models, and calls that were refused, on each day (UTC).",
        (Column("day", "Day", "date"), *(m.column for m in measures)),
        rows,
        _DAYS,
    )


def _by_month(edition: Edition, calls: Published, refusals: Published) -> Table:
    groups: dict[str, Sums] = {}
    add_months(groups, calls, "calls", _as_call)
    add_months(groups, refusals, "refused", _as_refusal)
    return edition.table(
        "disclosures-by-month",
        "Disclosures by month",
        f"{_SUMMARY}, in each month (UTC).",
        (Column("month", "Month"), *(m.column for m in _MEASURES)),
        edition.rows(_MEASURES, groups, by_size=False),
        _ESTIMATED,
    )


def _by_kind(edition: Edition, calls: Published) -> Table:
    found = pieces(calls, TAKEN, edition.rule)
    rows = sorted(found.items(), key=lambda row: (-row[1], row[0]))
    return edition.table(
        "disclosures-by-kind-taken-out",
        "Personal data taken out before sending",
        "Pieces of personal data that were replaced in texts before they were sent, by kind.",
        (Column("kind", "Kind"), Column("pieces", "Pieces taken out", "count")),
        [*rows, (ALL, sum(found.values()))] if rows else [],
        f"{_ESTIMATED} {KINDS_SHOWN}",
    )
