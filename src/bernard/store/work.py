"""Do the jobs that are queued, in any number of threads, processes and machines at once.

A worker holds a job for `settings.lease_s` seconds and renews that while it lives. When it dies,
even by kill -9, the time runs out and another worker begins the job again. So a handler is called
at least once: it works in small transactions, calls `Running.keep` first in each, and passes over
what it finds done already; then everything takes effect exactly once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from sqlalchemy import Connection

from bernard.errors import Error, StoreUnavailable
from bernard.store import jobs
from bernard.store.database import Store
from bernard.store.jobs import (
    Job,
    Progress,
    cancel,
    cancel_group,
    enqueue,
    forget_finished,
    listing,
    new_group,
    progress,
)
from bernard.store.jobs import get as status
from bernard.store.sql import new_id, now
from bernard.store.upkeep import upkeep

POLL_S = 0.25
UPKEEP_S = 6 * 3600.0
# After a failure that may pass (a server that is down) the job waits this long, then longer.
RETRY_S = 2.0

_log = logging.getLogger(__name__)


class Interrupted(BaseException):
    """The job is to be left now; not an `Exception`, so that no handler keeps it by mistake."""


class Running:
    """A job in the hands of its handler."""

    def __init__(self, store: Store, job: Job, worker: str, stop: threading.Event) -> None:
        """Take a job that the worker has claimed."""
        self.job = job
        self._store = store
        self._worker = worker
        self._stop = stop

    @property
    def payload(self) -> Mapping[str, Any]:
        """What `enqueue` was given."""
        return self.job.payload

    def keep(self, c: Connection) -> None:
        """Make sure that the job is still this worker's until the transaction ends.

        Call it first in each transaction that changes anything, so that a worker that was taken
        for dead changes nothing any more.

        Raises:
            Interrupted: it was cancelled, or another worker has it.
        """
        if not jobs.renew(c, self.job.id, self._worker, self._store.lease_s):
            raise Interrupted

    def report(self, done: int, total: int, note: str = "") -> None:
        """Say how far the job is. Call it between steps: here it stops when it is to stop.

        Raises:
            Interrupted: the job was cancelled, another worker has it, or the program is ending.
        """
        with self._store.write() as c:
            self.keep(c)
            far = {"done": done, "total": total, "note": note}
            jobs.change(c, self.job.id, self._worker, far)
        if self._stop.is_set():
            raise Interrupted


Handler = Callable[[Running], None]
End = Callable[[Connection], dict[str, Any]]


def run_worker(
    store: Store,
    handlers: Mapping[str, Handler],
    stop: threading.Event,
    *,
    poll_s: float = POLL_S,
) -> None:
    """Do jobs until `stop` is set, and the upkeep when there are none.

    While the database is away it waits for it.

    Args:
        handlers: what to call for each name of job; others are left to other workers.
    """
    worker, upkeep_due = new_id(), time.monotonic()
    while not stop.is_set():
        try:
            busy = _do_one(store, handlers, stop, worker)
            if not busy and time.monotonic() >= upkeep_due:
                upkeep_due = time.monotonic() + UPKEEP_S
                upkeep(store)
        except StoreUnavailable as error:
            _log.warning("%s", error)
            busy = False
            stop.wait(RETRY_S)
        except Exception:
            # Nobody would work any more if this thread ended; the job's lease runs out.
            _log.exception("A job could not be taken up or ended")
            busy = False
            stop.wait(RETRY_S)
        if not busy:
            stop.wait(poll_s)


def drain(
    store: Store,
    handlers: Mapping[str, Handler],
    group: str,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
    poll_s: float = POLL_S,
) -> Progress:
    """Do jobs here until the group is finished, by whichever workers; gives how it ended."""
    stop = stop or threading.Event()
    worker = new_id()
    while True:
        with store.read() as c:
            so_far = progress(c, group)
        if on_progress:
            on_progress(so_far)
        if so_far.is_finished or stop.is_set():
            return so_far
        if not _do_one(store, handlers, stop, worker):
            stop.wait(poll_s)


def _do_one(
    store: Store,
    handlers: Mapping[str, Handler],
    stop: threading.Event,
    worker: str,
) -> bool:
    """Do the next job; False where there is none."""
    names = list(handlers)
    with store.read() as c:
        if not jobs.any_due(c, names):
            return False
    with store.write() as c:
        job = jobs.claim(c, names, worker, store.lease_s)
    if job is None:
        return False
    running = Running(store, job, worker, stop)
    end = _handed_back(job)
    try:
        with _heartbeat(store, job, worker):
            end = _call(handlers[job.name], running)
    finally:  # Also when someone presses Ctrl-C: another worker may begin at once.
        with store.write() as c:
            jobs.change(c, job.id, worker, end(c))
    return True


def _call(handler: Handler, running: Running) -> End:
    """Run the handler; gives what to write into the job then."""
    try:
        handler(running)
    except Interrupted:
        return _handed_back(running.job)
    except Exception as error:
        return _failed(running.job, error)
    return lambda c: {"state": "done", "worker": "", "error": "", "note": "", "finished": now(c)}


def _handed_back(job: Job) -> End:
    return lambda c: _waiting(c, 0.0) | {"attempts": job.attempts - 1}


def _failed(job: Job, error: Exception) -> End:
    if isinstance(error, Error):
        message = str(error)
        _log.warning("Job %d: %s", job.id, message)
    else:
        message = f"Bernard has a fault: {type(error).__name__}: {error}"
        _log.error("Job %d", job.id, exc_info=error)
    if is_final(job, error):
        return lambda c: {"state": "failed", "worker": "", "error": message, "finished": now(c)}
    return lambda c: _waiting(c, RETRY_S * 2 ** (job.attempts - 1)) | {"error": message}


def is_final(job: Job, error: Exception) -> bool:
    """Whether the job is not tried again after this error, so that its handler must say so.

    What is wrong with the input stays wrong; anything else may pass.
    """
    of_the_input = isinstance(error, Error) and error.status < HTTPStatus.INTERNAL_SERVER_ERROR
    return of_the_input or job.attempts >= jobs.MAX_ATTEMPTS


def _waiting(c: Connection, for_s: float) -> dict[str, Any]:
    return {"state": "waiting", "worker": "", "due": now(c) + for_s}


@contextmanager
def _heartbeat(store: Store, job: Job, worker: str) -> Iterator[None]:
    """Renew the lease three times in its length, so that one renewal may be late."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(store.lease_s / 3):
            try:
                with store.write() as c:
                    if not jobs.renew(c, job.id, worker, store.lease_s):
                        return
            except StoreUnavailable as error:
                _log.warning("%s", error)

    thread = threading.Thread(target=beat, name=f"job-{job.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


__all__ = [
    "Handler",
    "Interrupted",
    "Job",
    "Progress",
    "Running",
    "cancel",
    "cancel_group",
    "drain",
    "enqueue",
    "forget_finished",
    "is_final",
    "listing",
    "new_group",
    "progress",
    "run_worker",
    "status",
]
