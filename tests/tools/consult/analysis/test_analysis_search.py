"""Search by words and by meaning, and the words that make a response rich."""

import time

import numpy as np
import pytest

from bernard.errors import InputInvalid
from bernard.tools.consult.analysis import rich, search, search_meaning
from bernard.tools.consult.analysis.searching import Words
from bernard.tools.consult.types import Sentences


@pytest.mark.parametrize(
    "query, text, found",
    [
        ("buses", "More BUSES please", ["BUSES"]),
        ("bus", "More buses please", None),
        ("bus*", "More buses please", ["buses"]),
        ("night bus", "The bus at night", ["bus", "night"]),
        ('"night bus"', "The bus at night", None),
        ('"night bus"', "A night-bus, please", ["night-bus"]),
        ('"don\'t know"', "I don’t  know.", ["don’t  know"]),
        ("cafe", "The Café Straße", ["Café"]),
        ("strasse", "The Café Straße", ["Straße"]),
        ("-bus train", "The train", ["train"]),
        ("-bus train", "The bus and train", None),
        ("ΣΊΣΥΦΟΣ", "ο σίσυφος", ["σίσυφος"]),
        ("ｆａｒｅ", "the fare", ["fare"]),
        ("أسعار", "أسعار التذاكر مرتفعة", ["أسعار"]),
        ("(.*)+$ fare", "a fare", ["fare"]),
    ],
)
def test_words_are_found_whatever_their_case_and_accents(query, text, found):
    places = Words(query).found(text)
    assert (places and [text[p.start : p.end] for p in places]) == found


def test_a_query_without_words_is_refused():
    with pytest.raises(InputInvalid):
        Words(' "" ')


def test_a_search_names_each_response_and_its_places(analysis):
    hits = search(analysis.questions[0], "ferry")
    assert [hit.response % 8 for hit in hits] == [4] * 10
    assert search(analysis.questions[0], "-fares")[0].response == 2


def test_meaning_finds_the_nearest_sentence_of_each_response():
    vectors = np.array([[1, 0], [0.8, 0.6], [0, 1], [0.6, 0.8]], np.float32)
    kept = Sentences(
        np.array([0, 0, 1, 2], np.int32), np.array([0, 9, 0, 0], np.int32),
        np.array([9, 20, 5, 7], np.int32), vectors,
    )  # fmt: skip
    hits = search_meaning(kept, "x", lambda texts: np.array([[0, 1]], np.float32))
    assert [(h.response, h.places[0].start) for h in hits] == [(1, 0), (2, 0), (0, 9)]
    assert hits[0].score == pytest.approx(1, abs=1e-4)
    assert len(search_meaning(kept, "x", lambda _: vectors[:1], most=1)) == 1
    assert len(search_meaning(kept, "x", lambda _: vectors[:1], least=0.7)) == 1
    assert search_meaning(kept, " ", lambda _: vectors[:1]) == []


# Written for this test; each line is what somebody might send to a public body.
EVIDENCE = (
    "The council's own report found that 40% of trips are under two miles.",
    "According to the ONS, rents rose by 9% between 2021 and 2023.",
    "Since March 2022 the surgery in Muddleford has lost three of its five doctors: waits are now 21 days.",
    "A 2019 study (Example & Other, 2019) showed fewer collisions.",
    "See https://example.org/survey for what 1,240 residents told us.",
    "It costs £480 a month, which is 30% of my wage.",
    "The Traffic Management Act 2004 already lets you do this.",
)
EXPERIENCE = (
    "My daughter was off school for six weeks waiting for an assessment.",
    "I have worked as a nurse for twenty years and have never seen it this bad.",
    "As a wheelchair user I cannot get on the number 9.",
    "When I was made homeless nobody told me where to go.",
    "In my experience the forms are lost more often than not.",
    "We lost our shop because of the roadworks.",
    "I've waited four months for a reply.",
)
NEITHER = (
    "This is a bad idea and should be stopped.",
    "I think the plan is good and I support it.",
    "There is no evidence to show that this works.",
    "You should listen to people because it matters.",
    "We all live in a world of change.",
    "I would like to see more trees.",
    "I agree with the proposal.",
    "No comment.",
)


def test_evidence_and_experience_are_found_with_their_words():
    assert [text for text in EVIDENCE if not rich(text).evidence] == []
    assert [text for text in EXPERIENCE if not rich(text).experience] == []
    assert [t for t in NEITHER if rich(t).evidence or rich(t).experience] == []
    why = rich(EVIDENCE[0]).why(EVIDENCE[0])
    assert "figure: “40%”" in why and "source: “report found”" in why
    for text in EVIDENCE + EXPERIENCE:
        assert all(0 <= s.place.start < s.place.end <= len(text) for s in rich(text).signs)


@pytest.mark.parametrize(
    "text",
    ["a" * 400_000, "1," * 200_000, "As a " + "word " * 80_000, "my " * 130_000, "I have " * 60_000,
     "£1" * 200_000, "A" * 300_000, "Ab " * 130_000, "research a " * 36_000],
    ids=range(9),
)  # fmt: skip
def test_no_text_takes_long(text):
    begun = time.process_time()
    rich(text)
    Words('"fares went up" bus* -tram').found(text)
    assert time.process_time() - begun < 2
