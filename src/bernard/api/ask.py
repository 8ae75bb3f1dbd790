"""Ask and search: the answer at once, or in pieces as it is written."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import Any

import msgspec
from starlette.responses import Response, StreamingResponse

from bernard.api import owned, problems
from bernard.api.calls import Call
from bernard.api.shapes import Asked, Found
from bernard.errors import Error, FieldInvalid
from bernard.tools import ask as tool
from bernard.tools.ask.types import Answer, Passage

EVENTS = "text/event-stream"
# Proxies close a connection on which nothing comes for a minute.
STILL_HERE_S = 15.0
OnText = Callable[[str], None]

_log = logging.getLogger(__name__)


class _Gone(Exception):
    """Whoever asked has gone, so the model need not go on."""


def ask(call: Call) -> Answer | Response:
    """The answer, or the stream of its pieces where the caller accepts one."""
    collections = owned.collection_ids(call, call.body.collections)
    _check_model(call)
    answering = partial(_answer, call, collections)
    if EVENTS not in call.request.headers.get("accept", ""):
        return answering(None)
    # X-Accel-Buffering: nginx would hold the pieces back until the end.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_pieces(call, answering), media_type=EVENTS, headers=headers)


def search(call: Call) -> Found:
    """The passages found, best first."""
    collections = owned.collection_ids(call, call.query.collection)
    hits = call.bernard.library.search(call.query.query, collections, call.query.limit)
    passages = [msgspec.convert(hit, Passage, from_attributes=True) for hit in hits]
    return Found(call.query.query, tuple(passages))


def _check_model(call: Call) -> None:
    named = call.body.model
    if named in ("", tool.NO_MODEL) or call.bernard.gateway.chat_model(named):
        return
    raise FieldInvalid(
        f"model: There is no chat model {named!r} here. `none` asks for quotes only.", "#/model"
    )


def _answer(call: Call, collections: Sequence[str], on_text: OnText | None) -> Answer:
    asked: Asked = call.body
    return tool.ask(
        asked.question,
        call.bernard.library,
        call.bernard.gateway,
        collections,
        history=[(turn.question, turn.answer) for turn in asked.history],
        scenario=asked.scenario,
        model=asked.model,
        on_text=on_text,
    )


async def _pieces(call: Call, answering: Callable[[OnText], Answer]) -> AsyncIterator[bytes]:
    """Server-sent events: `text` as it is written, then one `answer` or one `problem`."""
    loop, gone = asyncio.get_running_loop(), threading.Event()
    waiting: asyncio.Queue[bytes | None] = asyncio.Queue()

    def put(event: bytes | None) -> None:
        loop.call_soon_threadsafe(waiting.put_nowait, event)

    def on_text(text: str) -> None:
        if gone.is_set():
            raise _Gone
        if text:
            put(_event("text", {"text": text}))

    def work() -> None:
        try:
            put(_event("answer", answering(on_text)))
        except _Gone:
            return
        except Exception as error:
            put(_event("problem", msgspec.Raw(_problem(call, error))))
        put(None)

    working = loop.run_in_executor(None, work)
    try:
        while (event := await _next(waiting)) is not None:
            yield event
        await working
    finally:
        gone.set()


async def _next(waiting: asyncio.Queue[bytes | None]) -> bytes | None:
    try:
        return await asyncio.wait_for(waiting.get(), STILL_HERE_S)
    except TimeoutError:
        return b": still working\n\n"


def _problem(call: Call, error: Exception) -> bytes:
    if isinstance(error, Error):
        return bytes(problems.of_error(call.request, error).body)
    _log.error("An answer failed.", exc_info=error)
    return bytes(problems.of_fault(call.request, error).body)


def _event(name: str, value: Any) -> bytes:
    """One event; JSON holds no line end, which would end the event."""
    return b"event: %b\ndata: %b\n\n" % (name.encode(), msgspec.json.encode(value))
