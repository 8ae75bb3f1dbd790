"""`bernard privacy cases` as a person types it."""

import asyncio
import json

import pytest
from click.testing import CliRunner

from bernard.cli.program import bernard
from bernard.config import load
from bernard.gateway import Caller
from bernard.gateway.case_house import HouseKeys
from bernard.gateway.case_upkeep import CaseUpkeep
from bernard.gateway.cases import Cases
from bernard.gateway.recorder import Recorder
from bernard.ledger import Entry, StoredLedger
from bernard.privacy import StructuredDetector
from bernard.store.database import open_store


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("BERNARD_HOME", str(tmp_path / "home"))

    def run(*arguments, code=0):
        result = CliRunner().invoke(bernard, ["privacy", "cases", *arguments])
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def filled(run):
    """Three cases, of two services."""
    settings = load()
    store = open_store(settings)
    ledger = StoredLedger(store)
    recorder = Recorder(store, ledger)
    upkeep = CaseUpkeep(store, ledger, settings.cases_kept_days)
    cases = Cases(store, HouseKeys(store, settings.cases_key), upkeep)

    async def fill():
        for service, name in (("helpdesk", "1"), ("helpdesk", "2"), ("housing", "1")):
            caller = Caller(service=service, purpose="answer-questions", key="k")
            case = await cases.open(caller, name)
            pseudonyms = case.pseudonyms(StructuredDetector())
            pseudonyms.mask("a.person@example.org")
            await recorder.intent(Entry("intent", 0), beside=case.keeping(pseudonyms))

    asyncio.run(fill())
    recorder.close()
    store.close()


def listed(run):
    return json.loads(run("list", "--json").stdout)


def test_there_are_none_at_first(run):
    assert run("list").stdout == "No case has stand-ins kept.\n"
    assert listed(run) == []


def test_a_list_tells_no_name(run, filled):
    found = listed(run)
    assert sorted(one["service"] for one in found) == ["helpdesk", "helpdesk", "housing"]
    assert all(one["ends"] - one["used"] == 30 * 86400 and one["bytes"] > 50 for one in found)
    lines = run("list", "--service", "housing").stdout
    assert lines.count("\n") == 1 and "housing, used 20" in lines and "destroyed 20" in lines


def test_one_is_destroyed_by_its_name(run, filled):
    gone = run("destroy", "1", "--service", "helpdesk", "--json")
    assert json.loads(gone.stdout) == {"destroyed": 1, "overwritten": True}
    assert sorted(one["service"] for one in listed(run)) == ["helpdesk", "housing"]
    again = run("destroy", "1", "--service", "helpdesk", code=1)
    assert "There is no such case" in again.stderr


def test_one_is_destroyed_by_its_sign(run, filled):
    sign = listed(run)[0]["sign"]
    assert run("destroy", "--sign", sign).stdout == "1 destroyed.\n"
    assert sign not in {one["sign"] for one in listed(run)} and len(listed(run)) == 2


def test_all_are_destroyed(run, filled):
    assert run("destroy", "--all", "--service", "helpdesk").stdout == "2 destroyed.\n"
    assert run("destroy", "--all").stdout == "1 destroyed.\n"
    assert run("destroy", "--all").stdout == "0 destroyed.\n"
    log = CliRunner().invoke(bernard, ["ledger", "list"]).stdout
    assert "destruction" in log and "2 cases, because of request" in log


@pytest.mark.parametrize(
    "arguments", [(), ("1",), ("1", "--service", "s", "--all"), ("--sign", "a", "--all")]
)
def test_what_to_destroy_must_be_said(run, arguments):
    assert "Name the case" in run("destroy", *arguments, code=1).stderr


def test_a_sign_must_be_of_one(run, filled):
    signs = [one["sign"] for one in listed(run)]
    shared = next((a[:1] for a in signs for b in signs if a != b and a[0] == b[0]), None)
    if shared:
        assert "Give more of it" in run("destroy", "--sign", shared, code=1).stderr
    assert "There is no such case" in run("destroy", "--sign", "zz", code=1).stderr


def test_the_key_of_the_house_is_rotated(run, filled):
    before = load().cases_key.read_bytes()
    said = json.loads(run("rotate-key", "--json").stdout)
    assert said == {"cases": 3, "file": str(load().cases_key)}
    assert load().cases_key.read_bytes() != before
    assert run("destroy", "2", "--service", "helpdesk").stdout == "1 destroyed.\n"
