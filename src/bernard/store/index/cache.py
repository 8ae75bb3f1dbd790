"""Keeps this process's copy of the vectors in step with the database, whoever changes it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from bernard.store.index.types import Found
from bernard.store.index.vectors import Packed, Row, Vectors

_AT_ONCE = 4_096


class VectorCache:
    """The vectors of one model. `refresh` reads only what changed since the last time."""

    def __init__(self, model: str, dimensions: int) -> None:
        """Start empty.

        Args:
            model: as in the column `model`.
        """
        self._model = model
        self._dimensions = dimensions
        self._vectors = Vectors(dimensions)
        self._seen = 0
        self._lock = threading.Lock()

    def refresh(self, c: Connection) -> None:
        """See what this connection sees, or something newer."""
        changes, forgotten = c.exec_driver_sql("SELECT changes, forgotten FROM index_state").one()
        if changes <= self._seen:
            return
        with self._lock:
            if changes <= self._seen:
                return
            if self._seen < forgotten or self._vectors.mostly_gone:
                self._vectors, self._seen = Vectors(self._dimensions), 0
            if self._seen:
                self._vectors.remove(self._removed(c))
            self._vectors.put(self._added(c))
            self._seen = changes

    def nearest(self, vector: NDArray[np.float32], collections: Sequence[int], limit: int) -> Found:
        """Ids in these collections and their cosine, nearest first."""
        return self._vectors.nearest(vector, collections, limit)

    def similarities(self, vector: NDArray[np.float32], ids: Sequence[int]) -> dict[int, float]:
        """The cosine to each of these that is here."""
        return self._vectors.similarities(vector, ids)

    def _removed(self, c: Connection) -> list[int]:
        rows = c.exec_driver_sql(
            "SELECT passage FROM unindexed_passages WHERE change > ?", (self._seen,)
        )
        return [id for (id,) in rows]

    def _added(self, c: Connection) -> Iterator[Row]:
        # Reading all is quicker in the table's own order than through the index.
        change = "change" if self._seen else "+change"
        cursor = c.connection.cursor()
        cursor.execute(
            "SELECT passage, collection, scale, vector FROM indexed_passages "  # noqa: S608
            f"WHERE {change} > ? AND model = ?",
            (self._seen, self._model),
        )
        while rows := cursor.fetchmany(_AT_ONCE):
            for id, collection, scale, vector in rows:
                yield Row(id, collection, Packed(scale, vector))
        cursor.close()
