"""What the assured tagger says of text, for the fast one to learn: likelihoods for the fast one's tokens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from bernard.privacy.tagger.assured import AssuredTagger
from bernard.privacy.tagger.features import WIDTH, Features
from bernard.privacy.tagger.words import Window
from training.privacy.example import Example
from training.privacy.fast_encode import NAMES, Encoded, tokens

_INSIDE = np.array([name[:2] == "I-" for name in NAMES])


def taught(
    texts: Iterable[str], teacher: AssuredTagger, features: Features, weight: float = 1.0
) -> Iterator[Encoded]:
    """Texts with the teacher's likelihoods as their truth."""
    for text in texts:
        window = tokens(text)
        if window.keys:
            whole = b"".join(features.of(key)[0] for key in window.keys)
            rows = np.frombuffer(whole, np.int32).reshape(-1, WIDTH)
            yield Encoded(rows, likely(text, window, teacher).astype(np.float16), weight)


def told(texts: Iterable[str], teacher: AssuredTagger) -> Iterator[Example]:
    """Texts with what the teacher finds in them as their spans."""
    for text in texts:
        spans = tuple((f.start, f.end, f.kind) for f in teacher.find(text))
        yield Example(text, spans, "teacher")  # type: ignore[arg-type]


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
