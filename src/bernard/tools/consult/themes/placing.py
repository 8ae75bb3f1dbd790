"""Every sentence put with the group whose sentences are most like it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.themes.grouping import Labels, middles
from bernard.tools.consult.themes.space import Floats

_BLOCK = 8_192
# How steeply a grouped sentence counts for less the further away it is.
_STEEP = np.float32(12.0)
# A sentence this far from the middle of its group says something else.
_FARTHEST = 0.1


@dataclass(frozen=True)
class Placed:
    """Where each sentence belongs. One entry for each of `rows`.

    Attributes:
        rows: numbers of sentences.
        group: the group each is put with; -1 where it is like none.
        near: how near the middle of that group it is.
        margin: how much nearer than to the next group's.
    """

    rows: NDArray[np.int64]
    group: Labels
    near: Floats
    margin: Floats


def place(
    rows: NDArray[np.int64],
    spaces: Callable[[NDArray[np.int64]], Floats],
    sample: NDArray[np.int64],
    labels: Labels,
    farthest: float = _FARTHEST,
) -> Placed:
    """Put these sentences with the groups that the sample was put into.

    Args:
        spaces: vectors of the sentences with these numbers.
        farthest: a sentence whose nearness to its group's middle is less belongs to none.
    """
    grouped = spaces(sample)
    own = middles(grouped, labels)
    belongs = np.eye(len(own), dtype=np.float32)[labels]
    groups, nears, margins = [], [], []
    for at in range(0, len(rows), _BLOCK):
        vectors = spaces(rows[at : at + _BLOCK])
        votes = _alike(vectors, grouped) @ belongs
        group, to_middles = votes.argmax(axis=1), vectors @ own.T
        near = np.take_along_axis(to_middles, group[:, None], 1)[:, 0]
        np.put_along_axis(to_middles, group[:, None], -1.0, 1)
        groups.append(np.where(near < farthest, -1, group))
        nears.append(near)
        margins.append(near - to_middles.max(axis=1))
    return Placed(rows, np.concatenate(groups), np.concatenate(nears), np.concatenate(margins))


def _alike(vectors: Floats, others: Floats) -> Floats:
    """How much each says for each of the others; worked out in one place, as there are millions."""
    likeness = vectors @ others.T
    likeness -= 1
    likeness *= _STEEP
    np.exp(likeness, out=likeness)
    return likeness
