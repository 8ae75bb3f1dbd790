"""What of a real call is public, what stands beside the log, and what the caller may see of it."""

import asyncio
import json

import pytest

from bernard.accounts.keys import Key
from bernard.config import Settings
from bernard.errors import InputInvalid, NotFound
from bernard.gateway.house import open_house
from bernard.gateway.receipts import receipt
from bernard.gateway.types import Asked, Caller
from bernard.ledger import StoredLedger
from bernard.ledger.erasing import opens_entry
from bernard.ledger.known import known
from bernard.models.suppliers.doubles import MockSupplier

AGREEMENT = """
schema: bernard-agreement/1
id: own
version: 1
title: Questions to the body's own server
summary: For tests.
status: signed
parties: {public_body: {name: Test}}
term: {start: 2020-01-01, end: 2099-01-01}
clauses:
  - id: questions
    purposes: [answer-questions]
    services: [helpdesk]
    operations: [chat]
    suppliers: [own]
    models: [double]
    places: [own-network]
    marking: {tier: OFFICIAL, sensitive: true}
    data: {categories: [any], subjects: [any], identifiability: identifiable}
    safeguards: [mask-identifiers]
    tools: {allowed: [TOOLS], links: [any]}
duties: {DUTIES}
publication: {PUBLICATION}
"""
REGISTER = """
version: "1"
suppliers:
  own: {kind: openai-compatible, url: "URL"}
deployments:
  double: {at: own, model: double, operations: [chat], places: [own-network], training: never,
           human_review: never, retention_s: 0, source: a test}
"""
TEXT = "Write to jo.bloggs@example.org."
TOOL = {"type": "function", "function": {"name": "tell_mrs_lovelace", "parameters": {}}}


class Called:
    """A house after one call, with what the supplier got and what it wrote."""

    def __init__(self, house, mock, answer):
        self.store = house._store
        self.logged = [
            one
            for one in StoredLedger(self.store).all()
            if one.entry["event"] not in ("agreement", "deployment")
        ]
        self.known = known(self.store, self.logged)
        self.answer = answer
        self.sent = json.loads(bytes(mock.received).partition(b"\r\n\r\n")[2])


def call(home, *, publication="", duties="", tools="", body=None, stream=False, then=None, **who):
    async def run():
        async with MockSupplier() as mock:
            text = AGREEMENT.replace("PUBLICATION", publication).replace("DUTIES", duties)
            (home / "agreement.yaml").write_text(text.replace("TOOLS", tools))
            (home / "register.yaml").write_text(REGISTER.replace("URL", mock.url))
            settings = Settings(
                home=home,
                agreement=home / "agreement.yaml",
                deployments=home / "register.yaml",
                privacy_mode="rules",
            )
            with open_house(settings) as house:
                asked = {"model": "double", "messages": [{"role": "user", "content": TEXT}]}
                asked |= body or {}
                caller = Caller(**{"service": "helpdesk", "purpose": "answer-questions", **who})
                made = Asked(caller, "chat", "openai-chat", "double", asked, stream)
                answered = await house.exchange.call(made)
                if stream:
                    answer = b"".join([frame async for frame in answered.frames])
                else:
                    answer = answered.body
                await asyncio.sleep(0.1)  # The outcome is written with the next group.
                called = Called(house, mock, answer)
                if then:
                    then(called)
                await house.close()
        return called

    return asyncio.run(run())


def test_time_is_the_hour_and_known_to_the_second(tmp_path):
    done = call(tmp_path)
    intent, outcome = done.known
    assert intent.logged.entry["at"] % 3600 == outcome.logged.entry["at"] % 3600 == 0
    assert 0 <= intent.fields["at"] - intent.logged.entry["at"] < 3600
    assert (intent.fields["key"], intent.fields["sequence"]) == ("bernard", 1)


def test_the_agreement_says_how_coarse_time_is(tmp_path):
    day, exact = {}, {}
    call(tmp_path, publication="time: day", then=lambda done: day.update(done.logged[0].entry))
    assert day["at"] % 86_400 == 0
    home = tmp_path / "other"
    home.mkdir()
    call(home, publication="time: second", then=lambda d: exact.update(d.logged[0].entry))
    assert day["at"] < exact["at"]


def test_what_was_sent_and_what_came_back_are_committed_to(tmp_path):
    def look(done):
        assert "jo.bloggs" not in json.dumps(done.sent) and b"jo.bloggs" not in done.answer
        assert opens_entry(done.store, done.logged[0].number, json.dumps(done.sent).encode())
        assert opens_entry(done.store, done.logged[1].number, done.answer)
        asked = json.dumps(done.sent, ensure_ascii=False).replace(
            "⟦EMAIL-1⟧", "jo.bloggs@example.org"
        )
        assert not opens_entry(done.store, done.logged[0].number, asked.encode())

    call(tmp_path, body={"stream": False}, then=look)


def test_a_stream_is_committed_to_event_by_event(tmp_path):
    def look(done):
        lines = [line[6:] for line in done.answer.splitlines() if line.startswith(b"data: {")]
        assert len(lines) > 1
        assert opens_entry(done.store, done.logged[1].number, b"\n".join(lines))
        assert not opens_entry(done.store, done.logged[1].number, b"\n".join(lines[1:]))

    # Where nothing was taken out, the caller gets the events as they came.
    asked = [{"role": "user", "content": "When are you open?"}]
    wished = {"messages": asked, "stream": True, "stream_options": {"include_usage": True}}
    call(tmp_path, stream=True, body=wished, then=look)


def test_nothing_opens_it_where_the_agreement_keeps_no_content(tmp_path):
    def look(done):
        for one in done.logged:
            assert len(one.entry["content"]) == 64
            with pytest.raises(InputInvalid, match="lets none be kept"):
                opens_entry(done.store, one.number, b"{}")

    call(tmp_path, duties="retain_content_days: 0", then=look)


def test_tools_that_no_agreement_names_are_not_named(tmp_path):
    done = call(tmp_path, tools="any", body={"tools": [TOOL]}, outside_effects=False)
    assert done.logged[0].entry["tools"] == ["other"]
    assert "lovelace" not in str([one.body for one in done.logged])
    home = tmp_path / "named"
    home.mkdir()
    named = call(home, tools="tell_mrs_lovelace", body={"tools": [TOOL]}, outside_effects=False)
    assert named.logged[0].entry["tools"] == ["tell_mrs_lovelace"]


def test_a_sealed_call_is_known_here_and_to_its_key_alone(tmp_path):
    def look(done):
        assert [one.entry["event"] for one in done.logged] == ["sealed", "sealed"]
        assert all(set(one.entry) == {"event", "commitment"} for one in done.logged)
        intent, outcome = done.known
        assert (intent.event, intent.fields["clause"]) == ("intent", "questions")
        assert outcome.fields["of"] == intent.number
        assert opens_entry(done.store, outcome.number, done.answer)

    call(tmp_path, publication="sealed: [questions]", key="0123456789ab", then=look)


def test_a_receipt_of_a_sealed_call(tmp_path):
    def look(done):
        number = str(done.logged[0].number)
        mine = Key("0123456789ab", "k", "helpdesk", ("answer-questions",))
        found = receipt(done.store, number, mine)
        assert found["entry"]["body"]["event"] == "sealed"
        assert found["entry"]["sealed"]["purpose"] == "answer-questions"
        assert found["outcome"]["sealed"]["outcome"] == "finished"
        with pytest.raises(NotFound):
            receipt(done.store, number, Key("ba9876543210", "k", "helpdesk", ("draft",)))

    call(tmp_path, publication="sealed: [any]", key="0123456789ab", then=look)
