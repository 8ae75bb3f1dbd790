"""A record against the log: values computed again, small numbers, and a log that goes on or is another."""

import msgspec
import pytest
from click.testing import CliRunner

from bernard.cli.program import bernard
from bernard.config import Settings
from bernard.errors import InputInvalid, LogBroken, NotFound
from bernard.ledger import Entry, open_ledger
from bernard.ledger.tlog import LogFiles
from bernard.register.records.assembling import assemble
from bernard.register.records.gathered import about_what, gather
from bernard.register.records.log import Log
from bernard.register.records.outputs import as_json
from bernard.register.records.reading import Written
from bernard.register.records.recheck import open_built, recheck
from bernard.register.records.types import About
from bernard.store.database import open_store


@pytest.fixture
def built(case, complete):
    return as_json(assemble(Written(complete), case.gathered).record)


def _again(built, ledger):
    return recheck(built, Log(ledger.files(), open_built(built).checkpoint))


def test_every_value_holds(case, built):
    values = _again(built, case.ledger)
    assert len(values) > 20
    assert all(one.holds for one in values)


@pytest.mark.parametrize(
    ("section", "field", "was", "now"),
    [
        ("deployment", "frequency_and_scale", "about 60 calls", "about 65 calls"),
        ("operational_data", "data_sharing_agreements", "version 1", "version 2"),
        ("tool", "models", "2 models", "1 model"),
    ],
)
def test_a_value_that_was_changed_does_not_hold(case, built, section, field, was, now):
    made = msgspec.json.decode(built)
    text = msgspec.json.encode(made[section][field])
    assert was.encode() in text
    made[section][field] = msgspec.json.decode(text.replace(was.encode(), now.encode()))
    broken = [one for one in _again(msgspec.json.encode(made), case.ledger) if not one.holds]
    assert [one.field for one in broken] == [f"{section}.{field}"]
    assert now in broken[0].says
    assert was in broken[0].found


def test_a_value_that_is_said_to_be_a_persons_does_not_hold(case, built):
    made = msgspec.json.decode(built)
    made["deployment"]["frequency_and_scale"] = {"value": "Hardly ever.", "source": "person"}
    made["models"][0]["model_performance"] = {}
    del made["models"][1]
    broken = [one for one in _again(msgspec.json.encode(made), case.ledger) if not one.holds]
    assert {one.field for one in broken} == {
        "deployment.frequency_and_scale", "models[1].model_performance", "models",
    }  # fmt: skip
    assert "about 60 calls" in broken[0].found


def test_overturned_reviews_that_are_held_back_are_not_said_to_be_none(case, append, tmp_path):
    store = open_store(Settings(home=tmp_path))
    ledger = open_ledger(Settings(home=tmp_path), store)
    call = Entry("intent", 1, agreement="a", service="letters", model="m")
    decisions = ["accepted"] * 18 + ["overturned"] * 2
    reviews = [Entry("review", 1, of=0, decision=one, service="letters") for one in decisions]
    append(ledger, [call, *reviews])
    log = Log(ledger.files())
    gathered = gather(About(service="letters"), log.entries(), log.checkpoint)
    [said] = gathered.fields["deployment", "human_review"]
    assert "0%" not in said.value
    assert "or too little to tell" in said.value
    store.close()


def test_a_figure_of_a_model_that_was_changed_does_not_hold(case, built):
    made = msgspec.json.decode(built)
    made["models"][0]["model_performance"]["figures"]["rows"][0][3] = 0.99
    broken = [one for one in _again(msgspec.json.encode(made), case.ledger) if not one.holds]
    assert [one.field for one in broken] == ["models[1].model_performance"]


def test_a_log_that_went_on_still_says_what_it_said(case, built, tmp_path, append):
    other, ledger = _copied(case, tmp_path)
    intents = [entry for _, entry in case.log.entries() if entry["event"] == "intent"]
    append(ledger, [msgspec.convert(intents[0], Entry)] * 50)
    later = Log(ledger.files())
    assert (
        "about 110 calls"
        in gather(About(agreement="tightened-supplier"), later.entries(), later.checkpoint)
        .fields["deployment", "frequency_and_scale"][0]
        .value
    )
    assert all(one.holds for one in _again(built, ledger))
    other.close()


def _copied(case, tmp_path):
    """Another store with the same entries, and so the same roots."""
    settings = Settings(home=tmp_path)
    store = open_store(settings)
    ledger = open_ledger(settings, store)
    with store.write() as c:
        ledger.append_many(c, [logged.body for logged in case.ledger.all()])
    return store, ledger


def test_another_log_is_told(case, built, tmp_path):
    store, ledger = _copied(case, tmp_path)
    files = ledger.files()

    def read(path):
        data = files.read(path)
        return data.replace(b"drafting", b"draughts") if path.startswith("tile/entries") else data

    with pytest.raises(LogBroken, match="not those that the checkpoint is of"):
        recheck(built, Log(LogFiles(read), open_built(built).checkpoint))
    store.close()


def test_a_shorter_log_is_told(built, tmp_path):
    store = open_store(Settings(home=tmp_path))
    ledger = open_ledger(Settings(home=tmp_path), store)
    with pytest.raises(LogBroken, match="no entry 0"):
        _again(built, ledger)
    store.close()


@pytest.mark.parametrize(
    "data",
    [b"{}", b"{", b'{"schema":"x","version":"v3.0"}', b"[]",
     b'{"schema":"urn:bernard:atrs-record:v3.0","version":"v3.0","about":{},"smallest":5,"checkpoint":""}'],
)  # fmt: skip
def test_what_is_no_built_record(data):
    with pytest.raises(InputInvalid):
        open_built(data)


def test_other_services_and_agreements_count_for_nothing(case):
    assert "else" not in case.gathered.called
    of_service = gather(About(service="drafting"), case.log.entries(), case.log.checkpoint)
    assert of_service.called == case.gathered.called
    assert of_service.agreements == case.gathered.agreements


def test_no_exact_small_number_is_told(case):
    """Three calls to the small model, twelve reviews that overturned: neither stands anywhere."""
    models = case.gathered.fields["tool", "models"][0].figures
    assert [row[4] for row in models.rows] == [60, None]
    reviews = case.gathered.fields["deployment", "human_review"][0].figures
    assert all(row[1] is None or row[1] % 5 == 0 for row in reviews.rows)


def test_entries_that_are_none_are_passed_by(case):
    entries = [*case.log.entries()]
    odd = [
        *entries[:3],
        (3, {"event": "intent", "at": "noon"}),
        (4, {"event": "dance"}),
        *entries[5:],
    ]
    found = gather(About(agreement="tightened-supplier"), odd, case.log.checkpoint)
    assert found.called == case.gathered.called


def test_what_a_name_is(case):
    entries = list(case.log.entries())
    assert about_what("tightened-supplier", entries, []) == About(agreement="tightened-supplier")
    assert about_what(case.agreement.id, [], [case.agreement]).agreement == case.agreement.id
    assert about_what("drafting", entries, []) == About(service="drafting")
    with pytest.raises(NotFound, match="'nobody'"):
        about_what("nobody", entries, [])


def test_the_command_says_what_does_not_hold(case, home, built, tmp_path):
    file = tmp_path / "record.json"
    file.write_bytes(built.replace(b"about 60 calls", b"about 90 calls"))
    said = CliRunner().invoke(bernard, ["register", "record", "check", str(file)])
    assert said.exit_code == 1
    assert "deployment.frequency_and_scale does not hold" in said.stdout
    told = CliRunner().invoke(bernard, ["register", "record", "check", str(file), "--json"])
    assert msgspec.json.decode(told.stdout)["holds"] is False
