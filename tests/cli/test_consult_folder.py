"""`bernard consult run` writes over no file of somebody's, and deletes none."""

import json

import pytest
from click.testing import CliRunner

from bernard.cli.program import bernard
from bernard.tools.consult.shelf import FolderShelf

SAID = ("The buses are late every single day.", "Trains cost too much for families.")
# Two answers, said often, look like options.
ASKED = ("--question", "What would you change?")
CSV = "id,What would you change?\n" + "".join(f'{n},"{SAID[n % 2]}"\n' for n in range(12))


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("BERNARD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BERNARD_PRIVACY_MODE", "rules")

    def run(*arguments, code=0, asked=ASKED):
        result = CliRunner().invoke(bernard, ["consult", "run", *map(str, arguments), *asked])
        assert result.exit_code == code, result.output
        return result

    return run


def test_what_is_read_is_not_written_over(run, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "responses.csv").write_text(CSV)
    said = run(folder / "responses.csv", "--out", folder, code=1).stderr
    assert "would be written over it" in said and "--out" in said
    themes = folder / "themes.csv"
    themes.write_text("id,title\nA,Buses\n")
    elsewhere = tmp_path / "all.csv"
    elsewhere.write_text(CSV)
    run(elsewhere, "--out", folder, "--framework", themes, code=1)
    assert (folder / "responses.csv").read_text() == CSV
    assert themes.read_text() == "id,title\nA,Buses\n"
    assert sorted(path.name for path in folder.iterdir()) == ["responses.csv", "themes.csv"]


def test_somebodys_files_stay_even_where_a_run_was_killed_before(run, tmp_path):
    folder, file = tmp_path / "theirs", tmp_path / "all.csv"
    (folder / ".bernard").mkdir(parents=True)
    (folder / "mapping.csv").write_text("theirs")
    file.write_text(CSV)
    assert "was not written by a run" in run(file, "--out", folder, code=1).stderr
    assert (folder / "mapping.csv").read_text() == "theirs"
    # Where the run was killed as it wrote, they are its own.
    (folder / ".bernard" / "writing").touch()
    run(file, "--out", folder)
    assert (folder / "mapping.csv").read_text() != "theirs"
    assert not (folder / ".bernard").exists()


def test_charts_of_an_earlier_report_go_and_other_files_stay(run, tmp_path):
    folder, file = tmp_path / "out", tmp_path / "all.csv"
    file.write_text(CSV)
    run(file, "--out", folder)
    (folder / "chart-7-themes.svg").write_text("old")
    (folder / "notes.txt").write_text("theirs")
    run(file, "--out", folder)
    assert not (folder / "chart-7-themes.svg").exists()
    assert (folder / "notes.txt").read_text() == "theirs"


def test_a_report_is_not_put_among_the_letters(run, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.txt").write_text(SAID[0])
    said = run(tmp_path / "letters", "--out", tmp_path / "letters" / "out", code=1).stderr
    assert "one of the letters" in said


def test_folders_of_questions_whose_names_hold_a_stop_are_kept_apart(run, tmp_path):
    for name in ("q.1", "q.2"):
        folder = tmp_path / "questions" / name
        folder.mkdir(parents=True)
        lines = [json.dumps({"id": n, "text": SAID[n % 2]}) for n in range(8)]
        (folder / "responses.jsonl").write_text("\n".join(lines))
    asked = ("--question", "text")
    run(tmp_path / "questions", "--out", tmp_path / "out", asked=asked)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["q.1", "q.2"]


def test_clearing_a_shelf_leaves_what_others_put_there(tmp_path):
    shelf = FolderShelf(tmp_path / "work")
    shelf.put(f"q1-personal-{'0' * 24}-00000", b"kept")
    (tmp_path / "work" / "notes").write_text("theirs")
    (tmp_path / "work" / "more").mkdir()
    shelf.clear()
    assert sorted(path.name for path in (tmp_path / "work").iterdir()) == ["more", "notes"]


def test_a_file_in_which_nobody_says_anything_has_a_report(run, tmp_path):
    file = tmp_path / "nothing.csv"
    file.write_text("id,What would you change?\n" + "".join(f"{n},n/a\n" for n in range(9)))
    run(file, "--out", tmp_path / "out")
    assert (tmp_path / "out" / "report.docx").is_file()
