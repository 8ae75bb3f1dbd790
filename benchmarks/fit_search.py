"""Fit the weights in `library/ranking.py` on questions with known answers.

    .venv/bin/python benchmarks/fit_search.py --data ../shared/data/ask

Signals come from the real search. Five folds, by the rule that answers, so that no weight is judged
on a rule it was learned from; questions of rules that many questions share count for less. Prints
the recall of the held-out folds, and the weights fitted on all.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bernard.assembly import Bernard, open_bernard
from bernard.config import Settings, load
from bernard.evals.ask_data import Question, put_in, read_questions, rule_id

DEPTH = 100
FOLDS = 5
NAMES = ("coverage", "phrases", "circumstances", "meaning")
# Steps of gradient descent go best where all signals are of like size.
SCALE = np.array([1.0, 1.0, 0.1, 10.0])
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """A question's hits: their signals, and which of them answers (-1 for none)."""

    rule: str
    signals: Floats
    answer: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--words-only", action="store_true", help="as without an embedding model")
    options = parser.parse_args()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings = _settings(home, options.words_only)
        house = stack.enter_context(open_bernard(settings))
        collection = put_in(house, options.data)
        questions = read_questions(options.data)
        full = [_sample(house, collection, q, q.scenario) for q in questions]
        alone = [_sample(house, collection, q, "") for q in questions]
    kept = 3 if options.words_only else 4
    _cross_validate(full, alone, kept)
    weights = _fit(full, kept)
    slope, offset = _calibrate([*full, *alone], weights)
    for name, weight in zip(NAMES, weights * SCALE, strict=True):
        print(f"{name:<14} {weight:.3f}")
    print(f"slope {slope:.3f}, offset {offset:.2f}")


def _settings(home: Path, words_only: bool) -> Settings:
    own = load()
    settings = replace(own, home=home, models=own.models_folder, database="", chat_model="none")
    return replace(settings, embedding_model="none") if words_only else settings


def _sample(house: Bernard, collection: str, question: Question, scenario: str) -> Sample:
    found = house.library.find(question.question, [collection], DEPTH, scenario)
    first: dict[str, Floats] = {}
    for one in found:
        s = one.signals
        row = np.array([s.coverage, s.phrases, s.circumstances, s.meaning or 0.0]) * SCALE
        first.setdefault(rule_id(one.hit.name), row)
    [rule, *_] = question.relevant
    answer = list(first).index(rule) if rule in first else -1
    return Sample(rule, np.array(list(first.values())).reshape(-1, 4), answer)


def _cross_validate(full: list[Sample], alone: list[Sample], kept: int) -> None:
    rules = sorted({sample.rule for sample in full})
    np.random.default_rng(0).shuffle(rules)
    fold = {rule: i % FOLDS for i, rule in enumerate(rules)}
    ranks: dict[str, list[float]] = {"scenario and question": [], "question alone": []}
    for k in range(FOLDS):
        weights = _fit([s for s in full if fold[s.rule] != k], kept)
        for name, samples in zip(ranks, (full, alone), strict=True):
            ranks[name] += [_rank(s, weights) for s in samples if fold[s.rule] == k]
    for name, values in ranks.items():
        at = np.array(values)
        print(f"{name}: recall@5 {(at < 5).mean():.4f}, recall@10 {(at < 10).mean():.4f}")


def _rank(sample: Sample, weights: Floats) -> float:
    if sample.answer < 0:
        return np.inf
    scores = sample.signals @ weights
    return float((scores > scores[sample.answer]).sum())


def _fit(samples: list[Sample], kept: int, steps: int = 600) -> Floats:
    """Weights under which what answers stands out most (softmax over the hits; Adam)."""
    known = [sample for sample in samples if sample.answer >= 0]
    shares = _shares(known)
    weights, mean, square = np.zeros(4), np.zeros(4), np.zeros(4)
    for step in range(1, steps + 1):
        slope = 0.001 * weights
        for sample, share in zip(known, shares, strict=True):
            slope += share * (_softmax(sample.signals @ weights) @ sample.signals)
            slope -= share * sample.signals[sample.answer]
        slope[kept:] = 0
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        size = np.sqrt(square / (1 - 0.99**step)) + 1e-8
        weights = weights - 0.05 * mean / (1 - 0.9**step) / size
    return weights


def _calibrate(samples: list[Sample], weights: Floats) -> tuple[float, float]:
    """The logistic curve from a score to how often the passage answers.

    Each question is asked twice: as it is, and with the rule that answers taken away.
    """
    scores, right, shares = [], [], []
    for sample, share in zip(samples, _shares(samples), strict=True):
        values = sample.signals @ weights
        order = np.argsort(-values)[:11]
        for without in (False, True):
            left = [i for i in order if not (without and i == sample.answer)][:10]
            scores += [values[i] for i in left]
            right += [float(i == sample.answer) for i in left]
            shares += [share] * len(left)
    return _logistic(np.array(scores), np.array(right), np.array(shares))


def _logistic(x: Floats, y: Floats, shares: Floats) -> tuple[float, float]:
    a, b = 0.1, -3.0
    for _ in range(60):
        p = 1 / (1 + np.exp(-(a * x + b)))
        bend = shares * p * (1 - p)
        matrix = np.array(
            [[(bend * x * x).sum(), (bend * x).sum()], [(bend * x).sum(), bend.sum()]]
        )
        lean = np.array([(shares * (y - p) * x).sum(), (shares * (y - p)).sum()])
        move = np.linalg.solve(matrix + 1e-9 * np.eye(2), lean)
        move *= min(1.0, 0.5 / max(abs(move[0]), 1e-9), 2 / max(abs(move[1]), 1e-9))
        a, b = a + move[0], b + move[1]
    return float(a), float(b)


def _shares(samples: list[Sample]) -> Floats:
    many = Counter(sample.rule for sample in samples)
    shares = np.array([many[sample.rule] ** -0.5 for sample in samples])
    return shares / shares.sum()


def _softmax(scores: Floats) -> Floats:
    odds = np.exp(scores - scores.max())
    return np.asarray(odds / odds.sum())


if __name__ == "__main__":
    main()
