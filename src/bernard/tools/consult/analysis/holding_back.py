"""Small counts of a table are held back, and so many more that subtracting finds none of them.

A count from 1 to `smallest` - 1 is held back, and every count of a group of people so small. Those who
gave no answer are no group of people: their counts are held back only to protect others. Totals are shown, so what is held back in a row must leave doubt: at least two counts of a row are held back
or none, and together they come to `smallest` or more, so that each small one could be any other small
number. A theme that holds others is held back wherever one of those is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bernard.errors import InputInvalid
from bernard.tools.consult.analysis.placing import Mask

SMALLEST = 5
HELD_BACK_NOTE = (
    "Counts from 1 to {most} are held back, and some others with them, so that no count held back can be "
    "found by subtracting."
)


class Held(NamedTuple):
    """What is held back: sizes of groups, shape (groups,), and counts, shape (rows, groups)."""

    groups: Mask
    cells: Mask


def held_back(
    cells: NDArray[np.int64],
    groups: NDArray[np.int64],
    parents: Sequence[int],
    smallest: int,
    named: Mask | None = None,
) -> Held:
    """What to hold back of a table whose rows and groups add up to totals that are shown.

    Args:
        cells: shape (rows, groups), how many of each group are in each row.
        groups: how many there are of each group.
        parents: for each row the place of the row that holds it, -1 for none.
        smallest: the smallest count that is shown; 1 shows all.
        named: which groups are groups of people; all by default.

    Raises:
        InputInvalid: `smallest` is under 1.
    """
    if smallest < 1:
        raise InputInvalid(f"The smallest count to show is {smallest}; it must be 1 or more.")
    people = np.ones(groups.shape, np.bool_) if named is None else named
    few = (groups > 0) & (groups < smallest) & people
    hidden_groups = protected(groups, few, smallest, ~people)
    small = (cells > 0) & (cells < smallest) & people
    hidden = small | hidden_groups[None, :]
    caps = np.where(hidden_groups, groups.sum(), groups)
    before = -1
    while int(hidden.sum()) != before:
        before = int(hidden.sum())
        for row, parent in reversed(list(enumerate(parents))):
            if parent >= 0:
                hidden[parent] |= hidden[row] & (cells[row] > 0)
        low, high = _reach(cells, hidden, caps, parents)
        most = np.minimum(smallest - 1, cells.sum(axis=1))[:, None]
        told = (small & ((low > 1) | (high < most))).any(axis=1)
        for row in range(len(cells)):
            cheap = ~people | _kin(hidden, parents, row)
            hidden[row] = protected(cells[row], hidden[row], smallest, cheap)
            if told[row] and not hidden[row].all():
                hidden[row, _cheapest(cells[row], hidden[row], cheap)] = True
    return Held(hidden_groups, hidden)


def protected(
    values: NDArray[np.int64], hidden: Mask, smallest: int, cheap: Mask | None = None
) -> Mask:
    """What to hold back of numbers whose total is shown, given that these are.

    Args:
        cheap: what to hold back first where more is needed.

    >>> protected(np.array([3, 40, 7, 50]), np.array([True, False, False, False]), 5).tolist()
    [True, False, True, False]
    """
    hidden = hidden.copy()
    while hidden.any() and not hidden.all():
        if hidden.sum() > 1 and values[hidden].sum() >= smallest:
            break
        hidden[_cheapest(values, hidden, cheap)] = True
    return hidden


def _cheapest(values: NDArray[np.int64], hidden: Mask, cheap: Mask | None) -> int:
    """The smallest that is not nothing tells the reader least; nothing is taken when all else is."""
    cost = np.where(values > 0, values, values.max() + 1.0)
    if cheap is not None:
        cost = np.where(cheap & (values > 0), cost - values.max() - 2.0, cost)
    return int(np.argmin(np.where(hidden, np.inf, cost)))


def _kin(hidden: Mask, parents: Sequence[int], row: int) -> Mask:
    """Where rows that hold this one, or that it holds, are held back: there it costs least."""
    made = hidden[parents[row]].copy() if parents[row] >= 0 else np.zeros(hidden.shape[1], np.bool_)
    for other, parent in enumerate(parents):
        if parent == row or (parent >= 0 and parent == parents[row]):
            made |= hidden[other]
    return made


def _reach(
    cells: NDArray[np.int64], hidden: Mask, caps: NDArray[np.int64], parents: Sequence[int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The least and the most that each count can be, for all that a reader of the table can tell.

    A row comes to its total; a count is not more than its group, nor than that of a theme that holds
    it. Each of these narrows the others, so they are gone through until nothing changes.
    """
    low = np.where(hidden, 0, cells)
    high = np.where(hidden, caps[None, :], cells)
    totals = cells.sum(axis=1, keepdims=True)
    for _ in range(2 * sum(cells.shape)):
        before = (low.copy(), high.copy())
        low = np.maximum(low, totals - (high.sum(axis=1, keepdims=True) - high))
        high = np.minimum(high, totals - (low.sum(axis=1, keepdims=True) - low))
        for row, parent in enumerate(parents):
            if parent >= 0:
                low[parent] = np.maximum(low[parent], low[row])
                high[row] = np.minimum(high[row], high[parent])
        if np.array_equal(before[0], low) and np.array_equal(before[1], high):
            break
    return low, high
