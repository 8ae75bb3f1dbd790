"""Tables as they are given away: CSV and JSON with the numbers of the page."""

from __future__ import annotations

import csv
import io
from typing import Any

import msgspec

from bernard.register.types import Cell, Table
from bernard.text.cells import without_formula

# What the Government Analysis Function writes in place of a number that is held back.
HELD_BACK = "[c]"
# A spreadsheet takes a cell that begins so for a formula; names come from people.


def as_csv(table: Table) -> bytes:
    """The table as CSV, under the columns' names; a number that is held back is `[c]`."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows([_csv_cell(cell) for cell in row] for row in table.rows)
    return out.getvalue().encode()


def as_json(table: Table) -> bytes:
    """The table as JSON with all that the page says of it; a number that is held back is null."""
    return msgspec.json.format(msgspec.json.encode(_plain(table)), indent=2) + b"\n"


def _plain(table: Table) -> dict[str, Any]:
    names = [column.name for column in table.columns]
    return {
        "id": table.id,
        "title": table.title,
        "summary": table.summary,
        "note": table.note,
        "checkpoint": table.checkpoint,
        "command": table.command,
        "columns": table.columns,
        "rows": [dict(zip(names, row, strict=True)) for row in table.rows],
    }


def _csv_cell(cell: Cell) -> str | int | float:
    if cell is None:
        return HELD_BACK
    return without_formula(cell)
