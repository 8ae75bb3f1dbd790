"""What every index does, on SQLite and on PostgreSQL."""

import numpy as np
import pytest

from bernard.store import people
from bernard.store.database import open_store
from bernard.store.index import open_index


def found(hits):
    return [id for id, _ in hits]


class TestWords:
    def test_passages_with_more_of_the_words_come_first(self, shelf):
        place = shelf.collection("rules")
        ids = shelf.put(place, ["Mooring permits", "Permits", "Mooring permit fees", "Leave"])
        assert found(shelf.by_words("fees of mooring permits", place)) == [ids[2], ids[0], ids[1]]

    def test_passages_about_a_word_come_before_those_that_mention_it(self, shelf):
        place = shelf.collection("rules")
        some = ["A permit.", "A permit, another permit.", "Permit, permit, permit, permit."]
        ids = shelf.put(place, some)
        assert found(shelf.by_words("permits", place, limit=1)) == ids[:1:-1]
        assert set(found(shelf.by_words("permits", place, limit=2))) == set(ids[1:])

    def test_weights_count(self, shelf):
        place = shelf.collection("rules")
        ids = shelf.put(place, ["permit", "fee"])
        with shelf.store.read() as c:
            hits = shelf.index.by_words(c, {"permit": 1.0, "fee": 3.0}, [place], 5)
        assert hits == [(ids[1], 3.0), (ids[0], 1.0)]

    def test_headings_above_are_searched(self, shelf):
        place = shelf.collection("rules")
        ids = shelf.put(place, ["You get 25 days."], heading="Staff > Annual leave")
        assert found(shelf.by_words("leave", place)) == ids

    @pytest.mark.parametrize(
        "text",
        [
            '"permit" OR fee*',
            "permit') OR 1=1 --",
            "NEAR(permit fee)",
            "permit & !fee <-> x",
            "\\' : * ^ -",
            "\x00",
            "",
            "words:permit",
            "税 Llŷr ²permit",
        ],
    )
    def test_no_text_is_query_syntax(self, shelf, text):
        place = shelf.collection("rules")
        shelf.put(place, ["a permit and a fee"])
        shelf.by_words(text, place)
        with shelf.store.read() as c:
            shelf.index.by_words(c, {text: 1.0, "permit": 1.0}, [place], 5)
            shelf.index.frequencies(c, [text])

    @pytest.mark.parametrize("text", ["税金を払う", "Llŷr ap Siân", "Ελλάδα", "الرخصة", "naïve"])
    def test_every_script_is_found(self, shelf, text):
        place = shelf.collection("rules")
        ids = shelf.put(place, [text, "nothing"])
        assert found(shelf.by_words(text.split()[0], place)) == ids[:1]

    def test_a_word_in_most_passages_is_still_found(self, shelf):
        place = shelf.collection("rules")
        ids = shelf.put(place, ["the permit"] * 30 + ["leave"])
        assert set(found(shelf.by_words("the permit", place, limit=40))) == set(ids[:30])

    def test_frequencies(self, shelf):
        place = shelf.collection("rules")
        shelf.put(place, ["one permit", "two permits and a fee"])
        with shelf.store.read() as c:
            known = shelf.index.frequencies(c, ["permit", "fee", "absent"])
        assert (known.passages, known.average_length) == (2, 3.5)
        assert known.containing == {"permit": 2, "fee": 1, "absent": 0}

    def test_words_of(self, shelf):
        place = shelf.collection("rules")
        ids = shelf.put(place, ["Fees, fees and fees."])
        with shelf.store.read() as c:
            assert shelf.index.words_of(c, [*ids, 10**9]) == {ids[0]: " fee fee and fee "}


class TestVectors:
    def test_the_nearest_come_first_with_their_cosine(self, shelf, unit_vectors):
        place = shelf.collection("rules")
        vectors = unit_vectors(200)
        ids = shelf.put(place, [f"passage {i}" for i in range(200)], vectors)
        query = unit_vectors(1, seed=1)[0]
        exact = vectors @ query
        hits = shelf.by_vector(query, place, limit=10)
        assert len(hits) == 10
        assert [s for _, s in hits] == sorted((s for _, s in hits), reverse=True)
        # Bytes for floats cost a little in the third place.
        for id, similarity in hits:
            assert similarity == pytest.approx(exact[ids.index(id)], abs=0.01)
        assert found(hits)[0] == ids[int(exact.argmax())]

    def test_models_and_lengths_are_kept_apart(self, shelf, unit_vectors):
        place = shelf.collection("rules")
        [small] = shelf.put(place, ["one"], unit_vectors(1, 8), "small")
        [large] = shelf.put(place, ["two"], unit_vectors(1, 16), "large")
        [other] = shelf.put(place, ["three"], unit_vectors(1, 8), "other")
        assert found(shelf.by_vector(unit_vectors(1, 8)[0], place, model="small")) == [small]
        assert found(shelf.by_vector(unit_vectors(1, 16)[0], place, model="large")) == [large]
        assert found(shelf.by_vector(unit_vectors(1, 8)[0], place, model="other")) == [other]
        assert shelf.by_vector(unit_vectors(1, 8)[0], place, model="large") == []

    def test_passages_without_vectors_are_found_by_words_only(self, shelf, unit_vectors):
        place = shelf.collection("rules")
        ids = shelf.put(place, ["a permit"])
        assert shelf.by_vector(unit_vectors(1)[0], place) == []
        assert found(shelf.by_words("permit", place)) == ids

    def test_similarities(self, shelf, unit_vectors):
        place = shelf.collection("rules")
        vectors = unit_vectors(3)
        ids = shelf.put(place, ["one", "two", "three"], vectors)
        bare = shelf.put(place, ["four"])
        with shelf.store.read() as c:
            similar = shelf.index.similarities(c, vectors[0], [ids[0], ids[2], *bare, 10**9])
        assert set(similar) == {ids[0], ids[2]}
        assert similar[ids[0]] == pytest.approx(1.0, abs=0.01)


class TestCollections:
    def test_only_the_given_collections_are_searched(self, shelf, unit_vectors):
        ours, theirs = shelf.collection("ours"), shelf.collection("theirs")
        vectors = unit_vectors(2)
        [mine] = shelf.put(ours, ["a permit"], vectors[:1])
        [other] = shelf.put(theirs, ["a permit"], vectors[1:])
        assert found(shelf.by_words("permit", ours)) == [mine]
        assert found(shelf.by_vector(vectors[1], ours)) == [mine]
        assert set(found(shelf.by_words("permit", ours, theirs))) == {mine, other}
        assert set(found(shelf.by_vector(vectors[1], ours, theirs))) == {mine, other}

    def test_no_collection_or_an_unknown_one_finds_nothing(self, shelf, unit_vectors):
        shelf.put(shelf.collection("ours"), ["a permit"], unit_vectors(1))
        for nowhere in ([], ["unknown"]):
            assert shelf.by_words("permit", *nowhere) == []
            assert shelf.by_vector(unit_vectors(1)[0], *nowhere) == []

    def test_a_collection_of_one_in_a_hundred_is_searched_whole(self, shelf, unit_vectors):
        small, large = shelf.collection("small"), shelf.collection("large")
        vectors = unit_vectors(6_000)
        shelf.put(large, ["a permit for the harbour"] * 5_940, vectors[:5_940])
        ids = shelf.put(small, ["a permit for the harbour"] * 60, vectors[5_940:])
        query = unit_vectors(1, seed=7)[0]
        nearest = np.argsort(-(vectors[5_940:] @ query), kind="stable")[:5]
        assert set(found(shelf.by_vector(query, small, limit=10))) >= {ids[i] for i in nearest}
        assert set(found(shelf.by_words("harbour permit", small, limit=100))) == set(ids)


class TestChanges:
    def test_what_is_removed_is_not_found(self, shelf, unit_vectors):
        place = shelf.collection("rules")
        vectors = unit_vectors(2)
        gone, stays = shelf.put(place, ["a permit", "a permit"], vectors)
        assert len(shelf.by_vector(vectors[0], place)) == 2
        shelf.remove([gone, 10**9])
        assert found(shelf.by_words("permit", place)) == [stays]
        assert found(shelf.by_vector(vectors[0], place)) == [stays]
        with shelf.store.read() as c:
            assert shelf.index.words_of(c, [gone]) == {}
            assert shelf.index.similarities(c, vectors[0], [gone]) == {}
            assert shelf.index.frequencies(c, ["permit"]).passages == 1

    def test_adding_again_renews(self, shelf, unit_vectors):
        place = shelf.collection("rules")
        vectors = unit_vectors(2)
        ids = shelf.put(place, ["a permit"])
        with shelf.store.write() as c:
            shelf.index.add(c, ids, vectors[:1])
        assert found(shelf.by_vector(vectors[0], place)) == ids
        with shelf.store.write() as c:
            shelf.index.add(c, ids, vectors[1:])
        [(_, similarity)] = shelf.by_vector(vectors[1], place)
        assert similarity == pytest.approx(1.0, abs=0.01)
        assert found(shelf.by_words("permit", place)) == ids

    def test_what_is_undone_is_not_found(self, shelf, unit_vectors):
        place = shelf.collection("rules")
        ids = shelf.put(place, ["a permit"], unit_vectors(1))
        with pytest.raises(RuntimeError), shelf.store.write() as c:
            shelf.index.remove(c, ids)
            raise RuntimeError
        assert found(shelf.by_words("permit", place)) == ids
        assert found(shelf.by_vector(unit_vectors(1)[0], place)) == ids

    def test_another_process_sees_what_is_added_and_removed(self, shelf, settings, unit_vectors):
        place = shelf.collection("rules")
        vectors = unit_vectors(3)
        first = shelf.put(place, ["a permit"], vectors[:1])
        store = open_store(settings)
        other = open_index(store)

        def seen():
            with store.read() as c:
                return found(other.by_vector(c, vectors[0], [place], 10))

        assert seen() == first
        more = shelf.put(place, ["a fee", "a form"], vectors[1:])
        assert set(seen()) == {*first, *more}
        shelf.remove(first)
        assert set(seen()) == set(more)
        store.close()

    def test_nothing_added_or_removed_is_fine(self, shelf):
        with shelf.store.write() as c:
            shelf.index.add(c, [], None)
            shelf.index.remove(c, [])
            shelf.index.add(c, [10**9], None)
            assert people.by_name(c, "keeper")
