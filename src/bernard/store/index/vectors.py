"""Vectors of the passages, held in this process and compared by it.

A vector of 384 floats is kept as 384 signed bytes and a scale; its signs alone, 48 bytes, choose
the candidates (the fewer signs differ, the nearer two directions are), and the bytes put those in
order. 100,000 passages take 45 MB and some three milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bernard.store.index.types import Found

# So many are compared exactly; where there are no more, none is left out by its signs.
EXACT = 2_000
# Of more, one in so many: of 20,000 real embeddings these held 99.9% of the ten nearest.
SHARE = 25
_FIRST_ROWS = 1_024
_TOGETHER = 500
_GONE = -1


class Packed(NamedTuple):
    """A vector as it is stored."""

    scale: float
    values: bytes


class Row(NamedTuple):
    """A passage's vector and the number of its collection."""

    id: int
    collection: int
    packed: Packed


def pack(vectors: NDArray[np.float32]) -> list[Packed]:
    """Each row as signed bytes and the scale that gives it back."""
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-9) / 127
    values = np.rint(vectors / scales[:, None]).astype(np.int8)
    return [Packed(float(s), v.tobytes()) for s, v in zip(scales, values, strict=True)]


class Vectors:
    """A growing table of vectors of one length. One thread changes it, any may search."""

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions
        self._rows: dict[int, int] = {}
        self._used = 0
        self._ids: NDArray[np.int64] = np.zeros(0, np.int64)
        self._collections: NDArray[np.int32] = np.zeros(0, np.int32)
        self._scales: NDArray[np.float32] = np.zeros(0, np.float32)
        self._values: NDArray[np.int8] = np.zeros((0, dimensions), np.int8)
        self._signs: NDArray[np.uint64] = np.zeros((-(-dimensions // 64), 0), np.uint64)
        self._reserve(_FIRST_ROWS)

    def __len__(self) -> int:
        return len(self._rows)

    def put(self, rows: Iterable[Row]) -> None:
        """Add these, or renew them."""
        for chunk in _chunks(rows, 8_192):
            self.remove([row.id for row in chunk])
            if self._used + len(chunk) > len(self._ids):
                self._reserve(2 * (self._used + len(chunk)))
            self._write(chunk)

    def remove(self, ids: Iterable[int]) -> None:
        """Forget these; ids that are not here are passed over."""
        for id in ids:
            row = self._rows.pop(id, None)
            if row is not None:
                self._collections[row] = _GONE

    @property
    def mostly_gone(self) -> bool:
        """Whether it is time to make the table anew."""
        return self._used > _FIRST_ROWS and self._used > 2 * len(self._rows)

    def nearest(self, vector: NDArray[np.float32], collections: Sequence[int], limit: int) -> Found:
        """Ids of these collections and their cosine, nearest first."""
        used = self._used
        rows = np.flatnonzero(np.isin(self._collections[:used], collections))
        if len(rows) > EXACT:
            rows = self._alike(vector, rows, max(EXACT, 10 * limit, len(rows) // SHARE))
        similar = self._compare(vector, rows)
        best = np.argsort(-similar, kind="stable")[:limit]
        return [(int(self._ids[rows[i]]), float(similar[i])) for i in best]

    def similarities(self, vector: NDArray[np.float32], ids: Sequence[int]) -> dict[int, float]:
        """The cosine to each of these that is here."""
        here = [(id, row) for id in ids if (row := self._rows.get(id)) is not None]
        similar = self._compare(vector, np.array([row for _, row in here], np.intp))
        return {id: float(value) for (id, _), value in zip(here, similar, strict=True)}

    def _compare(self, vector: NDArray[np.float32], rows: NDArray[np.intp]) -> NDArray[np.float32]:
        products = np.empty(len(rows), np.float32)
        # A few at a time stay in the processor's cache: twenty times quicker than all at once.
        for at in range(0, len(rows), _TOGETHER):
            some = self._values[rows[at : at + _TOGETHER]].astype(np.float32)
            products[at : at + _TOGETHER] = some @ vector
        return np.asarray(products * self._scales[rows], np.float32)

    def _alike(
        self, vector: NDArray[np.float32], rows: NDArray[np.intp], many: int
    ) -> NDArray[np.intp]:
        """Those rows whose signs differ least from the vector's."""
        if len(rows) <= many:
            return rows
        wanted = _signs(vector[None, :])[:, 0]
        signs = self._signs[:, : self._used]
        if len(rows) < self._used // 2:
            signs = signs[:, rows]
            differ = _differences(signs, wanted)
        else:
            differ = _differences(signs, wanted)[rows]
        enough = np.searchsorted(np.cumsum(np.bincount(differ)), many)
        return np.asarray(rows[differ <= enough][: 2 * many])

    def _write(self, rows: Sequence[Row]) -> None:
        at = slice(self._used, self._used + len(rows))
        values = np.frombuffer(b"".join(row.packed.values for row in rows), np.int8)
        self._values[at] = values.reshape(len(rows), self._dimensions)
        self._signs[:, at] = _signs(self._values[at])
        self._scales[at] = [row.packed.scale for row in rows]
        self._ids[at] = [row.id for row in rows]
        self._collections[at] = [row.collection for row in rows]
        self._rows.update((row.id, self._used + i) for i, row in enumerate(rows))
        # Last, since a search in another thread looks no further than this.
        self._used += len(rows)

    def _reserve(self, size: int) -> None:
        self._ids = _grown(self._ids, (size,))
        self._collections = _grown(self._collections, (size,))
        self._scales = _grown(self._scales, (size,))
        self._values = _grown(self._values, (size, self._dimensions))
        self._signs = _grown(self._signs, (len(self._signs), size))


def _grown(old: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    larger = np.zeros(shape, old.dtype)
    larger[tuple(slice(length) for length in old.shape)] = old
    return larger


def _signs(vectors: NDArray[Any]) -> NDArray[np.uint64]:
    """The sign of each value as one bit, 64 to a word: shape (words, vectors)."""
    bits = np.packbits(vectors > 0, axis=1)
    padded = np.zeros((len(bits), -(-bits.shape[1] // 8) * 8), np.uint8)
    padded[:, : bits.shape[1]] = bits
    return np.ascontiguousarray(padded.view(np.uint64).T)


def _differences(signs: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """How many signs differ, for each column."""
    total = np.zeros(signs.shape[1], np.uint16)
    for word, bits in zip(signs, wanted, strict=True):
        total += np.bitwise_count(word ^ bits)
    return total


def _chunks(rows: Iterable[Row], size: int) -> Iterable[list[Row]]:
    chunk: list[Row] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
