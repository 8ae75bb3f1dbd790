"""The framework of a question: its themes, what the tool suggests, and what was discarded."""

from __future__ import annotations

from starlette.responses import Response

from bernard.errors import ConsultationChanged, InputInvalid
from bernard.tools.consult.framework import Restore, Undo, can_undo
from bernard.tools.consult.framework_files import KINDS, write_framework
from bernard.web.consult_advice import hints, look, looked
from bernard.web.consult_files import file
from bernard.web.consult_themes import Asked, asked, change, theme_rows
from bernard.web.consult_visit import desk, errors
from bernard.web.pages.consult_framework_take import proposals
from bernard.web.visit import Visit, go, whole_number

_TOLD = {
    "added": "The theme was added.",
    "begun": "The framework was taken from the file. Map the responses to it.",
    "merged": "The themes were merged. What was mapped to them is now mapped to the one that stays.",
    "split": "The theme was split. Map the responses again to divide them between its parts.",
    "discarded": "The theme was discarded. You can bring it back below.",
    "restored": "The theme is back.",
    "undone": "The change was taken back.",
    "remap": "The responses are being mapped again. You can go on working.",
    "signed": "The framework is signed off.",
    "reopened": "The framework is open for changes.",
    "taken": "The theme was taken in. Map the responses again to find all that belong to it.",
}


def show(visit: Visit) -> Response:
    """The themes with their counts and quotes, and what can be done."""
    return framework_page(visit, asked(visit))


def framework_page(visit: Visit, of: Asked, fault: str = "", status: int = 200) -> Response:
    """The list of themes; with a fault where what was asked for could not be done."""
    gone = [k.theme for k in of.state.known.values() if k.fate == "discarded"]
    rows, advice = theme_rows(of, 1), looked(visit, of)
    return visit.page(
        "consult_framework.html",
        status,
        of=of,
        own=of.own,
        place="results",
        rows=rows,
        gone=gone,
        proposed=len(proposals(of)),
        unmapped=sum(1 for m in of.analysed.mapped if m.outcome == "none of these"),
        advice=advice,
        hints=hints(of, advice),
        looked=sum(1 for row in rows if row.looked),
        behind=desk(visit).is_behind(of.own.kept.id, of.name),
        mapping=_mapping(visit, of),
        kinds=KINDS,
        message=_TOLD.get(visit.query("done"), ""),
        errors=errors({"main-content": fault} if fault else {}),
    )


def _mapping(visit: Visit, of: Asked) -> str:
    """What the mapping that goes on says of itself; empty where none goes on."""
    progress = desk(visit).progress(of.own.kept.id)
    return "" if progress.is_finished else progress.note or "Waiting for its turn"


def act(visit: Visit) -> Response:
    """Bring back a discarded theme."""
    of = asked(visit)
    try:
        change(visit, of, Restore(visit.form.text("restore")))
    except (InputInvalid, ConsultationChanged) as error:
        return framework_page(visit, asked(visit), str(error), int(error.status))
    return go(f"{of.here}/framework?done=restored")


def suggest(visit: Visit) -> Response:
    """Look for what may be wrong with the themes."""
    of = asked(visit)
    look(visit, of)
    return go(f"{of.here}/framework#hints")


def remap(visit: Visit) -> Response:
    """Map all responses to the framework as it is, learning from what people decided."""
    of = asked(visit)
    desk(visit).remap(of.own.kept.id, of.name)
    return go(f"{of.here}/framework?done=remap")


def download(visit: Visit) -> Response:
    """The framework as a file."""
    of = asked(visit)
    kind = visit.query("kind", "csv")
    data = write_framework(of.framework, kind)
    return file(f"framework-question-{of.number}.{kind}", data)


def show_history(visit: Visit) -> Response:
    """Who changed what, newest first."""
    return _history_page(visit, asked(visit))


def undo(visit: Visit) -> Response:
    """Take a change back."""
    of = asked(visit)
    try:
        change(visit, of, Undo(whole_number(visit.form.text("number")) or 0))
    except (InputInvalid, ConsultationChanged) as error:
        return _history_page(visit, asked(visit), str(error), int(error.status))
    return go(f"{of.here}/framework/history?done=undone")


def _history_page(visit: Visit, of: Asked, fault: str = "", status: int = 200) -> Response:
    lines = [line for line in reversed(of.state.history) if line.counts]
    return visit.page(
        "consult_framework_history.html",
        status,
        of=of,
        own=of.own,
        place="results",
        lines=lines,
        undoable={line.number for line in lines if can_undo(of.state, line.number)},
        message=_TOLD.get(visit.query("done"), ""),
        errors=errors({"main-content": fault} if fault else {}),
    )
