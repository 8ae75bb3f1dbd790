"""Theme and response read together: which pairs, how people's words are kept apart, and what it moves."""

import numpy as np

from bernard.tools.consult import mapping
from bernard.tools.consult.mapping.reading import Reader, Weighing, pair_text, uncertain

TOLD = {"The plan costs too much": "tax", "Harm to birds and other wildlife": "birds"}
WEIGHING = Weighing((1.0, 0.0), 0.5, 6.0, 0.0)


def _reads(texts):
    """A reader that knows which word belongs to which title: its vector points along or against."""
    parts = [text.split(" [SEP] ") for text in texts]
    fits = [TOLD.get(theme, "work") in said for theme, said in parts]
    return np.array([[1.0 if fit else -1.0, 0.0] for fit in fits], np.float32)


def _scored(harbour, encoder, reader=None):
    texts, sentences, themes, question, silent = harbour
    return mapping.score(
        texts, sentences, themes, question, encoder=encoder, nothing_said=silent, reader=reader
    )


def test_the_responses_most_in_doubt_are_read_and_no_silent_one() -> None:
    logits = np.array([[2.0, 3.0], [0.0, 0.0], [-0.2, 0.3], [5.0, -5.0]])
    spoken = np.array([True, False, True, True])
    assert uncertain(logits, spoken, 5).tolist() == [0, 2]
    assert uncertain(logits, spoken, 2).tolist() == [2]
    assert uncertain(logits, spoken, 99).tolist() == [0, 2, 3]
    assert uncertain(logits[:0], spoken[:0], 9).tolist() == []
    assert uncertain(logits[:, :1], spoken, 9).tolist() == []


def test_marks_in_peoples_words_are_only_words() -> None:
    assert pair_text("A [CLS]", "b [SEP] c [sep]").count("[SEP]") == 1


def test_what_was_read_moves_those_pairs_alone(harbour, encoder) -> None:
    plain = _scored(harbour, encoder)
    read = _scored(harbour, encoder, Reader(_reads, WEIGHING, pairs=50))
    assert 0 < (plain.logits != read.logits).any(axis=1).sum() <= 50 // 3
    assert np.array_equal(
        read.logits, _scored(harbour, encoder, Reader(_reads, WEIGHING, 50)).logits
    )


def test_a_reader_decides_where_it_reads_everything(harbour, encoder) -> None:
    texts, sentences, themes, question, silent = harbour
    found = mapping.map_responses(
        texts,
        sentences,
        themes,
        question,
        encoder=encoder,
        nothing_said=silent,
        reader=Reader(_reads, WEIGHING, pairs=1_000),
    )
    given = {row.response: {one.theme for one in row.themes} for row in found}
    assert given[0] == {"cost"} and given[1] == {"birds"} and given[2] == {"jobs"}
    assert found[60].outcome == "nothing said"
