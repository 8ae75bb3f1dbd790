"""Pairs of texts that are likely to share most of what they do not have alone.

Source: Broder 1997, https://doi.org/10.1109/SEQUEN.1997.666900 (MinHash); Indyk & Motwani 1998,
https://doi.org/10.1145/276698.276876 (bands).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.campaigns.shingles import Places, Shared, distinct, expanded, mix

# 32 bands of 3: of pairs that share half of their runs 99 in 100 are seen, of those that share a fifth 23.
_BANDS, _ROWS = 32, 3
# Texts with fewer shared runs than these share fewer than 5 words in a row, or little by little.
_FEWEST = 3
# What two texts must share of each other's shared runs: of the one with fewer, and of the one with more.
_OF_FEWER, _OF_MORE = 0.4, 0.25
_AT_ONCE = 4_000_000

Pairs = NDArray[np.int64]


def alike(shared: Shared) -> tuple[Pairs, NDArray[np.float64]]:
    """Pairs of texts that share much, shape (n, 2), and how much of their shared runs; linear in all their length.

    Not every such pair is there: texts that agree in a band are paired with the first of them and with
    the next, so that a text with 50,000 likenesses has a few pairs in a band, not 50,000.
    """
    rows = np.flatnonzero(shared.sizes >= _FEWEST)
    if len(rows) < 2:
        return np.zeros((0, 2), dtype=np.int64), np.zeros(0)
    signatures = _signatures(shared, rows)
    pairs = _candidates(signatures)
    agree = _agreement(signatures, pairs)
    close = _close(agree, shared.sizes[rows][pairs])
    return rows[pairs[close]], agree[close]


def _signatures(shared: Shared, rows: Places) -> NDArray[np.uint32]:
    """The least of each of 96 hashes over the runs of each text, shape (texts, 96)."""
    sizes = shared.sizes[rows]
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    hashed = mix(shared.hashed.astype(np.uint64))[shared.run[expanded(shared.starts[rows], sizes)]]
    factors = mix(np.arange(_BANDS * _ROWS, dtype=np.uint64)) | np.uint64(1)
    found = np.empty((len(rows), len(factors)), dtype=np.uint32)
    for column, factor in enumerate(factors):
        spread = ((hashed * factor) >> np.uint64(32)).astype(np.uint32)
        found[:, column] = np.minimum.reduceat(spread, starts)
    return found


def _candidates(signatures: NDArray[np.uint32]) -> Pairs:
    """Rows that agree in a whole band, each paired with the first and the one before it there."""
    found: list[Places] = []
    count = len(signatures)
    for band in range(_BANDS):
        key = np.zeros(count, dtype=np.uint64)
        for column in range(band * _ROWS, (band + 1) * _ROWS):
            key = mix(key + signatures[:, column].astype(np.uint64))
        order = np.argsort(key, kind="stable")
        same = key[order][1:] == key[order][:-1]
        first = np.where(np.concatenate(([False], same)), 0, np.arange(count))
        first = np.maximum.accumulate(first)[1:][same]
        this, before = order[1:][same], order[:-1][same]
        found += [order[first] * count + this, before * count + this]
    return np.stack(np.divmod(distinct(np.concatenate(found)), count), axis=1)


def _agreement(signatures: NDArray[np.uint32], pairs: Pairs) -> NDArray[np.float64]:
    """The share of hashes that agree: near the share of runs that are in both among those in either."""
    agree = np.zeros(len(pairs))
    step = max(1, _AT_ONCE // signatures.shape[1])
    for start in range(0, len(pairs), step):
        one, other = pairs[start : start + step].T
        agree[start : start + step] = (signatures[one] == signatures[other]).mean(axis=1)
    return agree


def _close(agree: NDArray[np.float64], sizes: Places) -> NDArray[np.bool_]:
    """Whether the runs that two texts share are enough of the shared runs of each."""
    common = agree / (1 + agree) * sizes.sum(axis=1)
    enough = (common >= _OF_FEWER * sizes.min(axis=1)) & (common >= _OF_MORE * sizes.max(axis=1))
    return np.asarray(enough)
