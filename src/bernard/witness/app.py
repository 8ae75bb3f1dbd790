"""The witness's server: few paths, small bodies, no database.

Source: C2SP tlog-witness, https://c2sp.org/tlog-witness.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bernard.errors import Error, StoreUnavailable
from bernard.ledger.tlog import Answer, Memory, VerifierKey, Witness
from bernard.ledger.tlog.witness import PATH, parse_submission
from bernard.text.clean import clean
from bernard.witness.evidence import Evidence

# A checkpoint with a hundred cosignatures and its proof is well under this.
MOST_BODY_BYTES = 256 * 1024
BODY_WITHIN_S = 10.0
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True)
class Watch:
    """What the server answers from.

    Attributes:
        keys: the witness's public keys.
        logs: the keys of the logs that it watches.
        memory: what the witness remembers, to be kept beside what contradicts it.
    """

    witness: Witness
    keys: tuple[VerifierKey, ...]
    logs: tuple[VerifierKey, ...]
    memory: Memory
    evidence: Evidence

    def add_checkpoint(self, body: bytes) -> Answer:
        """The witness's answer; what shows a fork is kept before it is given."""
        answer = self.witness.add_checkpoint(body)
        if answer.forked:
            submission = parse_submission(body)
            origin = submission.checkpoint.text.split("\n", 1)[0]
            self.evidence.keep(submission, self.memory.last_seen(origin))
        return answer

    def checks(self) -> dict[str, object]:
        """Whether the memory can be read, of how many logs, and how many forks were seen."""
        for origin in {key.name for key in self.logs}:
            self.memory.last_seen(origin)
        return {"status": "ok", "logs": len(self.logs), "forks": self.evidence.count()}


def app(watch: Watch) -> Starlette:
    """The witness as an ASGI application."""

    async def add_checkpoint(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            said = f"Send at most {MOST_BODY_BYTES} bytes.\n"
            return _plain(said, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        answer = await run_in_threadpool(watch.add_checkpoint, body)
        return _plain(answer.body, answer.status, answer.media_type)

    async def keys(request: Request) -> Response:
        return _plain(_lines(watch.keys))

    async def logs(request: Request) -> Response:
        return _plain(_lines(watch.logs))

    async def health(request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(watch.checks), headers=_HEADERS)

    return Starlette(
        routes=[
            Route(PATH, add_checkpoint, methods=["POST"]),
            Route("/key", keys),
            Route("/logs", logs),
            Route("/healthz", health),
        ],
        exception_handlers={Error: _told, TimeoutError: _late, ClientDisconnect: _gone},
    )


async def _body(request: Request) -> bytes | None:
    """The whole body, None where it is too long; it must come soon."""
    whole = bytearray()
    async with asyncio.timeout(BODY_WITHIN_S):
        async for piece in request.stream():
            whole += piece
            if len(whole) > MOST_BODY_BYTES:
                return None
    return bytes(whole)


async def _told(request: Request, error: Exception) -> Response:
    assert isinstance(error, Error)
    status = error.status
    if isinstance(error, StoreUnavailable):
        # Where its memory lies is nobody else's concern.
        return _plain("The witness cannot use its memory, so it signs nothing.\n", status)
    return _plain(f"{clean(str(error))}\n", status)


async def _late(request: Request, error: Exception) -> Response:
    return _plain("The request did not come in time.\n", HTTPStatus.REQUEST_TIMEOUT)


async def _gone(request: Request, error: Exception) -> Response:
    return _plain("The request broke off.\n", HTTPStatus.BAD_REQUEST)


def _lines(keys: Iterable[VerifierKey]) -> str:
    return "".join(f"{key}\n" for key in keys)


def _plain(
    text: str, status: int = HTTPStatus.OK, media_type: str = "text/plain; charset=utf-8"
) -> Response:
    headers = {**_HEADERS, "Content-Type": media_type}
    return PlainTextResponse(text, status, headers)
