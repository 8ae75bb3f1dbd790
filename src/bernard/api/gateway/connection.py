"""One client's connection: what it may take of time and memory, and who is told when it goes."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

CONNECTION = "bernard.connection"
MOST_HEAD_BYTES = 65_536


class HeadTooLarge(Exception):
    """The headers of a request are larger than any that we need."""


class Holding:
    """A transport that can keep what is written, to send it in one piece.

    The server writes the head of an answer and its body apart, and each is a call to the kernel,
    which costs as much as all that we do ourselves.
    """

    __slots__ = ("_kept", "_transport", "is_closing")

    def __init__(self, transport: asyncio.Transport) -> None:
        """Write there."""
        self._transport = transport
        self._kept: list[bytes] | None = None
        self.is_closing = transport.is_closing

    def write(self, data: bytes) -> None:
        """Send, or keep."""
        if self._kept is None:
            self._transport.write(data)
        else:
            self._kept.append(data)

    def hold(self) -> None:
        """Keep from now on."""
        self._kept = []

    def let_go(self) -> None:
        """Send what was kept, and keep no more."""
        kept, self._kept = self._kept, None
        if kept and not self.is_closing():
            self._transport.write(b"".join(kept))

    def close(self) -> None:
        """Close once everything is sent."""
        self.let_go()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        """Everything else is the transport's."""
        return getattr(self._transport, name)


class Connection(HttpToolsProtocol):
    """A connection that is closed when its client dawdles, and ends the call when its client goes.

    Attributes:
        task: that answers now, to be cancelled if the client goes; the door sets it.
        reading_since: when the request began that has not come whole; 0.0 while none is coming.
        unread_since: when the client stopped reading what we send; 0.0 while it reads.
    """

    task: asyncio.Task[Any] | None = None
    reading_since = 0.0
    unread_since = 0.0
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client came; it is to send a request in time."""
        super().connection_made(transport)
        self.transport = Holding(transport)  # type: ignore[assignment]
        self.reading_since = self.loop.time()

    def hold(self) -> None:
        """Keep what is written until `let_go`, so that it leaves in one piece."""
        self.transport.hold()  # type: ignore[attr-defined]

    def let_go(self) -> None:
        """Send what was kept."""
        self.transport.let_go()  # type: ignore[attr-defined]

    def connection_lost(self, exc: Exception | None) -> None:
        """The client went, so nobody needs the answer."""
        task = self.task
        super().connection_lost(exc)
        if task is not None:
            task.cancel()

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self.scope[CONNECTION] = self  # type: ignore[literal-required]
        self._head_bytes = 0
        self.reading_since = self.loop.time()

    def on_url(self, url: bytes) -> None:
        """A piece of the path."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; the server's own version has no limit."""
        self._head_bytes += len(name) + len(value)
        if self._head_bytes > MOST_HEAD_BYTES:
            raise HeadTooLarge
        super().on_header(name, value)

    def on_message_complete(self) -> None:
        """The request came whole."""
        self.reading_since = 0.0
        super().on_message_complete()

    def pause_writing(self) -> None:
        """The client leaves unread what we sent; the call waits for it, and so does the model."""
        self.unread_since = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        """The client reads again."""
        self.unread_since = 0.0
        super().resume_writing()

    def close_if_late(self, now: float, reading_s: float, unread_s: float) -> None:
        """Let go of a client that sends or reads too slowly."""
        late_to_send = self.reading_since and now - self.reading_since > reading_s
        late_to_read = self.unread_since and now - self.unread_since > unread_s
        if late_to_send or late_to_read:
            self.transport.abort()

    def _count(self, more: int) -> None:
        self._head_bytes += more
        if self._head_bytes > MOST_HEAD_BYTES:
            raise HeadTooLarge
