"""Small counts of a table are held back, and so many more that subtracting finds none of them.

A count from 1 to `smallest` - 1 is held back, and every count of a group of people so small. Totals
are shown, so what is held back in a row must leave doubt: at least two counts of a row are held back
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
    cells: NDArray[np.int64], groups: NDArray[np.int64], parents: Sequence[int], smallest: int
) -> Held:
    """What to hold back of a table whose rows and groups add up to totals that are shown.

    Args:
        cells: shape (rows, groups), how many of each group are in each row.
        groups: how many there are of each group.
        parents: for each row the place of the row that holds it, -1 for none.
        smallest: the smallest count that is shown; 1 shows all.

    Raises:
        InputInvalid: `smallest` is under 1.
    """
    if smallest < 1:
        raise InputInvalid(f"The smallest count to show is {smallest}; it must be 1 or more.")
    none = np.zeros(groups.shape, np.bool_)
    hidden_groups = protected(groups, (groups > 0) & (groups < smallest), smallest)
    hidden = ((cells > 0) & (cells < smallest)) | hidden_groups[None, :]
    before = -1
    while int(hidden.sum()) != before:
        before = int(hidden.sum())
        for row, parent in reversed(list(enumerate(parents))):
            if parent >= 0:
                hidden[parent] |= hidden[row] & (cells[row] > 0)
        for row in range(len(cells)):
            hidden[row] = protected(cells[row], hidden[row], smallest)
    return Held(hidden_groups if len(cells) else none | hidden_groups, hidden)


def protected(values: NDArray[np.int64], hidden: Mask, smallest: int) -> Mask:
    """What to hold back of numbers whose total is shown, given that these are.

    >>> protected(np.array([3, 40, 7, 50]), np.array([True, False, False, False]), 5).tolist()
    [True, False, True, False]
    """
    hidden = hidden.copy()
    while hidden.any() and not hidden.all():
        if hidden.sum() > 1 and values[hidden].sum() >= smallest:
            break
        # The smallest that is not nothing tells the reader least; nothing is taken when all else is.
        cost = np.where(hidden, np.inf, np.where(values > 0, values, values.max() + 1.0))
        hidden[int(np.argmin(cost))] = True
    return hidden
