"""How probable each theme is for each response, before and after learning from people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.mapping.features import measure
from bernard.tools.consult.mapping.head import Head, head, none_logits, theme_logits
from bernard.tools.consult.mapping.wording import Wordings, worded
from bernard.tools.consult.types import Encoder, Sentences, Theme

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Scored:
    """Probabilities for each response (row) and theme (column).

    Attributes:
        wordings: the themes of the columns; those that stand for an outcome are not among them.
        logits: of each theme. none: logit that no theme fits.
        best: the number of the sentence nearest to each theme, -1 where the response has none.
        silent: whether the response says nothing.
    """

    wordings: Wordings
    sentences: Sentences
    logits: Doubles
    none: Doubles
    best: NDArray[np.int64]
    whole: NDArray[np.float32]
    silent: NDArray[np.bool_]


def score(
    texts: Sequence[str],
    sentences: Sentences,
    themes: Sequence[Theme],
    question: str,
    *,
    encoder: Encoder,
    nothing_said: Sequence[bool] | Collection[int] = (),
    by: Head | None = None,
) -> Scored:
    """Score all responses by what ships, having learnt from nobody."""
    by = by or head()
    wordings = worded(themes, sentences, encoder)
    asked = encoder([question or "What do you think?"])[0]
    measured = measure(texts, sentences, wordings, asked)
    logits = theme_logits(measured.values, by)
    silent = marks(nothing_said, len(texts)) | ~_spoken(sentences, len(texts))
    none = none_logits(logits, measured.values, by)
    return Scored(wordings, sentences, logits, none, measured.best, measured.whole, silent)


def marks(which: Sequence[bool] | Collection[int], size: int) -> NDArray[np.bool_]:
    """A mark for each response, from marks or from a set of numbers.

    Example:
        >>> marks({1}, 3).tolist(), marks([True, False], 2).tolist()
        ([False, True, False], [True, False])
    """
    if isinstance(which, Sequence | np.ndarray) and len(which) == size:
        return np.asarray(which, np.bool_)
    found = np.zeros(size, np.bool_)
    found[np.array(sorted(which), np.int64)] = True
    return found


def _spoken(sentences: Sentences, size: int) -> NDArray[np.bool_]:
    spoken = np.zeros(size, np.bool_)
    spoken[sentences.response] = True
    return spoken


def probability(logits: Doubles) -> Doubles:
    """The probability of a logit."""
    return np.asarray(1 / (1 + np.exp(-logits.clip(-30, 30))))
