"""What a person says that a response holds, in the place of what the machine says."""

from __future__ import annotations

import time
from collections.abc import Sequence

from starlette.responses import Response

from bernard.errors import InputInvalid, NotFound
from bernard.tools.consult.types import Analysed, Decided, Outcome, Span
from bernard.web.consult_visit import desk, mine, opened
from bernard.web.pages.consulting_response import number_of, response_page, sentences_of
from bernard.web.visit import Visit, go, whole_number

NONE: Outcome = "none of these"
NOTHING: Outcome = "nothing said"


def correct(visit: Visit) -> Response:
    """Keep what a person says that the response holds."""
    own = mine(visit)
    analysis = opened(visit, own)
    number = number_of(visit, analysis)
    at = whole_number(visit.form.text("question"))
    if not at or at > len(analysis.questions):
        raise NotFound("The consultation has no such question.")
    analysed = analysis.questions[at - 1]
    try:
        decided = _decided(visit, analysed, number)
        desk(visit).decide(own.kept.id, str(at), decided)
    except InputInvalid as error:
        return response_page(visit, {f"themes-{at}": str(error)}, 422)
    filters = visit.request.url.query
    return go(f"{own.here}/responses/{number + 1}?{filters}{'&' if filters else ''}saved={at}")


def _decided(visit: Visit, analysed: Analysed, number: int) -> Decided:
    """What the form says.

    Raises:
        InputInvalid: it says nothing, or two things that cannot both hold.
    """
    known = {theme.id for theme in analysed.framework.themes}
    ticked = visit.form.texts("theme")
    chosen = [one for one in ticked if one in known]
    others = [one for one in ticked if one in (NONE, NOTHING)]
    if not ticked:
        raise InputInvalid("Tick the themes of this response, or that it holds none of these.")
    if len(chosen) + len(others) != len(ticked):
        raise InputInvalid("A theme that you ticked is gone meanwhile. Look again, then save.")
    if others and len(ticked) > 1:
        raise InputInvalid("Tick either themes, or one of the two lines below them.")
    spans = [Span(s.start, s.end) for s in sentences_of(analysed.texts[number])]
    themes = {id: _span(visit.form.text(f"sentence-{id}"), spans) for id in chosen}
    outcome: Outcome = "themes" if chosen else NOTHING if NOTHING in others else NONE
    return Decided(number, outcome, themes, visit.account.name, time.time())


def _span(text: str, spans: Sequence[Span]) -> Span | None:
    if not text.strip():
        return None
    number = whole_number(text.strip())
    if not number or number > len(spans):
        raise InputInvalid(
            f"Sentence must be a number from 1 to {len(spans)}, or empty; {text.strip()!r} is not."
        )
    return spans[number - 1]
