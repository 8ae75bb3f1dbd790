"""Nothing reaches a model but through the five steps."""

import time
from collections.abc import Iterator

import numpy as np
import pytest

from bernard.agreements import default_path
from bernard.config import from_text
from bernard.errors import (
    AgreementInvalid,
    LogUnwritable,
    ModelFailed,
    ModelMissing,
    Refused,
    StoreUnavailable,
)
from bernard.gateway import Caller, ChatRequest, Deployment, Message
from bernard.ledger import StoredLedger
from bernard.models.types import ChatDelta, Usage
from bernard.store.database import open_store

ASK = Caller(service="ask", purpose="answer-questions")
OWN_SERVER = default_path().with_name("own-server.yaml")


class Echo:
    """A chat model that says what it was told, a few characters at a time, and keeps it."""

    def __init__(self, provider="embedded", place="this-machine", fails_at=None, pause_s=0.0):
        self.deployment = Deployment("echo", provider, place)
        self.heard: list[str] = []
        self._fails_at = fails_at
        self._pause_s = pause_s

    def chat(self, request) -> Iterator[ChatDelta]:
        text = request.messages[-1].text
        self.heard.append(text)
        for start in range(0, len(text), 3):
            if self._fails_at is not None and start >= self._fails_at:
                raise ModelFailed()
            yield ChatDelta(text[start : start + 3])
            time.sleep(self._pause_s)
        yield ChatDelta(stop_reason="end", usage=Usage(7, 9))


class Ones:
    deployment = Deployment("ones", "embedded", "this-machine")
    dimensions = 4

    def embed(self, texts):
        return np.full((len(texts), 4), 0.5, dtype=np.float32)


@pytest.fixture
def store(tmp_path):
    store = open_store(from_text({"home": str(tmp_path)}))
    yield store
    store.close()


@pytest.fixture
def gateway(gateway_over):
    return lambda store, chat=None, agreement=None, embedder=None, ledger=None: gateway_over(
        store, chat, embedder, agreement, ledger
    )


def entries(store, count=None):
    """What is in the log. Outcomes are written with the next group, so they may take a moment."""
    until = time.monotonic() + 5
    while True:
        found = [logged.entry for logged in StoredLedger(store).all()]
        if count is None or len(found) >= count or time.monotonic() > until:
            return found
        time.sleep(0.01)


def request(text):
    return ChatRequest([Message("user", text)])


def test_a_call_is_recorded_before_and_after(gateway, store):
    chat = Echo()
    reply = gateway(store, chat).chat(ASK, request("hello there"))
    assert reply.text == "hello there"
    intent, outcome = entries(store, 2)
    assert intent["event"] == "intent"
    assert intent["clause"] == "local-models"
    assert (outcome["event"], outcome["of"], outcome["outcome"]) == ("outcome", 0, "finished")
    assert (outcome["prompt_tokens"], outcome["completion_tokens"]) == (7, 9)
    assert reply.receipt.entry == 0
    assert reply.receipt.hash == StoredLedger(store).get(0).hash
    assert reply.receipt.left == 0


def test_identifiers_stay_in_and_come_back_while_it_streams(gateway, store):
    chat = Echo("own-server", "own-network")
    shown: list[str] = []
    text = "Write to a.person@example.org, NI AB123456C."
    reply = gateway(store, chat, OWN_SERVER).chat(ASK, request(text), shown.append)
    assert chat.heard == ["Write to ⟦EMAIL-1⟧, NI ⟦NATIONAL-INSURANCE-NUMBER-1⟧."]
    assert reply.text == text
    assert "".join(shown) == text
    assert len(shown) > 3
    intent = entries(store)[0]
    assert intent["taken_out"] == {"EMAIL": 1, "NATIONAL-INSURANCE-NUMBER": 1}
    assert intent["derived"] == ["personal-identifiers"]
    assert reply.receipt.left == intent["left_bytes"] > len(chat.heard[0].encode())


def test_a_refused_call_sends_nothing_and_is_in_the_log(gateway, store):
    chat = Echo("openai", "US")
    with pytest.raises(Refused, match="Nothing was sent"):
        gateway(store, chat).chat(ASK, request("secret"))
    assert chat.heard == []
    [refusal] = entries(store)
    assert refusal["event"] == "refusal"
    assert "places" in refusal["reasons"]


def test_a_broken_agreement_sends_nothing_and_the_attempt_is_in_the_log(gateway, store, tmp_path):
    path = tmp_path / "ours.yaml"
    path.write_bytes(default_path().read_bytes())
    chat = Echo()
    ready = gateway(store, chat, path)
    path.write_text("id: [")
    with pytest.raises(AgreementInvalid):
        ready.chat(ASK, request("hello"))
    assert chat.heard == []
    [refusal] = entries(store)
    assert refusal["event"] == "refusal"
    assert refusal["reasons"] == ["agreement-unreadable"]


def test_no_entry_no_call(gateway, store):
    chat = Echo()
    with store.write() as c:
        c.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'x'); END"
        )
    with pytest.raises(Exception):  # noqa: B017 - whatever the store calls it
        gateway(store, chat).chat(ASK, request("hello"))
    assert chat.heard == []


class Full(StoredLedger):
    """A log whose disk is full from some number of entries on, until there is room."""

    room = False

    def __init__(self, store, full_at):
        super().__init__(store)
        self.full_at = full_at

    def append_many(self, c, bodies):
        if not self.room and len(list(self.all())) >= self.full_at:
            raise StoreUnavailable("There is no room.")
        return super().append_many(c, bodies)


def test_a_full_disk_stops_the_call(gateway, store):
    chat = Echo()
    with pytest.raises(LogUnwritable, match=r"^The call was not made\..*There is no room"):
        gateway(store, chat, ledger=Full(store, 0)).chat(ASK, request("hello"))
    assert chat.heard == []


def test_a_disk_that_fills_during_the_call_gets_the_outcome_when_there_is_room(gateway, store):
    ledger = Full(store, 1)
    reply = gateway(store, Echo(), ledger=ledger).chat(ASK, request("hello"))
    assert reply.text == "hello"
    assert len(entries(store)) == 1
    ledger.room = True
    assert entries(store, 2)[-1]["outcome"] == "finished"


def test_a_model_that_fails_is_recorded(gateway, store):
    with pytest.raises(ModelFailed):
        gateway(store, Echo(fails_at=3)).chat(ASK, request("hello there"))
    assert entries(store, 2)[-1]["outcome"] == "failed"


def test_a_person_who_goes_away_stops_the_model(gateway, store):
    def leave(text):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        gateway(store, Echo(pause_s=0.2)).chat(ASK, request("hello there"), leave)
    assert entries(store, 2)[-1]["outcome"] == "stopped"


def test_vectors_come_with_a_receipt(gateway, store):
    vectors, receipt = gateway(store, embedder=Ones()).embed(ASK, ["a", "b"])
    assert vectors.shape == (2, 4)
    assert entries(store)[receipt.entry]["operation"] == "embed"
    assert entries(store)[receipt.entry]["texts"] == 2


def test_a_missing_model_is_said(gateway, store):
    with pytest.raises(ModelMissing, match="embedding"):
        gateway(store).embed(ASK, ["a"])
    with pytest.raises(ModelMissing):
        gateway(store).chat(ASK, request("x"))
    with pytest.raises(ModelMissing, match="'gpt'"):
        gateway(store, Echo()).chat(ASK, request("x"), model="gpt")


def test_no_content_is_in_the_log(gateway, store):
    gateway(store, Echo("own-server", "own-network"), OWN_SERVER).chat(
        ASK, request("Zanzibar a.person@example.org")
    )
    assert "Zanzibar" not in str(entries(store))
    assert "a.person" not in str(entries(store))
