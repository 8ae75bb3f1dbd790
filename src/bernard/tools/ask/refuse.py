"""Do the documents cover the question? A small calibrated judgement from what the search found."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bernard.text.checks import Weight
from bernard.text.wording import stems
from bernard.tools.ask.extract import Reading
from bernard.tools.ask.kinds import subject

Cover = Literal["covered", "doubtful", "not covered"]

_NEAR = 5
_FAR = 20
# The log-odds of a passage that has nothing to do with the question.
_FLOOR = -5.0
# Below the first the question is refused; below the second it is answered with a warning. The first
# was set so that four of five development questions are answered, the second so that nine of ten
# whose rule was taken away are refused or warned about.
REFUSE_BELOW = -0.1
DOUBT_BELOW = 1.0


@dataclass(frozen=True)
class Features:
    """What speaks for the question being covered.

    Attributes:
        passage_lead: how far the best passage is ahead of the best of another document, in the
            log-odds that the search gives them.
        run: share of the question's words that a passage holds in one unbroken run.
        meaning_lead: how far the nearest passage is nearer in meaning than those further down.
        sentence: cosine of the question and its nearest sentence.
        sentence_words: share of the question's words in the sentence that answers best.
    """

    passage_lead: float
    run: float
    meaning_lead: float
    sentence: float
    sentence_words: float


@dataclass(frozen=True)
class Fitted:
    """A fitted logistic regression: for each feature its mean, its spread and its weight."""

    constant: float
    weights: Mapping[str, tuple[float, float, float]]

    def log_odds(self, found: Features) -> float:
        """How surely the question is covered."""
        return self.constant + sum(
            weight * (float(getattr(found, name)) - mean) / spread
            for name, (mean, spread, weight) in self.weights.items()
        )


# Fitted by benchmarks/fit_refusal.py, which says how. No weight is negative.
_WITH_MEANING = Fitted(
    0.554,
    {
        "passage_lead": (1.367, 1.527, 0.882),
        "run": (0.694, 0.300, 0.106),
        "meaning_lead": (0.251, 0.098, 0.661),
        "sentence": (0.661, 0.131, 0.352),
        "sentence_words": (0.763, 0.290, 0.315),
    },
)
_WORDS_ONLY = Fitted(
    0.466,
    {
        "passage_lead": (1.306, 1.569, 0.884),
        "run": (0.706, 0.286, 0.266),
        "sentence_words": (0.787, 0.258, 0.657),
    },
)


def cover(reading: Reading) -> Cover:
    """Whether the passages cover the question."""
    if not reading.best:
        return "not covered"
    value = score(reading)
    if value < REFUSE_BELOW:
        return "not covered"
    return "doubtful" if value < DOUBT_BELOW else "covered"


def score(reading: Reading) -> float:
    """How surely the documents cover the question, as log-odds."""
    by_meaning = any(one.signals.meaning is not None for one in reading.found)
    return (_WITH_MEANING if by_meaning else _WORDS_ONLY).log_odds(features(reading))


def features(reading: Reading) -> Features:
    """The features of a question that was read with its passages."""
    question = stems(subject(reading.asked.whole))
    texts = [stems(f"{hit.heading} {hit.text}") for hit in reading.hits[:_NEAR]]
    best, second, *_ = _odds(reading)
    meanings = sorted((one.signals.meaning or 0.0 for one in reading.found), reverse=True)
    return Features(
        passage_lead=best - second,
        run=max((_run(question, held, reading.weight) for held in texts), default=0.0),
        meaning_lead=_lead(meanings),
        sentence=max((s.meaning for s in reading.best), default=0.0),
        sentence_words=reading.best[0].words if reading.best else 0.0,
    )


def _odds(reading: Reading) -> list[float]:
    """Of the best passage, and then of those of other documents, best first.

    That its own document speaks of the same matter elsewhere says nothing against a passage.
    """
    if not reading.hits:
        return [_FLOOR, _FLOOR]
    best, *rest = reading.hits
    others = [_log_odds(hit.score) for hit in rest if hit.document != best.document]
    return [_log_odds(best.score), *(sorted(others, reverse=True) or [_FLOOR])]


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 1e-9), 1 - 1e-9)
    return max(_FLOOR, math.log(bounded / (1 - bounded)))


def _run(words: Sequence[str], held: Sequence[str], weight: Weight) -> float:
    """The weightiest unbroken run of the words in the text, as a share of all of them."""
    total = sum(map(weight, words))
    row, best = [0.0] * (len(held) + 1), 0.0
    for word in words:
        value = weight(word)
        row = [0.0] + [row[i] + value if word == other else 0.0 for i, other in enumerate(held)]
        best = max(best, *row)
    return best / total if total else 0.0


def _lead(sorted_scores: Sequence[float]) -> float:
    """How far the first is above the mean of those further down."""
    rest = sorted_scores[_NEAR:_FAR] or sorted_scores[1:]
    return sorted_scores[0] - sum(rest) / len(rest) if rest else 0.0
