"""Correcting what helps the machine most: the response whose answer it would learn most from comes next."""

from __future__ import annotations

from typing import cast

from starlette.responses import Response

from bernard.errors import InputInvalid, NotFound
from bernard.tools.consult.checking import sample_of
from bernard.web.consult_coding_form import coding, decided_of
from bernard.web.consult_queue import Queues
from bernard.web.consult_themes import Asked, asked
from bernard.web.consult_visit import desk
from bernard.web.pages.consult_coding import keep, show_form
from bernard.web.visit import Visit, go, whole_number


def show(visit: Visit) -> Response:
    """The next response, with what the machine says of it."""
    of = asked(visit)
    number = _next(visit, of)
    if number is None:
        return go(f"{of.here}/check?done=learnt")
    return _page(visit, of, number, {}, 200)


def save(visit: Visit) -> Response:
    """Keep what the person says that the response holds, and show the next."""
    of = asked(visit)
    number = whole_number(visit.form.text("response"))
    if number is None or number >= len(of.analysed.texts):
        raise NotFound("There is no such response.")
    try:
        decided = decided_of(visit, of, number, blind=False)
    except InputInvalid as error:
        return _page(visit, of, number, {"theme": str(error)}, 422)
    keep(visit, of, decided)
    return go(f"{of.here}/check/next")


def _next(visit: Visit, of: Asked) -> int | None:
    """The response to decide next: what the machine would learn most from.

    The check sample is left out: it measures what the machine knows, so it is not taught from.
    """
    sample = sample_of(visit.bernard.store, of.own.kept.id, of.name)
    queues = cast(Queues, visit.request.app.state.consult_queues)
    return queues.first(
        (of.own.kept.id, of.name, visit.account.name),
        of.analysed,
        lambda: desk(visit).sentences(of.own.kept.id, of.name),
        sample.numbers if sample else (),
    )


def _page(visit: Visit, of: Asked, number: int, faults: dict[str, str], status: int) -> Response:
    said = of.analysed.mapped[number]
    done = sum(1 for one in of.analysed.decided if not one.blind)
    return show_form(
        visit,
        of,
        coding(visit, of, number, said, blind=False),
        faults,
        status,
        action=f"{of.here}/check/next",
        heading="Correct the next response",
        before="",
        blind=False,
        why=f"The machine thinks it {said.doubt:.0%} likely that a careful reader would change "
        "something here. What it says is ticked already. One response in five comes by chance, so that "
        "what it is wrongly sure of is found too.",
        done=done,
        total=0,
    )
