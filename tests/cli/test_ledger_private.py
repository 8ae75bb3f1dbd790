"""`bernard ledger open`, `forget`, `list` and `show`: what the body knows and the public does not."""

import json

import pytest
from click.testing import CliRunner

from bernard.cli.program import bernard
from bernard.config import load
from bernard.ledger import Entry, StoredLedger
from bernard.ledger.commitments import committed
from bernard.ledger.publicity import Private
from bernard.ledger.writing import Alone, Writer
from bernard.store.database import open_store

AT = 1_795_350_661  # 2026-11-22 12:31:01 UTC
BODY = {"messages": [{"role": "user", "content": "⟦PERSON-1⟧"}]}


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("BERNARD_HOME", str(tmp_path / "home"))
    store = open_store(load())
    sent = committed(BODY)
    call = {"service": "ask", "operation": "chat", "key": "k", "model": "m", "provider": "s"}
    drafts = [
        Alone(Entry("intent", AT, content=sent.value, **call), Private(salt=sent.salt)),
        Alone(Entry("intent", AT, **call), Private(sealed=True)),
        Alone(Entry("review", AT, of=0, decision="overturned")),
    ]
    with store.write() as c:
        Writer(StoredLedger(store)).write(c, drafts)
    store.close()

    def run(*arguments, code=0, text=None):
        result = CliRunner().invoke(bernard, ["ledger", *map(str, arguments)], input=text)
        assert result.exit_code == code, result.output
        return result

    return run


def test_a_file_opens_its_entry_until_its_salt_is_destroyed(run, tmp_path):
    file = tmp_path / "request.json"
    file.write_text(json.dumps(BODY, indent=1))
    assert run("open", 0, file).stdout == "Entry 0 commits to this file.\n"
    assert "does not commit" in run("open", 0, "-", text="{}", code=1).stdout
    found = json.loads(run("open", 0, file, "--json").stdout)
    assert found == {"number": 0, "opens": True}
    assert json.loads(run("forget", 0, "--json").stdout) == {"number": 0, "destroyed": 1}
    assert "Destroyed: 0" in run("forget", 0).stdout
    assert "salt of entry 0 is not here" in run("open", 0, file, code=1).stderr
    assert "no entry 9" in run("forget", 9, code=1).stderr


def test_exact_times_and_sealed_entries_are_shown_here(run):
    printed = run("list").stdout
    assert printed.count("2026-11-22 12:31:01") == 3
    assert "intent  (sealed) ask, chat by m" in printed
    assert "A person reviewed entry 0: overturned." in printed
    shown = json.loads(run("show", 1).stdout)
    assert set(shown["entry"]) == {"event", "commitment"}
    assert (shown["at"], shown["sealed"]["service"]) == (AT, "ask")
    assert json.loads(run("show", 0).stdout)["entry"]["at"] == AT - 1861
