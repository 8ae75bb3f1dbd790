"""Consultations from upload to results: the list, the form, what was read, how far the work is."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

from bernard.errors import DocumentTooLarge, DocumentUnreadable, InputInvalid
from bernard.store import consultations
from bernard.text.clean import clean
from bernard.web.consult_visit import Mine, desk, errors, mine
from bernard.web.pages import consulting_columns
from bernard.web.pages.consulting_results import results_page
from bernard.web.pages.documents import file_name
from bernard.web.render import render
from bernard.web.visit import Visit, go

LONGEST_TITLE = 200
# Without JavaScript, a person may ask that the page looks again by itself.
WATCH_S = 10


def show_list(visit: Visit) -> Response:
    """The consultations that the person takes part in, and the form for a new one."""
    return _list_page(visit, {})


def take(visit: Visit) -> Response:
    """Take a file in; it is kept and waiting to be read when this answers."""
    title = " ".join(clean(visit.form.text("title")).split())
    faults = _title_faults(title)
    if not visit.form.files:
        faults["file"] = "Choose the file of responses."
    if faults:
        return _list_page(visit, faults, 422)
    file = visit.form.files[0]
    most = visit.bernard.settings.max_file_mb
    try:
        if file.size is not None and file.size > most * 1e6:
            raise DocumentTooLarge(f"{file_name(file)!r} is over {most:,.0f} MB. Split it.")
        new = desk(visit).take(visit.account.id, title, file_name(file), file.file.read())
    except (InputInvalid, DocumentUnreadable) as error:
        return _list_page(visit, {"file": str(error)}, int(error.status))
    return go(f"/consultations/{new.id}")


def show(visit: Visit) -> Response:
    """A consultation as far as it is: being read, waiting for a person, running, ready or failed."""
    own = mine(visit)
    if own.kept.state == "ready":
        return results_page(visit, own)
    if own.kept.state == "review":
        return consulting_columns.columns_page(visit, own, {})
    return _progress_page(visit, own)


def show_progress(visit: Visit) -> Response:
    """The lines that say how far it is, for the page to show without loading again."""
    own = mine(visit)
    html = render("parts/consulting.html", own=own, progress=desk(visit).progress(own.kept.id))
    return JSONResponse({"html": html, "open": int(own.kept.state in ("reading", "running"))})


def try_again(visit: Visit) -> Response:
    """Begin again what failed, from where it got to."""
    own = mine(visit)
    desk(visit).retry(own.kept.id)
    return go(own.here)


def show_delete(visit: Visit) -> Response:
    """Ask before a consultation is deleted."""
    own = mine(visit)
    return visit.page(
        "delete.html",
        thing=f"“{own.kept.title}”",
        what_goes="The file, its responses, the themes, what people decided, and the reports will "
        "be deleted from here, for everybody who takes part. The log keeps that models were "
        "called, and none of the words.",
        back=own.here,
    )


def delete(visit: Visit) -> Response:
    """Delete a consultation."""
    own = mine(visit)
    desk(visit).remove(own.kept.id)
    return go("/consultations?deleted=1")


def _title_faults(title: str) -> dict[str, str]:
    if not title:
        return {"title": "Enter a title."}
    if len(title) > LONGEST_TITLE:
        return {"title": f"Title must be {LONGEST_TITLE} characters or fewer."}
    return {}


def _list_page(visit: Visit, faults: Mapping[str, str], status: int = 200) -> Response:
    with visit.bernard.store.read() as c:
        found = consultations.of_account(c, visit.account.id)
    return visit.page(
        "consult.html",
        status,
        rows=[{"kept": kept, "role": role} for kept, role in found],
        most=visit.bernard.settings.max_file_mb * 1e6,
        title=visit.form.text("title"),
        message="The consultation was deleted." if visit.query("deleted") else "",
        faults={"title": "", "file": "", **faults},
        errors=errors(faults),
    )


def _progress_page(visit: Visit, own: Mine) -> Response:
    return visit.page(
        "consult_progress.html",
        own=own,
        place="results",
        progress=desk(visit).progress(own.kept.id),
        watch=WATCH_S if visit.query("watch") else 0,
    )
