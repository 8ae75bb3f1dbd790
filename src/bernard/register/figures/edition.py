"""The tables of one edition of the register."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from bernard.register.figures import disclosures, energy, institutional, review
from bernard.register.figures import refusals as refused
from bernard.register.figures.adding import Edition
from bernard.register.figures.drawn import drawn
from bernard.register.figures.period import Period
from bernard.register.figures.reading import Events, Fields, Item, read
from bernard.register.figures.steps import publish
from bernard.register.holding_back import Rule
from bernard.register.types import Table

# The parts of the register that tables belong to, with their titles. A table's id begins with its section.
SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "disclosures": "What was shared",
        "refusals": "What was refused",
        "review": "What people decided",
        "energy-and-cost": "Energy and cost",
        "evaluations": "How well it works",
        "completeness": "Is anything missing",
    }
)


def figures(
    entries: Iterable[tuple[int, Item | Fields]],
    checkpoint: str,
    *,
    rule: Rule | None = None,
    period: Period | None = None,
    log: str = "LOG",
) -> list[Table]:
    """Every table of figures, from one pass over the log.

    Args:
        entries: each with its number, from the first entry up to the checkpoint's size.
        checkpoint: as it was signed; every table names it.
        rule: which numbers are held back.
        period: the months that the figures are of; all where it is None.
        log: the folder or address of the published log, for the command that computes them again.
    """
    rule, period = rule or Rule(), period or Period()
    events = read(entries)
    options = f"--log {shlex.quote(log)} --size {events.size}{period.options}"
    if rule != Rule():
        options += f" --smallest {rule.smallest}"
    edition = Edition(rule, period, checkpoint, options)
    return [drawn(table) for table in _tables(edition, events)]


def _tables(edition: Edition, events: Events) -> Iterator[Table]:
    rule, period = edition.rule, edition.period
    all_calls = publish(events, events.calls, rule)
    all_refusals = publish(events, events.refusals, rule)
    calls, refusals = all_calls.within(period), all_refusals.within(period)
    reviews, redactions = (
        publish(events, line, rule).within(period) for line in (events.reviews, events.redactions)
    )
    yield from disclosures.tables(edition, calls, refusals)
    yield from refused.tables(edition, refusals)
    yield from review.tables(edition, reviews, redactions)
    yield from energy.tables(edition, calls)
    yield from institutional.evaluations(edition, events)
    yield from institutional.completeness(edition, events, all_calls, all_refusals)


def sectioned(tables: Iterable[Table]) -> dict[str, list[Table]]:
    """The tables of each section, in their order."""
    found: dict[str, list[Table]] = {section: [] for section in SECTIONS}
    for table in tables:
        section = next(s for s in SECTIONS if table.id == s or table.id.startswith(f"{s}-by-"))
        found[section].append(table)
    return found
