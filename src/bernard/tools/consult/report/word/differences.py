"""Differences between groups that are more than chance, in sentences."""

from __future__ import annotations

from bernard.tools.consult.analysis import Cell, Table
from bernard.tools.consult.analysis.wording import percent
from bernard.tools.consult.report.facts import Facts
from bernard.tools.consult.report.word.figures import points


def clearest(facts: Facts, most: int) -> list[str]:
    """The clearest differences of a question, one sentence each, the surest first."""
    found = []
    for table in facts.tables:
        for row in table.rows:
            for group, cell in zip(table.groups, row.cells, strict=True):
                if cell.chance is False and cell.difference is not None:
                    sentence = _sentence(table, row.title, group.name, cell)
                    found.append((-_least(cell), sentence))
    return [sentence for _, sentence in sorted(found)[:most]]


def _least(cell: Cell) -> float:
    """The least that the difference could be, whichever way it goes."""
    low, high = cell.difference_low or 0.0, cell.difference_high or 0.0
    return min(abs(low), abs(high)) if low * high > 0 else 0.0


def _sentence(table: Table, title: str, group: str, cell: Cell) -> str:
    assert cell.share is not None and cell.difference is not None
    assert cell.difference_low is not None and cell.difference_high is not None
    way = "more" if cell.difference > 0 else "less"
    return (
        f"**{title}** is raised {way} often where {table.by} is {group}: {percent(cell.share)} against "
        f"{percent(cell.share - cell.difference)} of everybody else (difference "
        f"{points(cell.difference)} percentage points, {points(cell.difference_low)} to "
        f"{points(cell.difference_high)}; more than chance)."
    )
