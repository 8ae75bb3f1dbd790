"""Files to take away: the report, the spreadsheet, the data; unmasked ones only with a name to them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from starlette.responses import Response

from bernard.accounts.signing import fold_name
from bernard.errors import NotFound
from bernard.tools.consult.journal import journal, note
from bernard.web.consult_files import file
from bernard.web.consult_visit import Mine, desk, errors, mine, opened
from bernard.web.pages.consulting_results import quality_of
from bernard.web.visit import Visit

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS = {
    ".docx": WORD,
    ".xlsx": EXCEL,
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".jsonl": "application/jsonl",
}
ALL = "all.zip"
# What the page offers one by one; the rest is in the packed file.
_OFFERED = (
    (
        "report.docx",
        "The report as a Word document: themes, quotes, method, quality, log receipts.",
    ),
    ("themes.xlsx", "The figures and the mapping as an Excel workbook."),
    ("analysis.json", "Everything as JSON, for programs."),
    (ALL, "All of these, every table as CSV, and every chart as SVG, packed."),
)


def show(visit: Visit) -> Response:
    """The files that can be taken away."""
    return _page(visit, {})


def download(visit: Visit) -> Response:
    """One file of the report, with personal data masked; `ALL` holds every file."""
    own, name = mine(visit), visit.part("name")
    files = _files(visit, own, masked=True)
    if name == ALL:
        return file(name, _zip(files), "application/zip")
    if name not in files:
        raise NotFound(f"There is no file {name!r} among the downloads.")
    kind = next((k for end, k in _KINDS.items() if name.endswith(end)), "application/octet-stream")
    return file(name.rpartition("/")[2], files[name], kind)


def unmasked(visit: Visit) -> Response:
    """Every file with personal data in it, for a lead who puts their name to it."""
    own = mine(visit)
    opened(visit, own)
    name = visit.account.name
    faults = {}
    if fold_name(visit.form.text("name")) != name:
        faults["name"] = f"Enter your own name, {name}, to take personal data away."
    if visit.form.text("sure") != "yes":
        faults["sure"] = "Tick that you may have these files and will keep them safe."
    if faults:
        return _page(visit, faults, 422)
    note(visit.bernard.store, own.kept.id, name, "took away every file with personal data in it")
    return file("unmasked.zip", _zip(_files(visit, own, masked=False)), "application/zip")


def _files(visit: Visit, own: Mine, *, masked: bool) -> dict[str, bytes]:
    """Every file of the report, with what the check of each question found."""
    analysis = opened(visit, own)
    found = {
        analysed.column.name: quality_of(visit, analysis, number, analysed)
        for number, analysed in enumerate(analysis.questions, 1)
    }
    quality = {name: one for name, one in found.items() if one is not None}
    name = visit.account.name
    return desk(visit).make_report(own.kept.id, name, masked=masked, quality=quality)


def _zip(files: Mapping[str, bytes]) -> bytes:
    """The files packed; the same files make the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for name in sorted(files):
            out.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), files[name])
    return packed.getvalue()


def _page(visit: Visit, faults: Mapping[str, str], status: int = 200) -> Response:
    own = mine(visit)
    opened(visit, own)
    return visit.page(
        "consult_downloads.html",
        status,
        own=own,
        place="downloads",
        name=visit.form.text("name"),
        files=_OFFERED,
        noted=journal(visit.bernard.store, own.kept.id),
        faults={"name": "", "sure": "", **faults},
        errors=errors(faults),
    )
