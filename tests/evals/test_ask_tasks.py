"""The tasks about refusing and quoting run the real path and add up."""

import json
from contextlib import contextmanager

import numpy as np
import pytest

from bernard.assembly import open_bernard
from bernard.config import Settings
from bernard.evals import run
from bernard.evals.ask_refusal import at, auc

RULES = {
    "1": "# Mooring permits\n\nA mooring permit lasts for 12 months from the day it is issued.",
    "2": "# Annual leave\n\nYou may carry over up to 8 days of annual leave into the next year.",
    "3": "# Blue badge\n\nYou can apply for a Blue Badge if you are registered as blind.",
    "4": "# Fog signals\n\nThe fog signal sounds once every 45 seconds.",
}
QUESTIONS = [
    ("1", "How long does a mooring permit last?", "I have a small boat."),
    ("2", "How many days of annual leave can I carry over?", ""),
    ("3", "Can I apply for a Blue Badge?", "I am registered as blind."),
]


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    lines = [json.dumps({"id": id, "text": text}) for id, text in RULES.items()]
    (folder / "documents.jsonl").write_text("\n".join(lines))
    lines = [
        json.dumps({"id": f"q{id}", "question": q, "scenario": s, "relevant": [id]})
        for id, q, s in QUESTIONS
    ]
    (folder / "questions.jsonl").write_text("\n".join(lines))
    return folder


@contextmanager
def house(home):
    with open_bernard(Settings(home=home, chat_model="none", embedding_model="none")) as opened:
        yield opened


def test_refusal_is_measured_with_and_without_the_rule(data):
    measured = run("ask.refusal", data, house)
    metrics = measured["metrics"]
    assert measured["n"] == 3
    assert metrics["refusal_rate_removed"] == 1
    assert metrics["answer_rate_kept"] == 1
    assert metrics["auc"] == 1
    assert metrics["answer_rate_kept@refusal90"] == 1


def test_quotes_are_held_to_their_documents(data):
    metrics = run("ask.quotes", data, house)["metrics"]
    assert metrics["verbatim_rate"] == 1
    assert metrics["quotes"] >= 3
    assert metrics["answers_with_gold_document"] == 1
    assert metrics["first_claim_from_gold_document"] == 1


def test_auc_and_the_curve():
    kept, removed = np.array([3.0, 2.0, 1.0]), np.array([0.0, 1.0, -1.0])
    assert auc(kept, removed) == pytest.approx((3 + 3 + 2.5) / 9)
    assert at(kept, removed, 95) == pytest.approx(1.0, abs=0.34)
    assert at(removed, kept, 95) == 0
