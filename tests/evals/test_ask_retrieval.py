"""Search finds the rule that answers: a floor under what was measured on the development data."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from bernard.assembly import open_bernard
from bernard.config import Settings
from bernard.evals import run
from bernard.evals.scores import ndcg_at, recall_at
from bernard.models.manifest import WEIGHTS

SHARED = Path(__file__).parents[3] / "shared" / "data"
DATA = Path(os.environ.get("BERNARD_TEST_DATA", SHARED)) / "ask"

wants_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"no development data in {DATA}")
wants_model = pytest.mark.skipif(
    not any(WEIGHTS.glob("*.onnx")), reason="the embedding model is not built"
)


@wants_data
def test_by_words_alone(open_house):
    metrics = run("ask.retrieval", DATA, open_house)["metrics"]
    assert metrics["recall@5"] > 0.93
    assert metrics["recall@10"] > 0.955


@wants_data
@wants_model
@pytest.mark.weights
def test_by_words_and_meaning(tmp_path):
    def open_house(home):
        return open_bernard(replace(Settings(), home=home, chat_model="none"))

    metrics = run("ask.retrieval", DATA, open_house)["metrics"]
    assert metrics["recall@5"] > 0.945
    assert metrics["recall@10"] > 0.965
    assert metrics["ndcg@10"] > 0.86


def test_scores():
    assert recall_at(5, [], {"a"}) == 0
    assert recall_at(5, ["a"], set()) == 0
    assert ndcg_at(10, ["b", "a"], {"a"}) == pytest.approx(0.6309, abs=1e-4)
    assert ndcg_at(1, ["b", "a"], {"a"}) == 0
