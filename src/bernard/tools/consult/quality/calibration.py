"""Whether the machine is right as often as its confidences say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bernard.tools.consult.quality.checks import Checks
from bernard.tools.consult.quality.types import Bin, Calibration
from bernard.tools.consult.types import Mapped

_BINS = 10


def calibration(checks: Checks, mapped: Sequence[Mapped]) -> Calibration | None:
    """The reliability table of the themes that the machine gave checked responses, in ten bins of one width.

    Returns:
        None where it gave none.

    Source: Guo et al. 2017, https://arxiv.org/abs/1706.04599, section 2 (expected calibration error).
    """
    column = {theme: place for place, theme in enumerate(checks.themes)}
    row = {number: place for place, number in enumerate(checks.numbers.tolist())}
    given = [
        (row[m.response], assigned)
        for m in mapped
        if m.response in row and m.outcome == "themes"
        for assigned in m.themes
        if assigned.theme in column
    ]
    if not given:
        return None
    weight = np.array([checks.design.weight[place] for place, _ in given])
    sure = np.array([assigned.confidence for _, assigned in given])
    right = np.array([checks.people[place, column[assigned.theme]] for place, assigned in given])
    which = np.clip((sure * _BINS).astype(int), 0, _BINS - 1)
    bins = [_bin(b, weight, sure, right, which == b) for b in range(_BINS) if (which == b).any()]
    heavy = [float(weight[which == round(b.low * _BINS)].sum()) for b in bins]
    apart = [abs(b.confidence - b.right) for b in bins]
    return Calibration(float(np.average(apart, weights=heavy)), tuple(bins))


def _bin(
    place: int,
    weight: np.ndarray[tuple[int], np.dtype[np.float64]],
    sure: np.ndarray[tuple[int], np.dtype[np.float64]],
    right: np.ndarray[tuple[int], np.dtype[np.float64]],
    inside: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> Bin:
    return Bin(
        low=place / _BINS,
        high=(place + 1) / _BINS,
        n=int(inside.sum()),
        confidence=float(np.average(sure[inside], weights=weight[inside])),
        right=float(np.average(right[inside], weights=weight[inside])),
    )
