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
