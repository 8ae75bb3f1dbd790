"""A refused call sends nothing, says why in words, and is in the log: seen at the socket."""

import asyncio

import pytest

from bernard.config import Settings
from bernard.errors import DetectorFailed, InputInvalid, LogUnwritable, ModelMissing, Refused
from bernard.gateway.house import open_house
from bernard.gateway.looking import Looks
from bernard.gateway.types import Asked, Caller
from bernard.ledger import StoredLedger
from bernard.models.suppliers.doubles import MockSupplier

AGREEMENT = """
schema: bernard-agreement/1
id: narrow
version: 1
title: Questions to the body's own server
summary: For tests.
status: {status}
parties: {{public_body: {{name: Test}}}}
term: {{start: 2020-01-01, end: {end}}}
clauses:
  - id: questions
    purposes: [answer-questions]
    services: [helpdesk]
    operations: [chat]
    suppliers: [own]
    models: [double]
    places: [own-network]
    marking: {{tier: OFFICIAL, sensitive: true}}
    data: {{categories: [personal-identifiers], subjects: [applicants], identifiability: identifiable}}
    safeguards: [mask-identifiers]
    bytes_per_call: 2000
    tools: {{allowed: [look_up], outside_effects: false}}
forbid:
  - id: never-children
    subjects: [children]
"""
REGISTER = """
version: "1"
suppliers:
  own: {{kind: openai-compatible, url: "{url}"}}
deployments:
  double: {{at: own, model: double, operations: [chat, embed], {facts}, source: a test}}
"""
FACTS = "places: [own-network], training: never, human_review: never, retention_s: 0"
HELPDESK = {"service": "helpdesk", "purpose": "answer-questions"}
TOOL = {"type": "function", "function": {"name": "look_up", "parameters": {}}}
SEND = {"type": "function", "function": {"name": "send_mail", "parameters": {}}}


def of_calls(store):
    """The entries of calls: what the log tells of agreements is tried elsewhere."""
    found = (logged.entry for logged in StoredLedger(store).all())
    return [entry for entry in found if entry["event"] not in ("agreement", "deployment")]


def chat(text="What are the opening hours?", **more):
    return {"model": "double", "messages": [{"role": "user", "content": text}], **more}


async def asking(home, caller, body, *, operation="chat", facts=FACTS, before=None, **agreement):
    """What came of a call, and every byte that the supplier got."""
    agreement = {"status": "signed", "end": "2099-01-01", **agreement}
    async with MockSupplier() as mock:
        (home / "agreement.yaml").write_text(AGREEMENT.format(**agreement))
        (home / "register.yaml").write_text(REGISTER.format(url=mock.url, facts=facts))
        settings = Settings(
            home=home, agreement=home / "agreement.yaml", deployments=home / "register.yaml"
        )
        with open_house(settings) as house:
            if before:
                before(house)
            dialect = "openai-chat" if operation == "chat" else "openai-embeddings"
            asked = Asked(Caller(**{**HELPDESK, **caller}), operation, dialect, "double", body)
            try:
                answered = await house.exchange.call(asked)
            except Exception as error:
                answered = error
            entries = of_calls(house._store)
            await house.close()
        return answered, bytes(mock.received), mock.connections, entries


def refused(home, *args, **more):
    error, received, connections, entries = asyncio.run(asking(home, *args, **more))
    assert isinstance(error, Refused), error
    assert (received, connections) == (b"", 0)
    [refusal] = entries
    assert refusal["event"] == "refusal"
    assert refusal["reasons"] and not any(" " in reason for reason in refusal["reasons"])
    assert refusal["sequence"] == 1
    assert str(error).startswith("Nothing was sent.")
    return str(error)


def test_a_call_that_is_allowed_does_arrive(tmp_path):
    answered, received, _, entries = asyncio.run(asking(tmp_path, {}, chat()))
    assert b"The double has heard you." in answered.body
    assert b"opening hours" in received
    assert entries[0]["event"] == "intent"


@pytest.mark.parametrize(
    ("caller", "body", "word"),
    [
        ({"service": "sales"}, chat(), "'sales'"),
        ({"purpose": "evaluate"}, chat(), "'evaluate'"),
        ({"marking": "SECRET"}, chat(), "SECRET"),
        ({"marking": "MOST SECRET"}, chat(), "MOST SECRET"),
        ({}, chat("SECRET\nThe plan is as follows."), "SECRET"),
        ({"descriptors": ("LEGAL",)}, chat(), "LEGAL"),
        ({"categories": ("financial-details",)}, chat(), "financial-details"),
        ({"special": ("health",)}, chat(), "health"),
        ({"offence": True}, chat(), "offence"),
        ({"subjects": ("children",)}, chat(), "never-children"),
        ({"subjects": ("staff",)}, chat(), "staff"),
        ({"effect": "significant"}, chat(), "significant"),
        ({}, chat("word " * 500), "2,000"),
        ({"outside_effects": False}, chat(tools=[SEND]), "send_mail"),
        ({}, chat(tools=[TOOL]), "outside"),
        ({"agreement": "another"}, chat(), "'another'"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, dict) else None,
)
def test_each_dimension_refuses(tmp_path, caller, body, word):
    assert word in refused(tmp_path, caller, body)


def test_an_operation_that_is_not_named(tmp_path):
    body = {"model": "double", "input": ["text"]}
    assert "embed" in refused(tmp_path, {}, body, operation="embed")


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        (FACTS.replace("own-network", "US"), "US"),
        (FACTS.replace("[own-network]", "[own-network, US]"), "US"),
        (FACTS.replace("training: never", "training: always"), "training"),
        (FACTS.replace("human_review: never", "human_review: opt-in"), "people"),
        (FACTS.replace("retention_s: 0", "retention_s: 2592000"), "2592000"),
    ],
)
def test_what_the_register_attests_refuses(tmp_path, facts, word):
    assert word in refused(tmp_path, {}, chat(), facts=facts).replace(",", "")


@pytest.mark.parametrize(
    ("agreement", "word"),
    [
        ({"status": "draft"}, "draft"),
        ({"status": "suspended"}, "suspended"),
        ({"status": "ended"}, "ended"),
        ({"end": "2021-01-01"}, "2021"),
    ],
)
def test_an_agreement_that_is_not_in_force(tmp_path, agreement, word):
    assert word in refused(tmp_path, {}, chat(), **agreement)


def test_suspending_stops_the_next_call(tmp_path):
    def suspend(house):
        path = tmp_path / "agreement.yaml"
        path.write_text(path.read_text().replace("status: signed", "status: suspended"))

    assert "suspended" in refused(tmp_path, {}, chat(), before=suspend)


def test_untrusted_text_sensitive_data_and_an_outside_effect_need_a_person(tmp_path):
    body = chat(tools=[TOOL])
    body["messages"].append({"role": "tool", "tool_call_id": "1", "content": "a page"})
    assert "unless a person agrees" in refused(tmp_path, {}, body)


def other(home, error, *args, **more):
    found, received, connections, entries = asyncio.run(asking(home, *args, **more))
    assert isinstance(found, error), found
    assert (received, connections) == (b"", 0)
    return entries


def test_a_model_that_is_not_there(tmp_path):
    def forget(house):
        house.routes.deployments._found.clear()

    assert other(tmp_path, ModelMissing, {}, chat(), before=forget) == []


def test_a_detector_that_fails(tmp_path):
    class Broken:
        def find(self, text):
            raise DetectorFailed()

    def break_it(house):
        house.exchange._looks = Looks(Broken())

    assert other(tmp_path, DetectorFailed, {}, chat(), before=break_it) == []


def test_personal_data_where_no_stand_in_can_be(tmp_path):
    tool = {"type": "function", "function": {"name": "a.person@example.org", "parameters": {}}}
    assert other(tmp_path, InputInvalid, {}, chat(tools=[tool])) == []


def test_a_log_that_cannot_be_written(tmp_path):
    def fill(house):
        with house._store.write() as c:
            c.exec_driver_sql(
                "CREATE TRIGGER full BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'x'); END"
            )

    assert other(tmp_path, LogUnwritable, {}, chat(), before=fill) == []
