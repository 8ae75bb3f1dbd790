"""Annexes: themes by groups, on pages that lie on their side, and remarks on the file."""

from __future__ import annotations

from bernard.look.words import clip, plural
from bernard.tools.consult.analysis import Cell, Table
from bernard.tools.consult.analysis.wording import percent
from bernard.tools.consult.report.facts import Facts, Told
from bernard.tools.consult.report.word.page import Page
from bernard.tools.consult.report.word.table import Column

# More do not fit the page; such a table is split, or left to the spreadsheet.
_GROUPS, _TABLES = 7, 3
_FAULTS = 50


def add_annexes(page: Page, told: Told) -> None:
    """The cross-tables, and what was remarked of the file."""
    if any(facts.tables for facts in told.questions):
        page.turn()
        page.heading("Annex A: themes by group", 1)
        page.text(
            "Each cell holds the share of the group that raises the theme, and the count. ▲ and ▼ mark shares "
            "that are higher or lower than everybody else’s by more than chance."
        )
        for facts in told.questions:
            _question(page, facts)
    if told.consultation.faults:
        _faults(page, told)


def _question(page: Page, facts: Facts) -> None:
    shown = [t for t in facts.tables if t.rows and len(t.groups) <= _GROUPS * _TABLES]
    left = [t.by for t in facts.tables if t not in shown and t.rows]
    if not shown and not left and not facts.crowded:
        return
    page.heading(f"Question {facts.place}: {clip(facts.wording, 100)}", 2)
    for table in shown:
        for start in range(0, len(table.groups), _GROUPS):
            _part(page, table, start)
    if left:
        page.text(f"In the spreadsheet alone, for their many groups: {', '.join(left)}.")
    if facts.crowded:
        page.text(f"Not crossed, for too many different answers: {', '.join(facts.crowded)}.")


def _part(page: Page, table: Table, start: int) -> None:
    groups = table.groups[start : start + _GROUPS]
    columns = [
        Column("Theme", 2.6),
        Column(f"All ({table.of:,})", 1, "right"),
        *(Column(f"{clip(g.name, 60)} ({_size(g.of)})", 1.15, "right") for g in groups),
    ]
    rows = [
        [
            f"{'– ' * row.level}{row.title}",
            f"{percent(row.total.share)} ({row.total.count:,})",
            *(_cell(cell) for cell in row.cells[start : start + _GROUPS]),
        ]
        for row in table.rows
    ]
    more = "" if len(table.groups) <= _GROUPS else f", part {start // _GROUPS + 1}"
    page.table(f"Themes by {clip(table.by, 120)}{more}", columns, rows, " ".join(table.notes))


def _size(of: int | None) -> str:
    return "held back" if of is None else f"{of:,}"


def _cell(cell: Cell) -> str:
    if cell.count is None or cell.share is None:
        return "held back"
    mark = "" if cell.chance is not False else " ▲" if (cell.difference or 0) > 0 else " ▼"
    said = f"{percent(cell.share)} ({cell.count:,}){mark}"
    return f"**{said}**" if mark else said


def _faults(page: Page, told: Told) -> None:
    faults = told.faults
    page.heading("Annex B: remarks on the file", 1)
    page.text(
        f"{plural(len(faults), 'remark')} made when the file was read. Nothing was dropped silently."
    )
    page.table(
        "Remarks on the file",
        (Column("Where", 1), Column("What", 4)),
        [(fault.where, fault.what) for fault in faults[:_FAULTS]],
        f"{len(faults) - _FAULTS:,} more are in analysis.json." if len(faults) > _FAULTS else "",
    )
