"""The answer for one response from its probabilities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.types import Assigned, Mapped, Outcome

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Chances:
    """What is known of one response.

    Attributes:
        themes: probability of each theme. none: that none fits.
        given: whether each theme is given. doubt: probability that the true set is another.
        place: gives the sentence for a theme, by its column.
        first: the first sentence.
    """

    themes: Doubles
    none: float
    given: NDArray[np.bool_]
    doubt: float
    place: Callable[[int], tuple[int, int]]
    first: tuple[int, int]


class Answering:
    """Probabilities as answers in terms of a framework."""

    def __init__(self, ids: Sequence[str], stands: dict[Outcome, str]) -> None:
        """Take the ids of the columns, and the framework's own themes for outcomes."""
        self._ids = ids
        self._stands = stands

    def of(self, response: int, chances: Chances) -> Mapped:
        """The answer for a response that says something."""
        columns = np.flatnonzero(chances.given)
        doubt = round(chances.doubt, 4)
        if not len(columns):
            none = round(chances.none, 4)
            stands = self._standing("none of these", none, chances.first)
            return Mapped(response, "none of these", stands, doubt)
        order = columns[np.argsort(-chances.themes[columns], kind="stable")]
        themes = tuple(
            Assigned(self._ids[c], round(float(chances.themes[c]), 4), *chances.place(c))
            for c in order
        )
        return Mapped(response, "themes", themes, doubt)

    def silent(self, response: int, first: tuple[int, int]) -> Mapped:
        """The answer for a response that says nothing."""
        stands = self._standing("nothing said", 1.0, first)
        return Mapped(response, "nothing said", stands, 0.0)

    def _standing(
        self, outcome: Outcome, confidence: float, first: tuple[int, int]
    ) -> tuple[Assigned, ...]:
        """The framework's own theme for an outcome, where it has one."""
        if outcome not in self._stands:
            return ()
        return (Assigned(self._stands[outcome], confidence, *first),)
