"""Words as search sees them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bernard.text.words import STOP_WORDS, content, pairs, words


@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("Claiming claims", ["claim", "claim"]),
        ("The minister's", ["the", "minist"]),
        ("£1,960 or 1960", ["1960", "or", "1960"]),
        ("Siân’s café", ["sian", "cafe"]),
        ("Llŷr", ["llyr"]),
        ("can't", ["cant"]),
        ("form_P45", ["form", "p45"]),
        ("税金です", ["税", "金", "で", "す"]),
        ("", []),
        ("— ; “”", []),
    ],
)
def test_stems(text, stems):
    assert words(text) == stems


def test_words_of_one_family_meet():
    assert len({words(w)[0] for w in ("applied", "applies", "apply", "APPLY")}) == 1


@given(st.text(max_size=200))
def test_stems_are_letters_and_digits_only(text):
    for stem in words(text):
        assert stem
        assert stem.isalnum()
        assert len(stem) <= 70


def test_content_leaves_out_stop_words_and_repeats():
    assert content(words("The tax on the tax")) == ["tax"]
    assert content(words(" ".join(STOP_WORDS))) == []


def test_pairs():
    assert pairs(["a", "b", "a", "b"]) == [("a", "b"), ("b", "a")]
