"""An index with passages in it, on either database."""

import itertools

import numpy as np
import pytest

from bernard.store import collections, documents, passages, people
from bernard.store.index import open_index
from bernard.store.passages import DocumentText, NewPassage
from bernard.text.words import words


class Shelf:
    """Puts passages into a store and its index, and asks for them again."""

    def __init__(self, store):
        self.store = store
        self.index = open_index(store)
        self._names = itertools.count()
        with store.write() as c:
            self.owner = people.create(c, "keeper", "", is_admin=False).id

    def collection(self, name):
        with self.store.write() as c:
            return collections.create(c, self.owner, name).id

    def put(self, collection, texts, vectors=None, model="", heading=""):
        """The ids of new passages with these texts, one document for all."""
        with self.store.write() as c:
            document = documents.put(
                c,
                collection,
                f"document {next(self._names)}",
                media_type="text/plain",
                sha256="0" * 64,
                size=1,
            )
            new = [NewPassage(i, i + len(t), "", heading, t) for i, t in enumerate(texts)]
            ids = passages.replace(c, document.id, DocumentText("".join(texts)), new)
            self.index.add(c, ids, vectors, model)
        return ids

    def remove(self, ids):
        with self.store.write() as c:
            self.index.remove(c, ids)

    def by_words(self, query, *collections, limit=10):
        with self.store.read() as c:
            return self.index.by_words(c, dict.fromkeys(words(query), 1.0), collections, limit)

    def by_vector(self, vector, *collections, limit=10, model=""):
        with self.store.read() as c:
            return self.index.by_vector(c, vector, collections, limit, model)


@pytest.fixture
def shelf(store):
    return Shelf(store)


@pytest.fixture
def unit_vectors():
    """Random directions that vary more along some axes than others, as embeddings do."""

    def make(count, dimensions=384, seed=0):
        scales = (1 + np.arange(dimensions) / 8) ** -0.5
        axes = np.random.default_rng(9).normal(size=(dimensions, dimensions)) * scales[:, None]
        vectors = np.random.default_rng(seed).normal(size=(count, dimensions)) @ axes
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)

    return make
