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

    That a document speaks of the same matter elsewhere says nothing against it, so what is best is
    compared with the best of other documents.

    Attributes:
        passage_lead: how far the best passage is ahead, in the log-odds that the search gives.
        sentence: how well the best sentence answers, as the extract scores it.
        sentence_lead: how far the best sentence of the best passage's document is ahead.
        meaning_lead: how far the nearest passage is nearer in meaning than those further down.
        run: share of the question's words that a passage holds in one unbroken run.
    """

    passage_lead: float
    sentence: float
    sentence_lead: float
    meaning_lead: float
    run: float


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
    0.302,
    {
        "passage_lead": (1.368, 1.527, 0.471),
        "sentence": (0.663, 0.155, 0.582),
        "sentence_lead": (0.031, 0.203, 0.745),
        "meaning_lead": (0.251, 0.098, 0.610),
        "run": (0.694, 0.300, 0.173),
    },
)
_WORDS_ONLY = Fitted(
    0.391,
    {
        "passage_lead": (1.308, 1.570, 0.629),
        "sentence": (0.387, 0.103, 0.528),
        "sentence_lead": (0.019, 0.121, 0.416),
        "run": (0.706, 0.286, 0.390),
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
    if not reading.hits:
        return Features(0.0, 0.0, 0.0, 0.0, 0.0)
    first, *rest = reading.hits
    # What an earlier question asked need not be covered, if the question itself is.
    asked = [stems(subject(text)) for text in (reading.asked.own, reading.asked.whole)]
    near = [stems(f"{hit.heading} {hit.text}") for hit in reading.hits[:_NEAR]]
    odds = [_log_odds(hit.score) for hit in rest if hit.document != first.document]
    own = [s.score for s in reading.best if s.unit.hit.document == first.document]
    others = [s.score for s in reading.best if s.unit.hit.document != first.document]
    return Features(
        passage_lead=_log_odds(first.score) - max(odds, default=_FLOOR),
        sentence=max([*own, *others], default=0.0),
        sentence_lead=max(own, default=0.0) - max(others, default=0.0),
        meaning_lead=_meaning_lead(reading),
        run=max(_run(words, held, reading.weight) for words in asked for held in near),
    )


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 1e-9), 1 - 1e-9)
    return max(_FLOOR, math.log(bounded / (1 - bounded)))


def _meaning_lead(reading: Reading) -> float:
    near, *far = sorted((one.signals.meaning or 0.0 for one in reading.found), reverse=True)
    rest = far[_NEAR - 1 :] or far
    return near - sum(rest) / len(rest) if rest else 0.0


def _run(words: Sequence[str], held: Sequence[str], weight: Weight) -> float:
    """The weightiest unbroken run of the words in the text, as a share of all of them."""
    total = sum(map(weight, words))
    row, best = [0.0] * (len(held) + 1), 0.0
    for word in words:
        value = weight(word)
        row = [0.0] + [row[i] + value if word == other else 0.0 for i, other in enumerate(held)]
        best = max(best, *row)
    return best / total if total else 0.0
