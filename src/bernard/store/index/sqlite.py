"""The index on SQLite: words in its full-text table, vectors as bytes that each process holds.

A row of the full-text table has the number `collection << 40 | passage`, so that a search looks
only at the part of the index that belongs to its collections, however large the rest is.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from bernard.store.index.cache import VectorCache
from bernard.store.index.terms import (
    MOST_POSTINGS,
    FrequencyCache,
    by_rarity,
    mentions,
    passage_words,
    plain,
)
from bernard.store.index.types import Found, Frequencies
from bernard.store.index.vectors import Packed, pack

_SHIFT = 40
_MASK = (1 << _SHIFT) - 1
_AT_ONCE = 500

TABLES = (
    # `ascii` leaves every letter beyond ASCII as it is: our stems come out as they went in.
    "CREATE VIRTUAL TABLE passage_words USING fts5"
    "(words, tokenize = 'ascii', detail = none, columnsize = 0)",
    "CREATE VIRTUAL TABLE passage_vocabulary USING fts5vocab(passage_words, row)",
    "CREATE TABLE indexed_collections"
    "(number INTEGER PRIMARY KEY AUTOINCREMENT, collection TEXT NOT NULL UNIQUE)",
    "CREATE TABLE indexed_passages (passage INTEGER PRIMARY KEY, collection INTEGER NOT NULL, "
    "length INTEGER NOT NULL, model TEXT NOT NULL, scale REAL, vector BLOB, "
    "change INTEGER NOT NULL)",
    "CREATE INDEX ix_indexed_passages_change ON indexed_passages (change)",
    "CREATE TABLE unindexed_passages (passage INTEGER NOT NULL, change INTEGER NOT NULL)",
    "CREATE INDEX ix_unindexed_passages_change ON unindexed_passages (change)",
    "CREATE TABLE index_state (changes INTEGER NOT NULL, forgotten INTEGER NOT NULL, "
    "passages INTEGER NOT NULL, words INTEGER NOT NULL)",
    "INSERT INTO index_state VALUES (0, 0, 0, 0)",
)
# Removals are listed for other processes' memory; one that missed the oldest reads all anew.
_MOST_REMOVALS = 100_000


def create(c: Connection) -> None:
    """Make the tables of an empty index."""
    for statement in TABLES:
        c.exec_driver_sql(statement)


class SqliteIndex:
    """A `PassageIndex` on SQLite. One for a process and database; any thread may use it."""

    def __init__(self) -> None:
        """Nothing is read until the first search."""
        self._caches: dict[str, VectorCache] = {}
        self._lock = threading.Lock()
        self._frequencies = FrequencyCache(_count)

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
        packed: Sequence[Packed | None] = [None] * len(ids) if vectors is None else pack(vectors)
        key = "" if vectors is None else _key(model, vectors.shape[1])
        given = dict(zip(ids, packed, strict=True))
        change = _next_change(c)
        for some in _parts(ids):
            _insert(c, passage_words(c, some), given, key, change)

    def remove(self, c: Connection, ids: Sequence[int]) -> None:
        """Forget these passages."""
        for some in _parts(ids):
            rows = c.exec_driver_sql(
                f"SELECT passage, collection, length FROM indexed_passages WHERE passage IN {_marks(some)}",  # noqa: S608
                tuple(some),
            ).all()
            if rows:
                _delete(c, rows)

    def by_words(
        self, c: Connection, weights: Mapping[str, float], collections: Sequence[str], limit: int
    ) -> Found:
        """Passages that hold the most weight of words."""
        numbers = _numbers(c, collections)
        cursor = c.connection.cursor()
        found = list(_gather(cursor, weights, numbers, limit))
        cursor.close()
        return _heaviest(found, limit)

    def by_vector(
        self,
        c: Connection,
        vector: NDArray[np.float32],
        collections: Sequence[str],
        limit: int,
        model: str = "",
    ) -> Found:
        """The nearest passages by cosine."""
        numbers = _numbers(c, collections)
        return self._cache(c, vector, model).nearest(vector, numbers, limit) if numbers else []

    def similarities(
        self, c: Connection, vector: NDArray[np.float32], ids: Sequence[int], model: str = ""
    ) -> dict[int, float]:
        """The cosine to each passage that has a vector."""
        return self._cache(c, vector, model).similarities(vector, ids)

    def frequencies(self, c: Connection, words: Sequence[str]) -> Frequencies:
        """How common each word is."""
        passages, total = c.exec_driver_sql("SELECT passages, words FROM index_state").one()
        return self._frequencies.of(c, words, passages, total / max(passages, 1))

    def words_of(self, c: Connection, ids: Sequence[int]) -> dict[int, str]:
        """The words of each passage that is here."""
        found: dict[int, str] = {}
        for some in _parts(sorted(ids)):
            # Straight from the table that the full-text table keeps them in: it is much quicker.
            rows = c.exec_driver_sql(
                "SELECT i.passage, w.c0 FROM indexed_passages i "  # noqa: S608
                f"JOIN passage_words_content w ON w.id = (i.collection << {_SHIFT}) + i.passage "
                f"WHERE i.passage IN {_marks(some)}",
                tuple(some),
            )
            found.update((id, f" {plain(words)} ") for id, words in rows.all())
        return found

    def _cache(self, c: Connection, vector: NDArray[np.float32], model: str) -> VectorCache:
        # What is not committed may yet be undone, and the memory would not know.
        assert c.get_execution_options().get("begin", "BEGIN") == "BEGIN", "search in Store.read()"
        key = _key(model, len(vector))
        with self._lock:
            cache = self._caches.setdefault(key, VectorCache(key, len(vector)))
        cache.refresh(c)
        return cache


def _key(model: str, dimensions: int) -> str:
    return f"{model}/{dimensions}"


def _insert(
    c: Connection,
    rows: Sequence[tuple[int, str, list[str]]],
    given: Mapping[int, Packed | None],
    key: str,
    change: int,
) -> None:
    numbers = {collection: _number(c, collection) for collection in {row[1] for row in rows}}
    texts, places = [], []
    for id, collection, stems in rows:
        number, packed = numbers[collection], given[id]
        scale, vector = packed or (None, None)
        texts.append(((number << _SHIFT) + id, " ".join(stems + mentions(stems))))
        places.append((id, number, len(stems), key, scale, vector, change))
    if not rows:
        return
    c.exec_driver_sql("INSERT INTO passage_words (rowid, words) VALUES (?, ?)", texts)
    c.exec_driver_sql("INSERT INTO indexed_passages VALUES (?, ?, ?, ?, ?, ?, ?)", places)
    _count_in(c, len(places), sum(place[2] for place in places))


def _delete(c: Connection, rows: Sequence[Any]) -> None:
    change = _next_change(c)
    c.exec_driver_sql(
        "DELETE FROM passage_words WHERE rowid = ?",
        [((number << _SHIFT) + id,) for id, number, _ in rows],
    )
    ids = [(id,) for id, _, _ in rows]
    c.exec_driver_sql("DELETE FROM indexed_passages WHERE passage = ?", ids)
    c.exec_driver_sql(
        "INSERT INTO unindexed_passages VALUES (?, ?)", [(id, change) for (id,) in ids]
    )
    _count_in(c, -len(rows), -sum(length for _, _, length in rows))
    _forget_old_removals(c)


def _forget_old_removals(c: Connection) -> None:
    oldest, newest = c.exec_driver_sql(
        "SELECT min(rowid), max(rowid) FROM unindexed_passages"
    ).one()
    if newest - oldest < _MOST_REMOVALS:
        return
    upto = c.exec_driver_sql(
        "SELECT change FROM unindexed_passages WHERE rowid = ?", ((oldest + newest) // 2,)
    ).scalar_one()
    c.exec_driver_sql("DELETE FROM unindexed_passages WHERE change <= ?", (upto,))
    c.exec_driver_sql("UPDATE index_state SET forgotten = ?", (upto,))


def _next_change(c: Connection) -> int:
    change: int = c.exec_driver_sql(
        "UPDATE index_state SET changes = changes + 1 RETURNING changes"
    ).scalar_one()
    return change


def _count_in(c: Connection, passages: int, words: int) -> None:
    c.exec_driver_sql(
        "UPDATE index_state SET passages = passages + ?, words = words + ?", (passages, words)
    )


def _number(c: Connection, collection: str) -> int:
    if not _numbers(c, [collection]):
        c.exec_driver_sql("INSERT INTO indexed_collections (collection) VALUES (?)", (collection,))
    return _numbers(c, [collection])[0]


def _numbers(c: Connection, collections: Sequence[str]) -> list[int]:
    return [
        number
        for some in _parts(collections)
        for (number,) in c.exec_driver_sql(
            f"SELECT number FROM indexed_collections WHERE collection IN {_marks(some)}",  # noqa: S608
            tuple(some),
        )
    ]


def _gather(
    cursor: Any, weights: Mapping[str, float], numbers: Sequence[int], limit: int
) -> Iterator[tuple[NDArray[np.int64], float]]:
    """The passages of one word after another and what it adds, as far as time allows."""
    left = MOST_POSTINGS
    for names in by_rarity(weights):
        for number in numbers:
            for term, weight in names:
                ids = _postings(cursor, term, number, left + 1)
                if len(ids) > left < MOST_POSTINGS:
                    return  # a part of them would favour some passages over others alike
                yield ids, weight
                left -= len(ids)
                if len(ids) <= limit:
                    break  # there is room for all, so it need not matter who says it more often


def _postings(cursor: Any, term: str, number: int, limit: int) -> NDArray[np.int64]:
    quoted = '"' + term.replace('"', '""') + '"'
    first = number << _SHIFT
    # One text of numbers is read three times as quickly as a row for each.
    [numbers] = cursor.execute(
        "SELECT group_concat(rowid - ?) FROM (SELECT rowid FROM passage_words "
        "WHERE passage_words MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?)",
        (first, quoted, first, first + _MASK, max(limit, 0)),
    ).fetchone()
    return np.fromstring(numbers or "", np.int64, sep=",")


def _heaviest(found: Sequence[tuple[NDArray[np.int64], float]], limit: int) -> Found:
    if not found:
        return []
    ids, places = np.unique(np.concatenate([ids for ids, _ in found]), return_inverse=True)
    weights = np.repeat([weight for _, weight in found], [len(ids) for ids, _ in found])
    totals = np.bincount(places, weights, len(ids))
    best = np.lexsort((ids, -totals))[:limit]
    return [(int(ids[i]), float(totals[i])) for i in best]


def _count(c: Connection, words: Sequence[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for some in _parts(words):
        rows = c.exec_driver_sql(
            f"SELECT term, doc FROM passage_vocabulary WHERE term IN {_marks(some)}",  # noqa: S608
            tuple(some),
        )
        counts.update((term, count) for term, count in rows)
    return counts


def _parts(values: Sequence[Any]) -> list[Sequence[Any]]:
    return [values[i : i + _AT_ONCE] for i in range(0, len(values), _AT_ONCE)]


def _marks(values: Sequence[Any]) -> str:
    return f"({', '.join('?' * len(values))})"
