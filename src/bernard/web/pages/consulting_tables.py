"""Themes by groups of people, with intervals, and with small counts held back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast, get_args

from markupsafe import Markup
from msgspec.structs import replace
from starlette.responses import Response

from bernard.look.charts import bars
from bernard.tools.consult.analysis import Campaigns, Table, cross_tabulate
from bernard.tools.consult.types import Analysed, Analysis
from bernard.web.consult_files import csv_file, file
from bernard.web.consult_visit import held, mine, opened, question
from bernard.web.pages.consulting_filters import groupings
from bernard.web.pages.consulting_responses import Choice
from bernard.web.visit import Visit

# A page shows so many groups; the file holds all.
MOST_GROUPS = 15
_CAMPAIGNS = {
    "every": "Count every response",
    "once": "Count each campaign once",
    "left out": "Leave campaigns out",
}
_HEADINGS = (
    "theme", "group", "responses", "of", "share", "low", "high",
    "difference", "difference_low", "difference_high", "probability", "could_be_chance",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What table is asked for."""

    number: int
    analysed: Analysed
    by: Choice
    campaigns: Choice
    theme: Choice
    column: str

    @property
    def query(self) -> str:
        """The same as it is written in a link."""
        campaigns = self.campaigns.value.replace(" ", "+")
        return f"by={self.by.value}&campaigns={campaigns}"


def show(visit: Visit) -> Response:
    """The table, and the chart of one theme."""
    own = mine(visit)
    analysis = opened(visit, own)
    asked = _asked(visit, analysis)
    table = _table(visit, analysis, asked)
    return visit.page(
        "consult_table.html",
        own=own,
        place="table",
        number=asked.number,
        asked=asked,
        table=_cut(table) if table else None,
        more=max(0, len(table.groups) - MOST_GROUPS) if table else 0,
        chart=chart(table, asked.theme.value) if table else "",
    )


def csv(visit: Visit) -> Response:
    """The table as a file, a line for each theme and group; what is held back is empty."""
    analysis = opened(visit, mine(visit))
    table = _table(visit, analysis, _asked(visit, analysis))
    rows = [
        (row.title, group.name, c.count, group.of, c.share, c.low, c.high, c.difference,
         c.difference_low, c.difference_high, c.probability, c.chance)
        for row in (table.rows if table else ())
        for group, c in zip(table.groups if table else (), row.cells, strict=True)
    ]  # fmt: skip
    return csv_file("table.csv", _HEADINGS, rows)


def svg(visit: Visit) -> Response:
    """The chart of one theme as a file."""
    analysis = opened(visit, mine(visit))
    asked = _asked(visit, analysis)
    table = _table(visit, analysis, asked)
    made = chart(table, asked.theme.value) if table else ""
    return file("table.svg", str(made).encode(), "image/svg+xml")


def chart(table: Table, theme: str) -> Markup:
    """The share of each group that says a theme, as bars; a share held back is marked so."""
    row = next((row for row in table.rows if row.theme == theme), None)
    if row is None:
        return Markup()
    values = [
        (group.name, None if cell.share is None else 100 * cell.share)
        for group, cell in zip(table.groups, row.cells, strict=True)
    ]
    return Markup(bars(row.title, values, "%"))  # noqa: S704


def _asked(visit: Visit, analysis: Analysis) -> Asked:
    number, analysed = question(visit, analysis)
    columns = [(str(place), column.question) for place, column in groupings(analysis)]
    by = visit.query("by")
    by = by if by in dict(columns) else next(iter(dict(columns)), "")
    campaigns = visit.query("campaigns")
    campaigns = campaigns if campaigns in get_args(Campaigns) else "every"
    themes = [(theme.id, theme.title) for theme in analysed.framework.themes]
    theme = visit.query("theme")
    counts = {one.id: one.count.count for one in held(visit, analysed).counts.themes}
    largest = max(counts, key=lambda id: counts[id], default="")
    return Asked(
        number,
        analysed,
        Choice("by", "Groups by", by, columns),
        Choice("campaigns", "Campaigns", campaigns, list(_CAMPAIGNS.items())),
        Choice("theme", "Chart of", theme if theme in dict(themes) else largest, themes),
        analysis.consultation.columns[int(by)].name if by else "",
    )


def _table(visit: Visit, analysis: Analysis, asked: Asked) -> Table | None:
    """The table; nothing where there is no column to group by."""
    if not asked.column:
        return None
    return cross_tabulate(
        asked.analysed,
        analysis.consultation,
        asked.column,
        campaigns=cast(Campaigns, asked.campaigns.value),
        at=held(visit, asked.analysed).placed,
    )


def _cut(table: Table) -> Table:
    """The table with as many groups as a page shows."""
    rows = tuple(replace(row, cells=row.cells[:MOST_GROUPS]) for row in table.rows)
    return replace(table, groups=table.groups[:MOST_GROUPS], rows=rows)
