"""Passages: their place is exact, and they follow the document's own joints."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bernard.text.passages import (
    MOST_CHARACTERS,
    MOST_WORDS,
    OVERLAP_WORDS,
    in_context,
    split,
)

WORDS = [
    "the",
    "council",
    "may",
    "grant",
    "a",
    "permit",
    "to",
    "any",
    "person",
    "who",
    "lives",
    "in",
    "the",
    "harbour",
    "area",
]


def prose(count, seed=0):
    """Sentences of eight words."""
    some = [WORDS[(i * 7 + seed) % len(WORDS)] for i in range(count)]
    lines = [" ".join(some[i : i + 8]).capitalize() + "." for i in range(0, count, 8)]
    return " ".join(lines)


def document(*parts):
    """A text, and where its headings are: parts that begin with # are headings."""
    text, headings = "", []
    for part in parts:
        if part.startswith("#"):
            headings.append((len(text), len(text) + len(part), part.count("#")))
        text += part + "\n\n"
    return text, headings


def test_a_short_text_is_one_passage():
    text = "\n Permits cost £5.\n\nApply online.\n"
    [passage] = split(text)
    assert text[passage.start : passage.end] == "Permits cost £5.\n\nApply online."
    assert (passage.page, passage.heading) == ("", "")


@pytest.mark.parametrize("text", ["", " \n\n\t"])
def test_nothing_gives_nothing(text):
    assert split(text) == []


def test_a_section_that_is_long_enough_is_its_own_passage():
    text, headings = document("# Permits", "## Cost", prose(80), "## Apply", prose(80))
    cost, apply = split(text, (), headings)
    assert cost.heading == "Permits"
    assert text[cost.start :].startswith("# Permits")
    assert apply.heading == "Permits > Apply"
    assert text[apply.start :].startswith("## Apply")


def test_short_sections_share_a_passage_but_not_across_a_higher_heading():
    text, headings = document("## A", "Few words.", "## B", "Some more.", "# C", "Others.")
    first, second = split(text, (), headings)
    assert text[first.start : first.end].endswith("Some more.")
    assert second.heading == "C"


def test_a_list_stays_with_the_line_that_leads_in_to_it():
    items = "\n".join(f"* {prose(16, i)}" for i in range(4))
    text, _ = document(prose(150), "You must:", items)
    first, second = split(text)
    assert text[second.start : second.end].startswith("You must:")
    assert text[first.start : first.end] == prose(150)


def test_a_heading_is_never_left_at_the_end():
    text, headings = document(prose(190), "# Fees", prose(100))
    _, second = split(text, (), headings)
    assert text[second.start :].startswith("# Fees")


def test_a_long_paragraph_is_cut_between_sentences_and_repeats_one():
    text = prose(1000)
    passages = split(text)
    for before, after in itertools.pairwise(passages):
        shared = text[after.start : before.end]
        assert shared.endswith(".")
        assert 1 <= len(shared.split()) <= OVERLAP_WORDS
        assert text[after.start].isupper()


def test_pages_and_headings_of_the_place_it_begins():
    text, headings = document("# One", prose(150), "# Two", prose(150))
    pages = [(0, "i"), (text.index("# Two") - 1, "ii")]
    assert [(p.page, p.heading) for p in split(text, pages, headings)] == [
        ("i", "One"),
        ("ii", "Two"),
    ]


@pytest.mark.parametrize("text", ["x" * 50_000, "税" * 9_000, "word " * 5_000, "a\n" * 5_000])
def test_text_without_joints_is_cut_all_the_same(text):
    for passage in split(text):
        assert passage.end - passage.start <= MOST_CHARACTERS
        assert len(text[passage.start : passage.end].split()) <= MOST_WORDS


def test_a_large_text_is_split_in_no_time():
    text = (prose(400) + "\n\n") * 2000
    assert len(split(text)) > 4000


PART = st.one_of(
    st.sampled_from(["# Top", "## Middle", "### Low", "You must:", "* one\n* two", "a" * 3000]),
    st.integers(1, 500).map(prose),
    st.text(alphabet="ab .\n:#*1", max_size=60),
)


@given(st.lists(PART, max_size=12))
def test_all_text_is_kept_in_order_and_each_place_is_exact(parts):
    text, headings = document(*parts)
    at = begun = 0
    for passage in split(text, [(0, "1")], headings):
        assert passage.start >= begun
        assert passage.end > at
        assert not text[at : passage.start].strip()
        slice_ = text[passage.start : passage.end]
        assert slice_ and slice_ == slice_.strip()
        assert len(slice_) <= MOST_CHARACTERS
        assert len(slice_.split()) <= MOST_WORDS
        assert passage.page == "1"
        at, begun = passage.end, passage.start + 1
    assert not text[at:].strip()


def test_in_context():
    assert in_context("You can.", "Leave > Sick", "Handbook") == "Handbook > Leave > Sick\nYou can."
    assert in_context("## Sick\nYou can.", "Leave > Sick") == "Leave\n## Sick\nYou can."
    assert in_context("You can.", "") == "You can."
