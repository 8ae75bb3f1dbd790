"""A gateway killed under a load of streams: every call that left has its intent, and nothing is lost."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from bernard.accounts import keys
from bernard.accounts.budgets import Limit, usage
from bernard.accounts.keys import Key
from bernard.config import Settings
from bernard.ledger import StoredLedger
from bernard.models.suppliers.doubles import MockSupplier
from bernard.store.database import open_store

STREAMS = 24
AGREEMENT = """
schema: bernard-agreement/1
id: test
version: 1
title: Streams to the body's own server
summary: For tests.
status: signed
parties: {public_body: {name: Test}}
term: {start: 2020-01-01}
clauses:
  - id: all
    purposes: [any]
    services: [any]
    operations: [chat]
    suppliers: [own]
    models: [any]
    places: [own-network]
    marking: {tier: OFFICIAL, sensitive: true}
    data: {categories: [any], subjects: [any], identifiability: identifiable}
    safeguards: [mask-identifiers]
"""
REGISTER = """
version: "1"
suppliers:
  own: {{kind: openai-compatible, url: "{url}"}}
deployments:
  double:
    at: own
    model: double
    places: [own-network]
    training: never
    human_review: never
    retention_s: 0
    source: a test
"""


@pytest.fixture
def home(tmp_path):
    (tmp_path / "agreement.yaml").write_text(AGREEMENT)
    return tmp_path


def start(home, workers):
    """The gateway's command, its port, and how long it took to be there."""
    names = {"HOME": "", "AGREEMENT": "agreement.yaml", "DEPLOYMENTS": "deployments.yaml"}
    settings = {f"BERNARD_{name}": str(home / path) for name, path in names.items()}
    command = [sys.executable, "-m", "bernard", "gateway", "--port", "0", "--workers", str(workers)]
    began = time.monotonic()
    process = subprocess.Popen(
        command, env={**os.environ, **settings}, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    said = process.stderr.readline()
    port = int(re.search(r"127\.0\.0\.1:(\d+)", said).group(1))
    return process, port, time.monotonic() - began


def kill(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stderr.close()


async def ask_for_ever(port, secret, stop, answered):
    """Stream after stream, until told to stop or the gateway is gone."""
    number = 0
    while not stop.is_set():
        number += 1
        body = {
            "model": "double",
            "stream": True,
            "max_tokens": 20,
            "messages": [{"role": "user", "content": f"Number {number}: name@example.org"}],
        }
        content = json.dumps(body).encode()
        head = (
            "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n"
            f"authorization: Bearer {secret}\r\ncontent-length: {len(content)}\r\n\r\n"
        )
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(head.encode() + content)
            reply = await reader.read()
            writer.close()
        except OSError:
            return
        if reply.endswith(b"data: [DONE]\n\n\r\n0\r\n\r\n"):
            answered.append(reply)


async def load(home, secret, kill_after):
    """Streams through a gateway that is killed; gives the double and how many streams ended well."""
    async with MockSupplier(pace_s=0.01) as mock:
        (home / "deployments.yaml").write_text(REGISTER.format(url=mock.url))
        process, port, _ = await asyncio.to_thread(start, home, 2)
        stop, answered = asyncio.Event(), []
        askers = [
            asyncio.create_task(ask_for_ever(port, secret, stop, answered)) for _ in range(STREAMS)
        ]
        try:
            async with asyncio.timeout(30):
                while len(answered) < kill_after:
                    await asyncio.sleep(0.01)
        finally:
            await asyncio.to_thread(kill, process)
            stop.set()
            await asyncio.gather(*askers)
        process, port, took_s = await asyncio.to_thread(start, home, 2)
        stop.clear()
        again = []
        try:
            asker = asyncio.create_task(ask_for_ever(port, secret, stop, again))
            async with asyncio.timeout(30):
                while not again:
                    await asyncio.sleep(0.01)
            stop.set()
            await asker
        finally:
            process.terminate()
            await asyncio.to_thread(process.wait, 20)
            process.stderr.close()
        return mock, answered + again, took_s


def test_killed_under_streams_no_call_is_without_its_intent_and_no_budget_is_lost(home):
    store = open_store(Settings(home=home))
    limit = Limit(per="day", calls=100_000)
    made = keys.make(store, Key("", "load", "service", ("answer-questions",), limits=(limit,)))
    mock, answered, took_s = asyncio.run(load(home, made.secret, 60))
    entries = [logged.entry for logged in StoredLedger(store).all()]
    assert not StoredLedger(store).verify().fault
    intents = [e for e in entries if e["event"] == "intent"]
    outcomes = [e for e in entries if e["event"] == "outcome"]

    assert len(answered) > 60
    assert len(answered) <= len(mock.requests) <= len(intents)
    # What was killed between its intent and its sending is in the log and was not sent.
    assert len(intents) - len(mock.requests) <= STREAMS
    assert len(outcomes) < len(intents)
    assert b"name@example.org" not in mock.received
    assert all(e["key"] == made.key.id and e["taken_out"] == {"EMAIL": 1} for e in intents)

    used = {row.window: row for row in usage(store, made.key.account)}
    assert used["total"].calls == len(intents)
    ended = {e["of"] for e in outcomes}
    never = [e for n, e in enumerate(entries) if e["event"] == "intent" and n not in ended]
    spent = sum(e["prompt_tokens"] + e["completion_tokens"] for e in outcomes)
    assert used["total"].tokens == spent + sum(e["estimated_tokens"] for e in never)
    assert took_s < 10
    store.close()
