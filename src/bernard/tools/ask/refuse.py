"""Do the documents cover the question? A small calibrated judgement from what the search found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from bernard.text.checks import Weight
from bernard.text.wording import stems
from bernard.tools.ask.extract import Reading
from bernard.tools.ask.kinds import subject

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
    """What speaks for the question being covered; each grows with it, save `unknown`.

    Attributes:
        coverage: share of the question's words that the best of the first passages holds.
        run: share that it holds in one unbroken run.
        scenario: share of the scenario's words that it holds.
        meaning: cosine of the query and its nearest passage.
        meaning_lead: how far that is above the passages further down.
        words_lead: how far the best passage by words is ahead of the second, as a share.
        words_far: how far it is ahead of those further down, as a share.
        sentence: cosine of the question and its nearest sentence.
        sentence_words: share of the question's words in the sentence that answers best.
        unknown: share of the question's words that no passage holds.
    """

    coverage: float
    run: float
    scenario: float
    meaning: float
    meaning_lead: float
    words_lead: float
    words_far: float
    sentence: float
    sentence_words: float
    unknown: float


def features(reading: Reading) -> Features:
    """The features of a question that was read with its passages."""
    hits, weight = reading.hits, reading.weight
    question, scenario = stems(subject(reading.asked.whole)), stems(reading.asked.scenario)
    texts = [stems(f"{hit.heading} {hit.text}") for hit in hits]
    near = [set(words) for words in texts[:_NEAR]]
    meanings = sorted((hit.meaning for hit in hits), reverse=True)
    words = sorted((hit.words for hit in hits), reverse=True)
    best = reading.best[0] if reading.best else None
    return Features(
        coverage=max((_share(question, held, weight) for held in near), default=0.0),
        run=max((_run(question, held, weight) for held in texts[:_NEAR]), default=0.0),
        scenario=max((_share(scenario, held, weight) for held in near), default=0.0),
        meaning=meanings[0] if meanings else 0.0,
        meaning_lead=_lead(meanings),
        words_lead=_ahead(words[:2]),
        words_far=_ahead([*words[:1], *words[_NEAR:_FAR]]),
        sentence=max((s.meaning for s in reading.best), default=0.0),
        sentence_words=best.words if best else 0.0,
        unknown=1.0 - _share(question, set().union(*map(set, texts)), weight) if texts else 1.0,
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
    rest = sorted_scores[_NEAR:_FAR] or sorted_scores[1:]
    return sorted_scores[0] - sum(rest) / len(rest) if rest else 0.0


def _ahead(scores: Sequence[float]) -> float:
    """How far the first is above the mean of the others, as a share of it."""
    if len(scores) < 2 or scores[0] <= 0:
        return 1.0 if scores and scores[0] > 0 else 0.0
    return 1.0 - sum(scores[1:]) / (len(scores) - 1) / scores[0]
