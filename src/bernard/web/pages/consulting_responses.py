"""The responses to a question: filtered, searched by words and by meaning, fifty at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from starlette.responses import Response

from bernard.errors import InputInvalid
from bernard.tools.consult.types import Analysed, Analysis, Mapped, Outcome, Span, Stance
from bernard.web.consult_paging import paged
from bernard.web.consult_text import Bit, bits
from bernard.web.consult_visit import errors, mine, opened
from bernard.web.pages.consulting_filters import (
    BRINGS,
    Asked,
    Match,
    asked,
    groupings,
    matches,
    query_of,
)
from bernard.web.visit import Visit

SNIPPET = 240
MOST_CAMPAIGNS = 50


@dataclass(frozen=True)
class Row:
    """A response in the list.

    Attributes:
        is_later, is_cut: whether words before, or after, are left out.
        themes: titles. `doubt`: how likely a careful reader would change something.
    """

    number: int
    id: str
    bits: list[Bit]
    is_later: bool
    is_cut: bool
    themes: list[str]
    outcome: str
    doubt: float
    by: str


@dataclass(frozen=True)
class Choice:
    """A field to choose from: name, label, and pairs of value and words."""

    name: str
    label: str
    value: str
    options: list[tuple[str, str]]


def show(visit: Visit) -> Response:
    """The responses that the address asks for."""
    own = mine(visit)
    analysis = opened(visit, own)
    want = asked(visit, analysis)
    faults: dict[str, str] = {}
    found: Sequence[Match] = []
    try:
        found = matches(visit, analysis, want)
    except InputInvalid as error:
        faults["q"] = str(error)
    titles = {theme.id: theme.title for theme in want.analysed.framework.themes}
    shown = paged(visit, found, query_of(visit))
    return visit.page(
        "consult_responses.html",
        422 if faults else 200,
        own=own,
        place="responses",
        want=want,
        many=len(analysis.questions) > 1,
        shown=shown,
        rows=[_row(analysis, want.analysed, match, titles) for match in shown.rows],
        choices=_choices(analysis, want),
        groups=_groups(analysis, want),
        query=query_of(visit),
        faults={"q": "", **faults},
        errors=errors(faults),
    )


def _row(analysis: Analysis, analysed: Analysed, match: Match, titles: Mapping[str, str]) -> Row:
    n = match.number
    text, mapped = analysed.texts[n], analysed.mapped[n]
    window = _window(text, match.places)
    return Row(
        n,
        analysis.consultation.responses[n].id,
        bits(
            text, analysed.personal[n], [(0, place) for place in match.places[:20]], window=window
        ),
        window.start > 0,
        window.end < len(text),
        [titles[one.theme] for one in mapped.themes if one.theme in titles],
        mapped.outcome,
        mapped.doubt,
        _by(mapped),
    )


def _by(mapped: Mapped) -> str:
    return mapped.by or next((one.by for one in mapped.themes if one.by), "")


def _window(text: str, places: Sequence[Span]) -> Span:
    """The beginning of the text, or the stretch round the first place found."""
    first = places[0].start if places else 0
    start = 0 if first < SNIPPET // 2 else max(text.rfind(" ", 0, first - SNIPPET // 4) + 1, 0)
    start = max(start, first - SNIPPET // 2) if start else 0
    if len(text) - start <= SNIPPET:
        return Span(start, len(text))
    cut = text.rfind(" ", start + SNIPPET // 2, start + SNIPPET)
    return Span(start, cut if cut > 0 else start + SNIPPET)


def _choices(analysis: Analysis, want: Asked) -> list[Choice]:
    analysed, values = want.analysed, want.values
    themes = [(theme.id, theme.title) for theme in analysed.framework.themes]
    campaigns = [
        (c.id, f"Campaign {c.id} ({len(c.members):,})") for c in analysed.campaigns[:MOST_CAMPAIGNS]
    ]
    given: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("theme", "Theme", themes),
        ("stance", "Stance", [(one, one.capitalize()) for one in get_args(Stance)]),
        ("outcome", "Outcome", [(one, one.capitalize()) for one in get_args(Outcome)]),
        ("campaign", "Campaign", [("any", "In a campaign"), ("none", "In no campaign"), *campaigns]),
        ("sure", "Confidence", [("sure", "A theme at 90% or more"), ("fairly", "A theme at 75% to 90%"), ("unsure", "A theme under 75%")]),
        ("checked", "Checked by a person", [("yes", "Checked"), ("no", "Not yet")]),
        ("brings", "It brings", list(BRINGS.items())),
    ]  # fmt: skip
    questions = [(str(n), a.column.question) for n, a in enumerate(analysis.questions, 1)]
    first = [Choice("question", "Question", values["question"], questions)] if questions[1:] else []
    return first + [Choice(name, label, values[name], options) for name, label, options in given]


def _groups(analysis: Analysis, want: Asked) -> list[Choice]:
    return [
        Choice(
            f"c{place}",
            column.question,
            want.answers.get(place, ""),
            [(option, option) for option in (*column.options, "No answer")],
        )
        for place, column in groupings(analysis)
    ]
