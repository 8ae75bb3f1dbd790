"""What a person asks for of the responses: read from the address, so that it can be kept and sent on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast, get_args
from urllib.parse import urlencode

import numpy as np

from bernard.errors import InputInvalid
from bernard.tools.consult.analysis import Filter, Hit, chosen, search, search_meaning
from bernard.tools.consult.types import Analysed, Analysis, Column, Outcome, Span, Stance
from bernard.web.consult_visit import desk, held
from bernard.web.visit import Visit

# What an address may ask, in the order in which it is written.
FIELDS = (
    "question",
    "q",
    "by",
    "theme",
    "stance",
    "outcome",
    "campaign",
    "sure",
    "checked",
    "brings",
)
_GROUPING = ("closed", "multiple", "hybrid", "demographic")
# What a response may bring, by the field of `Rich` that says so.
BRINGS = {"evidence": "Evidence", "experience": "Experience of their own"}
# Of a search by meaning: the nearest, and how near they must be.
MOST_BY_MEANING, NEAR = 500, 0.3
_SURE: dict[str, tuple[float | None, float | None]] = {
    "sure": (0.9, None),
    "fairly": (0.75, 0.9),
    "unsure": (None, 0.75),
}


@dataclass(frozen=True)
class Asked:
    """What was asked of the responses to one question.

    Attributes:
        number: of the question.
        values: each field as it was sent.
        answers: by place of the column among all, the option wanted.
    """

    number: int
    analysed: Analysed
    values: dict[str, str]
    answers: dict[int, str]

    @property
    def is_all(self) -> bool:
        """Whether nothing is asked, so that every response is wanted."""
        named = [value for name, value in self.values.items() if name not in ("question", "by")]
        return not any(named) and not self.answers


@dataclass(frozen=True)
class Match:
    """A response that is wanted, and the places that made it so, where words were looked for."""

    number: int
    places: tuple[Span, ...] = ()


def asked(visit: Visit, analysis: Analysis) -> Asked:
    """What the address asks; a question that is not there is the first."""
    number = visit.number("question") or 1
    number = number if number <= len(analysis.questions) else 1
    values = {name: visit.query(name).strip() for name in FIELDS}
    answers = {}
    for place, _ in groupings(analysis):
        if value := visit.query(f"c{place}"):
            answers[place] = value
    return Asked(
        number, analysis.questions[number - 1], values | {"question": str(number)}, answers
    )


def groupings(analysis: Analysis) -> list[tuple[int, Column]]:
    """The columns that put people into groups, with their places among all columns."""
    columns = analysis.consultation.columns
    return [(n, c) for n, c in enumerate(columns) if c.kind in _GROUPING and c.options]


def matches(visit: Visit, analysis: Analysis, want: Asked) -> Sequence[Match]:
    """The responses that are wanted: in order of number, or the nearest first for a meaning.

    Raises:
        InputInvalid: the address asks for what is not there.
    """
    if want.is_all:
        return [Match(n) for n in range(len(analysis.consultation.responses))]
    known = held(visit, want.analysed)
    wanted = _filter(analysis, want)
    mask = chosen(want.analysed, analysis.consultation, wanted, at=known.placed)
    brings = want.values["brings"]
    if brings in BRINGS:
        mask = mask & desk(visit).brings(visit.part("id"), str(want.number), brings)
    query = want.values["q"]
    if not query:
        return [Match(int(n)) for n in np.flatnonzero(mask)]
    if want.values["by"] == "meaning":
        hits = known.near(query, lambda: _near(visit, want.number, query))
    else:
        hits = search(want.analysed, query)
    return [Match(hit.response, hit.places) for hit in hits if mask[hit.response]]


def _near(visit: Visit, number: int, query: str) -> list[Hit]:
    sentences = desk(visit).sentences(visit.part("id"), str(number))
    encoder = desk(visit).encoder(visit.part("id"))
    return search_meaning(sentences, query, encoder, most=MOST_BY_MEANING, least=NEAR)


def _filter(analysis: Analysis, want: Asked) -> Filter:
    values = want.values
    sure, unsure = _SURE.get(values["sure"], (None, None))
    campaign = values["campaign"]
    columns = analysis.consultation.columns
    return Filter(
        answers={columns[place].name: (option,) for place, option in want.answers.items()},
        themes=_one(values["theme"]),
        stances=cast(tuple[Stance, ...], _of(Stance, "stance", values["stance"])),
        campaign={"any": True, "none": False}.get(campaign),
        campaigns=() if campaign in ("any", "none") else _one(campaign),
        outcomes=cast(tuple[Outcome, ...], _of(Outcome, "outcome", values["outcome"])),
        sure=sure,
        unsure=unsure,
        decided={"yes": True, "no": False}.get(values["checked"]),
    )


def _of(kind: object, name: str, value: str) -> tuple[str, ...]:
    if value and value not in get_args(kind):
        raise InputInvalid(f"There is no {name} {value!r}. Choose one of the list.")
    return _one(value)


def _one(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


def query_of(visit: Visit, **more: str) -> str:
    """The filters of the address as they are written in a link, without the page of the list."""
    kept = [
        (name, value)
        for name, value in visit.request.query_params.multi_items()
        if value and (name in FIELDS or (name[:1] == "c" and name[1:].isdecimal()))
    ]
    return urlencode([*kept, *((name, value) for name, value in more.items() if value)])


def neighbours(visit: Visit, analysis: Analysis, number: int) -> tuple[int | None, int | None]:
    """The responses before and after this one, among those that the filters of the address want."""
    want = asked(visit, analysis)
    count = len(analysis.consultation.responses)
    if want.is_all:
        return (number - 1 if number else None), (number + 1 if number + 1 < count else None)
    try:
        order = [match.number for match in matches(visit, analysis, want)]
    except InputInvalid:
        return None, None
    if number not in order:
        return None, None
    at = order.index(number)
    return (order[at - 1] if at else None), (order[at + 1] if at + 1 < len(order) else None)
