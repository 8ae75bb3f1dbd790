"""The road of one call: who calls, what they sent, the exchange, the answer.

Everything here runs for every call, so it is written to be small rather than general.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable
from itertools import count
from time import perf_counter
from typing import Any

from bernard.api.gateway import faults, reading
from bernard.api.gateway.callers import Callers, Known
from bernard.api.gateway.connection import CONNECTION
from bernard.api.gateway.exchanging import Exchanging
from bernard.api.gateway.heard import Heard
from bernard.api.gateway.meter import Meter
from bernard.api.gateway.streams import Stream
from bernard.api.gateway.surfaces import CALLS
from bernard.api.gateway.telling import Telling
from bernard.api.gateway.tracing import Tracing
from bernard.api.gateway.types import Exchange, Keys, Receive, Scope, Send, Surface
from bernard.config import Settings
from bernard.errors import Busy, Error, Forbidden, ShuttingDown
from bernard.gateway.types import Asked
from bernard.ledger.reasons import UNBOUND

# Of those that close a connection before they are answered, as nginx logs them.
CLIENT_GONE = 499

_log = logging.getLogger("bernard.gateway")


class Door:
    """Takes calls as an ASGI application takes requests.

    Attributes:
        running: tasks of the calls that run now.
        stopping: what runs is being ended.
    """

    def __init__(
        self,
        exchange: Exchange,
        keys: Keys,
        meter: Meter,
        settings: Settings,
        tracing: Tracing | None = None,
    ) -> None:
        """Take what calls go through."""
        self.meter = meter
        self.running: set[asyncio.Task[Any]] = set()
        self.streams: set[Stream] = set()
        self.stopping = False
        self._call = exchange.call
        self._refuse = exchange.refuse
        self._callers = Callers(keys)
        self._most_calls = settings.max_calls
        self._most_bytes = int(settings.max_request_mb * 1e6)
        self._telling = Telling(meter)
        self._tracing = tracing
        self._ids = count(1)
        self._id_prefix = f"req_{os.urandom(6).hex()}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call to a path of `CALLS`."""
        surface = CALLS[scope["path"]]
        exchanging = Exchanging(self, surface, self.new_id(), send, perf_counter())
        task = asyncio.current_task()
        assert task is not None
        if (connection := scope.get(CONNECTION)) is not None:
            connection.task = task
            exchanging.connection = connection
        self.running.add(task)
        try:
            await self._exchange(exchanging, scope, receive)
        except (reading.Gone, asyncio.CancelledError):
            if self.stopping:
                await exchanging.fail(ShuttingDown())
            else:
                exchanging.status, exchanging.error = CLIENT_GONE, "client_gone"
        except Exception as error:
            await exchanging.fail(error)
        finally:
            self.running.discard(task)
            if connection is not None:
                connection.task = None
            self._telling.tell(exchanging)

    async def _exchange(self, exchanging: Exchanging, scope: Scope, receive: Receive) -> None:
        surface = exchanging.surface
        heard = Heard(scope["headers"])
        known = await self._known(heard, surface)
        exchanging.key = known.key
        if len(self.running) > self._most_calls:
            raise Busy()
        if self._tracing is not None:
            exchanging.span = self._tracing.begin(surface, heard.trace)
        body = reading.decode(await self.read(receive, heard))
        stream = surface.streams and reading.stream_of(body)
        model = reading.model_of(body, surface.default_model)
        if not known.may_use(model):
            raise await self._unbound(heard, surface, known.no_model(model))
        asked = Asked(
            known.caller, surface.operation, surface.dialect, model, body, stream, heard.case
        )
        answered = await self._call(asked)
        await exchanging.answer(answered)

    async def _known(self, heard: Heard, surface: Surface) -> Known:
        try:
            return self.known(heard)
        except Forbidden as error:
            raise await self._unbound(heard, surface, error) from None

    async def _unbound(self, heard: Heard, surface: Surface, error: Forbidden) -> Forbidden:
        """The error, once the log says that a key was used for what it is not bound to."""
        caller = self._callers.find(heard.secret, None).caller
        asked = Asked(caller, surface.operation, surface.dialect, "", {})
        error.entry = await self._refuse(asked, UNBOUND)
        return error

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

    async def tick(self) -> None:
        """What is done every second."""
        for stream in list(self.streams):
            await stream.keep_alive()
        self.count_now()
        self.meter.share()

    def stop(self) -> None:
        """End every call that still runs; each says so to its caller."""
        self.stopping = True
        for task in list(self.running):
            task.cancel()

    def close(self) -> None:
        """Send the traces that wait."""
        if self._tracing is not None:
            self._tracing.close()
