"""The charts of tables."""

from __future__ import annotations

from msgspec.structs import replace

from bernard.look.charts import bars, over_time, stacked
from bernard.register.figures.adding import ALL, REST
from bernard.register.types import Cell, Table

_PARTS = ("accepted", "changed", "overturned", "escalated")


def drawn(table: Table) -> Table:
    """The table with its chart, where one says anything."""
    chart = _chart(table)
    return replace(table, chart=chart) if chart else table


def _chart(table: Table) -> str:
    names = [column.name for column in table.columns]
    rows = [row for row in table.rows if row[0] not in (REST, ALL)]
    if table.id in ("evaluations", "completeness", "completeness-by-reconciliation"):
        return ""
    if set(_PARTS) <= set(names):
        found = [names.index(name) for name in _PARTS]
        series = [table.columns[at].label for at in found]
        parts = [(str(row[0]), [_value(row[at]) for at in found]) for row in rows]
        return stacked("What people decided", series, parts, table.id)
    at = names.index("energy_wh") if "energy_wh" in names else _first_count(table)
    values = [(str(row[0]), _value(row[at])) for row in rows]
    of = table.columns[at]
    if len(values) < 2:
        return ""
    if names[0] in ("day", "month"):
        return over_time(of.label, values)
    return bars(of.label, values, of.unit)


def _first_count(table: Table) -> int:
    return next(i for i, column in enumerate(table.columns) if column.kind == "count")


def _value(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, int | float) else None
