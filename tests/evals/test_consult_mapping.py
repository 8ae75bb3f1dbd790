"""Scores of mappings, on a tiny question and on the development data."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bernard.assembly import open_bernard
from bernard.config import Settings
from bernard.errors import InputInvalid
from bernard.evals import run
from bernard.evals.consult_mapping import Judged, scores
from bernard.tools.consult.encoder import ENCODER, FAST_ENCODER, MOST_CAREFUL, GatewayEncoder

DATA = Path(__file__).parents[3] / "shared/data/consultations"


@pytest.fixture
def open_house():
    def open_house(home):
        return open_bernard(replace(Settings(), home=home, chat_model="none"))

    return open_house


def write(folder, labels):
    folder.mkdir(parents=True)
    (folder / "question.txt").write_text("What of the ferry?")
    rows = {
        "themes": [
            {"id": "a", "title": "The ferry is too slow"},
            {"id": "b", "title": "Fares are too high"},
        ],
        "responses": [
            {"id": "1", "text": "The ferry is much too slow."},
            {"id": "2", "text": "The fares are far too high."},
        ],
        "labels": labels,
    }
    for name, lines in rows.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


LABELS = [{"id": "1", "themes": ["a"], "undecided": []}, {"id": "2", "themes": ["b"]}]


def test_folders_in_folders_are_found_and_named_by_their_place(tmp_path, open_house):
    write(tmp_path / "one/x", LABELS)
    write(tmp_path / "two/x", LABELS)
    found = run("consult.mapping", tmp_path, open_house)
    assert list(found["parts"]) == ["one/x", "two/x"]
    assert found["n"] == 4
    assert found["metrics"]["f1_low"] <= found["metrics"]["f1"] <= found["metrics"]["f1_high"]


def test_a_label_that_names_no_theme_is_named(tmp_path, open_house):
    write(tmp_path / "q", [{"id": "1", "themes": ["z"]}])
    with pytest.raises(InputInvalid, match="'z'"):
        run("consult.mapping", tmp_path, open_house)


def test_both_empty_is_right_and_intervals_are_drawn_the_same_way_each_time():
    parts = [Judged([set(), {"a"}], [frozenset(), frozenset("b")], [(0.9, False)])]
    assert scores(parts)["f1"] == 0.5
    assert scores(parts)["ece"] == pytest.approx(0.9)
    assert scores(parts) == scores(parts)


@pytest.mark.skipif(not DATA.is_dir(), reason="The development data is not beside this checkout.")
def test_gambling_is_mapped_as_well_as_it_was(open_house):
    found = run("consult.mapping", DATA / "gambling", open_house)
    assert found["metrics"]["f1"] > 0.5


def test_a_large_consultation_is_read_by_the_fast_encoder(tmp_path, open_house):
    with open_house(tmp_path) as house:
        careful = GatewayEncoder(house.gateway)
        fast = careful.suited(MOST_CAREFUL + 1)
        assert (careful.model, fast.model) == (ENCODER, FAST_ENCODER)
        assert careful.suited(MOST_CAREFUL) is careful
        assert careful(["Fares are too high"]).shape == fast(["Fares are too high"]).shape
        assert len(fast.take_receipts()) == 2 and careful.take_receipts() == ()
