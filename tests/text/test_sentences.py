"""Where sentences begin and end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bernard.text.sentences import sentences


def split(text):
    return [text[span.start : span.end] for span in sentences(text)]


@pytest.mark.parametrize(
    "parts",
    [
        ["Pay £3.50 now.", "It rose by 2.5% in a year."],
        ["Mr. J. Smith wrote to Dr. Jones.", "She answered."],
        ["See s. 12(3) and para. 4 of the Act, e.g. the schedule.", "It applies."],
        ["We open at 9 a.m. on Monday.", "We close at 5 p.m.", "Come early."],
        ["Is it so?", "Yes!", "Then go…", "Now."],
        ["He said “Stop.”", "She did not.", "(They did.)", "End."],
        ["Acme Ltd. paid in Dec. 2024 under reg. 7.", "Nobody else did."],
        ["The U.K. rules differ.", "Ask."],
    ],
)
def test_running_text(parts):
    assert split(" ".join(parts)) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("You must:\n* be 18\n* live here", ["You must:", "* be 18", "* live here"]),
        ("1. Apply.\n2. Wait. Then pay.", ["1. Apply.", "2. Wait.", "Then pay."]),
        ("(a) one; or\n(b) two", ["(a) one; or", "(b) two"]),
        ("## 2. Eligibility\nYou can.", ["## 2. Eligibility", "You can."]),
        ("Fees\nThe fee is £5.", ["Fees", "The fee is £5."]),
        ("First part\n\nsecond part", ["First part", "second part"]),
        (
            "A line that a PDF wraps since the page is narrow\nends here. Next\none.",
            ["A line that a PDF wraps since the page is narrow\nends here.", "Next\none."],
        ),
    ],
)
def test_lists_headings_and_wrapped_lines(text, parts):
    assert split(text) == parts


def test_only_the_part_asked_for():
    text = "One. Two. Three."
    assert [text[s.start : s.end] for s in sentences(text, 5, 9)] == ["Two."]


@given(st.text(alphabet="aB1.!? \n:*#-)“”é", max_size=120))
def test_sentences_hold_everything_but_spaces_in_order(text):
    spans = sentences(text)
    at = 0
    for span in spans:
        assert span.start >= at
        assert not text[at : span.start].strip()
        piece = text[span.start : span.end]
        assert piece and piece == piece.strip()
        at = span.end
    assert not text[at:].strip()
