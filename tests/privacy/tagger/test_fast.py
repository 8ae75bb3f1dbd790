"""The fast tagger: names in running text, at the right places, alike each time, in time."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bernard.privacy.types import Detector, Finding

LETTER = (
    "Dear Mrs Okonkwo,\n\nThank you for your letter about your son, Tobi Okonkwo-Price. His social "
    "worker, Agnieszka Wójcik, will visit you at 14 Harbour Street. Yours sincerely,\nHuw Probert\n"
)
FILLER = "The council has to publish its plan for the year before the end of April, and it will. "


def found(detector: Detector, text: str, kind: str = "PERSON") -> list[str]:
    return [text[f.start : f.end] for f in detector.find(text) if f.kind == kind]


def test_names_are_found_with_the_reason(fast: Detector) -> None:
    names = " ".join(found(fast, LETTER))
    assert all(
        name in names
        for name in ("Okonkwo", "Tobi Okonkwo-Price", "Agnieszka Wójcik", "Huw Probert")
    )
    first = fast.find(LETTER)[0]
    assert first.detector == "fast" and "name" in first.why and 0 < first.score <= 1


@given(st.text(st.characters(codec=None), max_size=200))
@example("")
@example("\ud800\ud800 \x00 👩‍👩‍👧 S\u0301ia\u0302n")
@settings(deadline=None, max_examples=60)
def test_any_text_can_be_looked_through(fast: Detector, text: str) -> None:
    end = 0
    for finding in fast.find(text):
        assert end <= finding.start < finding.end <= len(text)
        end = finding.end


@pytest.mark.parametrize("shift", range(0, 1100, 97))
def test_no_window_cuts_a_name(fast: Detector, shift: int) -> None:
    before, after = FILLER * 2 + "; " * 20 + "\n\n", FILLER * 4
    long_before = FILLER * 40 + "; " * shift + before
    found_there = fast.find(long_before + LETTER + after * 10)
    found_alone = fast.find(before + LETTER + after)
    assert _within(found_there, len(long_before)) == _within(found_alone, len(before))


def _within(findings: Sequence[Finding], start: int) -> list[tuple[int, int, str]]:
    """Findings in a letter that begins at a place, as places of the letter."""
    return [
        (f.start - start, f.end - start, f.kind)
        for f in findings
        if start <= f.start < start + len(LETTER)
    ]


def test_the_same_text_gives_the_same_findings_from_many_threads(fast: Detector) -> None:
    texts = [LETTER, FILLER + LETTER, LETTER * 30, LETTER.upper(), LETTER.lower()] * 8
    with ThreadPoolExecutor(8) as pool:
        at_once = list(pool.map(fast.find, texts))
    assert at_once == [fast.find(text) for text in texts]


@pytest.mark.parametrize(
    "text",
    [
        "a",
        " ",
        "Aa ",
        "\u0301",
        "S\u0301",
        "👩‍👩‍👧",
        "\x00",
        "\ud800",
        "\n",
        ".",
        "1 ",
        "John Smith, ",
    ],
)
def test_long_texts_of_one_thing_take_time_in_line_with_their_length(
    fast: Detector, text: str
) -> None:
    def seconds(length: int) -> float:
        started = time.process_time()
        fast.find((text * length)[:length])
        return time.process_time() - started

    few = max(min(seconds(10_000) for _ in range(3)), 0.004)
    assert min(seconds(80_000) for _ in range(2)) < 25 * few


def test_a_single_word_of_a_hundred_thousand_letters(fast: Detector) -> None:
    started = time.process_time()
    fast.find("x" * 100_000)
    assert time.process_time() - started < 5
