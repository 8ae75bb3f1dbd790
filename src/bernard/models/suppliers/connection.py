"""One HTTP/1.1 connection, and what comes in on it.

Written for the hot path: one future a request, no task, and bytes that are looked at once. A
response is given out when its headers are in; of a short one the body is then there too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httptools

from bernard.models.suppliers.limits import Limits
from bernard.models.suppliers.response import Response
from bernard.models.suppliers.types import SupplierFailed, SupplierTimeout

# Buffered beyond this, the supplier is made to wait for whoever reads.
_HIGH_WATER = 256 * 1024
_MAX_HEAD = 64 * 1024


class Dropped(SupplierFailed):
    """The connection ended before a byte of an answer came."""


class Connection(asyncio.Protocol):
    """One connection and, while it is busy, its response.

    Attributes:
        deadline: time on the loop's clock by which something must come.
        ends: time by which the response must be whole.
        fresh: nothing was asked on it yet.
    """

    __slots__ = (
        "_interim",
        "_keep",
        "_limits",
        "_on_free",
        "_on_gone",
        "_parser",
        "_received",
        "deadline",
        "ends",
        "fresh",
        "host",
        "idle_since",
        "loop",
        "paused",
        "response",
        "transport",
    )

    def __init__(
        self,
        host: str,
        limits: Limits,
        loop: asyncio.AbstractEventLoop,
        on_free: Callable[[Connection], None],
        on_gone: Callable[[Connection], None],
    ) -> None:
        self.host = host
        self.loop = loop
        self._limits = limits
        self._on_free = on_free
        self._on_gone = on_gone
        self._parser = httptools.HttpResponseParser(self)
        self._interim = self._keep = self.paused = False
        self._received = 0
        self.response: Response | None = None
        self.transport: Any = None
        self.fresh = True
        self.deadline = self.ends = self.idle_since = 0.0

    def begin(self, request: bytes) -> Response:
        """Send a request; its response is ready to be looked at when its `waiter` is."""
        limits, now = self._limits, self.loop.time()
        self._received = 0
        self._keep = False
        self.deadline = now + limits.first_byte_s
        self.ends = now + limits.total_s
        response = self.response = Response(self, self.loop.create_future())
        self.transport.write(request)
        return response

    def abort(self) -> None:
        """End the connection now; what was not sent yet is not sent."""
        self.transport.abort()

    def resume(self) -> None:
        """Read on, after whoever reads has caught up."""
        self.paused = False
        self.deadline = self.loop.time() + self._limits.idle_s
        if not self.transport.is_closing():
            self.transport.resume_reading()

    def check(self, now: float) -> None:
        """End the response if it is late. Waiting for whoever reads is not the supplier's fault."""
        if now > self.ends:
            self._late(f"was not done within {self._limits.total_s:g} seconds")
        elif now > self.deadline and not self.paused:
            begun = self.response is not None and self.response.begun
            limit = self._limits.idle_s if begun else self._limits.first_byte_s
            self._late(f"gave {'nothing more' if begun else 'no answer'} within {limit:g} seconds")

    def _late(self, what: str) -> None:
        self._fail(SupplierTimeout(f"{self.host} {what}. Try again later.", retry=True))

    # What the transport calls.

    def connection_made(self, transport: Any) -> None:
        """Take the transport."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Take bytes of the response."""
        response = self.response
        if response is None:
            # Nobody asked. To take it for the next answer would mix two people's calls.
            self.abort()
            return
        self._received += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._fail(self._garbage("it wants another protocol"))
            return
        except httptools.HttpParserError as error:
            self._keep = False
            if not response.complete:
                cause = error.__context__
                self._fail(
                    cause if isinstance(cause, SupplierFailed) else self._garbage(str(error))
                )
                return
        if response.complete:
            self._finish()
            return
        if response.buffered > _HIGH_WATER and not self.paused:
            self.paused = True
            self.transport.pause_reading()
        if response.begun:
            self.deadline = self.loop.time() + self._limits.idle_s
        limit = self._limits.max_body_mb * 1_000_000 if response.status else _MAX_HEAD
        if self._received > limit:
            self._fail(SupplierFailed(f"{self.host} sent more than {limit:,.0f} bytes."))

    def connection_lost(self, exc: Exception | None) -> None:
        """See what the end of the connection means for the response."""
        response = self.response
        if response is not None:
            if exc is None and response.status and not _has_length(response):
                response.complete = True
            elif response.error is None:
                response.error = self._broken()
            response.wake()
            self.response = None
        self._on_gone(self)

    # What the parser calls.

    def on_message_begin(self) -> None:
        """Refuse a second answer to one request."""
        if self.response is None or self.response.complete:
            raise self._garbage("it answered twice")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header."""
        assert self.response is not None
        self.response.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Give the response out."""
        response = self.response
        assert response is not None
        status = self._parser.get_status_code()
        if status < 200:
            self._interim = True
            return
        for name, value in response.headers:
            # We ask for plain text: what unpacks to a thousandfold is a way to fill memory.
            if len(name) == 16 and name.lower() == b"content-encoding" and value != b"identity":
                raise self._garbage(f"it is packed as {value!r:.40}, which was not asked for")
        response.status = status
        response.wake()

    def on_body(self, body: bytes) -> None:
        """Keep a piece of the body."""
        response = self.response
        assert response is not None
        response.begun = True
        response.chunks.append(body)
        response.buffered += len(body)
        response.wake()

    def on_message_complete(self) -> None:
        """Note the end of the body."""
        response = self.response
        assert response is not None
        if self._interim:
            self._interim = False
            response.headers.clear()
            return
        response.complete = True
        self._keep = self._parser.should_keep_alive()
        response.wake()

    def _finish(self) -> None:
        self.response = None
        self.fresh = False
        if self.paused:
            self.resume()
        transport = self.transport
        # An answer that came before the whole request was sent leaves the rest of it on the way.
        if self._keep and not transport.is_closing() and not transport.get_write_buffer_size():
            self._on_free(self)
        else:
            self.abort()

    def _fail(self, error: SupplierFailed) -> None:
        response = self.response
        if response is not None and response.error is None and not response.complete:
            response.error = error
            response.wake()
        self.abort()

    def _broken(self) -> SupplierFailed:
        if self._received == 0:
            return Dropped(f"{self.host} closed the connection without an answer.", retry=True)
        return SupplierFailed(f"{self.host} broke off before its answer was finished.", retry=True)

    def _garbage(self, why: str) -> SupplierFailed:
        return SupplierFailed(f"{self.host} gave an answer that cannot be read: {why}.", retry=True)


def _has_length(response: Response) -> bool:
    """Whether the response says itself where its body ends."""
    return any(
        name.lower() in (b"content-length", b"transfer-encoding") for name, _ in response.headers
    )
