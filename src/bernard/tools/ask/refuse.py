"""Do the documents cover the question? A small calibrated judgement from what the search found."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from bernard.text.checks import Weight
from bernard.text.wording import stems
from bernard.tools.ask.extract import Reading
from bernard.tools.ask.kinds import fits, subject

Cover = Literal["covered", "doubtful", "not covered"]

_NEAR = 5
_FAR = 20


# Fitted by `python -m bernard.evals.fit_refusal` (see there): for each feature its mean, spread
# and weight; then the constant. PROVISIONAL until fitted on the real search.
_FITTED: dict[str, tuple[float, float, float]] = {}
_CONSTANT = 0.0
REFUSE_BELOW = -1.0
DOUBT_BELOW = 0.5


@dataclass(frozen=True)
class Features:
    """What speaks for the question being covered.

    Attributes:
        passage: log-odds that the best passage answers, as the search judged it.
        passage_lead: how far the best is ahead of the second.
        passage_far: how far it is ahead of those further down.
        coverage: share of the question's words that the best of the first passages holds.
        phrases: the same for its neighbouring words.
        run: share of the question's words that a passage holds in one unbroken run.
        scenario: share of the scenario's words that it holds.
        meaning: cosine of the query and its nearest passage.
        meaning_lead: how far that is above the passages further down.
        sentence: cosine of the question and its nearest sentence.
        sentence_words: share of the question's words in the sentence that answers best.
        kind: how well that sentence fits the kind of answer the question waits for.
    """

    passage: float
    passage_lead: float
    passage_far: float
    coverage: float
    phrases: float
    run: float
    scenario: float
    meaning: float
    meaning_lead: float
    sentence: float
    sentence_words: float
    kind: float


def features(reading: Reading) -> Features:
    """The features of a question that was read with its passages."""
    weight, near = reading.weight, reading.found[:_NEAR]
    question, scenario = stems(subject(reading.asked.whole)), stems(reading.asked.scenario)
    texts = [stems(f"{hit.heading} {hit.text}") for hit in reading.hits[:_NEAR]]
    odds = sorted((_log_odds(one.hit.score) for one in reading.found), reverse=True)
    meanings = sorted((one.signals.meaning or 0.0 for one in reading.found), reverse=True)
    best = reading.best[0] if reading.best else None
    return Features(
        passage=odds[0] if odds else -5.0,
        passage_lead=odds[0] - odds[1] if len(odds) > 1 else 0.0,
        passage_far=_lead(odds),
        coverage=max((one.signals.coverage * one.signals.known for one in near), default=0.0),
        phrases=max((one.signals.phrases for one in near), default=0.0),
        run=max((_run(question, held, weight) for held in texts), default=0.0),
        scenario=max((_share(scenario, set(held), weight) for held in texts), default=0.0),
        meaning=meanings[0] if meanings else 0.0,
        meaning_lead=_lead(meanings),
        sentence=max((s.meaning for s in reading.best), default=0.0),
        sentence_words=best.words if best else 0.0,
        kind=fits(reading.kind, best.unit.text) if best else 0.0,
    )


def cover(reading: Reading) -> Cover:
    """Whether the passages cover the question."""
    if not reading.best:
        return "not covered"
    value = score(features(reading))
    return (
        "not covered" if value < REFUSE_BELOW else "doubtful" if value < DOUBT_BELOW else "covered"
    )


def score(found: Features) -> float:
    """How surely the question is covered: the log-odds of the fitted model."""
    values = asdict(found)
    return _CONSTANT + sum(
        weight * (float(values[name]) - mean) / spread
        for name, (mean, spread, weight) in _FITTED.items()
    )


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(bounded / (1 - bounded))


def _share(words: Sequence[str], held: set[str], weight: Weight) -> float:
    wanted = {word: weight(word) for word in words}
    total = sum(wanted.values())
    return sum(w for word, w in wanted.items() if word in held) / total if total else 0.0


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
