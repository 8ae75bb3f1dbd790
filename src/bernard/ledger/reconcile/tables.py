"""The rows of a file, whatever it is written in: CSV of any kind, or a supplier's JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from bernard.errors import UsageUnreadable

# A title, an address, a period may stand above the table.
MOST_BEFORE = 60
MOST_BYTES = 256 * 1024 * 1024
_MARKS = ",;\t|"
_STARTS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class Line(NamedTuple):
    """One row, with the number of its line in the file."""

    number: int
    cells: list[str]


class Sheet(NamedTuple):
    """All rows of a file as one kind of CSV.

    Attributes:
        comma: a comma is likely the decimal mark, since another mark is between the cells.
    """

    lines: list[Line]
    comma: bool = False


def sheets(data: bytes, name: str) -> Iterator[Sheet]:
    """The file, read with each mark that may stand between its cells.

    Raises:
        UsageUnreadable: it holds no text, or too much.
    """
    if len(data) > MOST_BYTES:
        raise UsageUnreadable(f"{name!r} is over {MOST_BYTES // 1024**2} MB. Export fewer days.")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UsageUnreadable(f"{name!r} is a spreadsheet or an archive. Save it as CSV first.")
    text = _decoded(data, name)
    if text.lstrip().startswith(("{", "[")):
        yield _from_json(text, name)
        return
    for mark in _MARKS:
        if mark in text:
            yield Sheet(_rows(text, mark, name), comma=mark == ";")


def _decoded(data: bytes, name: str) -> str:
    encoding = next((kind for start, kind in _STARTS if data.startswith(start)), "")
    if not encoding:
        # Without a mark at its start, every other byte of ASCII in UTF-16 is zero.
        zero = data[:200].find(b"\x00")
        encoding = "utf-8" if zero < 0 else "utf-16-le" if zero % 2 else "utf-16-be"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "utf-8":
            return data.decode("cp1252", errors="replace")
    raise UsageUnreadable(f"{name!r} is not text. Export it again as CSV.")


def _rows(text: str, mark: str, name: str) -> list[Line]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        return [
            Line(rows.line_num, [cell.strip() for cell in row])
            for row in rows
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise UsageUnreadable(f"{name!r} is not CSV: {error}. Export it again.") from error


def _from_json(text: str, name: str) -> Sheet:
    """What a usage API gives: buckets of time with results in them, or a list of rows."""
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise UsageUnreadable(f"{name!r} is not JSON: {error}.") from error
    rows = [dict(_flat("", row)) for row in _unfolded(found)]
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [
        Line(number, [row.get(name, "") for name in names]) for number, row in enumerate(rows, 1)
    ]
    return Sheet([Line(0, names), *lines])


def _unfolded(found: Any) -> Iterator[Mapping[str, Any]]:
    """Each result with the times of its bucket; a bucket without any is a row by itself."""
    if isinstance(found, list):
        for item in found:
            yield from _unfolded(item)
    elif isinstance(found, dict):
        inner = next((found[key] for key in ("data", "results") if key in found), None)
        if not isinstance(inner, list):
            yield found
            return
        own = {k: v for k, v in found.items() if not isinstance(v, list) and k != "object"}
        for row in inner and _unfolded(inner):
            yield {**own, **row}
        if not inner:
            yield own


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{path}_{name}" if path else name, inner)
    elif value is not None and not isinstance(value, list):
        yield path, str(value)
