"""Vectors held in memory."""

import numpy as np
import pytest

from bernard.store.index.vectors import EXACT, Row, Vectors, pack


def rows(vectors, start=0, collection=1):
    return [Row(start + i, collection, packed) for i, packed in enumerate(pack(vectors))]


@pytest.mark.parametrize("dimensions", [1, 63, 64, 384, 1000])
def test_any_length_of_vector(unit_vectors, dimensions):
    vectors = unit_vectors(50, dimensions)
    table = Vectors(dimensions)
    table.put(rows(vectors))
    assert table.nearest(vectors[3], [1], 1)[0][1] == pytest.approx(1.0, abs=0.02)


def test_the_signs_miss_next_to_nothing(unit_vectors):
    vectors, queries = unit_vectors(30_000), unit_vectors(40, seed=1)
    table = Vectors(384)
    table.put(rows(vectors))
    kept = 0
    for query in queries:
        exact = set(np.argsort(-(vectors @ query))[:10].tolist())
        kept += len(exact & {id for id, _ in table.nearest(query, [1], 10)})
    assert kept / (10 * len(queries)) > 0.97


def test_a_small_collection_in_a_large_table_is_compared_exactly(unit_vectors):
    vectors = unit_vectors(EXACT * 3)
    table = Vectors(384)
    table.put(rows(vectors[:-50]))
    table.put(rows(vectors[-50:], start=len(vectors) - 50, collection=2))
    query = unit_vectors(1, seed=2)[0]
    [(best, _)] = table.nearest(query, [2], 1)
    assert best == len(vectors) - 50 + int((vectors[-50:] @ query).argmax())


def test_removing_most_makes_it_time_to_start_anew(unit_vectors):
    table = Vectors(384)
    table.put(rows(unit_vectors(3_000)))
    assert not table.mostly_gone
    table.remove(range(2_000))
    assert table.mostly_gone
    assert len(table) == 1_000
    assert all(id >= 2_000 for id, _ in table.nearest(unit_vectors(1)[0], [1], 50))


def test_a_vector_of_zeros_is_far_from_all():
    table = Vectors(8)
    table.put(rows(np.zeros((1, 8), np.float32)))
    assert table.nearest(np.ones(8, np.float32), [1], 1) == [(0, 0.0)]
