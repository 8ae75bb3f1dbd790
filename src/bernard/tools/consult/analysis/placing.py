"""Which response is in which theme, as a table of yes and no, and which responses are counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.types import Analysed, Outcome, Stance, Theme

Mask = NDArray[np.bool_]
Campaigns = Literal["every", "once", "left out"]
STANCES: tuple[Stance, ...] = ("for", "against", "mixed", "unclear")


@dataclass(frozen=True)
class Placed:
    """Responses by themes.

    Attributes:
        themes: of the framework, each after the theme it is nested in.
        levels: how deep each is nested, from 0.
        parents: place of the theme each is nested in; -1 for none.
        matrix: shape (responses, themes). A theme holds also what the themes nested in it hold.
        outcomes: which responses have each outcome.
    """

    themes: tuple[Theme, ...]
    levels: tuple[int, ...]
    parents: tuple[int, ...]
    matrix: Mask
    outcomes: dict[Outcome, Mask]

    @property
    def said(self) -> Mask:
        """Responses that say something: what shares are shares of."""
        return ~self.outcomes["nothing said"]

    def of(self, theme: str) -> Mask:
        """Responses in this theme; none where the framework does not have it."""
        for place, one in enumerate(self.themes):
            if one.id == theme:
                column: Mask = self.matrix[:, place]
                return column
        return np.zeros(len(self.matrix), dtype=np.bool_)

    def stances(self) -> dict[Stance, Mask]:
        """Responses by where their themes stand.

        A response with themes for and themes against is `mixed`. One that has neither is `unclear`: a
        theme that people of both sides raise says nothing of the side of one of them.
        """
        held = {s: self._with_stance(s) for s in STANCES}
        both = held["for"] & held["against"]
        rest = self.said & ~(held["for"] | held["against"])
        return {
            "for": held["for"] & ~both,
            "against": held["against"] & ~both,
            "mixed": both,
            "unclear": rest,
        }

    def _with_stance(self, stance: Stance) -> Mask:
        places = [i for i, theme in enumerate(self.themes) if theme.stance == stance]
        return np.asarray(self.matrix[:, places].any(axis=1), dtype=np.bool_)


def placed(analysed: Analysed) -> Placed:
    """The mapping of a question as arrays."""
    themes, levels = _nested(analysed.framework.themes)
    places = {theme.id: i for i, theme in enumerate(themes)}
    parents = tuple(places.get(theme.parent or "", -1) for theme in themes)
    size = len(analysed.mapped)
    matrix = np.zeros((size, len(themes)), dtype=np.bool_)
    outcomes: dict[Outcome, Mask] = {
        name: np.zeros(size, dtype=np.bool_) for name in ("themes", "none of these", "nothing said")
    }
    for row, mapped in enumerate(analysed.mapped):
        outcomes[mapped.outcome][row] = True
        for assigned in mapped.themes:
            if (place := places.get(assigned.theme)) is not None:
                matrix[row, place] = True
    for place in reversed(range(len(themes))):
        if parents[place] >= 0:
            matrix[:, parents[place]] |= matrix[:, place]
    return Placed(themes, levels, parents, matrix, outcomes)


def counted(analysed: Analysed, campaigns: Campaigns = "every") -> Mask:
    """Which responses count.

    Args:
        campaigns: `every` response counts; or of each campaign its most typical response alone,
            `once`; or campaigns are `left out`.
    """
    mask = np.ones(len(analysed.texts), dtype=np.bool_)
    if campaigns == "every":
        return mask
    for campaign in analysed.campaigns:
        mask[list(campaign.members)] = False
        if campaigns == "once":
            mask[campaign.typical] = True
    return mask


def _nested(themes: tuple[Theme, ...]) -> tuple[tuple[Theme, ...], tuple[int, ...]]:
    """Themes in the framework's order, each followed by those nested in it."""
    known = {theme.id for theme in themes}
    under: dict[str, list[Theme]] = {}
    for theme in themes:
        parent = theme.parent if theme.parent in known and theme.parent != theme.id else None
        under.setdefault(parent or "", []).append(theme)
    order: list[Theme] = []
    levels: list[int] = []
    waiting = [(theme, 0) for theme in reversed(under.get("", []))]
    while waiting:
        theme, level = waiting.pop()
        order.append(theme)
        levels.append(level)
        waiting += [(child, level + 1) for child in reversed(under.get(theme.id, []))]
    # Themes nested in a ring hang from nothing; they are shown all the same.
    seen = {theme.id for theme in order}
    lost = [theme for theme in themes if theme.id not in seen]
    return (*order, *lost), (*levels, *[0] * len(lost))
