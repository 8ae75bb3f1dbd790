"""Runs of three words, and which texts share them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.campaigns.words import Words

RUN = 3
_UPPER, _LOWER = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_PLACES = (
    np.uint64(0xD6E8FEB86659FD93),
    np.uint64(0xA0761D6478BD642F),
    np.uint64(0xE7037ED1A0B428DB),
)

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]


def mix(values: Hashes) -> Hashes:
    """Evenly spread numbers. Source: Steele, Lea & Flood 2014, https://doi.org/10.1145/2660193.2660195 (SplitMix64)."""
    values = values + _GOLDEN
    values = (values ^ (values >> np.uint64(30))) * _UPPER
    values = (values ^ (values >> np.uint64(27))) * _LOWER
    return values ^ (values >> np.uint64(31))


def runs(words: NDArray[np.int32]) -> Hashes:
    """A number for each run of three words, one for each word but the last two."""
    hashed = mix(words.astype(np.int64).astype(np.uint64))
    count = max(len(words) - RUN + 1, 0)
    total = np.zeros(count, dtype=np.uint64)
    for place, factor in enumerate(_PLACES):
        total += hashed[place : place + count] * factor
    return mix(total)


@dataclass(frozen=True)
class Shared:
    """For each text the runs that other responses have too, each once, as numbers below `kinds`.

    Attributes:
        run: of all texts, one after another; ascending in each. `starts`: where each text's begin, and the end.
        full: how many different runs each text has, those of its own included.
        hashed: the hash that each run's number stands for, ascending.
    """

    run: Places
    starts: Places
    full: Places
    hashed: Hashes

    @property
    def kinds(self) -> int:
        """How many different runs there are."""
        return len(self.hashed)

    @property
    def sizes(self) -> Places:
        """How many runs of each text are shared."""
        return np.diff(self.starts)

    @property
    def owner(self) -> Places:
        """The text that each run is in."""
        return np.repeat(np.arange(len(self.full)), self.sizes)


def shared_runs(words: Words, ignored: Hashes) -> Shared:
    """What each text shares with others: whatever is one response's own cannot be a campaign's."""
    texts, owner = len(words.weight), words.owner
    hashed = runs(words.words)
    inside = owner[: len(hashed)] == owner[RUN - 1 :] if len(hashed) else np.zeros(0, dtype=bool)
    hashed, owner = hashed[inside], owner[: len(inside)][inside]
    kinds, run = np.unique(hashed, return_inverse=True)
    pairs = np.unique(owner * max(len(kinds), 1) + run)
    owner, run = np.divmod(pairs, max(len(kinds), 1))
    full = np.bincount(owner, minlength=texts)
    seen = np.bincount(run, words.weight[owner], minlength=len(kinds))
    often = (seen > 1) & ~np.isin(kinds, ignored)
    kept = often[run]
    renumbered = np.cumsum(often) - 1
    sizes = np.bincount(owner[kept], minlength=texts)
    return Shared(
        run=renumbered[run[kept]],
        starts=np.concatenate(([0], np.cumsum(sizes))),
        full=full,
        hashed=kinds[often],
    )


def expanded(starts: Places, sizes: Places) -> Places:
    """The places start, start + 1, … of each row, one row after another."""
    first = np.concatenate(([0], np.cumsum(sizes)[:-1])) if len(sizes) else sizes
    return np.repeat(starts - first, sizes) + np.arange(int(sizes.sum()))
