"""One call on its way: what is known of it so far, and how its answer is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from time import perf_counter
from typing import TYPE_CHECKING

from bernard.accounts.keys import Key
from bernard.api.gateway import faults
from bernard.api.gateway.streams import Stream
from bernard.api.gateway.types import Header, Send, Surface
from bernard.gateway.types import Answered

if TYPE_CHECKING:
    from bernard.api.gateway.connection import Connection
    from bernard.api.gateway.door import Door
    from bernard.api.gateway.tracing import Span

JSON = (b"content-type", b"application/json")
# X-Accel-Buffering: nginx would hold the pieces back until the end.
STREAM = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)


class Exchanging:
    """One call and how far its answer has come.

    Attributes:
        status: of the answer, 0 before it begins.
        error: the kind of error that it ended with, empty for none.
        sent: events of the stream that went, -1 where there is no stream.
        first_s: until the first of them.
        entry: number of the call's entry in the log, or of its refusal's.
    """

    __slots__ = (
        "answered",
        "began",
        "connection",
        "door",
        "entry",
        "error",
        "first_s",
        "id",
        "key",
        "send",
        "sent",
        "span",
        "status",
        "surface",
    )

    def __init__(self, door: Door, surface: Surface, id: str, send: Send, began: float) -> None:
        """Begin."""
        self.door = door
        self.surface = surface
        self.id = id
        self.send = send
        self.began = began
        self.connection: Connection | None = None
        self.status = 0
        self.error = ""
        self.sent = -1
        self.first_s = 0.0
        self.entry: int | None = None
        self.key: Key | None = None
        self.answered: Answered | None = None
        self.span: Span | None = None

    async def answer(self, answered: Answered) -> None:
        """Send what came back."""
        self.answered = answered
        self.entry = answered.receipt.entry
        if answered.frames is not None:
            await self._stream(answered.frames)
        else:
            assert answered.body is not None
            await self._finish(200, answered.body)

    async def fail(self, error: BaseException) -> None:
        """Say what went wrong, as an answer or, within a stream, as its last event."""
        fault = self.door.fault(error, self.surface.path, self.id)
        self.error = fault.code
        protocol = self.surface.protocol
        if self.sent >= 0:
            last = faults.event(fault, protocol, self.id, self.sent)
            await self.send({"type": "http.response.body", "body": last})
        elif not self.status:
            self.entry = getattr(error, "entry", None) if self.entry is None else self.entry
            content = faults.body(fault, protocol, self.id)
            await self._finish(fault.status, content, faults.headers(fault))

    async def _finish(self, status: int, body: bytes, more: list[Header] | None = None) -> None:
        self.status = status
        headers = [JSON, (b"content-length", b"%d" % len(body)), *self._names()]
        if more:
            headers += more
        if self.connection is not None:
            self.connection.hold()
        try:
            await self.send({"type": "http.response.start", "status": status, "headers": headers})
            await self.send({"type": "http.response.body", "body": body})
        finally:
            if self.connection is not None:
                self.connection.let_go()

    async def _stream(self, frames: AsyncIterator[bytes]) -> None:
        self.status, self.sent = 200, 0
        stream = Stream(self.send, self.surface.protocol)
        streams = self.door.streams
        headers = [*STREAM, *self._names()]
        try:
            await self.send({"type": "http.response.start", "status": 200, "headers": headers})
            streams.add(stream)
            async for frame in frames:
                if not self.sent:
                    self.first_s = perf_counter() - self.began
                self.sent += 1
                await stream.send(frame)
        finally:
            streams.discard(stream)
            await _close(frames)
        await self.send({"type": "http.response.body", "body": b""})

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
