"""The space in which sentences are grouped: meaning, and the words used, with the topic taken out.

All responses to a question are about its topic, and that is most of what their vectors have in
common. Taking the mean out leaves what sets them apart. Words are put beside meaning because small
encoders blur what a single word decides.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.types import Sentences

Floats = NDArray[np.float32]

_WORD_DIMENSIONS = 60
_WORD_WEIGHT = 0.7
_SIDE_WEIGHT = 0.3
_SIDE_SCALE = 1.5
_FEWEST_FOR_WORDS = 12
_SEED = 0


def unit(vectors: Floats) -> Floats:
    """The same vectors at length 1; zero stays zero."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Floats = (vectors / np.maximum(norms, 1e-9)).astype(np.float32)
    return scaled


def apart(vectors: Floats, middle: Floats) -> Floats:
    """What is left of the vectors when what they share is taken out, at length 1."""
    return unit(vectors - middle)


def in_context(sentences: Sentences, responses: int) -> Floats:
    """What each response says taken together: shape (responses, dimensions), rows of length 1 or 0."""
    whole = np.zeros((responses, sentences.vectors.shape[1]), np.float32)
    if len(sentences.response):
        speaking, starts = np.unique(sentences.response, return_index=True)
        whole[speaking] = np.add.reduceat(sentences.vectors, starts, axis=0)
    return unit(whole)


def sided(meaning: Floats, leaning: Floats) -> Floats:
    """Meaning with the side that each sentence leans to, so that for and against lie apart."""
    side = _SIDE_WEIGHT * np.tanh(leaning / _SIDE_SCALE)
    return unit(np.hstack([meaning, side[:, None].astype(np.float32)]))


def with_words(meaning: Floats, texts: Sequence[str]) -> Floats:
    """Vectors to group sentences by: meaning, and beside it the words used."""
    words = _word_vectors(texts)
    return meaning if words is None else unit(np.hstack([meaning, _WORD_WEIGHT * words]))


def _word_vectors(texts: Sequence[str]) -> Floats | None:
    """The texts by the words in them, rare ones counting more; None where too few repeat."""
    # Imported here: scikit-learn takes a second to load, which nobody else need wait for.
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.utils.extmath import randomized_svd

    if len(texts) < _FEWEST_FOR_WORDS:
        return None
    counted = TfidfVectorizer(sublinear_tf=True, min_df=2, stop_words="english", dtype=np.float32)
    try:
        table = counted.fit_transform(texts)
    except ValueError:  # No word but stop words comes twice.
        return None
    size = min(_WORD_DIMENSIONS, table.shape[1] - 1, table.shape[0] - 1)
    if size < 2:
        return None
    left, values, _ = randomized_svd(table, size, random_state=_SEED)
    return unit(np.asarray(left * values, np.float32))
