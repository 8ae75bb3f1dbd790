"""The pages, the API and the gateway as one program on one port, with the workers behind them."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Lifespan

from bernard import samples, web
from bernard.accounts.demo import account
from bernard.api import site
from bernard.api.gateway.app import Gateway
from bernard.api.gateway.front import open_front
from bernard.api.gateway.serving import App, Server
from bernard.assembly import Bernard, open_bernard
from bernard.config import Settings
from bernard.gateway.house import House
from bernard.ledger.publisher_opening import open_publisher
from bernard.tools.consult.desk import Desk as ConsultDesk
from bernard.tools.redact.desk import Desk
from bernard.web import answers

# A model words one answer at a time; the others meanwhile search, and show what they quote.
ANSWERS_AT_ONCE = 3
# Of the process for consultations: how often it is looked after, how long it may take to stop, how
# long the next waits where one died, and how far it steps back where pages want the processor.
LOOK_EVERY_S, PATIENCE_S, RESTART_S, CHILD_NICENESS = 0.5, 5.0, 5.0, 10

_log = logging.getLogger(__name__)


def build(bernard: Bernard) -> Starlette:
    """The whole site: the API under /api/v1, the pages everywhere else."""
    parts = {"/api/v1": site.app(bernard), "": web.app(bernard)}
    return Starlette(
        routes=[Mount(path, app=part) for path, part in parts.items()],
        lifespan=_together(list(parts.values())),
    )


def desk(bernard: Bernard) -> Desk:
    """The desk whose jobs are to redact documents."""
    return Desk(bernard.store, bernard.ledger, bernard.detector, bernard.settings)


def consult_desk(bernard: Bernard) -> ConsultDesk:
    """The desk whose jobs are to read consultations, work them through and map them again."""
    b = bernard
    return ConsultDesk(b.store, b.gateway, b.ledger, b.detector, b.settings)


def in_front(gateway: Gateway, site: Starlette) -> App:
    """One application: the gateway's paths go to the gateway, all others to the site."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        to = gateway if scope["type"] == "http" and gateway.takes(scope["path"]) else site
        await to(scope, receive, send)

    return app


def run(bernard: Bernard, listener: socket.socket, *, worker: bool) -> None:
    """Serve until stopped, answering questions and, if asked, reading documents too.

    Raises:
        LogBroken: the log in the database is not what was signed.
        LogKeyInvalid: the key that signs the log is missing or another log's.
    """
    bernard.ledger.check()
    answer = partial(answers.work, bernard)
    jobs: list[Callable[[threading.Event], None]] = [answer] * ANSWERS_AT_ONCE
    if worker:
        jobs += [bernard.library.work, desk(bernard).work, partial(work_apart, bernard.settings)]
    with _running(jobs), _house(bernard) as house, house.publishing():
        gateway = open_front(bernard.settings, house)
        app = in_front(gateway, build(bernard))
        Server(app, gateway, bernard.settings).run(sockets=[listener])


def work_apart(settings: Settings, stop: threading.Event) -> None:
    """Keep a process going that does the jobs of consultations, until `stop` is set.

    They take all of an interpreter for minutes, in which pages and the gateway would stand still.
    """
    spawning = multiprocessing.get_context("spawn")
    while not stop.is_set():
        # The child reads from this pipe, and ends when this process does, however that comes.
        ours, theirs = spawning.Pipe()
        child = spawning.Process(target=_consult_jobs, args=(settings, theirs), daemon=True)
        child.start()
        theirs.close()
        while child.is_alive() and not stop.is_set():
            stop.wait(LOOK_EVERY_S)
        ours.close()
        child.join(PATIENCE_S if stop.is_set() else 0)
        if child.is_alive():
            child.kill()
        elif not stop.is_set():
            _log.warning(
                "The process for consultations ended (%s); another starts.", child.exitcode
            )
            stop.wait(RESTART_S)


def _consult_jobs(settings: Settings, parent: Connection) -> None:
    """Do the jobs of consultations until the parent is gone."""
    # Ctrl+C is the parent's, which closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(CHILD_NICENESS)
    stop = threading.Event()

    def wait() -> None:
        with suppress(EOFError, OSError):
            parent.recv()
        stop.set()
        # A stage that is in the middle of something is taken up again by the next worker.
        time.sleep(PATIENCE_S)
        os._exit(1)

    threading.Thread(target=wait, name="parent", daemon=True).start()
    with open_bernard(settings) as bernard:
        consult_desk(bernard).work(stop)


def fill_demo(bernard: Bernard) -> None:
    """Put the sample documents in; those that are there already are left."""
    owner = account(bernard.store)
    where = bernard.library.collection(owner.id, samples.COLLECTION)
    bernard.library.add(where.id, samples.files())


@contextmanager
def _house(bernard: Bernard) -> Iterator[House]:
    """What stands behind the gateway, sharing all but connections with the rest of Bernard."""
    b = bernard
    publisher = open_publisher(b.settings, b.ledger)
    publisher.check()
    house = House(
        b.settings, b.store, b.agreement, b.models, b.recorder, b.detector, b.cases, publisher
    )
    try:
        yield house
    finally:
        house.keys.close()


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
