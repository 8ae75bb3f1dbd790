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

# Hashes of runs have 39 bits, so that one and the number of a text make one number to sort by.
HASH_BITS, TEXT_BITS = 39, 24
_SHORT = HASH_BITS - 23

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]


def mix(values: Hashes) -> Hashes:
    """Evenly spread numbers. Source: Steele, Lea & Flood 2014, https://doi.org/10.1145/2660193.2660195 (SplitMix64)."""
    values = values + _GOLDEN
    values = (values ^ (values >> np.uint64(30))) * _UPPER
    values = (values ^ (values >> np.uint64(27))) * _LOWER
    return values ^ (values >> np.uint64(31))


def runs(words: NDArray[np.int32]) -> Places:
    """A number for each run of three words, one for each word but the last two."""
    hashed = mix(words.astype(np.int64).astype(np.uint64))
    count = max(len(words) - RUN + 1, 0)
    total = np.zeros(count, dtype=np.uint64)
    for place, factor in enumerate(_PLACES):
        total += hashed[place : place + count] * factor
    return (mix(total) >> np.uint64(64 - HASH_BITS)).astype(np.int64)


@dataclass(frozen=True)
class Shared:
    """For each text the runs that other responses have too, each once, as numbers below `kinds`.

    Attributes:
        run: of all texts, one after another; ascending in each. `starts`: where each text's begin, and the end.
        full: how many runs each text has, those of its own included.
        hashed: the hash that each run's number stands for, ascending.
    """

    run: Places
    starts: Places
    full: Places
    hashed: Places

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


def shared_runs(words: Words, ignored: Places) -> Shared:
    """What each text shares with others: whatever is one response's own cannot be a campaign's."""
    texts, owner, hashed = len(words.weight), words.owner, runs(words.words)
    inside = np.flatnonzero(owner[: len(hashed)] == owner[len(owner) - len(hashed) :])
    full = np.bincount(owner[inside], minlength=texts)
    hashed, owner = hashed[inside], owner[inside]
    maybe = _maybe_shared(hashed, words.weight[owner])
    hashed, owner = hashed[maybe], owner[maybe]
    pairs = distinct((hashed << TEXT_BITS) | owner)
    owner, hashed = pairs & ((1 << TEXT_BITS) - 1), pairs >> TEXT_BITS
    kinds, run = _numbered(hashed)
    seen = np.bincount(run, words.weight[owner], minlength=len(kinds))
    often = (seen > 1) & ~among(kinds, distinct(ignored))
    kept = often[run]
    owner, run = owner[kept], (np.cumsum(often) - 1)[run[kept]]
    total = max(int(often.sum()), 1)
    owner, run = np.divmod(np.sort(owner * total + run), total)
    sizes = np.bincount(owner, minlength=texts)
    return Shared(
        run=run,
        starts=np.concatenate(([0], np.cumsum(sizes))),
        full=full,
        hashed=kinds[often],
    )


def _maybe_shared(hashed: Places, weight: Places) -> NDArray[np.bool_]:
    """Leaves out most of the runs that occur once, and none that occurs twice; much cheaper than to sort them."""
    short = hashed >> _SHORT
    seen = np.bincount(short)
    return np.asarray((seen[short] > 1) | (weight > 1))


def _numbered(ascending: Places) -> tuple[Places, Places]:
    """The different values, and for each value which of them it is."""
    new = np.concatenate(([True], ascending[1:] != ascending[:-1]))[: len(ascending)]
    return ascending[new], np.cumsum(new) - 1


def distinct(values: Places) -> Places:
    """The different values, ascending. Sorting is several times faster here than `np.unique`, which hashes."""
    return tallied(values)[0]


def tallied(values: Places) -> tuple[Places, Places]:
    """The different values, ascending, and how often each occurs."""
    ascending = np.sort(values)
    new = np.flatnonzero(np.concatenate(([True], ascending[1:] != ascending[:-1]))[: len(values)])
    return ascending[new], np.diff(np.append(new, len(values)))


def among(values: Places, ascending: Places) -> NDArray[np.bool_]:
    """Whether each value is one of the others, which ascend."""
    if not len(ascending):
        return np.zeros(len(values), dtype=bool)
    place = np.minimum(np.searchsorted(ascending, values), len(ascending) - 1)
    return np.asarray(ascending[place] == values)


def expanded(starts: Places, sizes: Places) -> Places:
    """The places start, start + 1, … of each row, one row after another."""
    first = np.concatenate(([0], np.cumsum(sizes)[:-1])) if len(sizes) else sizes
    return np.repeat(starts - first, sizes) + np.arange(int(sizes.sum()))
