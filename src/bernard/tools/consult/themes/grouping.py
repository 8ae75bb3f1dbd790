"""Sentences put into groups of like meaning."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from bernard.tools.consult.themes.space import Floats

Labels = NDArray[np.int64]
_SEED = 0
_STARTS = 5


def expected_themes(responses: int) -> int:
    """About as many themes as a person makes of so many responses: 9 of 100, 14 of 1,000, 30 at most."""
    return int(np.clip(round(3.3 * responses**0.21), 1, 30))


def grouped(space: Floats, groups: int) -> Labels:
    """The number of a group for each row, from 0; the same for the same rows on any machine's threads."""
    distinct = len(np.unique(space.round(5), axis=0))
    groups = min(groups, distinct)
    if groups < 2:
        return np.zeros(len(space), np.int64)
    with threadpool_limits(1):
        fitted = KMeans(groups, n_init=_STARTS, random_state=_SEED).fit(space)
    return np.asarray(fitted.labels_, np.int64)
