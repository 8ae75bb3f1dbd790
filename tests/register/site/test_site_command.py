"""`bernard register build`, by hand: what it writes, what it logs, and making it again elsewhere."""

import html
import json
import re
import shlex
import shutil

import pytest
from click.testing import CliRunner

from bernard.cli.program import bernard
from bernard.ledger.tlog import files_in
from bernard.register.site import open_source


@pytest.fixture
def home(used, tmp_path, monkeypatch):
    """A copy of the used home, so that a test may add to its log."""
    shutil.copytree(used.home, tmp_path / "home")
    monkeypatch.setenv("BERNARD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BERNARD_AGREEMENT", str(used.agreement))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def run(*words, status=0):
    done = CliRunner().invoke(bernard, ["register", "build", *words])
    assert done.exit_code == status, done.output
    return done


def files_of(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_build_is_in_the_log_and_anybody_can_make_it_again(home, tmp_path):
    built = json.loads(run("site", "--publisher", "It's us", "--json").stdout)
    key = json.loads((tmp_path / "site/index.json").read_bytes())["key"]
    *_, last = open_source(files_in(home / "log"), key).entries()
    assert last["event"] == "publication" and last["what"] == "register"
    assert (last["file_sha256"], last["files"]) == (built["sha256"], built["files"])
    assert last["of"] == built["entry"]

    page = (tmp_path / "site/verify/index.html").read_text()
    [command] = re.findall(r"bernard register build again/.*?(?=</code>)", page)
    words = shlex.split(html.unescape(command).replace("SITE", str(tmp_path / "site")))
    assert words[:4] == ["bernard", "register", "build", "again/"]
    made_again = run(*words[3:], "--json")
    assert json.loads(made_again.stdout)["entry"] is None
    assert files_of(tmp_path / "again") == files_of(tmp_path / "site")


def test_the_command_below_each_table_of_figures_gives_its_numbers(site):
    index = json.loads((site / "index.json").read_bytes())
    paths = [site / table["json"] for page in index["pages"] for table in page["tables"]]
    tables = [json.loads(path.read_bytes()) for path in paths]
    figures = [one for one in tables if one["command"].startswith("bernard register figures")]
    assert len(figures) > 20
    for one in figures:
        words = shlex.split(one["command"].replace("SITE", str(site)))
        done = CliRunner().invoke(bernard, [*words[1:], "--format", "json"])
        again = json.loads(done.stdout)
        assert (again["columns"], again["rows"]) == (one["columns"], one["rows"]), one["id"]


def test_a_draft_is_told_to_nobody(home, tmp_path):
    drafted = json.loads(run("draft", "--draft", "--json").stdout)
    assert drafted["entry"] is None
    assert "(draft)" in (tmp_path / "draft/index.html").read_text()
    assert not (home / "log").exists()
    run("--draft", status=1)
    assert not (home / "register").exists()
    # A step of the figures begins with an edition, and there was none.
    edition = json.loads(run("site", "--json").stdout)
    for path in (tmp_path / "draft").rglob("*.csv"):
        same = tmp_path / "site" / path.relative_to(tmp_path / "draft")
        assert path.read_text() == same.read_text()
    assert edition["entry"] is not None


def test_the_next_register_names_the_one_before(home, tmp_path):
    first = json.loads(run("site", "--json").stdout)
    assert "holds" in run("site").output
    assert first["sha256"] in (tmp_path / "site/checkpoints/index.html").read_text()


def test_what_cannot_be_built_says_why(home, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/notes.txt").write_text("keep")
    said = {
        ("mine",): "no register put there",
        ("site", "--log", str(home)): "--log needs --key",
        ("site", "--log", "nowhere", "--key", "x+y+z"): "nowhere",
        ("site", "--from", "May"): "no month",
        ("site", "--smallest", "1"): "must be 3 or more",
    }
    for words, why in said.items():
        assert why in str(run(*words, status=1).exception or "") + run(*words, status=1).output
    assert not (tmp_path / "site").exists()
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_an_empty_log_makes_no_register(tmp_path, monkeypatch):
    monkeypatch.setenv("BERNARD_HOME", str(tmp_path / "home"))
    assert "empty" in run(str(tmp_path / "site"), status=1).output
