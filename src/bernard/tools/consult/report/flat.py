"""The tables of a report as CSV (RFC 4180), marked as UTF-8 so that Excel reads every language."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8

from bernard.tools.consult.report.facts import Told
from bernard.tools.consult.report.rows import Sheet, sheets
from bernard.tools.consult.writing.cells import inert


def flat_files(told: Told) -> dict[str, bytes]:
    """`themes.csv`, `responses.csv`, `mapping.csv`, `campaigns.csv` and the rest, by name."""
    return {f"{_name(sheet)}.csv": _csv(sheet) for sheet in sheets(told)}


def _name(sheet: Sheet) -> str:
    return sheet.name.lower().replace(" ", "-")


def _csv(sheet: Sheet) -> bytes:
    raw = io.BytesIO(BOM_UTF8)
    raw.seek(0, io.SEEK_END)
    with io.TextIOWrapper(raw, encoding="utf-8", newline="") as written:
        writer = csv.writer(written, lineterminator="\r\n")
        writer.writerow(map(inert, sheet.headings))
        writer.writerows(map(inert, row) for row in sheet.rows)
        written.flush()
        return raw.getvalue()
