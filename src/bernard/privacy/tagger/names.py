"""Lists of names that the fast tagger knows, as checksums: which word stands on which list."""

from __future__ import annotations

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

LISTS = ("common", "given", "family", "place-uk", "place", "organisation")
"""The list of each bit, the lowest first."""


class NameLists:
    """Lists of words, each word 32 bits of checksum and a bit for each list that holds it."""

    def __init__(self, sums: NDArray[np.uint32], bits: NDArray[np.uint8]) -> None:
        """Take checksums in ascending order, and the bits of each.

        Raises:
            ValueError: they are not that.
        """
        if sums.shape != bits.shape or sums.ndim != 1 or (sums[1:] <= sums[:-1]).any():
            raise ValueError("the lists of names are not in order")
        self._sums = sums
        self._bits = bits
        self._last = len(sums) - 1

    def bits(self, word: bytes) -> int:
        """A bit for each list that holds the word, given in small letters without accents."""
        wanted = crc32(word)
        place = int(self._sums.searchsorted(np.uint32(wanted)))
        return int(self._bits[place]) if place <= self._last and self._sums[place] == wanted else 0
