"""Check names every fault, every contradiction and everything left unsaid; the shipped files show it."""

import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from bernard.agreements import Call, check, decide, parse, read, shipped
from bernard.agreements.sign import sign as signature_of
from bernard.agreements.vocabulary import OWN_PLACES

DAY = datetime.date(2027, 1, 1)
STARTING_POINTS = ("education", "justice", "defence-and-security")


def found(name):
    return check((shipped() / f"{name}.yaml").read_bytes())


def test_the_memorandum_as_reported_allows_nothing_and_leaves_all_unsaid():
    findings = found("memorandum-2025")
    assert findings.faults == ()
    agreement = findings.agreement
    assert agreement.clauses == ()
    call = Call("ask", "draft", "chat", "openai", "gpt", "", frozenset({"US"}))
    decision = decide(agreement, call, DAY, as_if_signed=True)
    assert decision.reasons == (
        "The agreement 'memorandum-2025' has no clauses, so it allows nothing.",
    )
    said = " ".join(fault.message for fault in findings.unsaid)
    for words in (
        "which kinds of data", "how highly marked", "for which purposes", "in which places",
        "how long the supplier may keep it", "which models", "what must be done to it",
        "when it ends", "what is published", "may train on it", "how a person must be involved",
    ):  # fmt: skip
        assert words in said
    assert all(fault.remedy for fault in findings.unsaid)


@pytest.mark.parametrize("name", ["tightened-supplier", *STARTING_POINTS])
def test_starting_points_leave_nothing_unsaid_and_are_drafts(name):
    findings = found(name)
    assert findings.faults == ()
    assert findings.unsaid == ()
    assert findings.agreement.status == "draft"
    assert "(invented)" in findings.agreement.parties.public_body.name


@pytest.mark.parametrize("name", [*STARTING_POINTS, "this-machine", "own-server"])
def test_these_keep_everything_on_the_bodys_own_machines(name):
    for clause in found(name).agreement.clauses:
        assert OWN_PLACES.issuperset(clause.places)


def test_the_tightened_agreement_allows_once_both_have_signed(text_of):
    agreement = replace(read(shipped() / "tightened-supplier.yaml"), status="signed")
    call = Call(
        "drafting", "draft", "chat", "lantern", "lantern-large", "2026-10", frozenset({"GB"}),
        sensitive=False, categories=frozenset({"policy-material"}), involvement="before-use",
        safeguards=frozenset({"mask-identifiers", "check-markings", "mark-untrusted"}),
    )  # fmt: skip
    assert "not signed by both sides" in decide(agreement, call, DAY).reasons[0]
    signatures = tuple(
        signature_of(agreement, Ed25519PrivateKey.generate(), role, "Somebody", DAY)
        for role in ("public-body", "supplier")
    )
    half = replace(agreement, signatures=signatures[:1])
    assert not decide(half, call, DAY).allowed
    both = replace(agreement, signatures=signatures)
    decision = decide(both, call, DAY)
    assert decision.clause == "writing"
    assert [limit.per for limit in decision.limits] == ["minute", "day", "month"]
    changed = replace(both, title="Something else")
    assert not decide(changed, call, DAY).allowed
    for change in (
        {"places": frozenset({"GB", "US"})}, {"version": "2025-10"}, {"retention_s": 1},
        {"sensitive": True}, {"special": frozenset({"health"})}, {"involvement": "none"},
        {"identifiability": "identifiable"}, {"bytes": 400_001}, {"safeguards": frozenset()},
    ):  # fmt: skip
        assert not decide(both, replace(call, **change), DAY).allowed, change


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("justice", "  article_9_condition", "  # ", "no condition of Article 9(2)"),
        ("justice", "  article_10_condition", "  # ", "no condition under Article 10"),
        ("education", "effect: support", "effect: significant", None),
        ("own-server", "effect: support", "effect: significant", "without a person before use"),
        ("tightened-supplier", "tier: OFFICIAL", "tier: SECRET", "may not leave the body's own"),
        ("tightened-supplier", "places: [GB]", "places: [any]", "Every place in the world"),
        ("tightened-supplier", "status: draft", "status: signed", "public body has not signed"),
        ("tightened-supplier", "status: draft", "status: signed", "supplier has not signed"),
        ("this-machine", "clauses:", "signatures: [{role: public-body, signatory: A, key: b, "
         "signature: c}]\nclauses:", "The signature of 'A' does not hold"),
    ],
)  # fmt: skip
def test_what_can_never_hold_is_a_fault(text_of, name, old, new, message):
    data = text_of(name, (old, new))
    assert parse(data)[1] == []
    said = " ".join(fault.message for fault in check(data).faults)
    assert message in said if message else said == ""


def test_a_file_without_the_form_has_faults_alone():
    findings = check(b"title: x")
    assert findings.agreement is None
    assert findings.faults
    assert findings.unsaid == ()
