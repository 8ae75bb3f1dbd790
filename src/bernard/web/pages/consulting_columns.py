"""What was read of a file, and what each column holds: proposed, and a person may change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

from msgspec.structs import replace
from starlette.responses import Response

from bernard.errors import InputInvalid
from bernard.text.clean import clean
from bernard.tools.consult.types import Column, Kind
from bernard.web.consult_files import csv_file
from bernard.web.consult_visit import Mine, desk, errors, mine
from bernard.web.pages import consulting_models
from bernard.web.visit import Visit, go, whole_number

KINDS: dict[Kind, str] = {
    "open": "Question, in own words",
    "hybrid": "Question, options and own words",
    "closed": "Question, one answer to choose",
    "multiple": "Question, several to choose",
    "demographic": "About the person",
    "identifier": "Identifier of the response",
    "left out": "Leave it out",
}
assert set(KINDS) == set(get_args(Kind))
LONGEST_WORDING = 2000
FEW_FAULTS = 20
HEADINGS = (0, 1, 2, 3)


def show(visit: Visit) -> Response:
    """What was read, as a page that stays when the analysis has begun."""
    return columns_page(visit, mine(visit), {})


def confirm(visit: Visit) -> Response:
    """Take what each column holds, and queue the analysis."""
    own = mine(visit)
    columns, faults = _read(visit, desk(visit).preview(own.kept.id).columns)
    models, wrong = consulting_models.chosen(visit, own)
    faults |= wrong
    if not faults:
        try:
            desk(visit).confirm(own.kept.id, visit.account.name, columns, models)
        except InputInvalid as error:
            faults = {"kind-1": str(error)}
    if faults:
        return columns_page(visit, own, faults, 422, columns)
    return go(own.here)


def choose_sheet(visit: Visit) -> Response:
    """Look at the file again: at another sheet, or with so many rows of headings."""
    own = mine(visit)
    sheets = [sheet.name for sheet in desk(visit).preview(own.kept.id).sheets]
    sheet, headings = visit.form.text("sheet"), whole_number(visit.form.text("headings"))
    if sheets and sheet not in sheets:
        return columns_page(visit, own, {"sheet": "Choose a sheet of the file."}, 422)
    if headings not in (None, *HEADINGS):
        return columns_page(visit, own, {"headings": "Choose how many rows of headings."}, 422)
    try:
        desk(visit).look_again(own.kept.id, sheet if sheets else "", headings)
    except InputInvalid as error:
        return columns_page(visit, own, {"headings": str(error)}, 422)
    return go(own.here)


def faults_csv(visit: Visit) -> Response:
    """Every fault of the file, for a spreadsheet program."""
    own = mine(visit)
    rows = [(fault.where, fault.what) for fault in desk(visit).preview(own.kept.id).faults]
    return csv_file("faults.csv", ("where", "what"), rows)


def columns_page(
    visit: Visit,
    own: Mine,
    faults: Mapping[str, str],
    status: int = 200,
    columns: Sequence[Column] = (),
) -> Response:
    """The page with what was read.

    Args:
        columns: as the person set them, where that would not do.
    """
    preview = desk(visit).preview(own.kept.id)
    return visit.page(
        "consult_columns.html",
        status,
        own=own,
        place="results",
        preview=preview,
        columns=columns or preview.columns,
        kinds=KINDS,
        few=FEW_FAULTS,
        headings=HEADINGS,
        open=own.kept.state == "review" and own.may("analyst"),
        models=consulting_models.offered(visit, own),
        faults=faults,
        errors=errors(faults),
    )


def _read(visit: Visit, proposed: Sequence[Column]) -> tuple[list[Column], dict[str, str]]:
    """The columns as the form gives them, and what is wrong with it, by field."""
    columns: list[Column] = []
    faults: dict[str, str] = {}
    sent = dict(visit.form.fields)
    for number, column in enumerate(proposed, 1):
        columns.append(_column(column, number, sent))
        faults.update(_faults(columns[-1], number))
    if not any(column.kind in ("open", "hybrid") for column in columns):
        faults.setdefault("kind-1", "Choose at least one column that holds people’s own words.")
    named = [n for n, column in enumerate(columns, 1) if column.kind == "identifier"]
    for number in named[1:]:
        faults[f"kind-{number}"] = "Choose one column only as the identifier of the response."
    return columns, faults


def _column(column: Column, number: int, sent: Mapping[str, str]) -> Column:
    kind = sent.get(f"kind-{number}", column.kind)
    wording = clean(sent.get(f"question-{number}", column.question)).strip()
    options = sent.get(f"options-{number}")
    kept = column.options
    if options is not None:
        lines = (line.strip() for line in clean(options).splitlines())
        kept = tuple(dict.fromkeys(line for line in lines if line))
    return replace(
        column,
        kind=kind if kind in KINDS else column.kind,
        question=wording or column.name,
        options=kept,
        separator=sent.get(f"separator-{number}", column.separator).strip(),
    )


def _faults(column: Column, number: int) -> dict[str, str]:
    faults = {}
    if len(column.question) > LONGEST_WORDING:
        faults[f"question-{number}"] = f"Wording must be {LONGEST_WORDING:,} characters or fewer."
    if column.kind == "multiple" and not column.separator:
        faults[f"separator-{number}"] = (
            f"Enter the sign that stands between several answers in “{column.name}”."
        )
    return faults
