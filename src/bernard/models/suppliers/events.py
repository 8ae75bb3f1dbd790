"""The events of a supplier's stream: errors among them raised, a stream that broke off noticed."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque

from bernard.errors import ModelFailed
from bernard.models.suppliers.failures import failure, read_error
from bernard.models.suppliers.kinds import CHAT, GEMINI
from bernard.models.suppliers.response import Response
from bernard.models.suppliers.types import SupplierFailed
from bernard.wire.sse import EventParser
from bernard.wire.types import Body, Event

# After its last event a stream is given this long to end in order, so that its connection is kept.
_FAREWELL_S = 1.0
_LAST = frozenset({"message_stop", "response.completed", "response.failed", "response.incomplete"})


class EventStream:
    """The events of one streamed reply. Closing it before its end breaks off at the supplier."""

    def __init__(self, response: Response, host: str, dialect: str, secret: str) -> None:
        self._response = response
        self._host = host
        self._dialect = dialect
        self._secret = secret
        self._ready: deque[Event] = deque()
        self._parser = EventParser()
        self._last: Body = {}
        self._before: Body = {}
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
                self._take(self._parser.feed(await self._response.__anext__()))
            except StopAsyncIteration:
                self._finish()
            except ModelFailed as error:
                self._response.close()
                raise self._plain(error) from error
        event = self._ready.popleft()
        name, data = event
        if data is not None and (
            "error" in data or name == "error" or data.get("object") == "error"
        ):
            self._refuse_error(data)
        return event

    async def begin(self) -> None:
        """Wait for the first event, so that what fails before it can still be tried elsewhere."""
        event = await self.__anext__()
        self._ready.appendleft(event)

    async def aclose(self) -> None:
        """Stop reading."""
        self._response.close()

    def _take(self, found: list[Event]) -> None:
        for event in found:
            if self._ended:
                return
            self._ready.append(event)
            name, data = event
            if data is None:
                self._ended = True
                return
            self._last, self._before = data, self._last
            kind = name or data.get("type")
            if isinstance(kind, str) and kind in _LAST:
                self._ended = True

    def _refuse_error(self, data: Body) -> None:
        """An error may come in the middle of a stream, under a status that said all was well."""
        said = data.get("error")
        if said is None and "error" not in (data.get("type"), data.get("object")):
            return
        if "choices" in data and not said:
            return
        self._response.close()
        kind, message, delay = read_error(data, self._secret)
        overloaded = kind in ("overloaded_error", "rate_limit_error", "UNAVAILABLE")
        error = failure(self._host, 529 if overloaded else 500, kind, message, delay)
        error.upstream_status = self._response.status
        raise error

    def _finish(self) -> None:
        """A stream without its mark of the end is whole only if a reply was finished in it."""
        with contextlib.suppress(ModelFailed):  # half an event
            self._take(self._parser.finish())
        last = (self._last, self._before)
        if not self._ended and not any(_finishes(body, self._dialect) for body in last):
            raise SupplierFailed(
                f"{self._host} broke off before its answer was finished.", retry=True
            )
        self._ended = True

    def _plain(self, error: ModelFailed) -> SupplierFailed:
        if isinstance(error, SupplierFailed):
            return error
        return SupplierFailed(
            f"{self._host} sent a stream that is not of its protocol. {error}", retry=True
        )

    async def _leave(self) -> None:
        try:
            async with asyncio.timeout(_FAREWELL_S):
                while not self._response.complete:
                    await self._response.__anext__()
        except (StopAsyncIteration, SupplierFailed, TimeoutError):
            self._response.close()


def _finishes(body: Body, dialect: str) -> bool:
    field, reason = {
        CHAT: ("choices", "finish_reason"),
        GEMINI: ("candidates", "finishReason"),
    }.get(dialect, ("", ""))
    found = body.get(field) if field else None
    return isinstance(found, list) and any(
        isinstance(choice, dict) and choice.get(reason) for choice in found
    )
