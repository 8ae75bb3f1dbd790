"""The pages of figures: a page for each section, and the numbers that the home page leads with."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from bernard.register.figures import SECTIONS, Period
from bernard.register.figures.adding import ALL
from bernard.register.site.wording import cell
from bernard.register.types import Page, Table

INDEX = "figures/index.html"
# This section has a page of its own making, with what an audit of the log found.
COMPLETENESS = "completeness"


class _Words(NamedTuple):
    """What a section is about, in a line and in a paragraph, and what stands in place of no rows."""

    about: str
    lead: str
    empty: str


_WORDS: Mapping[str, _Words] = {
    "disclosures": _Words(
        "How much was sent to models, by day, service, purpose, kind of data, supplier and place.",
        "A disclosure is a call to a model with which text left the body’s own machines. Calls to "
        "models that run on those machines are counted too, and told apart.",
        "Too few to show in this period, or none.",
    ),
    "refusals": _Words(
        "What the gateway did not send, and what stood against it.",
        "The gateway refuses whatever no agreement allows. Then nothing is sent.",
        "Too few calls were refused in this period to show, or none.",
    ),
    "review": _Words(
        "How people decided on what models proposed, and how often they overturned it.",
        "What affects somebody is a draft until a person has looked at it. These figures say what "
        "those people decided.",
        "Too few decisions by people were recorded in this period to show, or none.",
    ),
    "energy-and-cost": _Words(
        "What calls used and cost, by model and by month.",
        "Energy and carbon are estimated from the model and the length of the text. Cost follows "
        "the price list that the body gives the gateway.",
        "Too few to show in this period, or none.",
    ),
    "evaluations": _Words(
        "How well models and tools did on data kept for testing.",
        "Each score is from a run on data that nothing was tuned on. Read it with the number of "
        "samples beside it.",
        "No evaluation was logged in this period.",
    ),
}


class Headline(msgspec.Struct, frozen=True):
    """A number on the home page, with the page that it is from."""

    label: str
    value: str
    path: str
    more: str


class _Lead(NamedTuple):
    """Where a headline is found, what it is called, and the section to read on in."""

    table: str
    column: str
    label: str
    section: str


# In the words of the rule: a figure that is missing is small, or nothing.
_FEW = "Few or none"
_HEADLINES = (
    _Lead("disclosures-by-month", "calls", "Calls to models", "disclosures"),
    _Lead("disclosures-by-month", "disclosures", "Calls that sent text out", "disclosures"),
    _Lead("disclosures-by-month", "taken_out", "Pieces of personal data taken out", "disclosures"),
    _Lead("disclosures-by-month", "refused", "Calls refused", "refusals"),
    _Lead("energy-and-cost-by-month", "energy_wh", "Energy, by estimate", "energy-and-cost"),
)


def pages(sections: Mapping[str, Sequence[Table]]) -> Iterator[Page]:
    """A page for each section of figures, and the page that lists them."""
    shown = {name: tables for name, tables in sections.items() if name in _WORDS}
    parts = [
        {"path": path(name), "title": SECTIONS[name], "about": _WORDS[name].about} for name in shown
    ]
    yield Page(INDEX, "Figures", "figures_home.html", "figures", {"parts": parts})
    for name, tables in shown.items():
        words = _WORDS[name]
        # Where there is nothing at all, one sentence says so better than a row of empty tables.
        nothing = not any(table.rows for table in tables)
        data = {"lead": words.lead, "empty": words.empty, "nothing": nothing}
        yield Page(path(name), SECTIONS[name], "figures.html", "figures", data, tuple(tables))


def path(section: str) -> str:
    """Where the page of a section is."""
    return f"{section}/index.html"


def headlines(tables: Iterable[Table]) -> list[Headline]:
    """The numbers that the home page leads with; none where there was no call."""
    by_id = {table.id: table for table in tables}
    found = []
    for lead in _HEADLINES:
        value = _total(by_id.get(lead.table), lead.column)
        if value:
            found.append(Headline(lead.label, value, path(lead.section), SECTIONS[lead.section]))
    return found


def _total(table: Table | None, column: str) -> str:
    """The cell of the row of totals; empty where there is none."""
    if table is None:
        return ""
    names = [one.name for one in table.columns]
    row = next((row for row in table.rows if row[0] == ALL), None)
    if row is None or column not in names:
        return ""
    at = names.index(column)
    shown = table.columns[at]
    if row[at] is None:
        return _FEW
    value = row[at]
    # Nobody needs a thousandth of what there are hundreds of.
    whole = round(value) if isinstance(value, float) and value >= 100 else value
    return f"{cell(whole, shown)} {shown.unit}".strip()


def days(
    period: Period, first: datetime.date, last: datetime.date
) -> tuple[datetime.date, datetime.date]:
    """The days of a log, from the first to the last, that are in the period.

    >>> days(Period("2026-11"), datetime.date(2026, 3, 9), datetime.date(2026, 11, 22))
    (datetime.date(2026, 11, 1), datetime.date(2026, 11, 22))
    >>> days(Period("2025-01", "2025-01"), datetime.date(2026, 3, 9), datetime.date(2026, 11, 22))
    (datetime.date(2025, 1, 1), datetime.date(2025, 1, 31))
    """
    opens, closes = first, last
    if period.first:
        opens = datetime.date.fromisoformat(f"{period.first}-01")
    if period.last:
        month = datetime.date.fromisoformat(f"{period.last}-01")
        closes = (month + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)
    # A period in which there was no log yet, or is none any more, is told as it was asked for.
    both = max(first, opens), min(last, closes)
    if both[0] <= both[1]:
        return both
    return opens if period.first else closes, closes if period.last else opens
