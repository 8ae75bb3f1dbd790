"""Server-sent events read from a response, as they come.

Source: HTML Standard, section 9.2.6, "Interpreting an event stream",
https://html.spec.whatwg.org/multipage/server-sent-events.html. A lone carriage return as a line's
end is not taken as one: no supplier sends it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

import msgspec

from bernard.models.suppliers.connection import Response
from bernard.models.suppliers.failures import failure, read_error
from bernard.models.suppliers.kinds import CHAT, GEMINI
from bernard.models.suppliers.types import SupplierFailed
from bernard.wire.types import Body, Event

_MAX_EVENT = 16_000_000
# After its last event a stream is given this long to end in order, so that its connection is kept.
_FAREWELL_S = 1.0
_LAST = frozenset({"message_stop", "response.completed", "response.failed", "response.incomplete"})
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class EventStream:
    """The events of one streamed reply. Closing it before its end breaks off at the supplier."""

    def __init__(self, response: Response, host: str, dialect: str, secret: str) -> None:
        self._response = response
        self._host = host
        self._dialect = dialect
        self._secret = secret
        self._ready: deque[Event] = deque()
        self._pieces: list[bytes] = []
        self._size = 0
        self._name = ""
        self._data: bytes | None = None
        self._seen: deque[Body] = deque(maxlen=2)
        self._ended = False

    def __aiter__(self) -> EventStream:
        return self

    async def __anext__(self) -> Event:
        """The next event.

        Raises:
            SupplierFailed: the stream broke off, held an error, or is not what it should be.
            SupplierTimeout: nothing came in time.
        """
        while not self._ready:
            if self._ended:
                await self._leave()
                raise StopAsyncIteration
            try:
                self._take(await self._response.__anext__())
            except StopAsyncIteration:
                self._check_whole()
                self._ended = True
            except SupplierFailed:
                self._response.close()
                raise
        event = self._ready.popleft()
        if event.data is not None and ("error" in event.data or event.name == "error"):
            self._refuse_error(event.data)
        return event

    async def begin(self) -> None:
        """Wait for the first event, so that what fails before it can still be tried elsewhere."""
        event = await self.__anext__()
        self._ready.appendleft(event)

    async def aclose(self) -> None:
        """Stop reading."""
        self._response.close()

    def _take(self, chunk: bytes) -> None:
        if b"\n" not in chunk:
            self._pieces.append(chunk)
            self._size += len(chunk)
            self._refuse_huge()
            return
        if self._pieces:
            self._pieces.append(chunk)
            chunk = b"".join(self._pieces)
            self._pieces.clear()
        lines = chunk.split(b"\n")
        rest = lines.pop()
        self._size = len(rest) + len(self._data or b"")
        if rest:
            self._pieces.append(rest)
        self._refuse_huge()
        for line in lines:
            self._line(line[:-1] if line.endswith(b"\r") else line)

    def _line(self, line: bytes) -> None:
        if line.startswith(b"data:"):
            value = line[5:]
            self._data = value if self._data is None else self._data + b"\n" + value
        elif not line:
            self._dispatch()
        elif line.startswith(b"event:"):
            self._name = line[6:].strip().decode("ascii", "replace")
        elif not line.startswith((b":", b"id:", b"retry:")):
            raise self._garbage()

    def _dispatch(self) -> None:
        data, self._data = self._data, None
        name, self._name = self._name, ""
        if data is None or self._ended:
            return
        if data.strip() == b"[DONE]":
            self._ended = True
            self._ready.append(Event(name, None))
            return
        try:
            body = _decode(data)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise self._garbage() from error
        self._seen.append(body)
        self._ready.append(Event(name, body))
        if (name or body.get("type")) in _LAST:
            self._ended = True

    def _refuse_error(self, data: Body) -> None:
        """An error may come in the middle of a stream, under a status that said all was well."""
        said = data.get("error")
        if said is None and data.get("type") != "error":
            return
        if "choices" in data and not said:
            return
        self._response.close()
        kind, message, delay = read_error(data, self._secret)
        overloaded = kind in ("overloaded_error", "rate_limit_error", "UNAVAILABLE")
        error = failure(self._host, 529 if overloaded else 500, kind, message, delay)
        error.upstream_status = self._response.status
        raise error

    def _check_whole(self) -> None:
        """A stream without its mark of the end is whole only if a reply was finished in it."""
        if self._data is not None or self._pieces:
            # The last event lacks its blank line, as some servers leave it.
            rest = b"".join(self._pieces)
            self._pieces.clear()
            self._line(rest.rstrip(b"\r\n"))
            self._dispatch()
        if self._ended or any(_finishes(body, self._dialect) for body in self._seen):
            return
        raise SupplierFailed(f"{self._host} broke off before its answer was finished.", retry=True)

    async def _leave(self) -> None:
        try:
            async with asyncio.timeout(_FAREWELL_S):
                while not self._response.complete:
                    await self._response.__anext__()
        except (StopAsyncIteration, SupplierFailed, TimeoutError):
            self._response.close()

    def _refuse_huge(self) -> None:
        if self._size > _MAX_EVENT:
            raise SupplierFailed(f"{self._host} sent an event of more than {_MAX_EVENT:,} bytes.")

    def _garbage(self) -> SupplierFailed:
        return SupplierFailed(
            f"{self._host} sent a stream that is not of its protocol.", retry=True
        )


def _finishes(body: Body, dialect: str) -> bool:
    field, reason = {
        CHAT: ("choices", "finish_reason"),
        GEMINI: ("candidates", "finishReason"),
    }.get(dialect, ("", ""))
    found = body.get(field) if field else None
    return isinstance(found, list) and any(
        isinstance(choice, dict) and choice.get(reason) for choice in found
    )
