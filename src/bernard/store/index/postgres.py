"""The index on PostgreSQL: words as a `tsvector` of our own stems, vectors with pgvector."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bernard.errors import StoreUnavailable
from bernard.store.index.terms import (
    MOST_POSTINGS,
    FrequencyCache,
    by_rarity,
    mentions,
    passage_words,
)
from bernard.store.index.types import Found, Frequencies

TABLES = (
    "CREATE TABLE indexed_passages (passage BIGINT PRIMARY KEY, collection VARCHAR(32) NOT NULL, "
    "length INTEGER NOT NULL, words TEXT NOT NULL, lexemes TSVECTOR NOT NULL)",
    "CREATE INDEX ix_indexed_passages_collection ON indexed_passages (collection)",
    "CREATE INDEX ix_indexed_passages_lexemes ON indexed_passages USING gin (lexemes)",
    "CREATE TABLE passage_vectors (passage BIGINT PRIMARY KEY, collection VARCHAR(32) NOT NULL, "
    "model TEXT NOT NULL, vector VECTOR NOT NULL)",
    "CREATE INDEX ix_passage_vectors_collection ON passage_vectors (collection)",
)
_ADD_WORDS = text(
    "INSERT INTO indexed_passages VALUES "
    "(:passage, :collection, :length, :words, array_to_tsvector(CAST(:lexemes AS text[])))"
)
_ADD_VECTOR = text(
    "INSERT INTO passage_vectors VALUES (:passage, :collection, :model, CAST(:vector AS vector))"
)
# The distance is taken only of vectors of this model, since other lengths would be an error.
_NEAREST = text(
    "SELECT passage, -(vector <#> CAST(:vector AS vector)) AS similarity FROM passage_vectors "
    "WHERE model = :model AND collection = ANY(:collections) "
    "ORDER BY vector <#> CAST(:vector AS vector), passage LIMIT :limit"
)
_SIMILAR = text(
    "SELECT passage, -(vector <#> CAST(:vector AS vector)) AS similarity FROM passage_vectors "
    "WHERE model = :model AND passage = ANY(:ids)"
)
_COUNT = text(
    "SELECT term, (SELECT count(*) FROM indexed_passages WHERE lexemes @@ CAST(term AS tsquery)) "
    "FROM unnest(CAST(:terms AS text[])) AS term"
)
_SMALL = 5_000
_FRESH_S = 30.0


def create(c: Connection) -> None:
    """Make the tables of an empty index.

    Raises:
        StoreUnavailable: the server has no pgvector, or this user may not switch it on.
    """
    try:
        with c.begin_nested():
            c.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
    except DBAPIError as error:
        raise StoreUnavailable(
            "The PostgreSQL server cannot search vectors. Install its package pgvector, and let an "
            "administrator run CREATE EXTENSION vector in this database."
        ) from error
    for statement in TABLES:
        c.execute(text(statement))


class PostgresIndex:
    """A `PassageIndex` on PostgreSQL. One for a process and database; any thread may use it."""

    def __init__(self) -> None:
        """Nothing is read until the first search."""
        self._frequencies = FrequencyCache(_count)
        self._size: tuple[int, float, float] = (0, 0.0, 0.0)
        self._lock = threading.Lock()

    def add(
        self,
        c: Connection,
        ids: Sequence[int],
        vectors: NDArray[np.float32] | None,
        model: str = "",
    ) -> None:
        """Make these passages findable."""
        assert vectors is None or len(vectors) == len(ids), "one vector for each passage"
        self.remove(c, ids)
        if not ids:
            return
        rows = passage_words(c, ids)
        if not rows:
            return
        c.execute(_ADD_WORDS, [_row(*row) for row in rows])
        if vectors is None:
            return
        place = {id: i for i, id in enumerate(ids)}
        key = _key(model, vectors.shape[1])
        c.execute(
            _ADD_VECTOR,
            [
                {
                    "passage": id,
                    "collection": collection,
                    "model": key,
                    "vector": _literal(vectors[place[id]]),
                }
                for id, collection, _ in rows
            ],
        )

    def remove(self, c: Connection, ids: Sequence[int]) -> None:
        """Forget these passages."""
        if not ids:
            return
        for table in ("indexed_passages", "passage_vectors"):
            c.execute(
                text(f"DELETE FROM {table} WHERE passage = ANY(:ids)"),  # noqa: S608
                {"ids": list(ids)},
            )

    def by_words(
        self, c: Connection, weights: Mapping[str, float], collections: Sequence[str], limit: int
    ) -> Found:
        """Passages that hold the most weight of words."""
        chosen = self._affordable(c, weights, limit)
        if not chosen or not collections:
            return []
        # The index finds the passages of each word; no passage's words are read for it.
        parts = [
            f"SELECT passage, CAST(:w{i} AS float8) AS weight FROM indexed_passages "  # noqa: S608
            f"WHERE lexemes @@ CAST(:t{i} AS tsquery) AND collection = ANY(:collections)"
            for i in range(len(chosen))
        ]
        query = text(
            f"SELECT passage, sum(weight) AS total FROM ({' UNION ALL '.join(parts)}) AS found "  # noqa: S608
            "GROUP BY passage ORDER BY total DESC, passage LIMIT :limit"
        )
        values: dict[str, object] = {"collections": list(collections), "limit": limit}
        for i, (term, weight) in enumerate(chosen):
            values |= {f"t{i}": _quoted(term), f"w{i}": weight}
        return [(row.passage, row.total) for row in c.execute(query, values)]

    def by_vector(
        self,
        c: Connection,
        vector: NDArray[np.float32],
        collections: Sequence[str],
        limit: int,
        model: str = "",
    ) -> Found:
        """The nearest passages by cosine."""
        rows = c.execute(
            _NEAREST,
            {
                "vector": _literal(vector),
                "model": _key(model, len(vector)),
                "collections": list(collections),
                "limit": limit,
            },
        )
        return [(row.passage, row.similarity) for row in rows]

    def similarities(
        self, c: Connection, vector: NDArray[np.float32], ids: Sequence[int], model: str = ""
    ) -> dict[int, float]:
        """The cosine to each passage that has a vector."""
        key = _key(model, len(vector))
        rows = c.execute(_SIMILAR, {"vector": _literal(vector), "model": key, "ids": list(ids)})
        return {row.passage: row.similarity for row in rows}

    def frequencies(self, c: Connection, words: Sequence[str]) -> Frequencies:
        """How common each word is."""
        passages, average_length = self._measured(c)
        return self._frequencies.of(c, words, passages, average_length)

    def words_of(self, c: Connection, ids: Sequence[int]) -> dict[int, str]:
        """The words of each passage that is here."""
        rows = c.execute(
            text("SELECT passage, words FROM indexed_passages WHERE passage = ANY(:ids)"),
            {"ids": list(ids)},
        )
        return {id: f" {stems} " for id, stems in rows}

    def _affordable(
        self, c: Connection, weights: Mapping[str, float], limit: int
    ) -> list[tuple[str, float]]:
        """The rarest terms, as many as can be looked up in time."""
        counts = self.frequencies(c, list(weights)).containing
        chosen: list[tuple[str, float]] = []
        left = MOST_POSTINGS
        for names in by_rarity(weights):
            (word, weight), *often = names
            left -= counts[word]
            if not counts[word] or (left < 0 and chosen):
                continue
            chosen.append((word, weight))
            # Where there is room for all, it need not matter who says it more often.
            if counts[word] > limit:
                chosen += often
        return chosen

    def _measured(self, c: Connection) -> tuple[int, float]:
        """Passages and their average length; of a large index, as of some seconds ago."""
        with self._lock:
            passages, average_length, at = self._size
        if passages < _SMALL or time.monotonic() - at > _FRESH_S:
            passages, average_length = c.execute(
                text("SELECT count(*), coalesce(avg(length), 0)::float8 FROM indexed_passages")
            ).one()
            with self._lock:
                self._size = (passages, average_length, time.monotonic())
        return passages, average_length


def _row(id: int, collection: str, stems: list[str]) -> dict[str, object]:
    return {
        "passage": id,
        "collection": collection,
        "length": len(stems),
        "words": " ".join(stems),
        "lexemes": [*dict.fromkeys(stems), *mentions(stems)],
    }


def _count(c: Connection, words: Sequence[str]) -> dict[str, int]:
    asked = {_quoted(word): word for word in words}
    return {asked[term]: n for term, n in c.execute(_COUNT, {"terms": list(asked)})}


def _quoted(term: str) -> str:
    """A term as one lexeme of a query, whatever signs it holds."""
    escaped = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _key(model: str, dimensions: int) -> str:
    return f"{model}/{dimensions}"


def _literal(vector: NDArray[np.float32]) -> str:
    return f"[{','.join(map(str, vector.tolist()))}]"
