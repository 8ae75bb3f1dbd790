"""Stand-ins: one for a value, none that is in the text already, and the way back from each."""

import json
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bernard.privacy import Pseudonyms, StructuredDetector

DETECTOR = StructuredDetector()
VALUES = st.sampled_from(
    [
        "jo@example.org",
        "sam@example.org",
        "AB123456C",
        "07700 900123",
        "12 High Street, Leeds LS1 4AB",
        "K00LS123",
        "192.0.2.17",
    ]
)
MARKS = st.sampled_from(
    ["⟦EMAIL-1⟧", "[EMAIL-1]", "⟦email-2⟧", "[[TELEPHONE-1]]", "⟦", "[", "⟧", "[1]", "⟦LITERAL-1⟧"]
)
WORDS = st.text(alphabet="abc XYZ.,\n", max_size=12)
TEXTS = st.lists(st.one_of(VALUES, MARKS, WORDS), max_size=8).map(" ".join)


def test_a_text_without_findings_is_itself():
    text = "Summarise the policy in plain English."
    assert Pseudonyms(DETECTOR).mask(text) is text


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_every_text_comes_back_whole(texts):
    pseudonyms = Pseudonyms(DETECTOR)
    masked = [pseudonyms.mask(text) for text in texts]
    assert [pseudonyms.restore(text) for text in masked] == texts


@given(TEXTS, st.data())
def test_every_chunking_of_a_stream_gives_the_same(text, data):
    pseudonyms = Pseudonyms(DETECTOR)
    masked = pseudonyms.mask(text)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(masked)), max_size=12)))
    restorer = pseudonyms.restorer()
    bounds = [0, *cuts, len(masked)]
    pieces = [masked[a:b] for a, b in pairwise(bounds)]
    assert "".join(map(restorer.feed, pieces)) + restorer.finish() == text


EDITS = [
    "⟦EMAIL-1⟧",
    "[EMAIL-1]",
    "⟦email-1⟧",
    "⟦EMAIL_1⟧",
    "⟦ EMAIL-1 ⟧",
    "⟦EMAIL 1⟧",
    "【EMAIL-1】",
    "[[EMAIL-1]]",
    "⟦Email–1⟧",
    "⟦**EMAIL-1**⟧",
    "\\u27e6EMAIL-1\\u27e7",
]


@pytest.mark.parametrize("mark", EDITS)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_a_model_may_write_a_stand_in_its_own_way(mark, size):
    pseudonyms = Pseudonyms(DETECTOR)
    pseudonyms.mask("jo@example.org")
    said = f"Write to {mark}'s office [1], or **{mark}**, or {mark}"
    expected = "Write to jo@example.org's office [1], or **jo@example.org**, or jo@example.org"
    restorer = pseudonyms.restorer()
    shown = [restorer.feed(said[at : at + size]) for at in range(0, len(said), size)]
    assert "".join(shown) + restorer.finish() == expected
    assert pseudonyms.restore(said) == expected


def test_a_link_and_an_address_stay_what_they_are():
    pseudonyms = Pseudonyms(DETECTOR)
    pseudonyms.mask("jo+x@example.org")
    assert pseudonyms.restore("[EMAIL-1](mailto:%E2%9F%A6EMAIL-1%E2%9F%A7)") == (
        "[jo+x@example.org](mailto:jo%2Bx%40example.org)"
    )


def test_in_json_an_original_goes_in_as_json_writes_it():
    pseudonyms = Pseudonyms(DETECTOR)
    address = "12 High Street\nLeeds\nLS1 4AB"
    masked = json.dumps({"to": pseudonyms.mask(address)})
    assert json.loads(pseudonyms.restore(masked, json=True)) == {"to": address}
    restorer = pseudonyms.restorer(json=True)
    assert json.loads("".join(map(restorer.feed, masked)) + restorer.finish()) == {"to": address}


@pytest.mark.parametrize("size", [1, 3, 100])
def test_a_stream_that_begins_as_json_is_json(size):
    pseudonyms = Pseudonyms(DETECTOR)
    address = '12 "The" High Street\nLeeds\nLS1 4AB'
    said = json.dumps({"to": pseudonyms.mask(address)}, ensure_ascii=False)
    restorer = pseudonyms.restorer()
    shown = [restorer.feed(said[at : at + size]) for at in range(0, len(said), size)]
    assert json.loads("".join(shown) + restorer.finish()) == {"to": address}


def test_least_is_held_back():
    pseudonyms = Pseudonyms(DETECTOR)
    pseudonyms.mask("jo@example.org")
    restorer = pseudonyms.restorer()
    assert restorer.feed("see [1") == "see [1"
    assert restorer.feed(" and ⟦E") == " and "
    assert restorer.feed("N") == "⟦EN"
    assert restorer.feed("⟦EMAIL-1") == ""
    assert restorer.feed("⟧!") == "jo@example.org!"


def test_nothing_is_held_back_where_nothing_was_taken_out():
    restorer = Pseudonyms(DETECTOR).restorer()
    assert restorer.feed("⟦EMA") == "⟦EMA"


def test_a_mark_that_comes_later_is_not_taken_for_ours():
    pseudonyms = Pseudonyms(DETECTOR)
    first = pseudonyms.mask("jo@example.org")
    second = pseudonyms.mask("They wrote [email-1] in the form.")
    assert first == "⟦EMAIL-1⟧"
    assert "1]" not in second
    assert pseudonyms.restore(f"{first} {second}") == (
        "jo@example.org They wrote [email-1] in the form."
    )
    assert pseudonyms.taken_out == {"EMAIL": 1}


def test_what_is_not_ours_stays_and_is_reported():
    pseudonyms = Pseudonyms(DETECTOR)
    pseudonyms.mask("jo@example.org")
    assert pseudonyms.restore("⟦EMAIL-7⟧") == "⟦EMAIL-7⟧"
    assert pseudonyms.unrestored == {"⟦EMAIL-7⟧": 1}


def test_a_value_is_known_again_where_nothing_says_what_it_is():
    pseudonyms = Pseudonyms(DETECTOR)
    pseudonyms.mask("My UTR is 1123456789.")
    assert pseudonyms.mask("Is 1123456789 right, or 11234567890?") == (
        "Is ⟦UTR-1⟧ right, or 11234567890?"
    )


def test_two_emails_that_differ_by_a_hyphen_are_two():
    masked = Pseudonyms(DETECTOR).mask("a-b@example.org ab@example.org AB@example.org")
    assert masked == "⟦EMAIL-1⟧ ⟦EMAIL-2⟧ ⟦EMAIL-2⟧"


def test_a_telephone_number_is_one_with_and_without_its_country():
    masked = Pseudonyms(DETECTOR).mask("07700 900123 or +44 7700 900 123")
    assert masked == "⟦TELEPHONE-1⟧ or ⟦TELEPHONE-1⟧"


def test_history_sent_again_has_the_same_stand_ins():
    turns = ["I am jo@example.org", "and AB123456C", "also sam@example.org"]
    first, second = Pseudonyms(DETECTOR), Pseudonyms(DETECTOR)
    assert [first.mask(t) for t in turns[:2]] == [second.mask(t) for t in turns][:2]


def test_with_a_seed_stand_ins_stay_when_history_is_cut():
    whole, cut = Pseudonyms(DETECTOR, seed=b"case 7"), Pseudonyms(DETECTOR, seed=b"case 7")
    whole.mask("I am jo@example.org")
    assert whole.mask("sam@example.org") == cut.mask("sam@example.org")
    other = Pseudonyms(DETECTOR, seed=b"case 8")
    assert other.mask("sam@example.org") != cut.mask("sam@example.org")


@given(TEXTS)
def test_a_stand_in_needs_no_escape(text):
    for mark in re.findall(r"⟦[A-Z-]+-[0-9]+⟧", Pseudonyms(DETECTOR).mask(text)):
        assert json.dumps(mark, ensure_ascii=False) == f'"{mark}"'
