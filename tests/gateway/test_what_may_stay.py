"""The gateway looks as the agreement asks, and raises what it finds that a text says of a person."""

import asyncio

import pytest

from bernard.agreements.schema import Privacy
from bernard.config import Settings
from bernard.errors import DetectorFailed, Refused
from bernard.gateway.house import open_house
from bernard.gateway.looking import Detectors, Looks, words
from bernard.gateway.types import Asked, Caller
from bernard.ledger import StoredLedger
from bernard.models.suppliers.doubles import MockSupplier
from bernard.privacy import Policy

AGREEMENT = """
schema: bernard-agreement/1
id: own
version: 1
title: Questions to the body's own server
summary: For tests.
status: signed
parties: {public_body: {name: Test}}
term: {start: 2020-01-01, end: 2099-01-01}
LEGAL
privacy: {mode: MODE, allow: [help@example.gov.uk], deny: [{word: Nightjar}], keep: []}
clauses:
  - id: questions
    purposes: [answer-questions]
    services: [helpdesk]
    operations: [chat]
    suppliers: [own]
    models: [double]
    places: [own-network]
    marking: {tier: OFFICIAL, sensitive: true, descriptors: [PERSONAL DATA]}
    data: {categories: [any], special: [SPECIAL], offence: OFFENCE, subjects: [any], identifiability: identifiable}
    safeguards: [mask-identifiers]
"""
LEGAL = "legal: {article_9_condition: a test, article_10_condition: a test}"
REGISTER = """
version: "1"
suppliers:
  own: {kind: openai-compatible, url: "URL"}
deployments:
  double: {at: own, model: double, operations: [chat], places: [own-network], training: never,
           human_review: never, retention_s: 0, source: a test}
"""


def of_calls(store):
    """The entries of calls: what the log tells of agreements is tried elsewhere."""
    found = (logged.entry for logged in StoredLedger(store).all())
    return [entry for entry in found if entry["event"] not in ("agreement", "deployment")]


def ask(home, text, *, legal="", special="", offence="false", mode="rules", caller=None):
    """What came of a call, what the supplier got, and the entries of the log."""

    async def run():
        async with MockSupplier() as mock:
            said = {"LEGAL": legal, "SPECIAL": special, "OFFENCE": offence, "MODE": mode}
            agreement = AGREEMENT
            for name, value in said.items():
                agreement = agreement.replace(name, value)
            (home / "agreement.yaml").write_text(agreement)
            (home / "register.yaml").write_text(REGISTER.replace("URL", mock.url))
            settings = Settings(
                home=home,
                agreement=home / "agreement.yaml",
                deployments=home / "register.yaml",
                privacy_mode="rules",
            )
            with open_house(settings) as house:
                who = {"service": "helpdesk", "purpose": "answer-questions", **(caller or {})}
                body = {"model": "double", "messages": [{"role": "user", "content": text}]}
                asked = Asked(Caller(**who), "chat", "openai-chat", "double", body)
                try:
                    answer = await house.exchange.call(asked)
                except Refused as error:
                    answer = error
                entries = of_calls(house._store)
                await house.close()
            return answer, bytes(mock.received).decode(), entries

    return asyncio.run(run())


def test_the_lists_of_the_agreement_hold_and_stay_out_of_the_entries_of_calls(tmp_path):
    text = "Ask help@example.gov.uk or jo.bloggs@example.org about Nightjar."
    _, received, entries = ask(tmp_path, text)
    assert "help@example.gov.uk" in received
    assert "jo.bloggs" not in received
    assert "Nightjar" not in received
    intent = entries[0]
    assert intent["detector"] == "rules"
    assert intent["policy"] == ["allow-list", "deny-list", "keep:nothing"]
    assert "ightjar" not in str(entries)
    assert "help@" not in str(entries)


def test_a_clause_without_health_data_refuses_a_text_that_holds_it(tmp_path):
    error, received, entries = ask(tmp_path, "She was diagnosed with diabetes in May.", legal=LEGAL)
    assert isinstance(error, Refused)
    assert "The text was found to say something of a person's health." in str(error)
    assert received == ""
    [refusal] = entries
    assert refusal["special"] == ["health"]
    assert "special" in refusal["derived_attributes"]


def test_a_clause_with_health_data_takes_it(tmp_path):
    text = "She was diagnosed with diabetes in May."
    _, received, entries = ask(tmp_path, text, legal=LEGAL, special="health")
    assert "diabetes" in received
    assert entries[0]["special"] == ["health"]


def test_talk_about_health_and_crime_is_no_fact_about_a_person(tmp_path):
    text = "The NHS treats diabetes. Theft offences rose by 3%."
    _, received, entries = ask(tmp_path, text)
    assert "diabetes" in received
    assert "special" not in entries[0]


@pytest.mark.parametrize("text", ["He was convicted of theft.", "Prison number: A1234BC"])
def test_offence_data_is_raised(tmp_path, text):
    error, received, entries = ask(tmp_path, text, legal=LEGAL)
    assert isinstance(error, Refused), received
    assert "criminal offences" in str(error)
    assert entries[0]["offence"] is True
    assert "offence" in entries[0]["derived_attributes"]


def test_a_text_that_holds_them_is_not_remembered_as_clean(tmp_path):
    for _ in range(2):
        error, _, _ = ask(tmp_path, "I was diagnosed with diabetes in May, as I told you.")
        assert isinstance(error, Refused)


def test_descriptors_beside_a_marking_are_raised(tmp_path):
    _, received, entries = ask(tmp_path, "OFFICIAL-SENSITIVE [PERSONAL]\nThe bins are full.")
    assert "bins" in received
    assert entries[0]["descriptors"] == ["PERSONAL DATA"]
    error, _, _ = ask(tmp_path, "OFFICIAL-SENSITIVE: COMMERCIAL\nThe bid is low.")
    assert isinstance(error, Refused)


def test_the_stronger_of_the_settings_and_the_agreement_is_used():
    detectors = Detectors("rules")
    assert detectors.stronger("rules") == "rules"
    assert detectors.stronger("assured") == "assured"
    assert Detectors("rules").find("write to jo@example.org")


def test_a_detector_that_cannot_be_opened_stops_the_call(monkeypatch):
    detectors = Detectors("rules")
    looks = Looks(detectors)
    assert looks.ready(Privacy()) is looks.ready(Privacy())
    assert looks.ready(Privacy(mode="assured")) is None
    # A mode that no release has stands for one whose weights are not there.
    monkeypatch.setattr(detectors, "stronger", lambda mode: "best")
    with pytest.raises(DetectorFailed, match="nothing was sent"):
        looks.open(Privacy(mode="assured"))


def test_a_policy_is_logged_without_its_values():
    assert words(Policy()) == ()
    assert words(Policy(take=("PLACE",), leave=("PUBLIC-FIGURE",), allow=("a@b",))) == (
        "take:PLACE",
        "leave:PUBLIC-FIGURE",
        "allow-list",
    )
