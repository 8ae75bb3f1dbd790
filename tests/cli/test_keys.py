"""`bernard keys` as a person types it."""

import json

import pytest
from click.testing import CliRunner

from bernard.accounts.budgets import Charge
from bernard.accounts.keys import Keys, looks_like_a_key
from bernard.cli.program import bernard
from bernard.config import load
from bernard.errors import KeyInvalid
from bernard.gateway.recorder import Recorder
from bernard.ledger import Entry, StoredLedger
from bernard.store.database import open_store

MAKE = ("keys", "make", "helpdesk", "--service", "helpdesk", "--purpose", "answer-questions")


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("BERNARD_HOME", str(tmp_path / "home"))

    def run(*arguments, code=0):
        result = CliRunner().invoke(bernard, list(arguments))
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def opened(run):
    store = open_store(load())
    yield store
    store.close()


def test_the_key_alone_is_on_standard_output(run):
    made = run(*MAKE)
    assert looks_like_a_key(made.stdout.strip())
    assert "shown this once" in made.stderr
    printed = run("keys", "show", "helpdesk").stdout + run("keys", "list").stdout
    assert made.stdout.strip() not in printed and made.stdout[:12] in printed


def test_a_key_from_its_making_to_its_end(run, opened):
    secret = json.loads(run(*MAKE, "--limit", "day calls=1000 pence=500", "--json").stdout)["key"]
    key = Keys(opened).find(secret)
    assert key.limits[0].calls == 1000 and key.sensitive
    again = json.loads(run("keys", "rotate", "helpdesk", "--json").stdout)["key"]
    with pytest.raises(KeyInvalid):
        Keys(opened).find(secret)
    assert Keys(opened).find(again).id == key.id
    assert run("keys", "revoke", "helpdesk").stdout == "helpdesk is revoked.\n"
    [listed] = json.loads(run("keys", "list", "--json").stdout)
    assert listed["state"].startswith("revoked") and listed["revoked"]
    with pytest.raises(KeyInvalid):
        Keys(opened).find(again)


def test_all_that_a_key_declares(run):
    run(
        *MAKE, "--agreement", "own", "--model", "a", "--model", "b", "--marking", "OFFICIAL",
        "--categories", "personal-identifiers", "--offence", "--identifiability", "identifiable",
        "--involvement", "before-use", "--effect", "support", "--expires", "2099-03-31",
    )  # fmt: skip
    shown = json.loads(run("keys", "show", "helpdesk", "--json").stdout)
    assert (shown["tier"], shown["sensitive"], shown["offence"]) == ("OFFICIAL", False, True)
    assert shown["models"] == ["a", "b"] and shown["categories"] == ["personal-identifiers"]
    assert shown["expires"] == 4078598400.0 and shown["state"] == "holds until 2099-03-31 00:00"
    words = run("keys", "show", "helpdesk").stdout
    assert "Agreement own; models a, b" in words and "personal-identifiers" in words


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--limit", "week calls=3"), "'week calls=3' cannot be read"),
        (("--limit", "day"), "sets nothing"),
        (("--limit", "day pence=nan"), "sets nothing"),
        (("--expires", "31/03/2027"), "'31/03/2027' is not a date"),
        (("--expires", "2020-01-01"), "have run out already"),
        (("--categories", "nonsense"), "'nonsense' is not one of the categories"),
        (("--purpose", "nonsense"), "'nonsense' is not one of the purposes"),
    ],
)
def test_what_cannot_be_made(run, arguments, words):
    assert words in run(*MAKE, *arguments, code=1).stderr
    assert json.loads(run("keys", "list", "--json").stdout) == []


def test_usage_by_key_and_by_clause(run, opened):
    assert "Nothing has been used" in run("keys", "usage").stdout
    id = json.loads(run(*MAKE, "--json").stdout)["id"]
    recorder = Recorder(opened, StoredLedger(opened))
    charges = [Charge(f"key:{id}", tokens=5, pence=0.5), Charge("clause:own/chat", tokens=5)]
    recorder.intent_now(Entry("intent", 0), charges)
    recorder.close()
    clause, key = json.loads(run("keys", "usage", "--json").stdout)
    assert (key["name"], key["calls"], key["tokens"], key["pence"]) == ("helpdesk", 1, 5, 0.5)
    assert (clause["account"], clause["window"]) == ("clause:own/chat", "total")
    assert "key helpdesk  total: 1 calls, 5 tokens" in run("keys", "usage").stdout
    assert json.loads(run("keys", "usage", "--window", "day:1999-01-01", "--json").stdout) == []
    shown = json.loads(run("keys", "show", "helpdesk", "--json").stdout)
    assert {row["window"].partition(":")[0] for row in shown["usage"]} == {"day", "month", "total"}


def test_budgets_follow_a_clock_that_was_put_right(run, opened):
    ahead = Recorder(opened, StoredLedger(opened), clock=lambda: 4e9)
    ahead.intent_now(Entry("intent", 0), [Charge("key:k")])
    ahead.close()
    assert json.loads(run("keys", "put-clock-right", "--json").stdout)["minute"] < "minute:2090"
    recorder = Recorder(opened, StoredLedger(opened))
    recorder.intent_now(Entry("intent", 0), [Charge("key:k")])
    recorder.close()
    windows = [r["window"] for r in json.loads(run("keys", "usage", "--json").stdout)]
    assert windows == ["total"]
    assert "day:2096-10-02" not in run("keys", "put-clock-right").stdout
