"""An agreement is read with every fault named, and decides calls by what it says."""

import datetime
import os

import pytest

from bernard.agreements import Call, InForce, decide, default_path, parse, read
from bernard.errors import AgreementInvalid

TODAY = datetime.date(2026, 11, 21)
OWN_SERVER = default_path().with_name("own-server.yaml")


def call(**changes):
    fields = {
        "service": "ask",
        "purpose": "answer-questions",
        "operation": "chat",
        "marking": "OFFICIAL",
        "model": "m",
        "provider": "embedded",
        "place": "this-machine",
    }
    return Call(**{**fields, **changes})


@pytest.mark.parametrize("path", sorted(default_path().parent.glob("*.yaml")), ids=lambda p: p.stem)
def test_shipped_agreements_have_no_faults(path):
    agreement, faults = parse(path.read_bytes())
    assert agreement is not None
    assert faults == []


def test_the_default_allows_models_on_this_machine_only():
    agreement = read(default_path())
    assert decide(agreement, call(), TODAY).clause == "local-models"
    refused = decide(agreement, call(provider="openai", place="US"), TODAY)
    assert not refused.allowed
    assert "'openai'" in refused.reasons[0]
    assert "'US'" in refused.reasons[0]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"service": "parliament"}, "service 'parliament'"),
        ({"purpose": "train-a-model"}, "purpose 'train-a-model'"),
        ({"operation": "image"}, "operation 'image'"),
        ({"provider": "someone"}, "supplier 'someone'"),
        ({"place": "US"}, "place 'US'"),
        ({"categories": ("special",)}, "holds 'special'"),
        ({"marking": "SECRET"}, "marked 'SECRET'"),
        ({"place": "unknown"}, "Nobody has said where"),
    ],
)
def test_each_attribute_is_obeyed(change, reason):
    decision = decide(read(OWN_SERVER), call(**change), TODAY)
    assert not decision.allowed
    assert reason in " ".join(decision.reasons)


def test_a_supplier_clause_names_its_safeguards():
    decision = decide(read(OWN_SERVER), call(provider="own-server", place="own-network"), TODAY)
    assert decision.allowed
    assert decision.safeguards == ("mask-identifiers",)


@pytest.mark.parametrize("status", ["draft", "suspended", "ended"])
def test_only_a_signed_agreement_allows(status):
    text = default_path().read_bytes().replace(b"status: signed", f"status: {status}".encode())
    agreement, _ = parse(text)
    assert not decide(agreement, call(), TODAY).allowed


@pytest.mark.parametrize("day", [datetime.date(2025, 12, 31), datetime.date(2027, 12, 31)])
def test_nothing_is_allowed_outside_the_term(day):
    assert not decide(read(OWN_SERVER), call(), day).allowed


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        (b"version: 1", b"version: one", 3, "Expected `int`"),
        (b"operations: [chat, embed]", b"operations: [fly]", 18, "'fly' is not in the vocabulary"),
        (b"status: signed", b"status: agreed", 8, "Invalid enum value 'agreed'"),
        (b"title:", b"tittle: x\ntitle:", 1, "unknown field `tittle`"),
        (b"marking: OFFICIAL-SENSITIVE", b"marking: SECRET", 21, "'SECRET' is not in"),
        (b"services: [", b"services: [*a, ", 16, "Aliases"),
        (b"clauses:", b"supplier: {name: S}\nclauses:", 0, "needs an end date"),
        (b"clauses:", b"clauses: [", 0, "not YAML"),
    ],
)
def test_a_fault_is_named_with_its_line(old, new, line, words):
    text = default_path().read_bytes().replace(old, new, 1)
    _, faults = parse(text)
    assert words in faults[0].message
    assert not line or faults[0].line == line


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"[" * 5000, b"- 1", b"a: &a [*a]", b"\0"])
def test_hostile_text_is_a_fault_not_a_crash(data):
    agreement, faults = parse(data)
    assert agreement is None
    assert faults


def test_suspending_stops_the_next_call(tmp_path):
    path = tmp_path / "ours.yaml"
    path.write_bytes(default_path().read_bytes())
    agreement = InForce(path)
    assert agreement.decide(call()).allowed
    path.write_bytes(path.read_bytes().replace(b"status: signed", b"status: suspended"))
    os.utime(path, ns=(1, 1))
    assert not agreement.decide(call()).allowed
    path.unlink()
    with pytest.raises(AgreementInvalid, match="cannot be read"):
        agreement.decide(call())
