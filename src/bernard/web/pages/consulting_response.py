"""One response: all that it says, what speaks for each theme, who changed what, and a form to correct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import msgspec
from starlette.responses import Response

from bernard.errors import NotFound
from bernard.store import consultations
from bernard.tools.consult.checking import left_for, sample_of
from bernard.tools.consult.journal import note
from bernard.tools.consult.sentences import pieces
from bernard.tools.consult.types import (
    Analysed,
    Analysis,
    Assigned,
    Campaign,
    Decided,
    Outcome,
    Span,
    Theme,
)
from bernard.web.consult_text import MOST_SHOWN, Bit, bits, how_sure
from bernard.web.consult_visit import Mine, errors, mine, opened
from bernard.web.pages import consulting_filters
from bernard.web.visit import Visit, whole_number

# A person who chooses a sentence sees so many of a response.
MOST_SENTENCES, MOST_READ = 100, 100_000


@dataclass(frozen=True)
class ShownTheme:
    """A theme of a response; `number` stands on the sentence that speaks for it."""

    number: int
    theme: Theme
    sure: str
    confidence: float
    by: str


@dataclass(frozen=True)
class Box:
    """A theme in the form, whether it is ticked, and the number of the sentence that was chosen."""

    theme: Theme
    is_ticked: bool
    sentence: str


@dataclass(frozen=True)
class Happened:
    """What somebody decided of the response."""

    at: float
    by: str
    what: str


@dataclass(frozen=True)
class ShownAnswer:
    """What a response says to a question.

    Attributes:
        number: of the question.
        earlier, later: where the text before and after what is shown begins; None where there is none.
        sentences: to choose from, by their number from 1.
        blind: whether the person is still to read it without sight of what the machine says.
    """

    number: int
    analysed: Analysed
    bits: list[Bit]
    earlier: int | None
    later: int | None
    length: int
    outcome: Outcome
    by: str
    themes: list[ShownTheme]
    boxes: list[Box]
    ticked: Outcome | str
    campaign: Campaign | None
    sentences: list[list[Bit]]
    history: list[Happened]
    blind: bool


def show(visit: Visit) -> Response:
    """A response with personal data masked."""
    return response_page(visit, {})


def show_unmasked(visit: Visit) -> Response:
    """The same with personal data shown; that somebody looked is written down first."""
    own = mine(visit)
    number = number_of(visit, opened(visit, own))
    what = f"looked at response {number + 1} with personal data shown"
    note(visit.bernard.store, own.kept.id, visit.account.name, what)
    return response_page(visit, {}, unmasked=True)


def sentences_of(text: str) -> list[Span]:
    """The sentences that a person may choose from."""
    return list(islice(pieces(text[:MOST_READ]), MOST_SENTENCES))


def number_of(visit: Visit, analysis: Analysis) -> int:
    """The number of the response that the path names by its place from 1.

    Raises:
        NotFound: the consultation has no such response.
    """
    number = whole_number(visit.part("number"))
    if not number or number > len(analysis.consultation.responses):
        raise NotFound("The consultation has no such response.")
    return number - 1


def response_page(
    visit: Visit, faults: Mapping[str, str], status: int = 200, *, unmasked: bool = False
) -> Response:
    """The page of a response.

    Args:
        faults: what is wrong with a correction that was sent, by field.
        unmasked: show personal data; whoever asks for it writes that down first.
    """
    own = mine(visit)
    analysis = opened(visit, own)
    number = number_of(visit, analysis)
    response = analysis.consultation.responses[number]
    answers = [
        _answer(visit, own, at, analysed, number, unmasked=unmasked, faults=faults)
        for at, analysed in enumerate(analysis.questions, 1)
    ]
    asked = {analysed.column.name for analysed in analysis.questions}
    saved = visit.number("saved")
    before, after = consulting_filters.neighbours(visit, analysis, number)
    return visit.page(
        "consult_response.html",
        status,
        own=own,
        place="responses",
        response=response,
        count=len(analysis.consultation.responses),
        answers=answers,
        others=[
            (column, response.answers.get(column.name, ()))
            for column in analysis.consultation.columns
            if column.name not in asked and column.kind not in ("left out", "identifier")
        ],
        before=before,
        after=after,
        query=consulting_filters.query_of(visit),
        unmasked=unmasked,
        message="What you decided was saved." if saved else "",
        faults=faults,
        errors=errors(faults),
    )


def _answer(
    visit: Visit,
    own: Mine,
    at: int,
    analysed: Analysed,
    number: int,
    *,
    unmasked: bool,
    faults: Mapping[str, str],
) -> ShownAnswer:
    text, personal, mapped = (
        analysed.texts[number],
        analysed.personal[number],
        analysed.mapped[number],
    )
    titles = {theme.id: theme for theme in analysed.framework.themes}
    blind = _is_blind(visit, own, at, analysed, number)
    given = [] if blind else [one for one in mapped.themes if one.theme in titles]
    campaign = next((c for c in analysed.campaigns if number in _members(c)), None)
    start = min(visit.number(f"from-{at}") or 0, len(text))
    window = Span(start, min(start + MOST_SHOWN, len(text)))
    marks = [(n, Span(one.start, one.end)) for n, one in enumerate(given, 1) if one.end > one.start]
    shared = _shared(campaign, number, len(text))
    return ShownAnswer(
        at,
        analysed,
        bits(text, personal, marks, shared, window, unmasked=unmasked),
        max(start - MOST_SHOWN, 0) if start else None,
        window.end if window.end < len(text) else None,
        len(text),
        mapped.outcome,
        mapped.by,
        [_theme(n, one, titles[one.theme]) for n, one in enumerate(given, 1)],
        _boxes(visit, at, analysed, given, text, sent=f"themes-{at}" in faults),
        mapped.outcome,
        campaign,
        [bits(text, personal, window=s) for s in sentences_of(text)] if own.may("analyst") else [],
        [] if blind else _history(visit, own, at, analysed, number),
        blind,
    )


def _is_blind(visit: Visit, own: Mine, at: int, analysed: Analysed, number: int) -> bool:
    """Whether a checker has this response of the check sample still to read."""
    if own.role != "checker":
        return False
    sample = sample_of(visit.bernard.store, own.kept.id, str(at))
    name = visit.account.name
    return sample is not None and number in left_for(sample, analysed.decided, name)


def _theme(number: int, one: Assigned, theme: Theme) -> ShownTheme:
    return ShownTheme(number, theme, how_sure(one), one.confidence, one.by)


def _boxes(
    visit: Visit, at: int, analysed: Analysed, given: Sequence[Assigned], text: str, *, sent: bool
) -> list[Box]:
    """The themes to tick: as mapped, or as the person sent them where that would not do."""
    if sent:
        ticked = set(visit.form.texts("theme"))
        chosen = {t.id: visit.form.text(f"sentence-{t.id}") for t in analysed.framework.themes}
    else:
        starts = {span.start: str(n) for n, span in enumerate(sentences_of(text), 1)}
        ticked = {one.theme for one in given}
        chosen = {one.theme: starts.get(one.start, "") for one in given if one.end > one.start}
    return [
        Box(theme, theme.id in ticked, chosen.get(theme.id, ""))
        for theme in analysed.framework.themes
    ]


def _members(campaign: Campaign) -> frozenset[int]:
    return frozenset(campaign.members)


def _shared(campaign: Campaign | None, number: int, length: int) -> list[Span]:
    """What of a response is the campaign's text: all that is not its own."""
    if campaign is None:
        return []
    found, at = [], 0
    for start, end in sorted(campaign.own[campaign.members.index(number)]):
        found.append(Span(at, start))
        at = max(at, end)
    return [span for span in [*found, Span(at, length)] if span.end > span.start]


def _history(visit: Visit, own: Mine, at: int, analysed: Analysed, number: int) -> list[Happened]:
    """What people decided of the response, newest first; what the machine said is the beginning."""
    with visit.bernard.store.read() as c:
        kept = consultations.decisions(c, own.kept.id, str(at), number)
    titles = {theme.id: theme.title for theme in analysed.framework.themes}
    found = [Happened(one.at, one.by, _what(one.body, titles)) for one in reversed(kept)]
    machine = analysed.machine[number] if len(analysed.machine) > number else None
    if found and machine is not None:
        named = [titles.get(one.theme, one.theme) for one in machine.themes]
        found.append(Happened(0, "", ", ".join(named) or machine.outcome))
    return found


def _what(body: str, titles: Mapping[str, str]) -> str:
    decided = msgspec.json.decode(body, type=Decided)
    named = [titles.get(id, f"{id} (no theme any more)") for id in decided.themes]
    return (", ".join(named) or decided.outcome) + (" (blind)" if decided.blind else "")
