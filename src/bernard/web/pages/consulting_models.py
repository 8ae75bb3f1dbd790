"""Which chat models a lead lets the analysis of a consultation ask, if any: none unless they say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from bernard.errors import Forbidden, InputInvalid
from bernard.gateway import THIS_MACHINE, Deployment
from bernard.tools.consult.judging import MOST, most_asked
from bernard.tools.consult.opened import ChatModels
from bernard.web.consult_visit import Mine, desk, errors, mine
from bernard.web.visit import Visit, go

FIELDS = ("wording", "judge")


@dataclass(frozen=True)
class Offered:
    """The chat models to choose from.

    Attributes:
        names: to each what a person reads of it.
        most: how many different responses to a question the second opinion may be asked about.
    """

    names: dict[str, str]
    chosen: ChatModels
    most: int


def offered(visit: Visit, own: Mine) -> Offered | None:
    """What a lead may choose from; None for anybody else, and where there is no chat model."""
    found = visit.bernard.gateway.chat_models()
    if not found or not own.may("lead"):
        return None
    names = {name: _in_words(name, one) for name, one in found.items()}
    kept, sent = desk(visit).chat_models(own.kept.id), dict(visit.form.fields)
    shown = ChatModels(sent.get("wording", kept.wording), sent.get("judge", kept.judge))
    return Offered(names, shown, _most(visit, own))


def _most(visit: Visit, own: Mine) -> int:
    try:
        return most_asked(desk(visit).preview(own.kept.id).rows)
    except InputInvalid:  # it was not looked at yet, or could not be
        return MOST


def chosen(visit: Visit, own: Mine) -> tuple[ChatModels | None, dict[str, str]]:
    """What a form chooses, and what is wrong with it by field; None where it leaves all as it is.

    Raises:
        Forbidden: somebody who is not a lead chooses.
    """
    sent = {name: visit.form.text(name) for name in FIELDS}
    if not own.may("lead"):
        if any(sent.values()):
            raise Forbidden("A lead of the consultation says which chat models are asked.")
        return None, {}
    may = offered(visit, own)
    known = may.names if may else {}
    faults = {
        name: "Choose a chat model of the list, or none."
        for name, value in sent.items()
        if value and value not in known
    }
    return (None if faults or not may else ChatModels(**sent)), faults


def show(visit: Visit) -> Response:
    """The choice, which may be changed later for when the work is begun again."""
    return _page(visit, mine(visit), {})


def choose(visit: Visit) -> Response:
    """Take the choice."""
    own = mine(visit)
    models, faults = chosen(visit, own)
    if models and not faults:
        if own.kept.state == "ready":
            # Themes are worded once, when they are found.
            models = ChatModels(desk(visit).chat_models(own.kept.id).wording, models.judge)
        try:
            desk(visit).choose_models(own.kept.id, models)
        except InputInvalid as error:
            faults = {"judge": str(error)}
    if faults:
        return _page(visit, own, faults, 422)
    return go(f"{own.here}/models?done=1")


def _page(visit: Visit, own: Mine, faults: Mapping[str, str], status: int = 200) -> Response:
    return visit.page(
        "consult_models.html",
        status,
        own=own,
        place="people",
        models=offered(visit, own),
        message="What you chose is kept." if visit.query("done") else "",
        faults=faults,
        errors=errors(faults),
    )


def _in_words(name: str, one: Deployment) -> str:
    where = "on this machine" if one.place == THIS_MACHINE else f"run by {one.provider}"
    return f"{name}, {where}"
