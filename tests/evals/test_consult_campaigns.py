"""Campaigns are scored on labels that a folder has, and on letters made from its responses otherwise."""

import json
import random

import pytest

from bernard.evals import run
from bernard.evals.consult_letters import HEAVY, LIGHT, QUOTE, campaigns

WORDS = [f"word{number}" for number in range(400)]


def responses(count, seed=1):
    chance = random.Random(seed)
    return [" ".join(chance.choices(WORDS, k=chance.randint(12, 30))) for _ in range(count)]


def write(folder, name, rows):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture
def labelled(tmp_path):
    """Two campaigns of 3 and a response quoting none, with ids as texts and numbers."""
    texts = [text for text in responses(2) for _ in range(3)] + responses(1, seed=2)
    names = ["a", "a", "a", "b", "b", "b", None]
    rows = [{"id": n, "text": text} for n, text in enumerate(texts)]
    write(tmp_path / "q", "responses.jsonl", rows)
    return tmp_path / "q", [{"id": str(n), "campaign": name} for n, name in enumerate(names)]


@pytest.mark.parametrize("name", ["campaigns.jsonl", "labels.jsonl"])
def test_a_folders_own_labels(labelled, name, open_house):
    folder, labels = labelled
    write(folder, name, labels)
    measured = run("consult.campaigns", folder, open_house)
    assert measured["n"] == 7
    assert measured["metrics"]["precision"] == measured["metrics"]["recall"] == 1
    assert measured["metrics"]["campaigns"] == 2
    assert "breakdown" not in measured


def test_pairs_that_are_wrong_and_missed(labelled, open_house):
    folder, labels = labelled
    labels[2]["campaign"], labels[6]["campaign"] = None, "b"
    write(folder, "campaigns.jsonl", labels)
    metrics = run("consult.campaigns", folder, open_house)["metrics"]
    assert metrics["precision"] == pytest.approx(4 / 6)
    assert metrics["recall"] == pytest.approx(4 / 7)


def test_letters_made_and_hidden_are_found_whichever_way_they_were_edited(tmp_path, open_house):
    rows = [{"id": f"r{n}", "text": text} for n, text in enumerate(responses(150))]
    write(tmp_path / "q", "responses.jsonl", rows)
    (tmp_path / "q" / "question.txt").write_text("What do you think of the plan?")
    measured = run("consult.campaigns", tmp_path, open_house)
    assert measured["metrics"]["precision"] > 0.98
    assert measured["metrics"]["recall"] > 0.95
    edits = measured["breakdown"]["q"]["edit"]
    assert set(edits) <= {*LIGHT, *HEAVY, QUOTE}
    assert len(edits) > 10
    assert all(edits[kind]["recall"] > 0.95 for kind in LIGHT if kind in edits)


def test_the_same_letters_each_time():
    texts = responses(100)
    assert campaigns(texts) == campaigns(texts)
    assert campaigns(texts) != campaigns(texts, seed=2)
    assert campaigns([]) == []
