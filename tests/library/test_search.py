"""Search by words and by meaning, on either database."""

import json

import pytest

from bernard.ledger import StoredLedger
from bernard.library.search import find, search
from bernard.models.scripted import ScriptedEmbedder
from bernard.store import collections, documents, passages, people
from bernard.store.index import open_index
from bernard.store.passages import DocumentText, NewPassage

TEXTS = {
    "permits": "You need a mooring permit to keep a boat in the harbour for a night or more.",
    "leave": "Staff have 27 days of annual leave, and may carry five of them into the next year.",
    "expenses": "Claim the cost of travel within three months. Keep the receipts.",
    "lights": "The keeper lights the lamp of the lighthouse at dusk.",
}


@pytest.fixture
def gateway(store, gateway_over):
    """Makes a gateway with or without an embedding model."""
    return lambda embedder: gateway_over(store, None, embedder)


@pytest.fixture(params=["words", "words and meaning"])
def shelf(request, store, gateway):
    """Searches a store that holds TEXTS, one document each."""
    return Shelf(store, gateway(None if request.param == "words" else ScriptedEmbedder()))


class Shelf:
    def __init__(self, store, gateway):
        self.store, self.gateway, self.index = store, gateway, open_index(store)
        with store.write() as c:
            owner = people.create(c, "keeper", "").id
            self.collection = collections.create(c, owner, "Handbook").id
            self.other = collections.create(c, owner, "Other").id
        for name, text in TEXTS.items():
            self.put(self.collection, name, text)

    def put(self, collection, name, text):
        with self.store.write() as c:
            document = documents.put(
                c, collection, name, media_type="text/plain", sha256="0" * 64, size=1
            )
            new = [NewPassage(0, len(text), "1", "", text)]
            ids = passages.replace(c, document.id, DocumentText(text), new)
            model = ScriptedEmbedder()
            with_meaning = self.gateway.has_embeddings
            vectors = model.embed([text]) if with_meaning else None
            self.index.add(c, ids, vectors, model.deployment.model if with_meaning else "")
        return document.id

    def search(self, query, *places, **options):
        where = places or (self.collection,)
        return search(self.store, self.index, self.gateway, query, where, **options)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Do I need a permit for my boat?", "permits"),
        ("how many days of annual leave", "leave"),
        ("I kept the receipts. When must travel be claimed?", "expenses"),
        ("lighthouse", "lights"),
    ],
)
def test_the_passage_that_answers_comes_first(shelf, query, name):
    first, *_ = shelf.search(query)
    assert first.name == name
    assert first.text == TEXTS[name]
    assert (first.start, first.end, first.page) == (0, len(TEXTS[name]), "1")


def test_scores_fall_and_are_probabilities(shelf):
    scores = [hit.score for hit in shelf.search("mooring permit for a boat")]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_what_fits_scores_higher_than_what_does_not(shelf):
    [fits, *_] = shelf.search("annual leave days of staff")
    others = shelf.search("passports for horses")
    assert all(fits.score > hit.score for hit in others)


def test_the_scenario_decides_between_passages_alike(shelf):
    shelf.put(shelf.collection, "day", "A day permit is for visitors with a canoe.")
    shelf.put(shelf.collection, "year", "A year permit is for residents with a trawler.")
    first, *_ = shelf.search("Which permit?", scenario="I am a resident with a trawler.")
    assert first.name == "year"
    first, *_ = shelf.search("I come with my canoe. Which permit?")
    assert first.name == "day"


def test_only_the_given_collections_are_searched(shelf):
    shelf.put(shelf.other, "elsewhere", TEXTS["permits"])
    assert "elsewhere" not in {hit.name for hit in shelf.search("mooring permit")}
    assert [hit.name for hit in shelf.search("mooring permit", shelf.other)] == ["elsewhere"]


@pytest.mark.parametrize("query", ["", " \n", "?!", '"', "permit' OR 1=1; --", "\x00", "a" * 9000])
def test_any_query_is_taken(shelf, query):
    shelf.search(query)
    shelf.search("permit", scenario=query)


def test_the_limit_holds(shelf):
    assert len(shelf.search("the", limit=2)) <= 2
    assert shelf.search("permit", "nowhere") == []
    assert search(shelf.store, shelf.index, shelf.gateway, "permit", []) == []


def test_deleted_documents_are_not_found(shelf):
    id = shelf.put(shelf.collection, "gone", "A permit for whales.")
    assert "gone" in {hit.name for hit in shelf.search("whales")}
    with shelf.store.write() as c:
        shelf.index.remove(c, passages.ids_of(c, [id]))
        documents.remove(c, id)
    assert "gone" not in {hit.name for hit in shelf.search("whales")}


def test_signals_come_with_the_hits(shelf):
    [first, *_] = find(
        shelf.store, shelf.index, shelf.gateway, "mooring permit", [shelf.collection]
    )
    assert first.hit.name == "permits"
    assert first.signals.coverage == pytest.approx(1.0)
    assert (first.signals.meaning is not None) == shelf.gateway.has_embeddings


def test_documents_indexed_without_a_model_are_still_found_once_there_is_one(store, gateway):
    shelf = Shelf(store, gateway(None))
    shelf.gateway = gateway(ScriptedEmbedder())
    [first, *_] = shelf.search("mooring permit")
    assert first.name == "permits"
    late = shelf.put(shelf.collection, "late", "Gulls are protected birds.")
    names = [hit.document for hit in shelf.search("protected gulls")]
    assert names[0] == late


def test_the_query_is_entered_in_the_log_without_its_text(store, gateway):
    shelf = Shelf(store, gateway(ScriptedEmbedder()))
    shelf.search("secret mooring permit")
    entries = list(StoredLedger(store).all())
    assert entries
    assert "secret" not in json.dumps(entries, default=str)
