"""What every leak test needs: canaries, the places to plant them, and a search that reads every writing."""

from __future__ import annotations

import asyncio
import http.client
import importlib.util
import io
import logging
import os
import shutil
import socket
import sys
import threading
import time
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import pytest
from msgspec.json import encode
from opentelemetry.sdk.trace.export import SpanExportResult

from bernard.accounts import keys
from bernard.accounts.keys import Key
from bernard.api.gateway.front import open_front
from bernard.api.gateway.logs import JsonLines
from bernard.api.gateway.serving import Server
from bernard.api.gateway.tracing import Tracing
from bernard.config import Settings
from bernard.errors import Error
from bernard.gateway.house import open_house
from bernard.gateway.minimise import Seen, minimise
from bernard.models.suppliers.doubles import MockSupplier
from bernard.privacy import StructuredDetector


def _load(name: str) -> ModuleType:
    """A module beside the tests; importlib's import mode puts no folder on the path."""
    full = f"leaks_{name}"
    if full not in sys.modules:
        spec = importlib.util.spec_from_file_location(full, Path(__file__).parent / f"{name}.py")
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules[full] = module
        spec.loader.exec_module(module)
    return sys.modules[full]


canaries = _load("canaries")
fields = _load("fields")
search = _load("search")
writings = _load("writings")
calls = _load("requests")
LONG = "BERNARD_LEAKS"


@pytest.fixture(scope="session")
def every_one():
    """Whether the long variant runs: every field with every canary."""
    return os.environ.get(LONG) == "all"


@pytest.fixture(scope="session")
def detector():
    return StructuredDetector()


@pytest.fixture(scope="session")
def all_canaries():
    """One of every kind that rules find."""
    return canaries.canaries()


@pytest.fixture(scope="session")
def name_canaries():
    return canaries.NAMES


@pytest.fixture(scope="session")
def surfaces():
    """Every field of every surface, read off the types of the official clients."""
    return {name: fields.fields(name) for name in fields.SURFACES}


@pytest.fixture(scope="session")
def all_writings():
    return writings.SEEN_THROUGH


@pytest.fixture(scope="session")
def leaks():
    """The traces of these canaries that stand in some bytes, however they are written there."""
    return lambda data, *some: search.found(data, [t for one in some for t in one.pieces])


@pytest.fixture(scope="session")
def requests():
    """The same conversation as each surface says it."""
    return calls


@pytest.fixture(scope="session")
def found_in():
    return search.found


@pytest.fixture(scope="session")
def found_plainly():
    """Traces in many megabytes, where they are not coded."""
    return search.found_plainly


@pytest.fixture(scope="session")
def sent(detector):
    """The bytes of a body as it would be sent, or the error that refuses it."""

    def look(body, with_detector=detector):
        try:
            return encode(minimise(body, with_detector, Seen()).body), None
        except Error as error:
            return b"", error

    return look


KINDS = ("openai", "azure", "anthropic", "gemini", "mistral", "openai-compatible")
_OPERATIONS = {"openai": "chat, embed, moderate", "anthropic": "chat"}
_AGREEMENT = """
schema: bernard-agreement/1
id: leaks
version: 1
title: Everything a test does, at a double
summary: For tests.
status: signed
parties: {public_body: {name: Test}}
term: {start: 2020-01-01}
legal:
  article_9_condition: Article 9(2)(g), for a test
  article_10_condition: DPA 2018, Schedule 1, for a test
clauses:
  - id: all
    purposes: [any]
    services: [any]
    operations: [any]
    suppliers: [SUPPLIERS]
    models: [any]
    places: [own-network]
    marking: {tier: OFFICIAL, sensitive: true, descriptors: [any]}
    data: {categories: [any], special: [any], offence: true, subjects: [any], identifiability: identifiable}
    supplier_use: {training: never, human_review: never, retention_s: 0}
    human: {involvement: none, effect: support}
    safeguards: [mask-identifiers, mark-untrusted]
    tools: {allowed: [any], outside_effects: true, links: [any]}
"""


class Doubles:
    """A double of every kind of supplier, on an event loop in a thread."""

    def __init__(self):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.of = {kind: MockSupplier(kind) for kind in KINDS}
        for mock in self.of.values():
            self._run(mock.start())

    def _run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def received(self):
        """Every byte that has come to any of them since this was asked last, but for their addresses.

        The figures of a port, which differs each time, might be those of a canary.
        """
        data = b"\n".join(
            bytes(mock.received).replace(urlsplit(mock.url).netloc.encode(), b"supplier")
            for mock in self.of.values()
            if mock.received
        )
        for mock in self.of.values():
            mock.received.clear()
            mock.requests.clear()
        return data

    def stop(self):
        for mock in self.of.values():
            self._run(mock.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def register(self):
        lines = ['version: "1"', "suppliers:"]
        lines += [f"  {k}: {{kind: {k}, url: '{m.url}'}}" for k, m in self.of.items()]
        lines.append("deployments:")
        lines += [
            f"  at-{kind}: {{at: {kind}, model: double, places: [own-network], training: never, "
            f"human_review: never, retention_s: 0, source: a test, "
            f"operations: [{_OPERATIONS.get(kind, 'chat, embed')}]}}"
            for kind in KINDS
        ]
        # Others of the same doubles: one that has failed often is left in peace for a while.
        lines += [
            f"  tried-{kind}: {{at: {kind}, model: double, places: [own-network], training: never, "
            "human_review: never, retention_s: 0, source: a test, operations: [chat]}"
            for kind in KINDS[:4]
        ]
        lines += ["aliases:", "  tried: [tried-openai, tried-anthropic, tried-azure, tried-gemini]"]
        lines += ["  omni-moderation-latest: [at-openai]"]
        return "\n".join(lines)


class Spans:
    """Keeps traces where an exporter would send them."""

    def __init__(self):
        self.said = []

    def export(self, spans):
        self.said += [span.to_json() for span in spans]
        return SpanExportResult.SUCCESS

    def shutdown(self):
        """Nothing is kept open."""

    def force_flush(self, timeout_millis=30_000):
        return True


class Served:
    """A whole gateway on a real server in front of doubles, and all that it writes anywhere."""

    def __init__(self, port, secret, doubles, home, logs, spans, front):
        self.port, self.secret, self.doubles = port, secret, doubles
        self.home, self.logs, self.spans, self.front = home, logs, spans, front

    def ask(self, path, body, headers=(), method="POST"):
        """Status and body of the answer, all of a stream."""
        content = body if isinstance(body, bytes) else encode(body)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        named = {
            "authorization": f"Bearer {self.secret}",
            "content-type": "application/json",
            "x-bernard-outside-effects": "no",
        }
        try:
            connection.request(method, path, content, {**named, **dict(headers)})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def written(self):
        """Every byte in logs, traces, metrics and files, the log's database among them."""
        self.front.door._tracing._provider.force_flush()
        files = [p.read_bytes() for p in sorted(self.home.rglob("*")) if p.is_file()]
        metrics = self.ask("/metrics", b"", method="GET")[1]
        said = [self.logs.getvalue(), *self.spans.said]
        return b"\n".join([*files, metrics, *(one.encode() for one in said)])


def _opened(home, doubles, logs, spans):
    agreement, register = home / "agreement.yaml", home / "deployments.yaml"
    agreement.write_text(_AGREEMENT.replace("SUPPLIERS", ", ".join(KINDS)))
    register.write_text(doubles.register)
    return Settings(
        home=home,
        agreement=agreement,
        deployments=register,
        chat_model="none",
        shutdown_s=1.0,
        log_level="debug",
        privacy_mode="rules",
    )


@pytest.fixture(scope="session")
def served(tmp_path_factory, sqlite_template):
    """A gateway with everything that says something turned up, in front of a double of each kind."""
    home = tmp_path_factory.mktemp("leaks")
    shutil.copy(sqlite_template, home)
    doubles, logs, spans = Doubles(), io.StringIO(), Spans()
    settings = _opened(home, doubles, logs, spans)
    root = logging.getLogger()
    before = root.handlers[:], root.level
    everything = logging.StreamHandler(logs)
    everything.setFormatter(JsonLines())
    root.addHandler(everything)
    root.setLevel(logging.DEBUG)
    with open_house(settings) as house:
        made = keys.make(house._store, Key("", "test", "tester", ("answer-questions",)))
        house.keys.refresh()
        front = open_front(settings, house)
        front.door._tracing = Tracing(spans)
        server = Server(front, front, settings)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
            thread.start()
            while not server.started:
                time.sleep(0.01)
            yield Served(listener.getsockname()[1], made.secret, doubles, home, logs, spans, front)
            server.should_exit = True
            thread.join(20)
    doubles.stop()
    root.handlers, root.level = before[0], before[1]
