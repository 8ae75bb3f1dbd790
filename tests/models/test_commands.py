"""`bernard models`, as a person or a program calls it."""

import json

import pytest
from click.testing import CliRunner

from bernard.cli.models import models
from bernard.errors import ModelRejected, NotFound

QWEN = "qwen2.5-coder-1.5b-instruct"


@pytest.fixture
def bernard(tmp_path, monkeypatch):
    monkeypatch.setenv("BERNARD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BERNARD_THREADS", "1")
    for name in ("BERNARD_MODELS", "BERNARD_CHAT_MODEL", "BERNARD_EMBEDDING_MODEL"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments, code=0):
        result = CliRunner().invoke(models, arguments)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    return run


def test_every_command_has_help_and_an_example(bernard):
    for name, command in models.commands.items():
        text = bernard(name, "--help").stdout
        assert f"Example: bernard models {name}" in text
        assert any(option.name == "as_json" for option in command.params)


def test_the_list(bernard):
    text = bernard("list").stdout
    assert f"{QWEN}  (chat, not here, 1,117 MB)" in text
    assert "Apache-2.0. From https://" in text
    rows = json.loads(bernard("list", "--json").stdout)
    assert {row["name"]: row["state"] for row in rows}[QWEN] == "not here"
    assert set(rows[0]) == {
        "name", "role", "state", "used", "about", "licence", "origin", "supplier", "place", "size",
    }  # fmt: skip


def test_adding_checking_and_removing_a_file(bernard, alphabet_gguf):
    done = json.loads(bernard("add", "mine", str(alphabet_gguf), "--json").stdout)
    assert (done["role"], done["path"]) == ("chat", str(alphabet_gguf))
    assert "mine  (chat, ready, used" in bernard("list").stdout
    [result] = json.loads(bernard("check", "mine", "--json").stdout)
    assert result["ok"]
    assert "mine: in order" in bernard("check", "mine").stdout
    assert "left where it is" in bernard("remove", "mine").stdout
    assert alphabet_gguf.exists()


def test_adding_a_server(bernard):
    address = "https://models.example/v1"
    options = ["--model", "llama", "--place", "GB", "--supplier", "acme", "--key-env", "ACME_KEY"]
    assert "is added" in bernard("add", "acme", address, *options).stdout
    row = json.loads(bernard("list", "--json").stdout)[-1]
    assert (row["supplier"], row["place"], row["origin"]) == ("acme", "GB", address)
    assert "Run by acme, place GB." in bernard("list").stdout


def test_a_server_here_is_on_this_machine_by_itself(bernard):
    bernard("add", "ollama", "http://localhost:11434/v1", "--model", "llama3")
    assert json.loads(bernard("list", "--json").stdout)[-1]["place"] == "this-machine"


def test_a_check_that_finds_a_fault_ends_with_1(bernard, alphabet_gguf, tmp_path):
    path = tmp_path / "mine.gguf"
    path.write_bytes(alphabet_gguf.read_bytes())
    bernard("add", "mine", str(path))
    path.write_bytes(alphabet_gguf.read_bytes()[:-1] + b"x")
    assert "mine: NOT in order" in bernard("check", "mine", code=1).stdout
    assert not json.loads(bernard("check", "mine", "--json", code=1).stdout)[0]["ok"]


def test_getting_from_a_folder_that_does_not_have_it(bernard, tmp_path):
    from bernard.errors import FetchFailed

    with pytest.raises(FetchFailed, match="could not be fetched"):
        bernard("get", QWEN, "--from", str(tmp_path))
    with pytest.raises(NotFound, match="There are: "):
        bernard("get", "gpt")
    [file] = [f for f in (tmp_path / "home" / "models" / QWEN).iterdir() if "gguf" in f.name]
    assert file.stat().st_size == 0


def test_a_wrong_file_in_the_folder_is_refused(bernard, tmp_path):
    name = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
    (tmp_path / name).write_bytes(b"GGUF and nothing else")
    with pytest.raises(ModelRejected, match="was expected"):
        bernard("get", QWEN, "--from", str(tmp_path))
