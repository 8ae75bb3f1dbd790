"""A framework as a file: CSV, XLSX, JSON or JSON Lines. The same framework gives the same bytes."""

from __future__ import annotations

import csv
import io
from itertools import chain
from typing import Any, Literal

import msgspec

from bernard.errors import InputInvalid
from bernard.text.cells import without_formula
from bernard.tools.consult.types import Framework, Stance, Theme
from bernard.tools.consult.writing.cells import plain
from bernard.tools.consult.writing.spreadsheet import Book, Columns

Kind = Literal["csv", "xlsx", "json", "jsonl"]
KINDS: tuple[Kind, ...] = ("csv", "xlsx", "json", "jsonl")
FIELDS = ("id", "title", "description", "stance", "parent")
# A spreadsheet takes a cell that begins so for a formula; themes are worded by people and machines.
STANCE_WORDS: dict[str, Stance] = {
    "for": "for",
    "support": "for",
    "agree": "for",
    "agreement": "for",
    "positive": "for",
    "against": "against",
    "oppose": "against",
    "disagree": "against",
    "disagreement": "against",
    "negative": "against",
    "mixed": "mixed",
    "both": "mixed",
    "unclear": "unclear",
    "neutral": "unclear",
    "unsure": "unclear",
}
_WIDTHS = (10, 40, 80, 12, 12)


def write_framework(framework: Framework, kind: str) -> bytes:
    """The framework as a file of this kind, which `read_framework` reads back.

    Raises:
        InputInvalid: there is no such kind.
    """
    records = [_record(theme) for theme in framework.themes]
    if kind == "json":
        return msgspec.json.format(msgspec.json.encode(records), indent=2) + b"\n"
    if kind == "jsonl":
        return b"".join(msgspec.json.encode(record) + b"\n" for record in records)
    if kind == "csv":
        return _csv(records)
    if kind == "xlsx":
        return _xlsx(records)
    raise InputInvalid(f"A framework is written as {', '.join(KINDS)}, not {kind!r}.")


def _record(theme: Theme) -> dict[str, Any]:
    return {field: getattr(theme, field) for field in FIELDS}


def _csv(records: list[dict[str, Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(FIELDS)
    writer.writerows([_cell(record[field]) for field in FIELDS] for record in records)
    # Spreadsheet programs take a CSV without this mark for an older encoding.
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _cell(value: str | None) -> str:
    return without_formula(value or "")


def _xlsx(records: list[dict[str, Any]]) -> bytes:
    book = Book("Framework")
    rows = ([plain(record[field] or "") for field in FIELDS] for record in records)
    book.sheet("Framework", Columns(_WIDTHS, ["words"] * len(FIELDS)), chain([FIELDS], rows))
    return book.saved()
