"""Groups of texts that share one letter, and the letter itself.

A group is made round a leader and then held to its letter, the runs of words that a third of its texts share.
Groups are not chained: each text is compared with a letter, never with another text that was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.campaigns.alike import alike
from bernard.tools.consult.campaigns.shingles import (
    HASH_BITS,
    RUN,
    Places,
    Shared,
    among,
    expanded,
    runs,
    tallied,
)
from bernard.tools.consult.campaigns.words import Words

# A run is in the letter if so great a share of its texts, and at least two responses, have it.
_IN_LETTER = 1 / 3
# A text belongs if it holds so much of the letter; or a part of the letter and is made of it to so great a share.
_WHOLE = 0.5
_PART = (0.25, 0.6)
# The fewer words are shared, the fewer of its own a text may have: as many for 20, a quarter as many for 10, and
# from 40 words on four times as many. That tells a letter from a stem that many begin with. Where two
# responses are four fifths the letter and no more, it is one: as many for 14 then, and from 28 on four times as many.
_AS_MANY, _AS_MANY_SEEN, _MOST_TIMES = 20, 14, 4.0
_BARE, _SEEN = 0.8, 2
_FEWEST_WORDS = 8
# Fewer runs in common make fewer words than that, or stand here and there.
FEWEST_RUNS = 4
# Groups are made of texts that share so much of their shared runs; then again of those left over.
_TIERS = (0.0, 0.5)
# Two letters are one if they share so much of the shorter and of the longer; of the longer less if that is much.
_SAME_OF_SHORTER, _SAME_OF_LONGER = 0.5, 0.5
_MUCH, _SAME_OF_LONGER_IF_MUCH = 12, 0.3
# A run that is in more letters than these is nobody's.
_MOST_LETTERS = 8


@dataclass(frozen=True)
class Groups:
    """The groups.

    Attributes:
        of: for each text its group, -1 if it is in none.
        likeness: for each text how near it is to its group's letter, from 0 to 1.
        letter: runs of all letters, one after another, ascending in each. `starts`: where each begins, and the end.
    """

    of: Places
    likeness: NDArray[np.float64]
    letter: Places
    starts: Places

    @property
    def count(self) -> int:
        """How many groups there are."""
        return len(self.starts) - 1


def group(words: Words, shared: Shared) -> Groups:
    """The groups of texts, each of at least two responses.

    Texts that are left over are grouped again, this time only with those that are much alike: so copies of a
    short letter are not lost among answers that merely begin in the same way.
    """
    weight = words.weight
    pairs, agree = alike(shared)
    of = np.full(len(weight), -1, dtype=np.int64)
    for least in _TIERS:
        left = (of[pairs] < 0).all(axis=1) & (agree >= least)
        more = _stars(pairs[left], np.where(of < 0, weight, 0))
        of = np.where(more >= 0, more + of.max(initial=-1) + 1, of)
        groups = _letters(shared, weight, _merged(shared, weight, of))
        of, _ = _joined(words, shared, groups)
    groups = _letters(shared, weight, of)
    of, likeness = _joined(words, shared, groups)
    return Groups(of, likeness, groups.letter, groups.starts)


def _stars(pairs: Places, weight: Places) -> Places:
    """For each text the group whose leader it is like: leaders are those with most responses about them."""
    ends = np.concatenate((pairs, pairs[:, ::-1]))
    ends = ends[np.lexsort((ends[:, 1], ends[:, 0]))]
    about = weight + np.bincount(ends[:, 0], weight[ends[:, 1]], len(weight)).astype(np.int64)
    starts = np.searchsorted(ends[:, 0], np.arange(len(weight) + 1))
    of, count = np.full(len(weight), -1, dtype=np.int64), 0
    for leader in _by_weight(about):
        if of[leader] >= 0:
            continue
        near = ends[starts[leader] : starts[leader + 1], 1]
        near = near[of[near] < 0]
        if weight[leader] + weight[near].sum() < 2:
            continue
        of[leader], of[near] = count, count
        count += 1
    return of


def _by_weight(about: Places) -> Iterator[int]:
    """Texts with more than one response about them, most first."""
    order = np.lexsort((np.arange(len(about)), -about))
    return iter(order[about[order] > 1].tolist())


def _letters(shared: Shared, weight: Places, of: Places) -> Groups:
    """The letter of each group: what a third of its responses have, and at least two."""
    count = int(of.max(initial=-1)) + 1
    inside = of[shared.owner] >= 0
    owner, run = shared.owner[inside], shared.run[inside]
    keys, have = tallied(np.repeat(of[owner] * shared.kinds + run, weight[owner]))
    which, run = np.divmod(keys, max(shared.kinds, 1))
    total = np.bincount(of[of >= 0], weight[of >= 0], count)
    kept = (have >= 2) & (have >= _IN_LETTER * total[which])
    sizes = np.bincount(which[kept], minlength=count)
    starts = np.concatenate(([0], np.cumsum(sizes)))
    return Groups(of, np.zeros(len(of)), run[kept], starts)


def _merged(shared: Shared, weight: Places, of: Places) -> Places:
    """Groups with the same letter put together; each is compared with those that came before it."""
    groups = _letters(shared, weight, of)
    total = np.bincount(of[of >= 0], weight[of >= 0], groups.count)
    order = np.lexsort((np.arange(groups.count), -total))
    letters: dict[int, list[int]] = {}
    into = np.full(groups.count + 1, -1, dtype=np.int64)
    sizes = np.diff(groups.starts)
    for one in order.tolist():
        runs = groups.letter[groups.starts[one] : groups.starts[one + 1]].tolist()
        common: dict[int, int] = {}
        for run in runs:
            for other in letters.get(run, ()):
                common[other] = common.get(other, 0) + 1
        best = max(common, key=lambda other: (common[other], -other), default=-1)
        if best >= 0 and _same(common[best], len(runs), int(sizes[best])):
            into[one] = best
            continue
        into[one] = one
        for run in runs:
            held = letters.setdefault(run, [])
            if len(held) < _MOST_LETTERS:
                held.append(one)
    _, renumbered = np.unique(into[:-1], return_inverse=True)
    return np.where(of >= 0, np.append(renumbered, -1)[of], -1)


def _same(common: int, one: int, other: int) -> bool:
    of_longer = _SAME_OF_LONGER_IF_MUCH if common >= _MUCH else _SAME_OF_LONGER
    return common >= _SAME_OF_SHORTER * min(one, other) and common >= of_longer * max(one, other)


def _joined(words: Words, shared: Shared, groups: Groups) -> tuple[Places, NDArray[np.float64]]:
    """For each text the group whose letter it holds best, if it belongs to it, and how near it is."""
    of = _nearest(shared, groups)
    texts = np.flatnonzero(of >= 0)
    letter = (np.diff(groups.starts) + RUN - 1)[of[texts]]
    common, full = _words_in_common(words, shared, groups, of)[texts], words.lengths[texts]
    held, made_of = common / letter, common / full
    bare = (held >= _BARE) & (made_of >= _BARE)
    seen = np.bincount(of[texts], words.weight[texts] * bare, groups.count) >= _SEEN
    times = common / np.where(seen[of[texts]], _AS_MANY_SEEN, _AS_MANY)
    belongs = (
        (common >= _FEWEST_WORDS)
        & (full - common <= common * np.minimum(times**2, _MOST_TIMES))
        & ((held >= _WHOLE) | ((held >= _PART[0]) & (made_of >= _PART[1])))
    )
    of[texts[~belongs]] = -1
    likeness = np.zeros(len(of))
    likeness[texts[belongs]] = (common / np.maximum(letter + full - common, 1))[belongs]
    return of, likeness


def _nearest(shared: Shared, groups: Groups) -> Places:
    """For each text the group with whose letter it has most runs in common; -1 where it has too few."""
    text, which, common = _overlaps(shared, groups)
    enough = common >= FEWEST_RUNS
    text, which, common = text[enough], which[enough], common[enough]
    order = np.lexsort((-which, common, text))
    of = np.full(len(shared.full), -1, dtype=np.int64)
    of[text[order]] = which[order]
    return of


def _overlaps(shared: Shared, groups: Groups) -> tuple[Places, Places, Places]:
    """Texts and letters that have runs in common, and how many."""
    which = np.repeat(np.arange(groups.count), np.diff(groups.starts))
    order = np.argsort(groups.letter, kind="stable")
    which = which[order]
    starts = np.searchsorted(groups.letter[order], np.arange(shared.kinds + 1))
    letters = np.minimum(np.diff(starts), _MOST_LETTERS)[shared.run]
    found = which[expanded(starts[shared.run], letters)]
    owner = np.repeat(shared.owner, letters)
    keys, common = tallied(owner * max(groups.count, 1) + found)
    text, which = np.divmod(keys, max(groups.count, 1))
    return text, which, common


def _words_in_common(words: Words, shared: Shared, groups: Groups, of: Places) -> Places:
    """How many words of each text stand in runs of its group's letter."""
    texts = np.flatnonzero(of >= 0)
    sizes = words.lengths[texts]
    flat = words.words[expanded(words.starts[texts], sizes)]
    owner = np.repeat(texts, sizes)
    hashed = runs(flat)
    inside = np.flatnonzero(owner[: len(hashed)] == owner[len(owner) - len(hashed) :])
    which = np.repeat(np.arange(groups.count), np.diff(groups.starts))
    letters = np.sort((which << HASH_BITS) | shared.hashed[groups.letter])
    hits = inside[among((of[owner[inside]] << HASH_BITS) | hashed[inside], letters)]
    covered = np.zeros(len(flat), dtype=bool)
    for step in range(RUN):
        covered[hits + step] = True
    return np.bincount(owner[covered], minlength=len(of))
