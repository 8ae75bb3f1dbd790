"""Krippendorff's alpha: how far readers agree, beyond what chance would bring about.

Source: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability,
https://repository.upenn.edu/asc_papers/43; the distance between sets from Passonneau 2006, Measuring Agreement
on Set-valued Items (MASI), LREC 2006.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.quality.estimates import Numbers
from bernard.tools.consult.quality.types import Estimate

V = TypeVar("V", bound=Hashable)
_ROUNDS = 1000
_SEED = 20_260_101
# So many units at a time are drawn again, so that a large sample does not fill the memory.
_AT_ONCE = 2_000_000


def nominal(one: Hashable, other: Hashable) -> float:
    """0 for the same value, 1 for different ones."""
    return float(one != other)


def masi(one: frozenset[str], other: frozenset[str]) -> float:
    """The distance between two sets: 0 for the same, 1 where nothing is shared.

    >>> masi(frozenset("ab"), frozenset("abc"))
    0.5555555555555556
    """
    if one == other:
        return 0.0
    shared = one & other
    if not shared:
        return 1.0
    return 1 - len(shared) / len(one | other) * (2 / 3 if shared in (one, other) else 1 / 3)


def alpha(
    units: Sequence[Sequence[V]], distance: Callable[[V, V], float] = nominal
) -> Estimate | None:
    """Alpha of what readers said of each unit, with the 95% interval of 1,000 seeded bootstrap samples of units.

    Args:
        units: for each unit the values its readers gave it; units with one reader do not count.

    Returns:
        None where there is nothing to compare, or where all values are the same.
    """
    paired = [unit for unit in units if len(unit) > 1]
    values = list(dict.fromkeys(value for unit in paired for value in unit))
    if len(values) < 2:
        return None
    counts = _counts(paired, values)
    apart = np.array([[distance(a, b) for b in values] for a in values])
    pairs = counts.sum(axis=1)
    within = ((counts @ apart) * counts).sum(axis=1) / (pairs - 1)
    value = float(_alpha(np.ones((1, len(paired))), counts, within, apart)[0])
    drawn = _again(counts, within, apart)
    low, high = np.quantile(drawn, (0.025, 0.975)) if len(drawn) else (-1.0, 1.0)
    return Estimate(value, min(float(low), value), max(float(high), value), len(paired))


def _counts(units: Sequence[Sequence[V]], values: Sequence[V]) -> Numbers:
    """How many readers gave each value to each unit."""
    place = {value: column for column, value in enumerate(values)}
    counts = np.zeros((len(units), len(values)))
    for row, unit in enumerate(units):
        for value in unit:
            counts[row, place[value]] += 1
    return counts


def _alpha(times: Numbers, counts: Numbers, within: Numbers, apart: Numbers) -> Numbers:
    """Alpha of samples that hold each unit so many times; NaN where nothing differs."""
    totals = times @ counts
    n = totals.sum(axis=1)
    observed = times @ within
    expected = ((totals @ apart) * totals).sum(axis=1) / np.maximum(n - 1, 1)
    return np.asarray(
        1 - np.divide(observed, expected, np.full(len(n), np.nan), where=expected > 0)
    )


def _again(counts: Numbers, within: Numbers, apart: Numbers) -> Numbers:
    """Alpha of bootstrap samples of the units, without those in which nothing differs."""
    units = len(within)
    random = np.random.default_rng(_SEED)
    rounds = max(1, min(_ROUNDS, _AT_ONCE // units))
    found: list[Numbers] = []
    for start in range(0, _ROUNDS, rounds):
        size = min(rounds, _ROUNDS - start)
        found.append(_alpha(_resampled(random, units, size), counts, within, apart))
    every = np.concatenate(found)
    return np.asarray(every[~np.isnan(every)])


def _resampled(random: np.random.Generator, units: int, size: int) -> Numbers:
    """How often each unit is in each of `size` samples."""
    drawn: NDArray[np.int64] = random.integers(0, units, (size, units))
    drawn += np.arange(size)[:, None] * units
    counted = np.bincount(drawn.ravel(), minlength=size * units)
    return counted.reshape(size, units).astype(float)
