"""Files to take away, as answers: what a spreadsheet program would run as a formula stays text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from starlette.responses import Response

from bernard.text.cells import without_formula
from bernard.text.clean import clean


def csv_file(name: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A CSV file; the mark at its beginning tells spreadsheet programs that it is UTF-8."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow([_safe(heading) for heading in headings])
    lines.writerows([_safe(cell) for cell in row] for row in rows)
    return file(name, ("\ufeff" + text.getvalue()).encode(), "text/csv; charset=utf-8")


def file(name: str, data: bytes, kind: str = "application/octet-stream") -> Response:
    """A file that the browser keeps and does not open."""
    held = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(data, media_type=kind, headers=held)


def _safe(cell: object) -> object:
    """A cell as spreadsheet programs take it; text that would be a formula gets a quote in front."""
    return without_formula(clean(cell)) if isinstance(cell, str) else cell
