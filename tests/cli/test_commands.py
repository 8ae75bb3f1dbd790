"""The commands as a person types them: what they print, what they say when it goes wrong."""

import io
import json
import os
import socket
import subprocess
import sys
import zipfile

import pytest
from click.testing import CliRunner

from bernard import samples
from bernard.accounts import signing
from bernard.cli.program import bernard
from bernard.config import load
from bernard.ledger import Entry, StoredLedger
from bernard.store.database import open_store


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("BERNARD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BERNARD_EMBEDDING_MODEL", "none")
    monkeypatch.setenv("BERNARD_CHAT_MODEL", "none")

    def run(*arguments, code=0):
        result = CliRunner().invoke(bernard, [str(argument) for argument in arguments])
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def docs(tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, data in samples.files():
        if name.endswith((".docx", ".html")):
            (folder / name).write_bytes(data)
    return folder


def test_an_answer_is_the_exact_slice_that_the_text_command_prints(run, docs):
    answer = json.loads(run("ask", samples.QUESTIONS[0], "--docs", docs, "--json").stdout)
    assert set(answer) >= {"question", "answer", "claims", "passages", "receipt"}
    [citation, *_] = answer["claims"][0]["citations"]
    text = run("documents", "text", citation["document"]).stdout
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert samples.EXPECTED[0].words in " ".join(citation["quote"].split())


def test_without_the_logs_key_one_line_says_so(run, docs, tmp_path, caplog):
    run("ask", samples.QUESTIONS[0], "--docs", docs)
    store = open_store(load())
    StoredLedger(store).append(Entry("refusal", 0, service="ask"), durable=True)
    store.close()
    (tmp_path / "home" / "ledger.key").rename(tmp_path / "away")
    for words in (("documents", "add", docs), ("ask", samples.QUESTIONS[0])):
        result = run(*words, code=1)
        assert result.stdout == "" and len(result.stderr.splitlines()) == 1
        assert result.stderr.startswith("bernard: The key that signs the log")
    assert not caplog.records


def test_a_log_is_renewed_without_a_question_where_nobody_can_answer(run, tmp_path):
    store = open_store(load())
    StoredLedger(store).append(Entry("refusal", 0, service="ask"), durable=True)
    store.close()
    before = run("ledger", "key").stdout
    told = run("ledger", "renew", code=1)
    assert told.stdout == "" and "bernard ledger renew --yes" in told.stderr
    assert run("ledger", "key").stdout == before
    assert run("ledger", "renew", "--yes").stdout.splitlines()[1] != before.strip()


def test_an_answer_in_words_names_its_source_and_what_left(run, docs):
    printed = run("ask", samples.QUESTIONS[2], "--docs", docs).stdout
    assert "you pay £35 more" in printed
    assert "(quoted)" in printed
    assert "mooring-permits.html" in printed


def test_documents_are_read_once(run, docs):
    first = json.loads(run("search", "leave", "--docs", docs, "--json").stdout)
    again = json.loads(run("search", "leave", "--docs", docs, "--json").stdout)
    assert [hit["id"] for hit in first] == [hit["id"] for hit in again]


def test_word_and_markdown_keep_the_citations(run, docs, tmp_path):
    out = tmp_path / "answer.docx"
    run("ask", samples.QUESTIONS[2], "--docs", docs, "--format", "docx", "--out", out)
    with zipfile.ZipFile(io.BytesIO(out.read_bytes())) as packed:
        assert "mooring-permits.html" in packed.read("word/document.xml").decode()
    markdown = run("ask", samples.QUESTIONS[2], "--docs", docs, "--format", "markdown").stdout
    assert "mooring-permits.html" in markdown
    run("ask", "x", "--docs", docs, "--format", "docx", code=2)


def test_documents_go_in_are_listed_and_come_out(run, docs):
    run("documents", "add", docs, "--collection", "policies")
    listed = json.loads(run("documents", "list", "--collection", "policies", "--json").stdout)
    assert {document["state"] for document in listed} == {"ready"}
    assert run("documents", "collections").stdout == f"policies: {len(listed)} documents\n"
    run("documents", "remove", listed[0]["id"])
    assert len(run("documents", "list").stdout.splitlines()) == len(listed) - 1


def test_adding_takes_nothing_out(run, tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(f"The words of {name}.")
        run("documents", "add", tmp_path / name)
    listed = json.loads(run("documents", "list", "--json").stdout)
    assert [document["name"] for document in listed] == ["a.txt", "b.txt"]


def test_documents_go_to_the_account_that_is_named(run, tmp_path):
    store = open_store(load())
    signing.create(store, "Test Person", "a rowing boat at dusk")
    store.close()
    (tmp_path / "a.txt").write_text("The words.")
    run("documents", "add", tmp_path / "a.txt", "--account", "Test Person")
    listed = run("documents", "list", "--account", "Test Person").stdout
    assert "a.txt" in listed
    assert run("documents", "collections").stdout == ""
    run("export", tmp_path / "hers.zip", "--account", "Test Person")
    with zipfile.ZipFile(tmp_path / "hers.zip") as archive:
        assert any(name.endswith("a.txt") for name in archive.namelist())
    refused = run("documents", "add", tmp_path / "a.txt", "--account", "Nobody", code=1)
    assert "'Nobody'" in refused.stderr


def test_a_bad_document_is_named_and_the_status_says_so(run, tmp_path):
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 no more")
    result = run("documents", "add", tmp_path / "broken.pdf", code=1)
    assert "failed    broken.pdf" in result.stdout
    assert "'broken.pdf'" in result.stdout


def test_the_log_holds_and_can_be_read(run):
    assert run("ledger", "list").stdout == "The log is empty: no model has been called yet.\n"
    assert "The log holds: 0 entries" in run("ledger", "verify").stdout
    assert json.loads(run("ledger", "verify", "--json").stdout)["fault"] == ""
    assert "no entry 5" in run("ledger", "show", "5", code=1).stderr


def test_a_refusal_that_names_no_model_is_in_the_list(run, tmp_path):
    """A key that is used for what it is not bound to is refused before there is a model."""
    run("ledger", "list")
    store = open_store(load())
    entry = Entry("refusal", 0, service="helpdesk", operation="chat", place="unknown")
    StoredLedger(store).append(entry, durable=False)
    store.close()
    assert "helpdesk, chat by no model (no supplier, unknown)" in run("ledger", "list").stdout


def test_the_agreement_in_force_is_said_in_words(run, tmp_path):
    assert "Nothing leaves this machine" in run("agreement", "show").stdout
    bad = tmp_path / "bad.yaml"
    bad.write_text("id: x\nversion: [\n")
    assert f"{bad}:3:" in run("agreement", "check", bad, code=1).stdout
    assert run("agreement", "check", tmp_path / "none.yaml", code=1).stderr.count("\n") == 1


def test_a_setting_that_is_wrong_is_said_in_one_line(run, monkeypatch):
    monkeypatch.setenv("BERNARD_PORT", "eighty")
    result = run("settings", code=1)
    assert result.stderr == "bernard: BERNARD_PORT is 'eighty', which is not a whole number.\n"
    monkeypatch.delenv("BERNARD_PORT")
    monkeypatch.setenv("BERNARD_COLOUR", "blue")
    assert "BERNARD_COLOUR is not a setting" in run("settings", code=1).stderr


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_in_use_is_said_before_anything_is_opened(run, tmp_path, command):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run(command, "--port", port, code=1)
    assert f"Port {port} of '127.0.0.1' cannot be used: another program listens" in result.stderr
    assert "is at" not in result.stderr
    assert not (tmp_path / "home").exists()


def test_a_secret_is_not_shown(run, monkeypatch):
    monkeypatch.setenv("BERNARD_DATABASE", "postgresql://me:hush@localhost/x")
    assert "hush" not in run("settings").stdout + run("settings", "--json").stdout


def test_asking_before_there_are_documents_says_what_to_do(run):
    result = run("ask", "What now?", code=1)
    assert "bernard documents add FILE" in result.stderr


def test_text_from_documents_cannot_drive_the_terminal(run, tmp_path):
    (tmp_path / "evil.txt").write_text("Leave is \x9b31m 28 days\u202e a year.")
    printed = run("ask", "How long is leave?", "--docs", tmp_path / "evil.txt").stdout
    assert "28" in printed
    assert not set("\x1b\x9b\u202e") & set(printed)


def test_verbose_shows_where_an_error_came_from(run):
    assert "Traceback" in run("--verbose", "ledger", "show", "5", code=1).stderr


def test_a_reader_who_leaves_early_is_no_error(docs, tmp_path):
    command = f"{sys.executable} -m bernard settings | head -1"
    environment = {**os.environ, "BERNARD_HOME": str(tmp_path / "home")}
    done = subprocess.run(command, shell=True, env=environment, capture_output=True, text=True)
    assert done.stderr == ""


def test_backup_and_restore_keep_documents_and_log(run, docs, tmp_path, monkeypatch):
    run("documents", "add", docs)
    before = run("documents", "list", "--json").stdout
    run("backup", tmp_path / "all.zip")
    monkeypatch.setenv("BERNARD_HOME", str(tmp_path / "second"))
    told = run("restore", tmp_path / "all.zip").stderr
    assert "ledger.key" in told and "the folder that the log was published in, `log`" in told
    assert run("documents", "list", "--json").stdout == before
    assert "permit" in run("search", "mooring permit").stdout
    run("restore", tmp_path / "all.zip", code=1)
    run("export", tmp_path / "mine.zip")
    with zipfile.ZipFile(tmp_path / "mine.zip") as packed:
        assert any(name.endswith("mooring-permits.html") for name in packed.namelist())


def commands(command, path):
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, [*path, name])


@pytest.mark.parametrize("path", [p for p, _ in commands(bernard, [])], ids=" ".join)
def test_every_command_has_help_with_an_example(run, path):
    printed = run(*path, "--help").stdout
    assert "Example: " in printed


def test_every_bad_setting_is_listed_at_once(run, monkeypatch):
    monkeypatch.setenv("BERNARD_PORT", "x")
    monkeypatch.setenv("BERNARD_COLOUR", "red")
    monkeypatch.setenv("BERNARD_METRICS_TOKEN_FILE", "/not/there")
    monkeypatch.setenv("BERNARD_OCR", "")
    said = json.loads(run("config", "check", "--json", code=1).stdout)
    faults = " ".join(fault["message"] for fault in said["faults"])
    assert len(said["faults"]) == 3 and not said["ok"]
    for words in ("BERNARD_PORT is 'x'", "BERNARD_COLOUR is not a setting", "'/not/there'"):
        assert words in faults
    assert "BERNARD_PORT is 'x'" in run("config", "check", code=1).stdout
