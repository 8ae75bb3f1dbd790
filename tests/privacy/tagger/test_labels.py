"""From likelihoods to findings: thresholds for each kind, and where one name ends and the next begins."""

import json

import numpy as np
import pytest

from bernard.privacy.tagger.labels import Judge, Labels
from bernard.privacy.tagger.words import windows

NAMES = ("O", "B-PERSON", "I-PERSON", "B-CODE", "I-CODE")


def find(text: str, said: list[str], sure: float = 0.8) -> list[tuple[str, str]]:
    """The findings where each token has one label that is likely."""
    window = next(windows(text, 1000, 0))
    likely = np.zeros((len(said), len(NAMES)), np.float32)
    likely[:, 0] = 1 - sure
    for row, label in enumerate(said):
        likely[row, NAMES.index(label)] += sure
    judge = Judge(Labels(NAMES, {"PERSON": 0.3, "CODE": 0.9}), "test")
    return [
        (text[f.start : f.end], f.kind) for f in judge.findings(text, judge.hits(window, likely))
    ]


def test_a_name_goes_on_over_hyphens_and_apostrophes_whatever_is_said_of_them() -> None:
    assert find(
        "Ann O'Neill-Shah said", ["B-PERSON", "I-PERSON", "O", "I-PERSON", "O", "I-PERSON", "O"]
    ) == [("Ann O'Neill-Shah", "PERSON")]


def test_two_people_are_two_findings() -> None:
    assert find("Ann Ben", ["B-PERSON", "B-PERSON"]) == [("Ann", "PERSON"), ("Ben", "PERSON")]
    assert find("Ann, Ben", ["B-PERSON", "O", "I-PERSON"]) == [("Ann", "PERSON"), ("Ben", "PERSON")]


def test_each_kind_has_its_threshold() -> None:
    assert find("Ann 123", ["B-PERSON", "B-CODE"], 0.8) == [("Ann", "PERSON")]
    assert find("Ann 123", ["B-PERSON", "B-CODE"], 0.95) == [("Ann", "PERSON"), ("123", "CODE")]


def test_one_threshold_may_be_for_all() -> None:
    labels = Labels.read({"labels": json.dumps(NAMES), "threshold": "0.4"})
    assert labels.thresholds == {"PERSON": 0.4, "CODE": 0.4}


@pytest.mark.parametrize(
    ("labels", "threshold"),
    [
        (["B-PERSON", "I-PERSON"], "0.5"),
        (["O", "B-PERSON"], "0.5"),
        (["O", "B-SHOE", "I-SHOE"], "0.5"),
        (["O", "B-PERSON", "I-PERSON"], "1.5"),
        (["O", "B-PERSON", "I-PERSON"], '{"CODE": 0.5}'),
    ],
)
def test_labels_that_cannot_be_are_refused(labels: list[str], threshold: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        Labels.read({"labels": json.dumps(labels), "threshold": threshold})
