"""Word by word: what a member shares with the others, and what is its own.

A word is shared if it stands in a run of three that is in the letter, wherever in the text that is; so sentences in
another order are shared, too. Near such a run, or near either end of the text, a word is also shared if it is the
typical member's word in that very place and half of the members have it there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.campaigns.shingles import RUN, Places, among, expanded, runs

# How far from a shared run a single word is still looked for in its place.
_REACH = 6
# Stands before and after each text, twice, so that no run crosses from one text into the next.
_EDGE = -1
_EDGES = RUN - 1
_HALF = 0.5
Marks = NDArray[np.bool_]
Numbered = NDArray[np.int32]


@dataclass(frozen=True)
class _Row:
    """The members' words, one text after another with edges between.

    Attributes:
        words: with the edges. `own`: the places of true words. `member`: whose each is.
        place: the typical member's place of the same word, where known; -2 where not.
        covered: whether it stands in a run of the letter.
    """

    words: Numbered
    own: Places
    member: Places
    place: Places
    covered: Marks


def shared_words(
    words: Numbered, sizes: Places, weight: Places, typical: int, letter: Places
) -> Marks:
    """Whether each word of a group's texts is shared.

    Args:
        words: of all its texts, one after another. `sizes`: how many each has.
        weight: how many responses have each text. `typical`: which of the texts is the typical one.
        letter: the letter's runs, ascending.
    """
    ends = np.cumsum(sizes)
    model = words[ends[typical] - sizes[typical] : ends[typical]]
    row = _laid_out(words, sizes, model, letter)
    place = _beside(row, model)
    known = place >= 0
    votes = np.bincount(place[known], weight[row.member[known]], len(model))
    common = votes >= _HALF * weight.sum()
    shared = row.covered | (known & common[np.maximum(place, 0)])
    return np.asarray(shared[row.own])


def _laid_out(words: Numbered, sizes: Places, model: Numbered, letter: Places) -> _Row:
    starts = np.cumsum(sizes + 2 * _EDGES) - sizes - _EDGES
    own = expanded(starts, sizes)
    laid = np.full(int((sizes + 2 * _EDGES).sum()), _EDGE, dtype=np.int32)
    laid[own] = words
    member = np.repeat(np.arange(len(sizes)), sizes + 2 * _EDGES)
    place = np.full(len(laid), -2, dtype=np.int64)
    covered = np.zeros(len(laid), dtype=bool)
    hashed = runs(laid)
    hits = np.flatnonzero(among(hashed, letter))
    known, first = np.unique(runs(model), return_index=True)
    at = np.searchsorted(known, hashed[hits])
    there = known[np.minimum(at, len(known) - 1)] == hashed[hits]
    for step in range(RUN):
        covered[hits + step] = True
        place[hits[there] + step] = first[at[there]] + step
    place[starts - 1], place[starts + sizes] = -1, len(model)
    return _Row(laid, own, member, place, covered)


def _beside(row: _Row, model: Numbered) -> Places:
    """The places in the typical member, those of words near a known place among them."""
    anchored = row.place >= -1
    taken = np.zeros((int(row.member[-1]) + 1, len(model) + 1), dtype=bool)
    taken[row.member[anchored], row.place[anchored]] = True
    found = row.place.copy()
    for step in (1, -1):
        anchor = _nearest(anchored, step)
        apart = np.arange(len(found)) - anchor
        place = row.place[anchor] + apart
        open_ = (
            ~anchored & (anchor >= 0) & (abs(apart) <= _REACH) & (place >= 0) & (place < len(model))
        )
        open_ &= row.member[anchor] == row.member
        open_ &= model[np.clip(place, 0, len(model) - 1)] == row.words
        open_ &= ~taken[row.member, np.clip(place, 0, len(model) - 1)]
        found[open_] = place[open_]
    return np.where(row.words == _EDGE, -2, found)


def _nearest(anchored: Marks, step: int) -> Places:
    """The nearest anchored place before each place (step 1) or after it (step -1); -1 where there is none."""
    count = len(anchored)
    if step > 0:
        return np.maximum.accumulate(np.where(anchored, np.arange(count), -1))
    after = np.minimum.accumulate(np.where(anchored, np.arange(count), count)[::-1])[::-1]
    return np.where(after == count, -1, after)
