"""Words of running text: every place right, whatever the text, and in time."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bernard.privacy.tagger.words import windows

TEXTS = st.text(st.characters(codec=None), max_size=300)


def tokens(text: str, size: int = 1 << 40, context: int = 0) -> list[tuple[int, int, str]]:
    return [
        (window.starts[at], window.ends[at], window.keys[at])
        for window in windows(text, size, context)
        for at in range(window.first, window.last)
    ]


@given(TEXTS)
@example("Siân O’Brien-Jones’s N\u0303un\u0303ez\u200bz \ud800 \x00\x00 👩‍👩‍👧 1234567 ａｂｃ")
def test_each_token_stands_where_it_says_and_nothing_but_blanks_is_between(text: str) -> None:
    at = 0
    for start, end, key in tokens(text):
        assert text[start:end] == (key[1:] if end - start < len(key) else key)
        assert not text[at:start].strip() and start >= at and end > start
        at = end
    assert not text[at:].strip()


@given(TEXTS, st.integers(5, 12), st.integers(0, 2))
def test_where_windows_are_cut_changes_no_token(text: str, size: int, context: int) -> None:
    assert tokens(text, size, context) == tokens(text)


@given(st.text("ab ,.\n", min_size=1, max_size=200), st.integers(0, 3))
def test_each_judged_token_has_its_context(text: str, context: int) -> None:
    whole = tokens(text)
    done = 0
    for window in windows(text, 8, context):
        assert window.first == min(context, done)
        done += window.last - window.first
        after = len(window.keys) - window.last
        assert after == context or done == len(whole)


@pytest.mark.parametrize(
    "text",
    [
        "a",
        " ",
        "a ",
        "\u0301",
        "a\u0301",
        "👩‍👩‍👧",
        "\x00",
        "\ud800",
        "\n",
        "\n ",
        ".",
        "1",
        "\u200b",
        "_",
        "\t",
    ],
)
def test_long_texts_of_one_thing_take_time_in_line_with_their_length(text: str) -> None:
    def seconds(length: int) -> float:
        long = (text * length)[:length]
        started = time.process_time()
        for _ in windows(long, 1024, 16):
            pass
        return time.process_time() - started

    few = max(min(seconds(50_000) for _ in range(3)), 0.002)
    assert min(seconds(400_000) for _ in range(3)) < 25 * few
