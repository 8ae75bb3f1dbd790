"""Sentences put into groups of like meaning.

Each sentence is first drawn towards those nearest to it, so that groups follow where sentences lie
close together; then they are put into groups, groups that are too much alike are joined, and one
that holds too much is divided.
"""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.themes.space import Floats, unit

Labels = NDArray[np.int64]

MOST_THEMES = 30
_SEED = 0
_STARTS = 5
_NEIGHBOURS = 5
_ROUNDS = 2
_BLOCK = 1_024
# Middles nearer than this say the same thing.
_ALIKE = 0.85
# A group with more than this share of the sentences is divided if its halves lie apart.
_TOO_MUCH = 0.4
_FEWEST_TO_DIVIDE = 40
_APART = 0.5


def expected_themes(responses: int) -> int:
    """About as many themes as a person makes of so many responses: 11 of 100, 18 of 1,000, 30 at most."""
    return int(np.clip(round(4.2 * responses**0.21), 1, MOST_THEMES))


def grouped(space: Floats, groups: int) -> Labels:
    """The number of a group for each row, from 0, without gaps."""
    drawn = _drawn_together(space)
    labels = _parted(drawn, groups)
    labels = _divided(drawn, labels)
    return numbered(_joined(drawn, labels))


def _drawn_together(space: Floats) -> Floats:
    """Each row half way towards the mean of its nearest rows, twice."""
    for _ in range(_ROUNDS):
        space = unit(space + unit(_neighbours(space)))
    return space


def _neighbours(space: Floats) -> Floats:
    """The mean of the rows nearest to each, nearer ones counting more."""
    count = min(_NEIGHBOURS, len(space) - 1)
    if count < 1:
        return space
    means = np.empty_like(space)
    for at in range(0, len(space), _BLOCK):
        near = space[at : at + _BLOCK] @ space.T
        rows = np.arange(len(near))
        near[rows, at + rows] = -1.0
        nearest = np.argpartition(-near, count - 1, axis=1)[:, :count]
        weights = np.maximum(np.take_along_axis(near, nearest, 1), 1e-6)
        means[at : at + _BLOCK] = np.einsum("rk,rkd->rd", weights, space[nearest])
    return means


def _parted(space: Floats, groups: int) -> Labels:
    # Imported here: scikit-learn takes a second to load, which nobody else need wait for.
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    groups = min(groups, len(np.unique(space.round(4), axis=0)))
    if groups < 2:
        return np.zeros(len(space), np.int64)
    with warnings.catch_warnings():
        # Points that hardly differ make fewer groups than were asked for, which is what they should make.
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = KMeans(groups, n_init=_STARTS, random_state=_SEED).fit(space)
    return np.unique(fitted.labels_, return_inverse=True)[1].astype(np.int64)


def _divided(space: Floats, labels: Labels) -> Labels:
    """The labels with each group that holds too much in two, where its halves lie apart."""
    for group in range(labels.max() + 1):
        rows = np.flatnonzero(labels == group)
        if len(rows) < max(_FEWEST_TO_DIVIDE, _TOO_MUCH * len(space)):
            continue
        halves = _parted(space[rows], 2)
        if halves.any() and float(np.prod(middles(space[rows], halves), axis=0).sum()) < _APART:
            labels = labels.copy()
            labels[rows[halves == 1]] = labels.max() + 1
    return labels


def _joined(space: Floats, labels: Labels) -> Labels:
    """The labels with groups that say the same joined, the two most alike first."""
    while True:
        labels = numbered(labels)
        near = (own := middles(space, labels)) @ own.T
        np.fill_diagonal(near, -1.0)
        first, second = np.unravel_index(int(near.argmax()), near.shape)
        if near[first, second] < _ALIKE:
            return labels
        labels = np.where(labels == max(first, second), min(first, second), labels)


def middles(space: Floats, labels: Labels) -> Floats:
    """A unit vector for each group."""
    return unit(np.stack([space[labels == n].mean(axis=0) for n in range(labels.max() + 1)]))


def numbered(labels: Labels) -> Labels:
    """The same groups numbered without gaps."""
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)
