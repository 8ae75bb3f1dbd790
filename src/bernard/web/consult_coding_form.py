"""A response and the form to say which themes it holds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from msgspec import UNSET

from bernard.errors import InputInvalid
from bernard.tools.consult.framework import Rename, State
from bernard.tools.consult.sentences import pieces
from bernard.tools.consult.types import Decided, Mapped, Outcome, Span, Theme
from bernard.web.consult_text import MOST_SHOWN, Bit, bits
from bernard.web.consult_themes import Asked
from bernard.web.visit import Visit, whole_number

MOST_SENTENCES = 100
NONE: Outcome = "none of these"
NOTHING: Outcome = "nothing said"


class Ticked(NamedTuple):
    """A theme of the form."""

    id: str
    title: str
    description: str
    parent: str
    ticked: bool
    sentence: str


@dataclass(frozen=True)
class Coding:
    """A response to be decided.

    Attributes:
        text: what is shown of it. `sentences`: to choose from by their number from 1.
        rest: where the text after what is shown begins; None where there is none.
        earlier: where the part before begins.
        outcome: what was ticked in the place of themes; empty where themes were, or nothing.
    """

    number: int
    text: list[Bit]
    sentences: list[list[Bit]]
    length: int
    earlier: int | None
    rest: int | None
    themes: list[Ticked]
    outcome: str


def coding(
    visit: Visit, of: Asked, number: int, before: Decided | Mapped | None, *, blind: bool
) -> Coding:
    """A response and its form, filled as the person sent it, or else as it was decided before.

    Args:
        blind: leave out what the machine wrote about a theme, since it quotes responses of that theme.
    """
    text, personal = of.analysed.texts[number], of.analysed.personal[number]
    start = min(visit.number("from") or 0, len(text))
    end = min(start + MOST_SHOWN, len(text))
    spans = _sentences(text)
    ticked, chosen, outcome = _before(before, spans)
    if visit.form.fields:
        ticked = set(visit.form.texts("theme"))
        chosen = {id: visit.form.text(f"sentence-{id}") for id in of.state.themes}
        outcome = next((one for one in (NONE, NOTHING) if one in ticked), "")
    titles = {theme.id: theme.title for theme in of.framework.themes}
    return Coding(
        number,
        bits(text, personal, window=Span(start, end)),
        [bits(text, personal, window=span) for span in spans],
        len(text),
        max(0, start - MOST_SHOWN) if start else None,
        end if end < len(text) else None,
        [
            Ticked(
                theme.id,
                theme.title,
                "" if blind and _is_machines(of.state, theme) else theme.description,
                titles.get(theme.parent or "", ""),
                theme.id in ticked,
                chosen.get(theme.id, ""),
            )
            for theme in of.framework.themes
        ],
        outcome,
    )


def _is_machines(state: State, theme: Theme) -> bool:
    """Whether the description of a theme is as the machine wrote it."""
    worded = any(
        isinstance(line.change, Rename)
        and line.change.theme == theme.id
        and line.change.description is not UNSET
        and not line.undone_by
        for line in state.history
    )
    return theme.origin == "found" and not worded


def _before(
    before: Decided | Mapped | None, spans: Sequence[Span]
) -> tuple[set[str], dict[str, str], str]:
    """What is ticked, the number of each chosen sentence, and the outcome that is no theme."""
    if before is None:
        return set(), {}, ""
    places: dict[str, Span | None]
    if isinstance(before, Decided):
        places = before.themes
    else:
        places = {one.theme: Span(one.start, one.end) for one in before.themes}
    starts = {span.start: str(n) for n, span in enumerate(spans, 1)}
    chosen = {id: starts.get(span.start, "") for id, span in places.items() if span}
    return set(places), chosen, "" if before.outcome == "themes" else before.outcome


def decided_of(visit: Visit, of: Asked, number: int, *, blind: bool) -> Decided:
    """What the form says.

    Raises:
        InputInvalid: it says nothing, or two things that cannot both hold.
    """
    ticked = visit.form.texts("theme")
    chosen = [one for one in ticked if one in of.state.themes]
    others = [one for one in ticked if one in (NONE, NOTHING)]
    if not ticked:
        raise InputInvalid("Tick the themes that the response holds, or one of the two last lines.")
    if len(chosen) + len(others) != len(ticked):
        raise InputInvalid("A theme that you ticked has left the framework. Look again, then save.")
    if others and len(ticked) > 1:
        raise InputInvalid("Tick either themes or one of the two last lines, not both.")
    spans = _sentences(of.analysed.texts[number])
    themes = {id: _span(visit.form.text(f"sentence-{id}").strip(), spans) for id in chosen}
    outcome: Outcome = "themes" if chosen else NONE if NONE in others else NOTHING
    return Decided(number, outcome, themes, visit.account.name, time.time(), blind)


def _span(text: str, spans: Sequence[Span]) -> Span | None:
    if not text:
        return None
    number = whole_number(text)
    if not number or number > len(spans):
        raise InputInvalid(
            f"A sentence is a number from 1 to {len(spans)}, or left empty; {text[:20]!r} is not."
        )
    return spans[number - 1]


def _sentences(text: str) -> list[Span]:
    return list(islice(pieces(text), MOST_SENTENCES))
