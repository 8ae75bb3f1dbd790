"""The pages and the API as one program on one port, with the workers behind them."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Lifespan

from bernard import samples, web
from bernard.accounts.demo import account
from bernard.api import site
from bernard.assembly import Bernard
from bernard.errors import PortUnavailable
from bernard.web import answers

# A model words one answer at a time; the others meanwhile search, and show what they quote.
ANSWERS_AT_ONCE = 3


def build(bernard: Bernard) -> Starlette:
    """The whole site: the API under /api/v1, the pages everywhere else."""
    parts = {"/api/v1": site.app(bernard), "": web.app(bernard)}
    return Starlette(
        routes=[Mount(path, app=part) for path, part in parts.items()],
        lifespan=_together(list(parts.values())),
    )


def listen(host: str, port: int) -> socket.socket:
    """A socket that takes connections from now on; port 0 takes any that is free.

    Raises:
        PortUnavailable: another program has the port, or it may not be taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        reason = {
            errno.EADDRINUSE: "another program listens there already, perhaps another Bernard",
            errno.EACCES: "this account may not listen there",
        }.get(error.errno or 0, error.strerror)
        raise PortUnavailable(
            f"Port {port} of {host!r} cannot be used: {reason}. Choose another with --port."
        ) from error


def run(bernard: Bernard, listener: socket.socket, *, worker: bool) -> None:
    """Serve until stopped, answering questions and, if asked, reading documents too."""
    answer = partial(answers.work, bernard)
    jobs: list[Callable[[threading.Event], None]] = [answer] * ANSWERS_AT_ONCE
    if worker:
        jobs.append(bernard.library.work)
    with _running(jobs):
        config = uvicorn.Config(
            build(bernard),
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=5,
        )
        uvicorn.Server(config).run(sockets=[listener])


def fill_demo(bernard: Bernard) -> None:
    """Put the sample documents in; those that are there already are left."""
    owner = account(bernard.store)
    where = bernard.library.collection(owner.id, samples.COLLECTION)
    bernard.library.add(where.id, samples.files())


@contextmanager
def _running(jobs: list[Callable[[threading.Event], None]]) -> Iterator[None]:
    """Run each job in a thread of its own until the end of the block."""
    stop = threading.Event()
    threads = [threading.Thread(target=job, args=(stop,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=10)


def _together(apps: list[Starlette]) -> Lifespan[Starlette]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for app in apps:
                await stack.enter_async_context(app.router.lifespan_context(app))
            yield

    return lifespan
