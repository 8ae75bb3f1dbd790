"""What the assured tagger says of text, for the fast one to learn: likelihoods for the fast one's tokens."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bernard.privacy.tagger.assured import AssuredTagger
from bernard.privacy.tagger.features import WIDTH, Features
from bernard.privacy.tagger.labels import Judge, Labels
from bernard.privacy.tagger.words import Window
from training.privacy.example import LABELS, Example
from training.privacy.fast_encode import NAMES, Encoded, tokens

_INSIDE = np.array([name[:2] == "I-" for name in NAMES])


def taught(text: str, teacher: AssuredTagger, features: Features) -> tuple[Encoded, Example]:
    """A text with the teacher's likelihoods as its truth, and the text with what the teacher finds in it."""
    window = tokens(text)
    whole = b"".join(features.of(key)[0] for key in window.keys)
    rows = np.frombuffer(whole, np.int32).reshape(-1, WIDTH)
    said = likely(text, window, teacher)
    judge = Judge(Labels(NAMES, dict.fromkeys(LABELS, 0.5)), "teacher")
    found = judge.findings(text, judge.hits(window, said))
    spans = tuple((f.start, f.end, f.kind) for f in found)
    return Encoded(rows, said.astype(np.float16)), Example(text, spans, "teacher")  # type: ignore[arg-type]


def both(gold: Encoded, told: Encoded, share: float) -> Encoded:
    """The true labels of a text and the teacher's likelihoods in one: where people labelled, they may err."""
    truth = np.zeros(told.truth.shape, np.float32)
    truth[np.arange(len(gold)), gold.truth] = 1 - share
    return Encoded(gold.rows, (truth + share * told.truth).astype(np.float16), gold.weight)


def likely(text: str, window: Window, teacher: AssuredTagger) -> NDArray[np.float32]:
    """The teacher's likelihoods for the fast tagger's tokens."""
    starts, said = teacher.likely_words(text)
    if not len(said):
        return np.tile(np.eye(len(NAMES), dtype=np.float32)[0], (len(window.keys), 1))
    words = np.searchsorted(starts, window.starts, "right") - 1
    found = said[np.maximum(words, 0)]
    for place in [p for p, key in enumerate(window.keys) if key[0] in "\n\r\t"]:
        # The teacher has no token for white space: it is inside of what goes on after it.
        after = said[min(words[place] + 1, len(said) - 1)] * _INSIDE
        after[0] = 1 - after.sum()
        found[place] = after
    return found
