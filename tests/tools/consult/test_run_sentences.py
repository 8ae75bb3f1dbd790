"""Sentences of responses: none is left out, each is encoded once, and none with personal data in it."""

import numpy as np
import pytest

from bernard.models.scripted import ScriptedEmbedder
from bernard.tools.consult.sentences import (
    MOST_CHARACTERS,
    Places,
    distinct,
    encode,
    find_places,
    joined,
    pieces,
    veiled,
)
from bernard.tools.consult.types import Personal


def said(text):
    return [text[s.start : s.end] for s in pieces(text)]


def test_sentences_stand_where_they_were_said():
    assert said("  Buses are late. \n\n- Trains too!  ") == ["Buses are late.", "- Trains too!"]
    assert said("1.\n…\n?") == []


@pytest.mark.parametrize(
    "text",
    [
        "word " * 5_000,
        "x" * 5_000,
        "公園は大切です。もっと木を植えてください。" * 300,
        "पार्क बहुत ज़रूरी हैं। " * 300,
        "الحدائق مهمة؟ نعم، " * 300,
    ],
)
def test_what_has_no_end_is_cut_into_pieces_and_nothing_is_lost(text):
    parts = said(text)
    assert max(map(len, parts)) <= MOST_CHARACTERS
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_ten_megabytes_are_cut_in_a_moment():
    assert len(list(pieces("lorem ipsum " * 850_000))) > 20_000


def test_places_pass_over_who_says_nothing_and_are_kept_as_bytes():
    places = find_places(["One. Two.", "n/a", "", "Three."], {1})
    assert places.response.tolist() == [0, 0, 3]
    again = Places.from_bytes(places.to_bytes())
    assert again.start.tolist() == [0, 5, 0] and again.end.tolist() == [4, 9, 6]
    assert find_places([]).response.shape == (0,)


def test_each_sentence_is_encoded_once_and_without_personal_data():
    texts = ["Call Ann Lee now. Save  it.", "Save it.", "Save it."]
    places = find_places(texts)
    personal = [(Personal(5, 12, "PERSON"),), (), ()]
    once, which = distinct(texts, personal, places)
    assert "Ann" not in once[0] and once[1:] == ["Save it."]
    assert which.tolist() == [0, 1, 1, 1]
    embedder = ScriptedEmbedder()
    parts = [encode(once[:1], embedder.embed), encode(once[1:], embedder.embed)]
    sentences = joined(places, which, parts)
    assert sentences.vectors.shape == (4, embedder.embed(["x"]).shape[1])
    assert np.allclose(np.linalg.norm(sentences.vectors, axis=1), 1, atol=1e-6)
    assert np.array_equal(sentences.vectors[1], sentences.vectors[3])
    assert joined(find_places([]), np.zeros(0, np.int32), []).vectors.shape[0] == 0


def test_a_veil_leaves_everything_else_where_it_was():
    text = "I am Ann Lee of Leeds."
    found = (Personal(16, 21, "PLACE"), Personal(5, 12, "PERSON"), Personal(9, 14, "PERSON"))
    assert veiled(text, found) == "I am" + " " * 10 + "f" + " " * 6 + "."
    assert veiled(text, ()) is text
