"""One theme: what it is, how many say it, in whose words, and every response in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace
from starlette.responses import Response

from bernard.errors import NotFound
from bernard.tools.consult.analysis import Pair, Table, cross_tabulate, quotes
from bernard.tools.consult.types import (
    Analysed,
    Analysis,
    Assigned,
    FoundTheme,
    Mapped,
    Quote,
    Span,
    Theme,
)
from bernard.web.consult_held import Held
from bernard.web.consult_paging import paged
from bernard.web.consult_text import Bit, bits, how_sure, quoted
from bernard.web.consult_visit import held, mine, opened, question
from bernard.web.pages.consulting_filters import groupings
from bernard.web.pages.consulting_responses import Choice
from bernard.web.pages.consulting_results import share
from bernard.web.visit import Visit

MOST_QUOTES = 5
AROUND = 160
ORDERS = {"": "As in the file", "sure": "Surest first", "unsure": "Least sure first"}


@dataclass(frozen=True)
class Said:
    """A quote and the response that it is from."""

    number: int
    id: str
    words: str


@dataclass(frozen=True)
class Member:
    """A response in the theme, its sentence marked.

    Attributes:
        before, after: whether words are left out at either end.
    """

    number: int
    id: str
    bits: list[Bit]
    before: bool
    after: bool
    sure: str
    confidence: float
    by: str


def show(visit: Visit) -> Response:
    """A theme."""
    own = mine(visit)
    analysis = opened(visit, own)
    number, analysed = question(visit, analysis)
    known = held(visit, analysed)
    id = visit.part("theme")
    counts = next((one for one in known.counts.themes if one.id == id), None)
    if counts is None:
        raise NotFound("The framework has no such theme. It may have been merged or discarded.")
    order = visit.query("order") if visit.query("order") in ORDERS else ""
    by = _grouping(visit, analysis)
    query = "&".join(part for part in (f"order={order}" * bool(order), f"by={by.value}") if part)
    shown = paged(visit, _members(known, id, order), query)
    found = next((one for one in analysed.found.themes if one.theme.id == id), None)
    return visit.page(
        "consult_theme.html",
        own=own,
        place="themes",
        number=number,
        theme=counts,
        column=analysed.column,
        typical=_said(analysis, analysed, _typical(analysed, id, found)),
        distinctive=_said(analysis, analysed, found.distinctive[:MOST_QUOTES] if found else ()),
        words=found.words if found else (),
        under=[one for one in known.counts.themes if one.parent == id],
        together=_together(known, id),
        shown=shown,
        members=[_member(analysis, analysed, n, a) for n, a in shown.rows],
        order=Choice("order", "Order", order, list(ORDERS.items())),
        by=by,
        groups=_groups(analysis, known, id, by),
        share=share,
    )


def _together(known: Held, id: str) -> list[tuple[Theme, Pair]]:
    """The themes that are said with this one more often than chance would have it."""
    themes = {theme.id: theme for theme in known.analysed.framework.themes}
    pairs = [pair for pair in known.together if id in (pair.one, pair.other) and pair.low > 1]
    return [
        (themes[pair.other if pair.one == id else pair.one], pair) for pair in pairs[:MOST_QUOTES]
    ]


def _typical(analysed: Analysed, id: str, found: FoundTheme | None) -> Sequence[Quote]:
    """As found; of a theme that a person made, the sentences that the machine is surest of."""
    if found and found.typical:
        return found.typical[:MOST_QUOTES]
    return quotes(analysed, id, most=MOST_QUOTES)


def _said(analysis: Analysis, analysed: Analysed, given: Sequence[Quote]) -> list[Said]:
    responses = analysis.consultation.responses
    return [
        Said(q.response, responses[q.response].id, quoted(analysed.texts, analysed.personal, q))
        for q in given
    ]


def _members(known: Held, id: str, order: str) -> list[tuple[int, Assigned]]:
    """The responses in a theme or in one nested in it, each with what put it there."""
    under = {one.id for one in known.counts.themes if one.parent == id} | {id}
    numbers = np.flatnonzero(known.placed.of(id))
    found = [(int(n), _surest(known.analysed.mapped[int(n)], under)) for n in numbers]
    kept = [(n, one) for n, one in found if one is not None]
    if order:
        sign = -1 if order == "sure" else 1
        kept.sort(key=lambda pair: (sign * pair[1].confidence, pair[0]))
    return kept


def _surest(mapped: Mapped, ids: set[str]) -> Assigned | None:
    found = [one for one in mapped.themes if one.theme in ids]
    return max(found, key=lambda one: one.confidence) if found else None


def _member(analysis: Analysis, analysed: Analysed, number: int, one: Assigned) -> Member:
    text = analysed.texts[number]
    start = _back(text, one.start - AROUND) if one.start > AROUND else 0
    end = _on(text, one.end + AROUND) if one.end + AROUND < len(text) else len(text)
    marks = [(0, Span(one.start, one.end))] if one.end > one.start else []
    return Member(
        number,
        analysis.consultation.responses[number].id,
        bits(text, analysed.personal[number], marks, window=Span(start, end)),
        start > 0,
        end < len(text),
        how_sure(one),
        one.confidence,
        one.by,
    )


def _back(text: str, at: int) -> int:
    """The beginning of a word near a place."""
    found = text.rfind(" ", max(0, at - 40), at)
    return found + 1 if found >= 0 else at


def _on(text: str, at: int) -> int:
    """The end of a word near a place."""
    found = text.find(" ", at, at + 40)
    return found if found >= 0 else at


def _grouping(visit: Visit, analysis: Analysis) -> Choice:
    """The column to compare groups by: the one asked for, else the first about people."""
    columns = groupings(analysis)
    options = [(str(place), column.question) for place, column in columns]
    about = [str(place) for place, column in columns if column.kind == "demographic"]
    asked = visit.query("by")
    value = asked if asked in dict(options) else next(iter(about or dict(options)), "")
    return Choice("by", "Compare groups by", value, options)


def _groups(analysis: Analysis, known: Held, id: str, by: Choice) -> Table | None:
    """The theme in each group, as in the table of all themes, so that as little is held back."""
    if not by.value:
        return None
    column = analysis.consultation.columns[int(by.value)].name
    table = cross_tabulate(known.analysed, analysis.consultation, column, at=known.placed)
    return replace(table, rows=tuple(row for row in table.rows if row.theme == id))
