"""Rows of a table as statements that can be read, found and quoted one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

Row = Sequence[str]

LONG_CELL = 300
MAX_HEADER = 120

_NUMBER = re.compile(r"^[£$€(+\-]*[\d.,:/ -]+[%)]*$")
_YEAR = re.compile(r"^(19|20)\d\d([-/–]\d\d(\d\d)?)?$")
_SPACES = re.compile(r"\s+")


def statements(rows: Iterable[Row], header: bool | None = None) -> Iterator[str]:
    """Each row as `Header: value; Header: value`, in order.

    A blank row ends a table. The first row of a table with words in every cell is its header
    (`header` says for certain whether there is one); rows before it are read as they stand.

    Example:
        >>> list(statements([["Band", "Cost"], ["A", "£5"], ["B", "£9"]]))
        ['Band: A; Cost: £5', 'Band: B; Cost: £9']
    """
    for table in _between_blanks(rows):
        yield from _table(table, header)


def table(rows: Sequence[Row], header: bool | None = None) -> list[str]:
    """The rows of a table in a document; two columns without a header are labels and values.

    Example:
        >>> table([["Name", "Ada"], ["Role", "Clerk"]])
        ['Name: Ada', 'Role: Clerk']
    """
    if not header and all(len(row) <= 2 for row in rows):
        return [": ".join(filter(None, _pair(row))) for row in rows if any(map(_flat, row))]
    return list(statements(rows, header))


def is_layout(rows: Sequence[Row]) -> bool:
    """True for a table that only arranges text on the page: one column, or cells of long text."""
    cells = [cell for row in rows for cell in row if cell.strip()]
    if not cells or max(len(row) for row in rows) <= 1:
        return True
    return sum(len(cell) > LONG_CELL for cell in cells) * 2 > len(cells)


def _between_blanks(rows: Iterable[Row]) -> Iterator[Iterator[list[str]]]:
    """Runs of rows with something in them, each read as it comes, so that size does not matter."""
    lines = ([_flat(cell) for cell in row] for row in rows)
    for first in lines:
        if any(first):
            yield _run(first, lines)


def _run(first: list[str], lines: Iterator[list[str]]) -> Iterator[list[str]]:
    yield first
    for line in lines:
        if not any(line):
            return
        yield line


def _pair(row: Row) -> list[str]:
    cells = [_flat(cell) for cell in row]
    return [cells[0].rstrip(":"), *cells[1:]] if len(cells) == 2 else cells


def _table(rows: Iterator[list[str]], header: bool | None) -> Iterator[str]:
    held: list[str] | None = None
    names: list[str] | None = None
    for row in rows:
        if names is not None:
            yield _statement(names, row)
        elif held is None and header is not False and (header or _could_be_header(row)):
            held = row
        elif held is not None:
            names, held = held, None
            yield _statement(names, row)
        else:
            yield _joined(row)
    if held is not None:
        yield _joined(held)


def _could_be_header(row: list[str]) -> bool:
    filled = [cell for cell in row if cell]
    return (
        len(filled) >= 2
        and len(set(filled)) == len(filled)
        and all(len(cell) <= MAX_HEADER for cell in filled)
        and all(not _NUMBER.match(cell) or _YEAR.match(cell) for cell in filled)
        and not all(_YEAR.match(cell) for cell in filled)
    )


def _statement(names: list[str], row: list[str]) -> str:
    parts = []
    for column, cell in enumerate(row):
        if not cell:
            continue
        name = names[column].rstrip(":") if column < len(names) else ""
        parts.append(f"{name}: {cell}" if name else cell)
    return "; ".join(parts)


def _joined(row: list[str]) -> str:
    return "; ".join(cell for cell in row if cell)


def _flat(cell: str) -> str:
    return _SPACES.sub(" ", cell).strip()
