"""A text as pieces of words: places right whatever the text, and parts of bounded size."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from bernard.privacy.tagger.assured import parts
from bernard.privacy.tagger.pieces import KINDS, Case, Gap, blocks, encode


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    vocabulary = ["[UNK]", *"abcdeilnors", *(f"##{c}" for c in "abcdeilnors"), "sian", ".", "-"]
    made = Tokenizer(
        models.WordPiece({piece: n for n, piece in enumerate(vocabulary)}, unk_token="[UNK]")
    )
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return made


@given(st.text(st.characters(codec=None), max_size=200))
@example("Siân  O'Neill\n\ud800 \x00 sari\u0301a 12")
def test_words_stand_in_order_where_they_say(tokenizer: Tokenizer, text: str) -> None:
    pieces = encode(text, tokenizer)
    assert len(pieces.ids) == len(pieces.kinds)
    assert len(pieces.words) == len(pieces.starts) == len(pieces.ends)
    assert pieces.words == sorted(set(pieces.words)) and pieces.words[:1] in ([], [0])
    assert all(0 <= kind < KINDS for kind in pieces.kinds)
    end = 0
    for start, after in zip(pieces.starts, pieces.ends, strict=True):
        assert end <= start <= after <= len(text)
        end = after


def test_how_a_word_is_written_and_what_stands_before_it_are_seen(tokenizer: Tokenizer) -> None:
    pieces = encode("Sian -\nSAND  dora", tokenizer)
    assert [divmod(pieces.kinds[first], len(Gap)) for first in pieces.words] == [
        (Case.CAPITALISED, Gap.LINE),
        (Case.OTHER, Gap.SPACE),
        (Case.UPPER, Gap.LINE),
        (Case.LOWER, Gap.WIDE),
    ]


@given(st.integers(0, 500), st.integers(8, 40), st.integers(0, 3))
def test_each_piece_is_judged_once_with_its_context(length: int, size: int, context: int) -> None:
    at = 0
    for part in parts(length, size, context):
        assert part.first == at and part.end - part.start <= size
        assert part.start == max(0, part.first - context)
        assert part.end == min(length, part.last + context)
        at = part.last
    assert at == length


@pytest.mark.parametrize("text", ["", "a", "ab " * 20_000, "a" * 100_000, "line\n" * 15_000])
def test_blocks_cover_the_text_and_overlap(text: str) -> None:
    at = 0
    for block in blocks(text):
        assert block.first == at and block.start <= block.first <= block.last <= block.end
        assert block.end - block.start < 20_000
        at = block.last
    assert at == len(text)
