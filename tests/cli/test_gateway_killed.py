"""Kill -9 while streams run: what was sent has its entry, what was taken stays taken."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from bernard.accounts import keys
from bernard.accounts.budgets import Limit, usage
from bernard.accounts.keys import Key
from bernard.ledger import StoredLedger
from bernard.models.suppliers.doubles import MockSupplier
from bernard.store.database import open_store

AGREEMENT = """
schema: bernard-agreement/1
id: test
version: 1
title: A test
summary: For a test.
status: signed
parties: {public_body: {name: Test}}
term: {start: 2020-01-01}
clauses:
  - id: all
    purposes: [any]
    services: [any]
    operations: [chat]
    suppliers: [there]
    models: [any]
    places: [own-network]
    marking: {tier: OFFICIAL, sensitive: true}
    data: {categories: [any], subjects: [any], identifiability: identifiable}
    human: {involvement: none, effect: support}
"""
REGISTER = """
version: "1"
suppliers:
  there: {kind: openai-compatible, url: "URL"}
deployments:
  far: {at: there, model: far, places: [own-network], training: never, human_review: never,
        retention_s: 0, source: a test}
"""
CHAT = json.dumps(
    {"model": "far", "stream": True, "messages": [{"role": "user", "content": "Go on."}]}
)
CLIENTS = 24


@pytest.fixture
def mock():
    """A supplier whose streams last longer than the test."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    mock = MockSupplier(answer="word " * 5000, pace_s=0.01)
    asyncio.run_coroutine_threadsafe(mock.start(), loop).result(10)
    yield mock
    asyncio.run_coroutine_threadsafe(mock.stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def home(sqlite_settings, mock):
    home = sqlite_settings.home
    (home / "agreement.yaml").write_text(AGREEMENT)
    (home / "deployments.yaml").write_text(REGISTER.replace("URL", mock.url))
    return home


def _start(home):
    environ = {
        **os.environ, "BERNARD_HOME": str(home), "BERNARD_CHAT_MODEL": "none",
        "BERNARD_EMBEDDING_MODEL": "none", "BERNARD_SHUTDOWN_S": "1",
        "BERNARD_AGREEMENT": str(home / "agreement.yaml"),
        "BERNARD_DEPLOYMENTS": str(home / "deployments.yaml"),
    }  # fmt: skip
    command = [sys.executable, "-m", "bernard", "gateway", "--port", "0", "--workers", "2"]
    process = subprocess.Popen(
        command, env=environ, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    port = int(re.search(r":(\d+)/v1", process.stderr.readline())[1])
    return process, port


def _listen(port, secret, heard, stop):
    """Ask for streams, one after the other, and count those of which something came."""
    while not stop.is_set():
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
                client.sendall(
                    f"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
                    f"{secret}\r\ncontent-length: {len(CHAT)}\r\n\r\n{CHAT}".encode()
                )
                head = client.recv(65536)
                if head.startswith(b"HTTP/1.1 200"):
                    heard.append(re.search(rb"x-bernard-receipt: (\d+)", head)[1])
                # Some are left early, so that there are always new ones.
                for _ in range(20):
                    if not client.recv(65536):
                        break
        except (OSError, TypeError):
            time.sleep(0.05)


def test_nothing_is_lost_when_all_processes_are_killed(home, sqlite_settings, mock):
    store = open_store(sqlite_settings)
    made = keys.make(
        store, Key("", "k", "tester", ("evaluate",), limits=(Limit("total", calls=100_000),))
    )
    process, port = _start(home)
    heard, stop = [], threading.Event()
    listening = (port, made.secret, heard, stop)
    clients = [threading.Thread(target=_listen, args=listening) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    while len(heard) < 2 * CLIENTS:
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    stop.set()
    for client in clients:
        client.join(60)
    process.wait()
    process.stderr.close()

    ledger = StoredLedger(store)
    assert ledger.verify().fault == ""
    entries = [logged.entry | {"number": logged.number} for logged in ledger.all()]
    intents = {entry["number"] for entry in entries if entry["event"] == "intent"}
    assert {int(number) for number in heard} <= intents
    assert len(mock.requests) <= len(intents), "something was sent that is not in the log"
    (total,) = [used for used in usage(store, made.key.account) if used.window == "total"]
    assert total.calls == len(intents), "a budget was lost or taken twice"

    began = time.monotonic()
    process, port = _start(home)
    heard, stop = [], threading.Event()
    client = threading.Thread(target=_listen, args=(port, made.secret, heard, stop))
    client.start()
    while not heard:
        assert process.poll() is None
        assert time.monotonic() - began < 60
        time.sleep(0.02)
    stop.set()
    process.terminate()
    client.join(60)
    assert process.wait(30) == 0
    process.stderr.close()
    store.close()
