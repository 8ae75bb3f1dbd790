"""What is measured of a response, beside what is measured of those most like it.

One response may say a thing in words that no theme uses; that those like it stand near a theme says
that it does as well.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
NEAREST = 20
# Neighbours are looked for among so many, spread evenly, so that the time grows with the size alone.
_AMONG = 3_000
_BLOCK = 4_096
# How much more the nearer ones count.
_SHARPNESS = 8.0


def of_neighbours(whole: Floats, values: Floats, said: NDArray[np.bool_]) -> Floats:
    """The mean of `values` (rows by themes) over the rows nearest to each, itself left out.

    Args:
        whole: each row's unit vector. said: rows that have one; the others have no neighbours and get 0.
    """
    found = np.zeros_like(values)
    spoken = np.flatnonzero(said)
    among = spoken[np.linspace(0, len(spoken) - 1, min(len(spoken), _AMONG)).astype(np.int64)]
    count = min(NEAREST, len(among) - 1)
    if count < 1 or not values.shape[1]:
        return found
    for first in range(0, len(spoken), _BLOCK):
        rows = spoken[first : first + _BLOCK]
        like = whole[rows] @ whole[among].T
        like[rows[:, None] == among[None, :]] = -2
        nearest = np.argpartition(-like, count - 1, axis=1)[:, :count]
        weights = np.exp(np.take_along_axis(like, nearest, axis=1) * np.float32(_SHARPNESS))
        weights /= weights.sum(axis=1, keepdims=True)
        found[rows] = np.einsum("rk,rkt->rt", weights, values[among[nearest]])
    return found
