"""Tasks run over folders of data and give one shape of numbers."""

import hashlib
import json

import pytest
from click.testing import CliRunner

from bernard.cli.evals import evals
from bernard.config import from_text
from bernard.errors import InputInvalid, NotFound
from bernard.evals import TASKS, run
from bernard.evals.logged import data_sha256
from bernard.ledger import StoredLedger
from bernard.store.database import open_store


def test_the_numbers_of_one_folder(tmp_path, data_set, open_house):
    seen = []
    result = run(
        "ask.retrieval",
        data_set(tmp_path / "rules"),
        open_house,
        on_progress=lambda done, total: seen.append((done, total)),
    )
    assert list(result) == ["task", "n", "metrics", "parts"]
    assert result["task"] == "ask.retrieval"
    assert result["n"] == 2
    assert result["metrics"] == result["parts"]["rules"]
    assert result["metrics"] == dict.fromkeys(
        [
            "recall@5",
            "recall@10",
            "ndcg@10",
            "question_only_recall@5",
            "question_only_recall@10",
            "question_only_ndcg@10",
        ],
        1.0,
    )
    assert seen[-1] == (2, 2)


def test_folders_are_parts_and_larger_ones_count_for_more(tmp_path, data_set, open_house):
    data_set(tmp_path / "good")
    wrong = [{"id": "c", "question": "Anything?", "relevant": ["nowhere"]}]
    data_set(tmp_path / "bad", questions=wrong)
    (tmp_path / "empty").mkdir()
    result = run("ask.retrieval", tmp_path, open_house)
    assert list(result["parts"]) == ["bad", "good"]
    assert result["n"] == 3
    assert result["metrics"]["recall@5"] == pytest.approx(2 / 3)


def test_the_limit_takes_the_first_samples(tmp_path, data_set, open_house):
    result = run("ask.retrieval", data_set(tmp_path / "rules"), open_house, limit=1)
    assert result["n"] == 1


def test_an_unknown_task_is_named_with_those_there_are(tmp_path, open_house):
    with pytest.raises(NotFound, match=r"'ask\.magic'.*ask\.retrieval"):
        run("ask.magic", tmp_path, open_house)


def test_a_folder_without_data_says_what_it_needs(tmp_path, open_house):
    with pytest.raises(InputInvalid, match=r"documents\.jsonl and questions\.jsonl"):
        run("ask.retrieval", tmp_path, open_house)


@pytest.mark.parametrize("line", ["{", '{"id": "a"}', '{"id": 3, "question": "?", "relevant": []}'])
def test_a_bad_line_is_named(tmp_path, data_set, open_house, line):
    folder = data_set(tmp_path / "rules")
    with (folder / "questions.jsonl").open("a") as out:
        out.write(line + "\n")
    with pytest.raises(InputInvalid, match=r"questions\.jsonl, line 3"):
        run("ask.retrieval", folder, open_house)


def test_the_command_prints_the_same_shape(tmp_path, data_set, monkeypatch):
    monkeypatch.setenv("BERNARD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BERNARD_EMBEDDING_MODEL", "none")
    folder = data_set(tmp_path / "rules")
    command = ["run", "ask.retrieval", "--data", str(folder), "--json"]
    result = CliRunner().invoke(evals, command, catch_exceptions=False)
    printed = json.loads(result.stdout)
    assert list(printed) == ["task", "n", "metrics", "parts"]
    assert not (tmp_path / "home" / "bernard.db").exists()


def test_what_was_measured_goes_into_the_log_where_asked(tmp_path, data_set, monkeypatch):
    monkeypatch.setenv("BERNARD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BERNARD_EMBEDDING_MODEL", "none")
    folder = data_set(tmp_path / "rules")
    command = ["run", "ask.retrieval", "--data", str(folder), "--json", "--log"]
    result = CliRunner().invoke(evals, command, catch_exceptions=False)
    printed = json.loads(result.stdout)
    assert "It is entry 0 of the log." in result.stderr
    store = open_store(from_text({"home": str(tmp_path / "home")}))
    entry = StoredLedger(store).get(0).entry
    store.close()
    assert (entry["event"], entry["task"], entry["cases"]) == (
        "evaluation",
        "ask.retrieval",
        printed["n"],
    )
    assert entry["scores"] == pytest.approx(printed["metrics"], abs=1e-6)
    assert entry["file_sha256"] == data_sha256(folder)


def test_the_hash_of_a_data_set_is_that_of_its_files(tmp_path):
    folder = tmp_path / "data"
    (folder / "inner").mkdir(parents=True)
    file = folder / "inner" / "a.txt"
    file.write_text("a")
    before = data_sha256(folder)
    assert before != data_sha256(file) == hashlib.sha256(b"a").hexdigest()
    file.rename(folder / "a.txt")
    assert data_sha256(folder) != before


def test_the_command_lists_every_task():
    printed = CliRunner().invoke(evals, ["list"], catch_exceptions=False).stdout
    assert all(name in printed for name in TASKS)
