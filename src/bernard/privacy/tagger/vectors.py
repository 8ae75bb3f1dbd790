"""Words as the fast tagger's network reads them: for each word the sum of its features' rows of a table.

Common words are remembered; names never are, so none stays in memory when the text is gone.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bernard.privacy.tagger.features import ROWS, WIDTH, Features
from bernard.privacy.tagger.names import NameLists

_MOST_REMEMBERED = 1 << 14


class WordVectors:
    """Numbers for words. Safe to share between threads."""

    def __init__(self, features: Features, table: NDArray[np.int8]) -> None:
        """Use these features and the rows of this table.

        Raises:
            ValueError: the table has too few rows, or too many.
        """
        if table.dtype != np.int8 or table.ndim != 2 or len(table) != ROWS:
            raise ValueError(f"the table of features is {table.dtype} {table.shape}")
        self._features = features
        self._table = table
        self._remembered: dict[str, bytes] = {}

    @property
    def size(self) -> int:
        """Numbers for each word."""
        return int(self._table.shape[1])

    def of(self, keys: list[str]) -> NDArray[np.float32]:
        """A row for each token, (tokens, size)."""
        known = [self._remembered.get(key) for key in keys]
        new = dict.fromkeys(key for key, vector in zip(keys, known, strict=True) if vector is None)
        if new:
            worked_out = self._work_out(list(new))
            known = [vector or worked_out[key] for key, vector in zip(keys, known, strict=True)]
        sums = np.frombuffer(b"".join(known), np.int16)  # type: ignore[arg-type]
        return sums.reshape(-1, self.size).astype(np.float32)

    def _work_out(self, keys: list[str]) -> dict[str, bytes]:
        found = [self._features.of(key) for key in keys]
        rows = np.frombuffer(b"".join(row for row, _ in found), "<i4").reshape(-1, WIDTH)
        # 24 numbers of 8 bits add up to less than 16 bits hold.
        sums = self._table.take(rows, axis=0).sum(axis=1, dtype=np.int16)
        vectors = {key: vector.tobytes() for key, vector in zip(keys, sums, strict=True)}
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered.update(
            (key, vectors[key]) for key, (_, common) in zip(keys, found, strict=True) if common
        )
        return vectors


def read_vectors(path: Path) -> WordVectors:
    """Those of a file, with its lists of names.

    Raises:
        OSError, KeyError, ValueError: it cannot be read as one.
    """
    with np.load(path, allow_pickle=False) as arrays:
        lists = NameLists(arrays["sums"], arrays["bits"])
        return WordVectors(Features(lists), arrays["table"])
