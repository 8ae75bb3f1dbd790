"""What the parts of the register hand one another: tables of figures, and pages that hold them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

# None is a number that is held back because it is small; the table's note says by which rule.
Cell = str | int | float | None
Kind = Literal["text", "count", "number", "date", "percent"]


class Column(msgspec.Struct, frozen=True):
    """One column.

    Attributes:
        name: in CSV and JSON, lower case with `_`.
        label: as people read it.
        kind: how its cells are shown; a `date` is `2026-11-22`, a `percent` from 0 to 100.
        unit: `Wh`, `pence`; empty for plain counts.
    """

    name: str
    label: str
    kind: Kind = "text"
    unit: str = ""


class Table(msgspec.Struct, frozen=True):
    """Figures, as they are shown and as they are given away in CSV and JSON.

    Attributes:
        id: the name of its files and of its place in the page, lower case with `-`.
        summary: one sentence on what is counted.
        rows: a cell for each column.
        note: the rule by which small numbers are held back, and what else a reader must know.
        checkpoint: the signed checkpoint of the log that the figures are from; empty where they
            are not from the log.
        command: computes the same figures again from the log.
        chart: the SVG drawing, whose text alternative is the table itself; empty for none.
    """

    id: str
    title: str
    summary: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    checkpoint: str = ""
    command: str = ""
    chart: str = ""


class Page(msgspec.Struct, frozen=True):
    """One page of the site, with the tables that are given away beside it.

    Attributes:
        path: from the site's root, `disclosures/index.html`.
        title: its heading.
        template: the file in `register/templates` that draws it.
        data: what the template asks for besides.
        section: the entry of the site's navigation that it belongs to.
        files: what else lies in the site with it, by path from the site's root.
    """

    path: str
    title: str
    template: str
    section: str = ""
    data: Mapping[str, Any] = {}
    tables: tuple[Table, ...] = ()
    files: Mapping[str, bytes] = {}
