"""Lists of names that the fast tagger knows, as checksums: which word stands on which list."""

from __future__ import annotations

from array import array
from bisect import bisect_left
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
        # Looking one word up in an array of Python's takes a fifth of the time that numpy's takes.
        self._sums = array("I", sums.astype(np.uint32).tobytes())
        self._bits = bits.tobytes()

    def bits(self, word: bytes) -> int:
        """A bit for each list that holds the word, given in small letters without accents."""
        wanted = crc32(word)
        place = bisect_left(self._sums, wanted)
        found = place < len(self._sums) and self._sums[place] == wanted
        return self._bits[place] if found else 0
