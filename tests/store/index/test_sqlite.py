"""How the index on SQLite keeps its memory in step."""

import pytest

from bernard.config import Settings
from bernard.store.index import sqlite


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "home")


def test_removals_that_were_forgotten_make_the_memory_start_anew(shelf, unit_vectors, monkeypatch):
    place = shelf.collection("rules")
    vectors = unit_vectors(40)
    ids = shelf.put(place, [f"passage {i}" for i in range(40)], vectors)
    assert len(shelf.by_vector(vectors[0], place, limit=50)) == 40
    monkeypatch.setattr(sqlite, "_MOST_REMOVALS", 5)
    for id in ids[:30]:
        shelf.remove([id])
    assert {id for id, _ in shelf.by_vector(vectors[0], place, limit=50)} == set(ids[30:])


def test_searching_by_vector_while_writing_is_a_mistake(shelf, unit_vectors):
    place = shelf.collection("rules")
    shelf.put(place, ["a permit"], unit_vectors(1))
    with shelf.store.write() as c, pytest.raises(AssertionError):
        shelf.index.by_vector(c, unit_vectors(1)[0], [place], 1)
