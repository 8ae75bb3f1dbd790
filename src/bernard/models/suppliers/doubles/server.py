"""The double's server: what it hears it keeps, what it answers it can spoil."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any, Literal

import httptools
import msgspec

from bernard.models.suppliers.doubles.asked import Answer
from bernard.models.suppliers.doubles.replies import Reply, refuse, respond
from bernard.wire.types import Event

PREFIXES = {
    "openai": "/v1",
    "azure": "",
    "anthropic": "/v1",
    "gemini": "/v1beta",
    "mistral": "/v1",
    "openai-compatible": "/v1",
}


class Fault(msgspec.Struct, frozen=True):
    """One way to fail.

    Attributes:
        do: `slow` waits before the first byte, `think` between the headers and the body; `hang`
            never answers; `drop` closes without an answer; `cut` breaks off in the middle; `end`
            stops a stream early but in order; `garbage` is not of the protocol; `refuse` answers
            with `status`; `huge` sends a body of `size` bytes; `redirect` points elsewhere;
            `error` puts an error into the stream; `close` closes the connection after a good
            answer; `packed` claims gzip; `twice` answers two times; `stall` stops in the middle.
        after: events of a stream that still come before it is spoilt.
        message: of a refusal, in place of ours; headers: more of them in a refusal.
    """

    do: Literal[
        "slow", "think", "hang", "drop", "cut", "end", "garbage", "refuse", "huge", "redirect",
        "error", "close", "packed", "twice", "stall",
    ]  # fmt: skip
    status: int = 500
    after: int = 3
    wait_s: float = 1.0
    size: int = 1_000_000
    retry_after_s: float | None = None
    message: str = ""
    headers: dict[str, str] = {}


class Request(msgspec.Struct):
    """One request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body decoded; None for none."""
        return msgspec.json.decode(self.body) if self.body else None


class MockSupplier:
    """A server on this machine that speaks a supplier's protocol.

    Args:
        answer: what it says, or a function of what it was asked (`echo` gives that back).
        fault: how every answer is spoilt; `spoil` does it to the next ones only.
        key: the key that it wants, empty for none.
        piece: characters in one event of a stream; 0 means a word.
        cut: bytes in one chunk of a stream, wherever that cuts an event or a sign; 0 means an event.
        pace_s: seconds between two events.
        keep: False forgets what came, for long runs.

    Attributes:
        url: base address, as a register of deployments names it.
        requests: whole requests, in order.
        received: every byte that came, on all connections.
        connections: how many there were.
        broken_off: how many answers nobody waited for to their end.
    """

    def __init__(
        self,
        kind: str = "openai-compatible",
        *,
        answer: Answer | str = "The double has heard you.",
        fault: Fault | None = None,
        key: str = "",
        piece: int = 0,
        cut: int = 0,
        pace_s: float = 0.0,
        models: tuple[str, ...] = ("double",),
        dimensions: int = 16,
        host: str = "127.0.0.1",
        port: int = 0,
        keep: bool = True,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.kind = kind
        self.answer = answer
        self.fault = fault
        self.key = key
        self.piece = piece
        self.cut = cut
        self.pace_s = pace_s
        self.models = models
        self.dimensions = dimensions
        self.keep = keep
        self.requests: list[Request] = []
        self.received = bytearray()
        self.connections = 0
        self.broken_off = 0
        self._next: deque[Fault | None] = deque()
        self._host, self._port, self._tls = host, port, tls
        self._server: asyncio.Server | None = None
        self._open: set[_Connection] = set()

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        scheme = "https" if self._tls else "http"
        name = "localhost" if self._tls else self._host
        return f"{scheme}://{name}:{self._port}"

    @property
    def url(self) -> str:
        """Base address, up to and with the version."""
        return self.origin + PREFIXES[self.kind]

    def spoil(self, *faults: Fault | None) -> None:
        """Fail the next answers so, one after the other; None leaves one as it should be."""
        self._next.extend(faults)

    async def start(self) -> None:
        """Listen."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Connection(self), self._host, self._port, ssl=self._tls
        )
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close every connection and listen no more."""
        assert self._server is not None
        self._server.close()
        self.close_connections()
        while self._open:
            await asyncio.sleep(0)
        await self._server.wait_closed()

    def close_connections(self) -> None:
        """Close what is open, as a server that restarts does."""
        for connection in list(self._open):
            connection.transport.abort()

    async def __aenter__(self) -> MockSupplier:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def take_fault(self) -> Fault | None:
        """The fault of the answer that begins now."""
        return self._next.popleft() if self._next else self.fault


class _Connection(asyncio.Protocol):
    def __init__(self, mock: MockSupplier) -> None:
        self.mock = mock
        self.transport: Any = None
        self.parser = httptools.HttpRequestParser(self)
        self.request = Request("", "", {}, b"")
        self.task: asyncio.Task[None] | None = None
        self.writable = asyncio.Event()
        self.writable.set()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.mock.connections += 1
        self.mock._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.mock._open.discard(self)
        if self.task is not None and not self.task.done():
            self.mock.broken_off += 1
            self.task.cancel()

    def pause_writing(self) -> None:
        self.writable.clear()

    def resume_writing(self) -> None:
        self.writable.set()

    def data_received(self, data: bytes) -> None:
        if self.mock.keep:
            self.mock.received += data
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            self.transport.abort()

    def on_url(self, url: bytes) -> None:
        self.request.target += url.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        self.request.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self.request.body += body

    def on_message_complete(self) -> None:
        request, self.request = self.request, Request("", "", {}, b"")
        request.method = self.parser.get_method().decode()
        if self.mock.keep:
            self.mock.requests.append(request)
        fault = self.mock.take_fault()
        reply = respond(self.mock, request)
        if fault is None and reply.events is None:
            self.transport.write(_whole(reply))
            return
        self.task = asyncio.get_running_loop().create_task(self.answer(reply, fault))

    async def answer(self, reply: Reply, fault: Fault | None) -> None:
        do = fault.do if fault else ""
        fault = fault or Fault("slow", wait_s=0)
        if do == "hang":
            await asyncio.Event().wait()
        if do == "slow":
            await asyncio.sleep(fault.wait_s)
        elif do == "drop":
            self.transport.abort()
            return
        elif do == "refuse":
            reply = refuse(self.mock.kind, fault.status, fault.message, fault.retry_after_s)
            reply.headers = {**reply.headers, **fault.headers}
        elif do == "redirect":
            reply = Reply(307, b"", {"location": "https://elsewhere.example/"})
        elif do == "garbage":
            await self.garbage(reply)
            return
        elif do == "huge":
            await self.huge(fault.size)
            return
        if reply.events is None:
            await self.body(reply, do, fault)
        else:
            await self.stream(reply.events, do, fault)

    async def body(self, reply: Reply, do: str, fault: Fault) -> None:
        data = _whole(reply, {"content-encoding": "gzip"} if do == "packed" else None)
        if do == "think":
            head, _, rest = data.partition(b"\r\n\r\n")
            self.transport.write(head + b"\r\n\r\n")
            await asyncio.sleep(fault.wait_s)
            data = rest
        if do in ("cut", "stall"):
            self.transport.write(data[: len(data) - 10])
            if do == "stall":
                await asyncio.Event().wait()
            self.transport.close()
            return
        self.transport.write(data + data if do == "twice" else data)
        if do == "close":
            self.transport.close()

    async def stream(self, events: Iterable[Event], do: str, fault: Fault) -> None:
        self.transport.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
            b"cache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        if do == "think":
            await asyncio.sleep(fault.wait_s)
        for number, event in enumerate(events):
            if number == fault.after and do in ("cut", "end", "error", "stall"):
                if do == "stall":
                    await asyncio.Event().wait()
                if do == "cut":
                    self.transport.close()
                    return
                if do == "error":
                    said = refuse(self.mock.kind, fault.status, fault.message).body
                    self.transport.write(_chunk(_error_event(self.mock.kind, said)))
                break
            if self.mock.pace_s and number:
                await asyncio.sleep(self.mock.pace_s)
            await self.writable.wait()
            if self.transport.is_closing():
                return
            data = encode(event)
            size = self.mock.cut or len(data)
            for start in range(0, len(data), size):
                self.transport.write(_chunk(data[start : start + size]))
        self.transport.write(b"0\r\n\r\n")
        if do == "close":
            self.transport.close()

    async def garbage(self, reply: Reply) -> None:
        if reply.events is None:
            self.transport.write(_whole(Reply(200, b"<html>Welcome to the router</html>")))
            return
        await self.stream(_nonsense(), "", Fault("slow"))

    async def huge(self, size: int) -> None:
        self.transport.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
            % size
        )
        piece = b" " * 65_536
        for start in range(0, size, len(piece)):
            await self.writable.wait()
            self.transport.write(piece[: size - start])


def encode(event: Event) -> bytes:
    """The event as it stands on the wire."""
    name = f"event: {event.name}\n".encode() if event.name else b""
    data = b"[DONE]" if event.data is None else msgspec.json.encode(event.data)
    return name + b"data: " + data + b"\n\n"


def _nonsense() -> Iterator[Event]:
    yield Event("", {"hello": "world"})
    yield Event("", {"choices": "none"})


def _error_event(kind: str, said: bytes) -> bytes:
    name = b"event: error\n" if kind == "anthropic" else b""
    return name + b"data: " + said + b"\n\n"


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _whole(reply: Reply, more: dict[str, str] | None = None) -> bytes:
    headers = {**reply.headers, **(more or {})}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {reply.status} Answer\r\ncontent-type: application/json\r\n{lines}"
    return f"{head}content-length: {len(reply.body)}\r\n\r\n".encode() + reply.body
