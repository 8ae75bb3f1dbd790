"""The yardstick for what is found: spans, characters left and characters too many."""

import json

import pytest

from bernard.errors import InputInvalid
from bernard.evals import run

GOOD = {
    "text": "I am AB123456C, in Leeds",
    "spans": [[5, 14, "code", "MUST"], [19, 24, "place", "OPT"]],
}
MISSED = {"text": "Ann rang", "spans": [[0, 3, "person"]]}
TOO_MUCH = {"text": "x AB123456C", "spans": []}


@pytest.fixture
def write(tmp_path):
    def write(name, *samples):
        (tmp_path / name).write_text("\n".join(map(json.dumps, samples)) + "\n")
        return tmp_path / name

    return write


def test_each_file_counts_alike(tmp_path, write, open_house):
    write("good.jsonl", GOOD, GOOD, GOOD)
    write("bad.jsonl", MISSED, TOO_MUCH)
    result = run("privacy", tmp_path, open_house)
    good, bad, mean = result["parts"]["good"], result["parts"]["bad"], result["metrics"]
    assert result["n"] == 5
    assert (good["f2"], good["leak_rate"], good["over_mask_rate"]) == (1, 0, 0)
    assert (bad["f2"], bad["leak_rate"], bad["over_mask_rate"]) == (0, 1, 9 / 14)
    assert (mean["f2"], mean["leak_rate"]) == (0.5, 0.5)
    assert good["ms_per_1000_chars"] > 0


def test_one_file_will_do(write, open_house):
    assert run("privacy", write("one.jsonl", GOOD), open_house, limit=1)["metrics"]["f2"] == 1


def test_a_line_with_a_fault_is_named(write, open_house):
    with pytest.raises(InputInvalid, match=r"'one\.jsonl', line 2"):
        run("privacy", write("one.jsonl", GOOD, {"text": 1}), open_house)


def test_a_folder_without_data_is_refused(tmp_path, open_house):
    with pytest.raises(InputInvalid, match="jsonl"):
        run("privacy", tmp_path, open_house)


def test_a_span_outside_its_text_is_refused(write, open_house):
    with pytest.raises(InputInvalid, match=r"line 1.*\[0, 30\]"):
        run("privacy", write("one.jsonl", {"text": "Ann", "spans": [[0, 30, "x"]]}), open_house)


def test_kinds_groups_and_what_must_be_left_are_told_apart(write, open_house):
    sample = {
        "text": "Siân Rees, NI AB123456C, on 3 May 2024",
        "spans": [[0, 9, "PERSON", "MUST"], [14, 23, "NATIONAL-INSURANCE-NUMBER", "MUST"]],
        "left": [[28, 38, "DATE"]],
        "group": "welsh",
    }
    told = run("privacy", write("one.jsonl", sample), open_house, mode="rules")
    broken = told["breakdown"]["one"]
    assert told["mode"] == "rules"
    assert broken["kind"]["NATIONAL-INSURANCE-NUMBER"] == {"n": 1, "recall": 1, "leak_rate": 0}
    assert broken["group"] == {"welsh": {"n": 1, "recall": 0, "leak_rate": 1}}
    assert broken["left"] == {"DATE": {"n": 1, "over_mask_rate": 0}}


def test_a_mode_that_there_is_not_is_refused(write, open_house):
    with pytest.raises(InputInvalid, match="rules, fast, assured"):
        run("privacy", write("one.jsonl", GOOD), open_house, mode="magic")
