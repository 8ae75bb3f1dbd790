"""Watch an answer being written, as server-sent events.

The store is read, not the worker, so it does not matter which process answers. Every event holds
all there is, so a browser that connects again has missed nothing.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import anyio
import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bernard.errors import Error, SignInNeeded
from bernard.store import conversations
from bernard.store.conversations import Turn
from bernard.web import turns
from bernard.web.pages import owned
from bernard.web.render import render
from bernard.web.visit import Visit, arrive

LOOK_S = 0.15
# The browser connects again by itself. Short streams let a server that is stopping stop.
LONGEST_S = 25.0
QUIET_S = 10.0


async def answer_events(request: Request) -> Response:
    """The events of one answer: `draft` with the text so far, then `done` with the HTML."""
    visit = await run_in_threadpool(arrive, request)
    if visit.session is None:
        raise SignInNeeded()
    turn = await run_in_threadpool(owned.turn, visit)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(visit, turn), media_type="text/event-stream", headers=headers)


async def _events(visit: Visit, turn: Turn) -> AsyncIterator[str]:
    yield "retry: 1000\n\n"
    started = said_at = time.monotonic()
    said = None
    while time.monotonic() - started < LONGEST_S:
        if turn.state in ("done", "failed"):
            shown = turns.show(turn)
            html = await run_in_threadpool(render, "parts/answer.html", turn=shown)
            yield _event("done", {"html": html})
            return
        if turn.draft != said:
            said, said_at = turn.draft, time.monotonic()
            yield _event("draft", {"text": said})
        elif time.monotonic() - said_at > QUIET_S:
            said_at = time.monotonic()
            yield ": still here\n\n"
        await anyio.sleep(LOOK_S)
        try:
            turn = await run_in_threadpool(_read, visit, turn.id)
        except Error:
            # Deleted meanwhile, or the store is out of reach: the page falls back to its link.
            return


def _read(visit: Visit, id: str) -> Turn:
    with visit.bernard.store.read() as c:
        return conversations.turn(c, id)


def _event(name: str, data: dict[str, str]) -> str:
    return f"event: {name}\ndata: {msgspec.json.encode(data).decode()}\n\n"
