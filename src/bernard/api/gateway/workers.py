"""Several processes that take calls on one port, and the parent that keeps them running.

The parent holds a listening socket for each worker (SO_REUSEPORT), so that the kernel shares
connections out, and none is lost while a worker that died is replaced: they wait in its socket.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import select
import signal
import socket
import threading
import time
from collections.abc import Callable

from bernard.errors import WorkersFailed

# A worker that dies this soon never worked; after so many in a row the fault is not in the worker.
TOO_SOON_S = 2.0
MOST_IN_A_ROW = 5
LOOK_EVERY_S = 0.25

_log = logging.getLogger("bernard.gateway")
Work = Callable[[socket.socket], None]


class Supervisor:
    """Starts workers, replaces those that die, and stops them all."""

    def __init__(self, listeners: list[socket.socket], work: Work, patience_s: float) -> None:
        """Take a socket for each worker, and what a worker does.

        Args:
            patience_s: how long workers may take to stop.
        """
        self._listeners = listeners
        self._work = work
        self._patience_s = patience_s
        self._workers: dict[int, tuple[int, float]] = {}
        self._failed = 0
        self._stopping = False
        # Workers hold the reading end; it ends when the parent does, however that comes.
        self._alive, self._life = os.pipe()

    def run(self) -> None:
        """Keep the workers running until told to stop.

        Raises:
            WorkersFailed: they die as soon as they start.
        """
        before = {name: signal.signal(name, self._on_signal) for name in _SIGNALS}
        # What is there now is never collected, so that the workers go on sharing its memory.
        gc.freeze()
        try:
            for place in range(len(self._listeners)):
                self._start(place)
            while self._workers and not self._stopping:
                self._reap()
                time.sleep(LOOK_EVERY_S)
        finally:
            self._stop()
            for name, handler in before.items():
                signal.signal(name, handler)

    def _start(self, place: int) -> None:
        pid = os.fork()
        if pid == 0:
            self._be_worker(place)
        self._workers[pid] = (place, time.monotonic())

    def _be_worker(self, place: int) -> None:
        """Work, then end the process; it must never go on as a second parent."""
        status = 1
        try:
            for name in _SIGNALS:
                signal.signal(name, signal.SIG_DFL)
            os.close(self._life)
            for other, listener in enumerate(self._listeners):
                if other != place:
                    listener.close()
            _end_with(self._alive)
            self._work(self._listeners[place])
            status = 0
        except BaseException:
            _log.exception("A worker failed.")
        finally:
            logging.shutdown()
            os._exit(status)

    def _reap(self) -> None:
        """Replace workers that have ended."""
        for pid, status in self._ended():
            place, started = self._workers.pop(pid)
            soon = time.monotonic() - started < TOO_SOON_S
            self._failed = self._failed + 1 if soon else 0
            if self._failed >= MOST_IN_A_ROW:
                raise WorkersFailed()
            _log.warning("Worker %d ended (%s); another takes its place.", pid, _said(status))
            self._start(place)

    def _ended(self) -> list[tuple[int, int]]:
        ended = []
        for pid in list(self._workers):
            with contextlib.suppress(ChildProcessError):
                found, status = os.waitpid(pid, os.WNOHANG)
                if found:
                    ended.append((pid, status))
        return ended

    def _stop(self) -> None:
        self._tell(signal.SIGTERM)
        end = time.monotonic() + self._patience_s
        while self._workers and time.monotonic() < end:
            for pid, _ in self._ended():
                del self._workers[pid]
            time.sleep(0.02)
        self._tell(signal.SIGKILL)
        for pid in self._workers:
            os.waitpid(pid, 0)
        self._workers.clear()
        os.close(self._alive)
        os.close(self._life)

    def _on_signal(self, name: int, frame: object) -> None:
        if name == signal.SIGHUP:
            self._tell(signal.SIGHUP)
        else:
            self._stopping = True

    def _tell(self, name: signal.Signals) -> None:
        for pid in list(self._workers):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, name)


def _end_with(parent: int) -> None:
    """End this process in good order when its parent ends."""

    def wait() -> None:
        select.select([parent], [], [])
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()


def _said(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"signal {-code}" if code < 0 else f"exit status {code}"


_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
