"""What tells one theme from the others: its words and its quotes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import log

import numpy as np
from numpy.typing import NDArray

from bernard.text.words import STOP_WORDS
from bernard.tools.consult.types import Quote, Sentences

QUOTES = 5
_WORDS = 8
_SHORTEST = 3
# Sentences of a theme whose words are counted; more say the same.
_COUNTED = 2_000
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def quotes(
    sentences: Sentences,
    rows: NDArray[np.int64],
    score: NDArray[np.float32],
    texts: Sequence[str],
    most: int,
) -> list[Quote]:
    """The best of these sentences, one of a response, no two in the same words."""
    found: list[Quote] = []
    seen: set[object] = set()
    for row in rows[np.argsort(-score, kind="stable")].tolist():
        response = int(sentences.response[row])
        start, end = int(sentences.start[row]), int(sentences.end[row])
        words = " ".join(_WORD.findall(texts[response][start:end].lower()))
        if response not in seen and words not in seen:
            found.append(Quote(response, start, end))
            seen |= {response, words}
            if len(found) == most:
                break
    return found


def telling_words(groups: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """For each group of sentences, the words it uses more than the others do."""
    counts = [Counter(w for text in some[:_COUNTED] for w in _content(text)) for some in groups]
    together: Counter[str] = sum(counts, Counter())
    return [
        _most_telling(own, together, len(some)) for own, some in zip(counts, groups, strict=True)
    ]


def _content(text: str) -> set[str]:
    words = {word.lower() for word in _WORD.findall(text)}
    return {w for w in words if len(w) >= _SHORTEST and w not in STOP_WORDS}


def _most_telling(own: Counter[str], together: Counter[str], size: int) -> tuple[str, ...]:
    """By how much commoner the word is here than in all, times how common it is here."""
    here, all_words = own.total() + 1, together.total() + 1
    least = 2 if size >= 5 else 1
    scored = [
        (-(count / here) * log((count / here) / (together[word] / all_words)), word)
        for word, count in own.items()
        if count >= least
    ]
    return tuple(word for score, word in sorted(scored)[:_WORDS] if score < 0)
