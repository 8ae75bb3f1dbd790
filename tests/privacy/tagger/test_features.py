"""Features of words: of any word, alike for alike words, and no name is remembered."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bernard.privacy.tagger.features import COMMON, ROWS, WIDTH, Features
from bernard.privacy.tagger.vectors import WordVectors
from bernard.privacy.tagger.words import windows


class Lists:
    """Lists that hold two words."""

    def bits(self, word: bytes) -> int:
        return {b"the": COMMON, b"sian": 2}.get(word, 0)


def rows(key: str) -> list[int]:
    return np.frombuffer(Features(Lists()).of(key)[0], np.int32).tolist()


@given(st.text(st.characters(codec=None), min_size=1, max_size=80))
def test_every_token_has_features_within_the_table(text: str) -> None:
    features = Features(Lists())
    for window in windows(text, 1 << 40, 0):
        for key in window.keys:
            found = np.frombuffer(features.of(key)[0], np.int32)
            assert found.shape == (WIDTH,) and found.min() >= 0 and found.max() < ROWS


@pytest.mark.parametrize(
    ("one", "other"), [("Siân", "Sian"), ("Si\u200ban", "Sian"), ("Ｓｉａｎ", "Sian")]
)
def test_accents_and_marks_of_no_width_change_nothing_but_the_length(one: str, other: str) -> None:
    first, second = rows(one), rows(other)
    assert [a for place, a in enumerate(first) if place != 2] == [
        b for place, b in enumerate(second) if place != 2
    ]


def test_capitals_and_the_space_before_are_seen() -> None:
    assert len({tuple(rows(key)) for key in ("sian", "Sian", "SIAN", "sIan", " Sian")}) == 5


def test_vectors_are_sums_of_rows_and_only_common_words_are_remembered() -> None:
    table = np.arange(ROWS * 2).reshape(ROWS, 2).astype(np.int8)
    table[0] = 0
    vectors = WordVectors(Features(Lists()), table)
    keys = ["the", " The", "Sian", "sian", "Blodwen", ".", " 0113", "7", "the", "Sian"]
    for _ in range(2):
        found = vectors.of(keys)
        for key, vector in zip(keys, found, strict=True):
            assert vector.tolist() == table[rows(key)].sum(axis=0, dtype=np.int32).tolist()
    assert sorted(vectors._remembered) == [" The", ".", "the"]


def test_a_table_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="table"):
        WordVectors(Features(Lists()), np.zeros((ROWS - 1, 2), np.int8))
