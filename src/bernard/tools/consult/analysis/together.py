"""Which themes are said together more often, or less, than chance would have it."""

from __future__ import annotations

from itertools import combinations

import msgspec
import numpy as np

from bernard.tools.consult.analysis.holding_back import SMALLEST
from bernard.tools.consult.analysis.intervals import by_chance, holm, lift
from bernard.tools.consult.analysis.placing import Campaigns, Mask, Placed, counted, placed
from bernard.tools.consult.types import Analysed


class Pair(msgspec.Struct, frozen=True):
    """Two themes.

    Attributes:
        one, other: their ids. `both`: how many responses say both.
        share: of those who say the first, how many say the second too; `back` the other way round.
        lift: how many times as often as chance would have it, with its 95% interval.
        probability: of a link like it by chance, corrected for how many pairs there are (Holm).
    """

    one: str
    other: str
    both: int
    share: float
    back: float
    lift: float
    low: float
    high: float
    probability: float


def said_together(
    analysed: Analysed,
    *,
    where: Mask | None = None,
    campaigns: Campaigns = "every",
    smallest: int = SMALLEST,
    at: Placed | None = None,
) -> list[Pair]:
    """Pairs of themes that `smallest` responses or more say both, strongest link first.

    A theme and one that it is nested in are no pair: they always come together.
    """
    at = at or placed(analysed)
    said = at.said & counted(analysed, campaigns)
    if where is not None:
        said = said & where
    matrix = at.matrix[said].astype(np.float32)
    both = np.rint(matrix.T @ matrix).astype(np.int64)
    of, alone = int(said.sum()), np.diag(both)
    pairs = [
        (a, b) for a, b in combinations(range(len(at.themes)), 2) if not _nested(at.parents, a, b)
    ]
    chances = holm(
        [
            by_chance(
                int(both[a, b]), int(alone[a]), int(alone[b] - both[a, b]), int(of - alone[a])
            )
            for a, b in pairs
        ]
    )
    made = []
    for (a, b), chance in zip(pairs, chances, strict=True):
        k, n, m = int(both[a, b]), int(alone[a]), int(alone[b])
        if k >= max(1, smallest):
            found = lift(k, n, m, of)
            made.append(
                Pair(at.themes[a].id, at.themes[b].id, k, k / n, k / m, *found, probability=chance)
            )
    return sorted(made, key=lambda p: (-p.low if p.lift >= 1 else p.high, -p.both, p.one, p.other))


def _nested(parents: tuple[int, ...], a: int, b: int) -> bool:
    for low, high in ((a, b), (b, a)):
        seen: set[int] = set()
        while (low := parents[low]) >= 0 and low not in seen:
            if low == high:
                return True
            seen.add(low)
    return False
