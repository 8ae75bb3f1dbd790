"""The door in front of an exchange that answers from a script, on a real server in a thread."""

import asyncio
import contextlib
import socket
import threading
import time
from typing import NamedTuple

import msgspec
import pytest

from bernard.accounts.keys import Key
from bernard.api.gateway.app import Gateway
from bernard.api.gateway.door import Door
from bernard.api.gateway.meter import Meter
from bernard.api.gateway.serving import Server
from bernard.config import Settings
from bernard.errors import KeyInvalid, NotFound
from bernard.gateway.types import Answered, Receipt

SECRET = "bernard_test"


class Exchange:
    """Answers every call with what the test put there, and keeps what was asked."""

    def __init__(self):
        self.asked, self.closed = [], []
        self.error, self.body, self.frames, self.wait_s = None, b"{}", (), 0.0
        self.at_end = None

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
            return Answered(receipt, frames=self._stream())
        return Answered(receipt, self.body)

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
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._some()
        head, _, body = data.partition(b"\r\n\r\n")
        status, *lines = head.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        while len(body) < int(headers["content-length"]):
            body += self._some()
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
