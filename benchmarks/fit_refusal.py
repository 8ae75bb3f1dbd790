"""Fit the coefficients of `bernard.tools.ask.refuse`.

    python benchmarks/fit_refusal.py ../shared/data/ask

Fits on two kinds of questions that count for half each: development questions on short rules, with
and without their rule; and questions on the sample documents, which are longer and of which each is
about much. Among the rules a question counts by one over the square root of how many its rule has,
since a few rules have dozens. Weights may not be negative. Prints the tables to paste into
`refuse.py`, and how well such fits do on rules that they did not see: ten folds, all questions of a
rule in one of them.
"""

import dataclasses
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sample_questions import ANSWERED, NOT_COVERED

from bernard import samples
from bernard.accounts.unlocked import unlocked
from bernard.assembly import Bernard, open_bernard
from bernard.config import from_text
from bernard.evals.ask_data import put_in, read_questions
from bernard.evals.ask_refusal import REFUSAL_RATES, Embedding, at, auc, cases
from bernard.library.intake import new_group
from bernard.tools.ask import FOUND, refuse
from bernard.tools.ask.extract import read
from bernard.tools.ask.rewrite import understand

NAMES = [field.name for field in dataclasses.fields(refuse.Features)]
FOLDS, ROUNDS, RATE, RIDGE = 10, 3000, 0.05, 2.0
WITHOUT_EMBEDDINGS = "none"


class Rows(NamedTuple):
    """Features, whether the question was covered, the rule it is about, and how much it counts."""

    found: np.ndarray
    covered: np.ndarray
    rule: np.ndarray
    weight: np.ndarray


def main(folder: Path) -> None:
    for name, model in (("WITH_MEANING", "auto"), ("WORDS_ONLY", WITHOUT_EMBEDDINGS)):
        rules, others = on_rules(folder, model), on_samples(model)
        rows = Rows(*(np.concatenate(pair) for pair in zip(rules, others, strict=True)))
        scores = cross_validated(rows)
        report(name, "rules", scores[: len(rules.rule)], rules.covered)
        report(name, "samples", scores[len(rules.rule) :], others.covered)
        print_table(name, *fit(rows.found, rows.covered, rows.weight))


def on_rules(folder: Path, model: str) -> Rows:
    """Each development question twice, with and without its rule."""
    found, covered, rule = [], [], []
    with house(model) as bernard:
        collection = put_in(bernard, folder)
        for case in cases(bernard, collection, read_questions(folder)):
            for reading, there in ((case.kept, 1), (case.removed, 0)):
                found.append(dataclasses.astuple(refuse.features(reading)))
                covered.append(there)
                rule.append(case.question.relevant[0])
    _, of, count = np.unique(rule, return_inverse=True, return_counts=True)
    weight = 1 / np.sqrt(count[of])
    return Rows(np.array(found), np.array(covered), np.array(rule), weight / weight.sum())


def on_samples(model: str) -> Rows:
    """Each question on the sample documents, each a rule of its own; as heavy as all the rules."""
    questions = [(question, 1) for question, _ in ANSWERED] + [(q, 0) for q in NOT_COVERED]
    found = []
    with house(model) as bernard:
        account = unlocked(bernard.store, "fit")
        collection = bernard.library.collection(account.id, "samples").id
        group = new_group(collection)
        bernard.library.add(collection, samples.files(), group)
        bernard.library.read(group)
        for question, _ in questions:
            asked = understand(question)
            passages = bernard.library.find(asked.whole, [collection], FOUND, asked.scenario)
            reading = read(asked, passages, Embedding(bernard.gateway))
            found.append(dataclasses.astuple(refuse.features(reading)))
    covered = np.array([there for _, there in questions])
    rule = np.array([question for question, _ in questions])
    weight = np.where(covered == 1, 0.5 / covered.sum(), 0.5 / (1 - covered).sum())
    return Rows(np.array(found), covered, rule, weight)


@contextmanager
def house(model: str) -> Iterator[Bernard]:
    with tempfile.TemporaryDirectory() as home:
        settings = {"home": home, "chat_model": "none", "embedding_model": model}
        with open_bernard(from_text(settings)) as bernard:
            yield bernard


def report(name: str, part: str, scores: np.ndarray, covered: np.ndarray) -> None:
    kept, removed = scores[covered == 1], scores[covered == 0]
    print(f"# {name}, {part}: AUC {auc(kept, removed):.3f}")
    for rate in REFUSAL_RATES:
        print(f"#   refuses {rate}% of the uncovered, answers {at(kept, removed, rate):.3f}")
    for bar in (refuse.REFUSE_BELOW, refuse.DOUBT_BELOW):
        print(
            f"#   at {bar}: answers {np.mean(kept >= bar):.3f}, refuses {np.mean(removed < bar):.3f}"
        )


def fit(
    found: np.ndarray, covered: np.ndarray, weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Mean, spread and weight of each feature, and the constant."""
    mean, spread = found.mean(0), found.std(0)
    scaled = np.where(spread > 0, (found - mean) / np.where(spread > 0, spread, 1), 0)
    weight = weight / weight.mean()
    slopes, constant = np.zeros(found.shape[1]), 0.0
    for _ in range(ROUNDS):
        wrong = weight * (1 / (1 + np.exp(-(scaled @ slopes + constant))) - covered)
        slopes = np.maximum(0, slopes - RATE * (scaled.T @ wrong + RIDGE * slopes) / len(covered))
        constant -= RATE * wrong.mean()
    return mean, spread, slopes, constant


def cross_validated(rows: Rows) -> np.ndarray:
    """The score of each row by a fit that did not see its rule."""
    names, of = np.unique(rows.rule, return_inverse=True)
    fold = np.random.default_rng(0).permutation(len(names))[of] % FOLDS
    scores = np.zeros(len(rows.covered))
    for i in range(FOLDS):
        rest = fold != i
        mean, spread, slopes, constant = fit(
            rows.found[rest], rows.covered[rest], rows.weight[rest]
        )
        scaled = (rows.found[~rest] - mean) / np.where(spread > 0, spread, 1)
        scores[~rest] = scaled @ slopes + constant
    return scores


def print_table(
    name: str, mean: np.ndarray, spread: np.ndarray, slopes: np.ndarray, constant: float
) -> None:
    print(f"_{name} = Fitted(\n    {constant:.3f},\n    {{")
    for feature, *row in zip(NAMES, mean, spread, slopes, strict=True):
        if row[2] > 0.005 and row[1] > 0:
            print(f'        "{feature}": ({", ".join(f"{value:.3f}" for value in row)}),')
    print("    },\n)")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
