"""The door in front of an exchange that answers from a script, on a real server in a thread."""

import asyncio
import contextlib
import shutil
import socket
import threading
import time
import urllib.request
from functools import cached_property
from typing import NamedTuple

import anthropic
import msgspec
import openai
import pytest

from bernard.accounts import keys
from bernard.accounts.keys import Key
from bernard.api.gateway.app import Gateway
from bernard.api.gateway.door import Door
from bernard.api.gateway.front import open_front
from bernard.api.gateway.meter import Meter
from bernard.api.gateway.serving import Server
from bernard.config import Settings
from bernard.errors import KeyInvalid, NotFound
from bernard.gateway.house import open_house
from bernard.gateway.types import Answered, Receipt
from bernard.models.scripted import ScriptedChat
from bernard.models.suppliers.deployments import Deployments
from bernard.models.suppliers.doubles import MockSupplier
from bernard.models.suppliers.embedded import EmbeddedChat
from bernard.models.suppliers.types import Attested
from bernard.privacy import Policy, StructuredDetector

SECRET = "bernard_test"


class Exchange:
    """Answers every call with what the test put there, and keeps what was asked."""

    def __init__(self):
        self.asked, self.closed, self.refused = [], [], []
        self.error, self.body, self.frames, self.wait_s = None, b"{}", (), 0.0
        self.at_end = self.spent = None

    async def call(self, asked):
        self.asked.append(asked)
        if self.error:
            raise self.error
        try:
            await asyncio.sleep(self.wait_s)
        except asyncio.CancelledError:
            self.closed.append("cancelled")
            raise
        receipt = Receipt(len(self.asked), "0" * 64, asked.model, "test", "GB", "c", "a")
        if asked.stream:
            return Answered(receipt, frames=self._stream(), spent=self.spent)
        return Answered(receipt, self.body, spent=self.spent)

    async def refuse(self, asked, reason):
        self.refused.append((asked.caller.key, reason))
        return 41

    async def _stream(self):
        try:
            for frame in self.frames:
                await asyncio.sleep(self.wait_s)
                yield frame
            if self.at_end:
                raise self.at_end
        finally:
            self.closed.append("stream")


class Keys:
    """One key."""

    def __init__(self, key):
        self.key = key

    def find(self, secret):
        if secret != SECRET:
            raise KeyInvalid()
        return self.key


class House:
    """Two models, and the receipt of one call."""

    def __init__(self):
        self.found = {"log": ""}
        self.reloads = 0
        self.detector, self.policy = StructuredDetector(), Policy()

    def checks(self):
        return self.found

    def notes(self):
        return {}

    async def reload(self, *, force=False):
        self.reloads += force

    async def close(self):
        pass

    def models(self):
        return [_Model("m", "supplier-one"), _Model("other", "supplier-two")]

    async def receipt(self, id, key):
        if id != "7":
            raise NotFound(f"There is no receipt {id!r} for this key.")
        return {"entry": 7, "key": key.id}

    async def entry(self, number):
        return "{}"

    async def proof(self, number):
        if number != 7:
            raise NotFound(f"The log has no entry {number}.")
        return "c2sp.org/tlog-proof@v1\n"

    def published(self):
        return {"published_entries": 8}

    def looking(self, agreement=""):
        return self.detector, self.policy


class _Model(NamedTuple):
    name: str
    supplier: str


KEY = Key("k1", "test", "service", ("answer-questions", "evaluate"))


@contextlib.contextmanager
def serving(server):
    """A server that runs in a thread, and its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield port
        finally:
            server.should_exit = True
            thread.join(timeout=20)


@pytest.fixture
def exchange():
    return Exchange()


@pytest.fixture
def house():
    return House()


@pytest.fixture
def settings(tmp_path):
    return Settings(
        home=tmp_path, max_request_mb=0.1, max_calls=4, shutdown_s=0.5, write_timeout_s=2
    )


@pytest.fixture
def key():
    return KEY


@pytest.fixture
def keys_of():
    """Makes a place where one key is looked up."""
    return Keys


@pytest.fixture
def door(exchange, key, settings):
    return Door(exchange, Keys(key), Meter(), settings)


@pytest.fixture
def app(door, house, settings):
    return Gateway(door, house, settings.metrics_token)


@pytest.fixture
def server(app, settings):
    return Server(app, app, settings)


@pytest.fixture
def port(server):
    with serving(server) as port:
        yield port


class Raw:
    """A connection on which a test writes and reads bytes itself."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._kept = b""

    def ask(self, body, path="/v1/chat/completions", headers=()):
        self.send(body, path, headers)
        return self.read()

    def send(self, body, path="/v1/chat/completions", headers=()):
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        named = {"authorization": f"Bearer {SECRET}", "content-length": str(len(content))}
        named |= dict(headers)
        lines = [
            f"POST {path} HTTP/1.1",
            "host: localhost",
            *(f"{n}: {v}" for n, v in named.items()),
        ]
        self.socket.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + content)

    def read(self):
        """Status, headers and body of one answer that has a length."""
        data = self._kept
        while b"\r\n\r\n" not in data:
            data += self._some()
        head, _, body = data.partition(b"\r\n\r\n")
        status, *lines = head.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        length = int(headers["content-length"])
        while len(body) < length:
            body += self._some()
        body, self._kept = body[:length], body[length:]
        return int(status.split()[1]), headers, msgspec.json.decode(body)

    def _some(self):
        data = self.socket.recv(65536)
        assert data, "the connection was closed"
        return data


@pytest.fixture
def connect():
    """Opens connections, which are closed at the end."""
    opened = []

    def connect(port):
        opened.append(Raw(port))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.socket.close()


@pytest.fixture
def raw(port, connect):
    return connect(port)


@pytest.fixture
def until():
    """Waits until something holds."""

    def wait(holds, seconds=5.0):
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, "it did not happen"
            time.sleep(0.01)

    return wait


AGREEMENT = """
schema: bernard-agreement/1
id: test
version: 1
title: Everything a test does, on the body's own servers
summary: For tests.
status: signed
parties: {public_body: {name: Test}}
term: {start: 2020-01-01}
clauses:
  - id: all
    purposes: [any]
    services: [any]
    operations: [any]
    suppliers: [SUPPLIERS]
    models: [any]
    places: [this-machine, own-network]
    marking: {tier: OFFICIAL, sensitive: true, descriptors: [any]}
    data: {categories: [any], subjects: [any], identifiability: identifiable}
    supplier_use: {training: never, human_review: never, retention_s: 0}
    human: {involvement: none, effect: support}
    tools: {allowed: [any], outside_effects: true}
"""
KINDS = ("openai", "azure", "anthropic", "gemini", "mistral", "openai-compatible")
OPERATIONS = {"openai": "chat, embed, moderate", "anthropic": "chat"}


class Real:
    """A gateway on a real server, with a key, in front of a double of every kind of supplier."""

    def __init__(self, port, secret, mocks, house, app):
        self.port, self.secret, self.mocks, self.house = port, secret, mocks, house
        self.app, self.home = app, house._settings.home
        self.origin = f"http://127.0.0.1:{port}"

    @cached_property
    def openai(self):
        return self.new(openai.OpenAI)

    @cached_property
    def anthropic(self):
        return self.new(anthropic.Anthropic)

    def text(self, path):
        with urllib.request.urlopen(self.origin + path) as answer:
            return answer.read().decode()

    def get(self, path):
        return msgspec.json.decode(self.text(path))

    def new(self, kind):
        """A client of this kind, which whoever asked for it closes."""
        url = f"{self.origin}/v1" if kind.__module__.startswith("openai") else self.origin
        return kind(base_url=url, api_key=self.secret, max_retries=0)


def _in_thread():
    """An event loop that runs in a thread."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def run(work):
        return asyncio.run_coroutine_threadsafe(work, loop).result(20)

    def stop():
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()

    return run, stop


def _register(mocks):
    lines = ['version: "1"', "suppliers:"]
    for kind, mock in mocks.items():
        lines.append(f"  {kind}: {{kind: {kind}, url: '{mock.url}'}}")
    lines.append("deployments:")
    for kind in mocks:
        lines.append(
            f"  at-{kind}: {{at: {kind}, model: double, places: [own-network], training: never, "
            f"human_review: never, retention_s: 0, source: a test, "
            f"operations: [{OPERATIONS.get(kind, 'chat, embed')}]}}"
        )
    lines += ["aliases:", "  first: [at-openai, at-anthropic]"]
    lines += ["  omni-moderation-latest: [at-openai]"]
    return "\n".join(lines)


@pytest.fixture(scope="module")
def real(tmp_path_factory, sqlite_template):
    home = tmp_path_factory.mktemp("house")
    shutil.copy(sqlite_template, home)
    run, stop = _in_thread()
    mocks = {kind: MockSupplier(kind) for kind in KINDS}
    for mock in mocks.values():
        run(mock.start())
    agreement, register = home / "agreement.yaml", home / "deployments.yaml"
    suppliers = ", ".join(("embedded", *KINDS))
    agreement.write_text(AGREEMENT.replace("SUPPLIERS", suppliers))
    register.write_text(_register(mocks))
    settings = Settings(
        home=home,
        agreement=agreement,
        deployments=register,
        chat_model="none",
        shutdown_s=1.0,
    )
    with open_house(settings) as house:
        scripted = EmbeddedChat(
            Attested("scripted", "embedded", "scripted", ("this-machine",), training="never",
                     human_review="never"),
            lambda: ScriptedChat(lambda request: "Heard on this machine."),
        )  # fmt: skip
        deployments = house.routes.deployments
        house.routes.deployments = Deployments(
            [*deployments.suppliers, scripted], deployments.aliases
        )
        made = keys.make(house._store, Key("", "test", "tester", ("answer-questions",)))
        house.keys.refresh()
        front = open_front(settings, house)
        server = Server(front, front, settings)
        with serving(server) as port:
            opened = Real(port, made.secret, mocks, house, front)
            yield opened
            opened.openai.close()
            opened.anthropic.close()
    for mock in mocks.values():
        run(mock.stop())
    stop()
