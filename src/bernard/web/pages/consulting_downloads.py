"""Files to take away: the report, the spreadsheet, the data; unmasked ones only with a name to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import JSONResponse, Response

from bernard.accounts.signing import fold_name
from bernard.errors import InputInvalid, NotFound
from bernard.store.jobs import OPEN, Job
from bernard.tools.consult.downloads import ALL, Report
from bernard.tools.consult.journal import journal, note
from bernard.web.consult_files import file
from bernard.web.consult_visit import Mine, desk, errors, mine
from bernard.web.render import render
from bernard.web.visit import Visit, go

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS = {
    ".docx": WORD,
    ".xlsx": EXCEL,
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".jsonl": "application/jsonl",
    ".zip": "application/zip",
}
# Without JavaScript, a person may ask that the page looks again by itself.
WATCH_S = 5
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


def make(visit: Visit) -> Response:
    """Have the files made, with personal data masked."""
    own = mine(visit)
    desk(visit).ask_report(own.kept.id, visit.account.name)
    return go(f"{own.here}/downloads")


def show_making(visit: Visit) -> Response:
    """The lines that say how far the files are, for the page to show without loading again."""
    own = mine(visit)
    made = _made(visit, own, masked=visit.query("which") != "unmasked")
    html = render("parts/consulting_files.html", own=own, one=made)
    return JSONResponse({"html": html, "open": int(made.is_open)})


def download(visit: Visit) -> Response:
    """One file of the report, with personal data masked; `ALL` holds every file."""
    own, name = mine(visit), visit.part("name")
    report = desk(visit).report(own.kept.id, visit.account.name)
    if report is None:
        return go(f"{own.here}/downloads")
    data = desk(visit).report_file(own.kept.id, report, name)
    if data is None:
        raise NotFound(f"There is no file {name!r} among the downloads.")
    kind = next((k for end, k in _KINDS.items() if name.endswith(end)), "application/octet-stream")
    return file(name.rpartition("/")[2], data, kind)


def unmasked(visit: Visit) -> Response:
    """Have every file made with personal data in it, for a lead who puts their name to it."""
    own = mine(visit)
    name = visit.account.name
    faults = {}
    if fold_name(visit.form.text("name")) != name:
        faults["name"] = f"Enter your own name, {name}, to take personal data away."
    if visit.form.text("sure") != "yes":
        faults["sure"] = "Tick that you may have these files and will keep them safe."
    if faults:
        return _page(visit, faults, 422)
    desk(visit).ask_report(own.kept.id, name, masked=False)
    note(visit.bernard.store, own.kept.id, name, "had every file made with personal data in it")
    return go(f"{own.here}/downloads")


def take_unmasked(visit: Visit) -> Response:
    """What the lead had made with personal data in it, for them alone and for an hour."""
    own, name = mine(visit), visit.account.name
    report = desk(visit).report(own.kept.id, name, masked=False)
    data = report and desk(visit).report_file(own.kept.id, report, ALL)
    if not data:
        return go(f"{own.here}/downloads")
    note(visit.bernard.store, own.kept.id, name, "took away every file with personal data in it")
    return file("unmasked.zip", data, _KINDS[".zip"])


@dataclass(frozen=True)
class Making:
    """One report: what is kept of it, and how far the next is.

    Attributes:
        which: `masked` or `unmasked`. `is_old`: whether results changed since it was made.
        fault: why it could not be made the last time.
    """

    which: str
    report: Report | None
    job: Job | None
    is_old: bool

    @property
    def is_open(self) -> bool:
        """Whether it is waited for or being made."""
        return self.job is not None and self.job.state in OPEN

    @property
    def fault(self) -> str:
        """Why it could not be made the last time it was asked for."""
        return self.job.error if self.job and self.job.state == "failed" else ""


def _made(visit: Visit, own: Mine, *, masked: bool) -> Making:
    by = visit.account.name
    report = desk(visit).report(own.kept.id, by, masked=masked)
    job = desk(visit).report_job(own.kept.id, by, masked=masked)
    is_old = report is not None and not report.is_of(own.kept.version)
    return Making("masked" if masked else "unmasked", report, job, is_old)


def _page(visit: Visit, faults: Mapping[str, str], status: int = 200) -> Response:
    own = mine(visit)
    if own.kept.state != "ready":
        raise InputInvalid(
            "There is no report yet. The page of the consultation says how far it is."
        )
    return visit.page(
        "consult_downloads.html",
        status,
        own=own,
        place="downloads",
        name=visit.form.text("name"),
        files=_OFFERED,
        masked=_made(visit, own, masked=True),
        unmasked=_made(visit, own, masked=False) if own.may("lead") else None,
        watch=WATCH_S if visit.query("watch") else 0,
        noted=journal(visit.bernard.store, own.kept.id),
        faults={"name": "", "sure": "", **faults},
        errors=errors(faults),
    )
