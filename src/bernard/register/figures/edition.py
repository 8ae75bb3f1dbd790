"""The tables of one edition of the register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from bernard.register.figures import disclosures
from bernard.register.figures.adding import Edition
from bernard.register.figures.period import Period
from bernard.register.figures.reading import Fields, read
from bernard.register.figures.steps import publish
from bernard.register.holding_back import Rule
from bernard.register.types import Table

# The parts of the register that tables belong to, with the beginnings of their tables' ids.
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
    entries: Iterable[tuple[int, Fields]],
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
    command = f"bernard register figures {{}} --log {log} --size {events.size}{period.options}"
    if rule != Rule():
        command += f" --smallest {rule.smallest}"
    edition = Edition(rule, period, checkpoint, command)
    calls = publish(events, events.calls, rule, events.outcomes).within(period)
    refusals = publish(events, events.refusals, rule).within(period)
    taken = publish(events, events.taken, rule).within(period)
    return [*disclosures.tables(edition, calls, refusals, taken)]


def sectioned(tables: Iterable[Table]) -> dict[str, list[Table]]:
    """The tables of each section, in their order."""
    found: dict[str, list[Table]] = {section: [] for section in SECTIONS}
    for table in tables:
        section = next(s for s in SECTIONS if table.id == s or table.id.startswith(f"{s}-by-"))
        found[section].append(table)
    return found
