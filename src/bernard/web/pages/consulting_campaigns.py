"""Campaigns: texts that many sent, and what each of them added of their own."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from bernard.errors import NotFound
from bernard.tools.consult.types import Analysed, Analysis, Campaign, Span
from bernard.web.consult_paging import paged
from bernard.web.consult_text import MOST_SHOWN, Bit, bits
from bernard.web.consult_visit import mine, opened, question
from bernard.web.visit import Visit

START = 300
LONGEST_OWN = 600


@dataclass(frozen=True)
class ShownCampaign:
    """A campaign in the list.

    Attributes:
        count: of its members. `added`: of those that added words of their own.
        start: how its text begins, masked.
    """

    id: str
    count: int
    added: int
    start: list[Bit]


@dataclass(frozen=True)
class Member:
    """A response of a campaign; `own` are the stretches that it added."""

    number: int
    id: str
    own: list[list[Bit]]


def show_list(visit: Visit) -> Response:
    """Every campaign in the responses to a question, the largest first."""
    own = mine(visit)
    number, analysed = question(visit, opened(visit, own))
    shown = paged(visit, analysed.campaigns)
    return visit.page(
        "consult_campaigns.html",
        own=own,
        place="campaigns",
        number=number,
        column=analysed.column,
        shown=shown,
        rows=[_shown(analysed, campaign) for campaign in shown.rows],
    )


def show(visit: Visit) -> Response:
    """One campaign: the text that is shared, and what each of its members added."""
    own = mine(visit)
    analysis = opened(visit, own)
    number, analysed = question(visit, analysis)
    id = visit.part("campaign")
    campaign = next((one for one in analysed.campaigns if one.id == id), None)
    if campaign is None:
        raise NotFound("The question has no such campaign.")
    only = visit.query("only") == "own"
    places = [
        (n, spans)
        for n, spans in zip(campaign.members, campaign.own, strict=True)
        if spans or not only
    ]
    shown = paged(visit, places, "only=own" if only else "")
    return visit.page(
        "consult_campaign.html",
        own=own,
        place="campaigns",
        number=number,
        campaign=_shown(analysed, campaign),
        text=_text(analysed, campaign),
        only=only,
        shown=shown,
        members=[_member(analysis, analysed, n, spans) for n, spans in shown.rows],
    )


def _shown(analysed: Analysed, campaign: Campaign) -> ShownCampaign:
    n = campaign.typical
    end = min(START, len(analysed.texts[n]))
    start = bits(analysed.texts[n], analysed.personal[n], window=Span(0, end))
    return ShownCampaign(campaign.id, len(campaign.members), sum(map(bool, campaign.own)), start)


def _text(analysed: Analysed, campaign: Campaign) -> list[Bit]:
    """The typical member's text, with what is shared marked so."""
    n = campaign.typical
    window = Span(0, min(MOST_SHOWN, len(analysed.texts[n])))
    return bits(analysed.texts[n], analysed.personal[n], (), campaign.shared, window)


def _member(analysis: Analysis, analysed: Analysed, number: int, spans: tuple[Span, ...]) -> Member:
    text, personal = analysed.texts[number], analysed.personal[number]
    stretches = [
        bits(text, personal, window=Span(span.start, min(span.end, span.start + LONGEST_OWN)))
        for span in spans[:5]
    ]
    return Member(number, analysis.consultation.responses[number].id, stretches)
