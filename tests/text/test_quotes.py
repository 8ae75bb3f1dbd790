"""A quote is found where it stands, and nowhere else."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bernard.text.quotes import MAX_NEAR_WORDS, Found, Source, find_quote

POLICY = (
    "Travel policy\n\nYou must book rail travel at least 14 days before the journey. "
    "Claims over £1,000 must not be paid with\u00a0the department\u2019s card \u2013 ask the "
    "\ufb01nance team instead. The reim-\nbursement is paid within 10 working days. "
    "Staff may work well-known hours. You should not claim mileage of more than 2.5 miles.\n"
)

WORDS = [
    "you",
    "must",
    "not",
    "may",
    "apply",
    "claim",
    "within",
    "days",
    "office",
    "form",
    "before",
    "after",
    "date",
    "your",
    "payment",
    "council",
    "tax",
    "benefit",
    "letter",
    "evidence",
    "10",
    "28",
    "£1,000",
    "15%",
    "income",
    "partner",
    "child",
    "school",
    "appeal",
    "decision",
    "tribunal",
    "landlord",
    "tenant",
    "deposit",
    "notice",
    "written",
    "reasons",
    "review",
    "manager",
]


@pytest.mark.parametrize(
    ("quote", "how", "said"),
    [
        ("at least 14 days before the journey", "exact", "at least 14 days before the journey"),
        ("paid with the department's card - ask", "same words", None),
        ("ask the finance team instead", "same words", "ask the \ufb01nance team instead"),
        ("The reimbursement is paid", "same words", "The reim-\nbursement is paid"),
        ("\u201cYou must  book\nrail travel\u201d", "same words", "You must book rail travel"),
        ("YOU MUST BOOK RAIL TRAVEL", "other case", "You must book rail travel"),
        ("wellknown hours", "same words", "well-known hours"),
        (
            "You must book train travel at least 14 days before the journey",
            "nearly",
            "You must book rail travel at least 14 days before the journey",
        ),
        ("Claims over £1,000 must not be", "exact", None),
    ],
)
def test_found(quote: str, how: str, said: str | None) -> None:
    found = find_quote(quote, POLICY)
    assert found is not None
    assert found.how == how
    if said is not None:
        assert POLICY[found.start : found.end] == said


@pytest.mark.parametrize(
    "quote",
    [
        "",
        "  ",
        "...",
        "You must book rail travel at least 10 days before the journey",
        "You may book rail travel at least 14 days before the journey",
        "You must not book rail travel at least 14 days before the journey",
        "Claims over £1,000 must be paid with the department's card",
        "at least 4 days",
        "000 must not be paid",
        "5 miles",
        "over £1",
        "The minister flew to Mars in a balloon made of cheese",
    ],
)
def test_not_found(quote: str) -> None:
    assert find_quote(quote, POLICY) is None


def test_the_closing_mark_of_a_quote_belongs_to_it() -> None:
    found = find_quote("is paid within 10  working days.", POLICY)
    assert found is not None
    assert POLICY[found.start : found.end].endswith("days.")


def test_first_place_that_is_whole_words() -> None:
    assert find_quote("5 days", "15 days, 2.5 days, then 5 days.") == Found(24, 30, "exact")


def _noise(words: str, rng: random.Random) -> str:
    """The words as another program might have copied them."""
    swaps = {"'": "\u2019", "-": "\u2013", " ": rng.choice([" ", "  ", "\n", "\u00a0", " \n "])}
    text = "".join(swaps.get(c, c) for c in words)
    if rng.random() < 0.3:
        text = text.upper()
    return text


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from(WORDS), min_size=60, max_size=160),
    st.integers(0, 50),
    st.integers(4, 40),
    st.integers(0, 2**30),
)
def test_any_slice_after_noise_is_found_with_its_own_words(
    words: list[str], at: int, length: int, seed: int
) -> None:
    text = " ".join(words)
    slice_ = " ".join(words[at : at + length])
    found = find_quote(_noise(slice_, random.Random(seed)), text)
    assert found is not None
    assert text[found.start : found.end] == slice_
    assert found.start <= text.index(slice_)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**30), st.integers(20, 60))
def test_a_slice_with_a_slip_is_found_at_its_place(seed: int, length: int) -> None:
    rng = random.Random(seed)
    words = [
        f"{rng.choice('bcdfgh')}{i:b}".translate(str.maketrans("01", "ae")) for i in range(300)
    ]
    at = rng.randrange(0, 200)
    changed = words[at : at + length]
    changed[rng.randrange(1, length - 1)] = "otherwise"
    text = " ".join(words)
    found = find_quote(" ".join(changed), text)
    assert found is not None
    assert found.how == "nearly"
    assert text[found.start : found.end] == " ".join(words[at : at + length])


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=300), st.text(max_size=80))
def test_any_text_gives_a_span_inside_the_source_or_nothing(text: str, quote: str) -> None:
    found = find_quote(quote, text)
    if found is not None:
        assert 0 <= found.start < found.end <= len(text)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("a" * 1_000_000, "aaa"),
        ("a-\n" * 300_000, "a a b"),
        ("the " * 250_000, "the cat the dog the hen the fox the bee the ant the end of it all"),
        ("e" + "\u0301" * 500_000, "e\u0301 e\u0301"),
        ("1." * 500_000, "1.1.1 2"),
        ("a" + "\n" * 900_000, "a b"),
        (
            " ".join(f"w{i % 5000}x" for i in range(150_000)),
            " ".join(f"w{i * 7}x" for i in range(190)),
        ),
    ],
)
def test_hostile_sources_take_a_bounded_time(text: str, quote: str) -> None:
    began = time.process_time()
    find_quote(quote, text)
    assert time.process_time() - began < 8


def test_long_quotes_must_be_there_word_for_word() -> None:
    words = [f"w{i}" for i in range(MAX_NEAR_WORDS + 50)]
    source = Source(" ".join(words))
    assert source.find(" ".join(words)) is not None
    assert source.find(" ".join(["other", *words[1:]])) is None
