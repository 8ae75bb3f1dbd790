"""How sure a share, a difference or a link between two counts is.

No statement here is about the public: those who answer a consultation chose to. An interval says how
far a figure could move if as many people of the same kind had answered again.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import exp, log, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.wilson import Z, wilson

_TIE = 1e-7


class Interval(NamedTuple):
    """A figure and the ends of its 95% interval."""

    value: float
    low: float
    high: float


def share(count: int, of: int) -> Interval:
    """A share with Wilson's score interval; all zero and one where there is nobody to count.

    >>> [round(x, 3) for x in share(5, 20)]
    [0.25, 0.112, 0.469]
    """
    p = count / of if of > 0 else 0.0
    return Interval(p, *wilson(p, of))


def difference(count: int, of: int, other: int, other_of: int) -> Interval:
    """One share minus another, of different people, with Newcombe's interval.

    >>> [round(x, 4) for x in difference(56, 70, 48, 80)]
    [0.2, 0.0524, 0.3339]

    Source: Newcombe 1998, Statistics in Medicine 17, 873-890, method 10.
    """
    one, two = share(count, of), share(other, other_of)
    value = one.value - two.value
    down = sqrt((one.value - one.low) ** 2 + (two.high - two.value) ** 2)
    up = sqrt((one.high - one.value) ** 2 + (two.value - two.low) ** 2)
    return Interval(value, max(-1.0, value - down), min(1.0, value + up))


def by_chance(count: int, of: int, other: int, other_of: int) -> float:
    """Probability of shares at least as far apart where nothing sets the two groups apart.

    >>> round(by_chance(1, 10, 9, 10), 6)
    0.001093

    Source: Fisher's exact test, two-sided by the sum of all tables no likelier than this one.
    """
    if of <= 0 or other_of <= 0:
        return 1.0
    logs, both = _log_factorials(_rounded_up(of + other_of)), count + other
    x = np.arange(max(0, both - other_of), min(both, of) + 1)
    terms = _choose(logs, of, x) + _choose(logs, other_of, both - x)
    terms -= terms.max()
    likely = np.exp(terms)
    here = terms[count - x[0]]
    return min(1.0, float(likely[terms <= here + _TIE].sum() / likely.sum()))


def holm(probabilities: Sequence[float]) -> list[float]:
    """The probabilities once all are looked at together: more questions find more by chance.

    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]

    Source: Holm 1979, Scandinavian Journal of Statistics 6, 65-70.
    """
    order = sorted(range(len(probabilities)), key=lambda i: (probabilities[i], i))
    corrected, most = [0.0] * len(probabilities), 0.0
    for place, index in enumerate(order):
        most = max(most, min(1.0, probabilities[index] * (len(probabilities) - place)))
        corrected[index] = most
    return corrected


def lift(both: int, one: int, other: int, of: int) -> Interval:
    """How many times as often two things come together as they would by chance.

    The interval is that of its logarithm (delta method over the four counts); half a response is
    added to the count of both, so that a pair that never comes has one too.
    """
    if not one or not other or not of:
        return Interval(0.0, 0.0, float("inf"))
    value = both * of / (one * other)
    p, a, b = (both + 0.5) / (of + 0.5), one / of, other / of
    spread = p * (1 / p - 1 / a - 1 / b) ** 2 + max(0, one - both) / of / a**2
    spread += max(0, other - both) / of / b**2 - 1
    half = Z * sqrt(max(0.0, spread) / of)
    middle = log(p / (a * b))
    return Interval(value, exp(middle - half), exp(middle + half))


def _choose(logs: NDArray[np.float64], n: int, k: NDArray[np.int64]) -> NDArray[np.float64]:
    made: NDArray[np.float64] = logs[n] - logs[k] - logs[n - k]
    return made


def _rounded_up(n: int) -> int:
    """Few sizes of the table of factorials, so that it is worth keeping."""
    return 1 << max(10, n.bit_length())


@lru_cache(maxsize=4)
def _log_factorials(n: int) -> NDArray[np.float64]:
    return np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, n + 1)))))
