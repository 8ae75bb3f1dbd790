"""The road of one call: who calls, what they sent, the exchange, the answer.

Everything here runs for every call, so it is written to be small rather than general.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable
from itertools import count
from time import perf_counter
from typing import Any

from bernard.api.gateway import faults, reading
from bernard.api.gateway.callers import Callers, Known
from bernard.api.gateway.connection import CONNECTION
from bernard.api.gateway.meter import Meter
from bernard.api.gateway.streams import Stream
from bernard.api.gateway.surfaces import CALLS
from bernard.api.gateway.types import Exchange, Header, Keys, Receive, Scope, Send, Surface
from bernard.errors import Busy, Error, FieldInvalid, ShuttingDown
from bernard.gateway.types import Answered, Asked

JSON = (b"content-type", b"application/json")
# X-Accel-Buffering: nginx would hold the pieces back until the end.
STREAM = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)

_log = logging.getLogger("bernard.gateway")


class Heard:
    """What the headers of a request say to the gateway."""

    __slots__ = ("declared", "length", "secret", "trace")

    def __init__(self, headers: list[Header]) -> None:
        """Read them."""
        self.secret = self.length = self.trace = b""
        self.declared: dict[bytes, bytes] | None = None
        for name, value in headers:
            if name == b"authorization":
                self.secret = value[7:] if value[:7].lower() == b"bearer " else value
            elif name == b"content-length":
                self.length = value
            elif name == b"x-api-key":
                self.secret = self.secret or value
            elif name[:10] == b"x-bernard-":
                self._declare(name, value)
            elif name == b"traceparent":
                self.trace = value
            elif name == b"content-encoding" and value != b"identity":
                raise FieldInvalid("The body is compressed. Send it as it is.", "#")

    def _declare(self, name: bytes, value: bytes) -> None:
        """Headers of one name are one list, as HTTP has it."""
        declared = self.declared = self.declared or {}
        declared[name] = declared[name] + b"," + value if name in declared else value


class Door:
    """Takes calls as an ASGI application takes requests.

    Attributes:
        running: tasks of the calls that run now.
        stopping: no more calls are taken.
    """

    def __init__(
        self, exchange: Exchange, keys: Keys, meter: Meter, *, most_calls: int, most_bytes: int
    ) -> None:
        """Take what calls go through."""
        self.meter = meter
        self.running: set[asyncio.Task[Any]] = set()
        self.streams: set[Stream] = set()
        self.stopping = False
        self._call = exchange.call
        self._callers = Callers(keys)
        self._most_calls = most_calls
        self._most_bytes = most_bytes
        self._ids = count(1)
        self._id_prefix = f"req_{os.urandom(6).hex()}"

    def new_id(self) -> str:
        """An id for one request, unlike any other."""
        return f"{self._id_prefix}{next(self._ids):08x}"

    def known(self, heard: Heard) -> Known:
        """Who calls. Raises as `Callers.find` does."""
        return self._callers.find(heard.secret, heard.declared)

    def read(self, receive: Receive, heard: Heard) -> Awaitable[bytes]:
        """The body. Raises as `reading.read` does."""
        return reading.read(receive, heard.length, self._most_bytes)

    def fault(self, error: BaseException, path: str, id: str) -> faults.Fault:
        """What to tell the caller of an error, which is counted, and logged if it is a fault."""
        if not isinstance(error, Error):
            _log.error("Request %s failed.", id, exc_info=error)
        fault = faults.of(error)
        self.meter.failed(path, fault.code)
        return fault

    def count_now(self) -> None:
        """Note how many calls run at this moment."""
        self.meter.numbers.calls_now = len(self.running)
        self.meter.numbers.streams_now = len(self.streams)

    def stop(self) -> None:
        """End every call that still runs; each says so to its caller."""
        self.stopping = True
        for task in list(self.running):
            task.cancel()

    async def tick(self) -> None:
        """What is done every second."""
        for stream in list(self.streams):
            await stream.keep_alive()
        self.count_now()
        self.meter.share()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call to a path of `CALLS`."""
        began = perf_counter()
        surface = CALLS[scope["path"]]
        task = asyncio.current_task()
        assert task is not None
        if (connection := scope.get(CONNECTION)) is not None:
            connection.task = task
        self.running.add(task)
        exchanging = Exchanging(self, surface, self.new_id(), send, began)
        try:
            await self._exchange(exchanging, scope, receive)
        except (reading.Gone, asyncio.CancelledError):
            exchanging.status = 499
            if self.stopping:
                await exchanging.fail(ShuttingDown())
        except Exception as error:
            await exchanging.fail(error)
        finally:
            self.running.discard(task)
            if connection is not None:
                connection.task = None
            self.meter.finished(surface.path, exchanging.status, perf_counter() - began)

    async def _exchange(self, exchanging: Exchanging, scope: Scope, receive: Receive) -> None:
        surface = exchanging.surface
        heard = Heard(scope["headers"])
        known = self.known(heard)
        if len(self.running) > self._most_calls:
            raise Busy()
        body = reading.decode(await self.read(receive, heard))
        stream = surface.streams and reading.stream_of(body)
        model = reading.model_of(body)
        known.check_model(model)
        asked = Asked(known.caller, surface.operation, surface.dialect, model, body, stream)
        answered = await self._call(asked)
        await exchanging.answer(answered)


class Exchanging:
    """One call and how far its answer has come."""

    __slots__ = ("began", "door", "entry", "id", "send", "sent", "status", "surface")

    def __init__(self, door: Door, surface: Surface, id: str, send: Send, began: float) -> None:
        """Begin."""
        self.door = door
        self.surface = surface
        self.id = id
        self.send = send
        self.began = began
        self.status = 0
        self.sent = -1
        self.entry: int | None = None

    async def answer(self, answered: Answered) -> None:
        """Send what came back."""
        self.entry = answered.receipt.entry
        if answered.frames is not None:
            await self._stream(answered)
        elif answered.body is not None:
            await self._finish(200, answered.body)

    async def fail(self, error: BaseException) -> None:
        """Say what went wrong, as an answer or, within a stream, as its last event."""
        fault = self.door.fault(error, self.surface.path, self.id)
        self.entry = getattr(error, "entry", None) if self.entry is None else self.entry
        protocol = self.surface.protocol
        if self.sent < 0:
            content = faults.body(fault, protocol, self.id)
            await self._finish(fault.status, content, faults.headers(fault))
            return
        last = faults.event(fault, protocol, self.id, self.sent)
        await self.send({"type": "http.response.body", "body": last})

    async def _finish(self, status: int, body: bytes, more: list[Header] | None = None) -> None:
        self.status = status
        headers = [JSON, (b"content-length", b"%d" % len(body)), *self._names()]
        if more:
            headers += more
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})

    async def _stream(self, answered: Answered) -> None:
        assert answered.frames is not None
        self.status = 200
        send, door = self.send, self.door
        stream = Stream(send, self.surface.protocol)
        try:
            headers = [*STREAM, *self._names()]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            self.sent = 0
            door.streams.add(stream)
            async for frame in answered.frames:
                if not self.sent:
                    door.meter.began(self.surface.path, perf_counter() - self.began)
                self.sent += 1
                await stream.send(frame)
        finally:
            door.streams.discard(stream)
            await _close(answered.frames)
        await send({"type": "http.response.body", "body": b""})

    def _names(self) -> list[Header]:
        """What the call can be found by, for the caller and in the log."""
        id = self.id.encode()
        names = [(b"x-request-id", id)]
        if self.surface.protocol == "anthropic":
            names.append((b"request-id", id))
        if self.entry is not None:
            names.append((b"x-bernard-receipt", b"%d" % self.entry))
        return names


async def _close(frames: AsyncIterator[bytes]) -> None:
    """Stop the model behind a stream that nobody reads to its end."""
    if (close := getattr(frames, "aclose", None)) is not None:
        await close()
