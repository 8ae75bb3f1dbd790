"""Estimates from a sample of a finite number of responses, with their 95% intervals.

Every figure is a ratio of two sums over the sample, each response weighted by how many it stands for. Its
variance follows by linearisation, within strata, with what has been read already taken off; its interval is
Wilson's, for as many yes-or-no answers as would vary as much. So figures near 0 and 1, small samples and
samples without a single error get intervals that are neither empty nor outside 0 and 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.quality.types import Estimate
from bernard.tools.consult.wilson import Z, wilson

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Design:
    """How the responses that were checked stand for the rest.

    Attributes:
        weight: for each checked response, how many it stands for.
        stratum: for each checked response, its stratum.
        left: for each stratum, the share of it that was not checked; 0 where one stands for all by design.
    """

    weight: Numbers
    stratum: NDArray[np.int64]
    left: Numbers

    def only(self, rows: NDArray[np.int64]) -> Design:
        """The same for some of the responses that were checked."""
        return Design(self.weight[rows], self.stratum[rows], self.left)


def ratio(above: Numbers, below: Numbers, design: Design) -> Estimate | None:
    """The sum of `above` over the sum of `below` in all responses, estimated from the checked ones.

    Args:
        above, below: a value for each checked response, with 0 <= above <= below.

    Returns:
        None where `below` is nothing.

    Source: Korn & Graubard 1998, Survey Methodology 24:193-201 (Wilson's interval in their place of the exact
    one, as Dean & Pagano 2015, https://doi.org/10.1093/jssam/smv024, advise); Cochran 1977, Sampling
    Techniques, sections 5A and 6.3.
    """
    total = float(design.weight @ below)
    if total <= 0:
        return None
    value = min(max(float(design.weight @ above) / total, 0.0), 1.0)
    n = int(np.count_nonzero(below))
    if not (design.left[design.stratum] * below).any():
        return Estimate(value, value, value, n)
    variance = _variance(design.weight * (above - value * below), design) / total**2
    effective = value * (1 - value) / variance if variance > 1e-12 else _even(below, design)
    return Estimate(value, *wilson(value, effective, _quantile(n - 1)), n)


def _variance(residual: Numbers, design: Design) -> float:
    """Of the sum of the residuals, drawn anew within strata."""
    count = np.bincount(design.stratum, minlength=len(design.left)).astype(float)
    mean = np.bincount(design.stratum, residual, len(design.left)) / np.maximum(count, 1)
    apart = (residual - np.where(count > 1, mean, 0.0)[design.stratum]) ** 2
    squares = np.bincount(design.stratum, apart, len(design.left))
    return float((design.left * squares * count / np.maximum(count - 1, 1)).sum())


def _even(below: Numbers, design: Design) -> float:
    """To how many answers these weights amount, where no two answers differ."""
    weighed = design.weight * below
    squares = float((design.left[design.stratum] * weighed**2).sum())
    return float(weighed.sum()) ** 2 / squares


def _quantile(freedom: int) -> float:
    """The 97.5% quantile of Student's t, which is wider than the normal one for small samples.

    Source: Abramowitz & Stegun 1964, formula 26.7.5.
    """
    v = max(freedom, 3)
    first = (Z**3 + Z) / 4
    second = (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96
    third = (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384
    return Z + first / v + second / v**2 + third / v**3


def f1(common: Numbers, either: Numbers, design: Design) -> Estimate | None:
    """F1 from what two sides share and what either gives.

    F1 is 2J/(1+J) of that proportion J, so the ends of J's interval give those of F1.

    Source: Hand, Christen & Kirielle 2021, https://doi.org/10.1007/s10994-021-05964-1, section 3.
    """
    found = ratio(common, either, design)
    if found is None:
        return None
    value, low, high = (2 * j / (1 + j) for j in (found.value, found.low, found.high))
    return Estimate(value, low, high, found.n)


def together(parts: list[tuple[float, Estimate]]) -> Estimate:
    """The weighted sum of estimates that do not depend on one another.

    Source: Zou & Donner 2008, https://doi.org/10.1002/sim.3095 (MOVER).
    """
    value = sum(weight * part.value for weight, part in parts)
    below = math.sqrt(sum((weight * (part.value - part.low)) ** 2 for weight, part in parts))
    above = math.sqrt(sum((weight * (part.high - part.value)) ** 2 for weight, part in parts))
    low, high = max(0.0, value - below), min(1.0, value + above)
    return Estimate(value, low, high, sum(part.n for _, part in parts))
