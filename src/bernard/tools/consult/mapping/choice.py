"""Which themes to give a response, from the probability of each.

Not those above a fixed line: the set whose expected F1 against a careful reader is highest. Where
four themes each have 0.3, the best answer is more than none; where one has 0.45 and the chance
that none fits is 0.5, it is none. The empty set is an answer like any other.

Source: Ye, Chai, Lee & Chieu 2012, Optimizing F-measure: a tale of two approaches,
https://arxiv.org/abs/1206.4625 (expected F1 of the k most probable, labels independent).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
# Themes less probable than this many others hardly ever belong to the best set.
_MOST = 12
_BLOCK = 8_192


@dataclass(frozen=True)
class Chosen:
    """The answer for each response.

    Attributes:
        themes: shape (responses, themes), whether it is given; no row of none of these has any.
        doubt: probability that the true set is another one.
    """

    themes: NDArray[np.bool_]
    doubt: Doubles


def choose(probabilities: Doubles, none: Doubles) -> Chosen:
    """The set of the highest expected F1 for each response.

    Args:
        probabilities: shape (responses, themes).
        none: shape (responses,), the probability that no theme fits.
    """
    given = np.zeros(probabilities.shape, np.bool_)
    doubt = np.zeros(len(probabilities))
    for first in range(0, len(probabilities), _BLOCK):
        rows = slice(first, first + _BLOCK)
        given[rows], doubt[rows] = _choose(probabilities[rows], none[rows])
    return Chosen(given, doubt)


def _choose(p: Doubles, none: Doubles) -> tuple[NDArray[np.bool_], Doubles]:
    themes = p.shape[1]
    if not themes:
        return np.zeros(p.shape, np.bool_), 1 - none
    inside = _given_some(p, none)
    order = np.argsort(-inside, axis=1, kind="stable")[:, : min(themes, _MOST)]
    top = np.take_along_axis(inside, order, axis=1)
    expected = (1 - none)[:, None] * _expected(top)
    count = np.where(none >= expected.max(axis=1), 0, expected.argmax(axis=1) + 1)
    given = np.zeros(p.shape, np.bool_)
    np.put_along_axis(given, order, np.arange(top.shape[1])[None, :] < count[:, None], axis=1)
    exact = np.where(given, inside, 1 - inside).prod(axis=1) * (1 - none)
    return given, 1 - np.where(count == 0, none, exact).clip(0, 1)


def _given_some(p: Doubles, none: Doubles) -> Doubles:
    """The probabilities where it is known that some theme fits."""
    return np.asarray((p / np.maximum(1 - none, 1e-6)[:, None]).clip(1e-6, 1 - 1e-6))


def _expected(top: Doubles) -> Doubles:
    """Column k: the expected F1 of the k + 1 most probable themes, all independent."""
    size, count = top.shape
    # gain[:, i, s]: probability that theme i is right and s others are.
    gain = np.zeros((size, count, count))
    for theme in range(count):
        others = np.zeros((size, count))
        others[:, 0] = 1
        for other in range(count):
            if other != theme:
                q = top[:, other : other + 1]
                others[:, 1:] = others[:, 1:] * (1 - q) + others[:, :-1] * q
                others[:, 0] *= 1 - q[:, 0]
        gain[:, theme] = others * top[:, theme : theme + 1]
    summed = gain.cumsum(axis=1)
    right = np.arange(1, count + 1)
    weight = 2.0 / (right[:, None] + right[None, :])
    return np.asarray(np.einsum("rks,ks->rk", summed, weight))
