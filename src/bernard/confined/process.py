"""The owner's side of a confined process: start it, talk to it, end it when it hangs.

Messages are a length and then bytes, and what comes back is data: never pickles, so that a process
that has been taken over can answer nonsense but cannot make its owner run anything.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Sequence

from bernard.errors import Error

LENGTH = struct.Struct(">Q")
READY = b"R"
START_TIMEOUT_S = 60.0
CHUNK = 1 << 20


class Died(Exception):
    """The process ended, by a crash, a limit of the system or ours, before it answered."""


class Late(Exception):
    """The process did not answer in time and was ended."""


class Confined:
    """A process of its own, in a process group of its own, that holds nothing of its owner's."""

    def __init__(self, what: str, boot: str, arguments: Sequence[str]) -> None:
        """Start the process and wait until its walls stand.

        Args:
            what: what people call it, for the message where it does not start.
            boot: the Python that it runs; it says `READY` on standard output when its walls stand.

        Raises:
            Error: it does not start.
        """
        self._process = subprocess.Popen(  # noqa: S603 - our own code, no shell
            [sys.executable, "-I", "-c", boot, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
            cwd="/",
            start_new_session=True,
            close_fds=True,
            bufsize=0,
        )
        assert self._process.stdin and self._process.stdout
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)
        self._await_ready(what)

    def _await_ready(self, what: str) -> None:
        try:
            self.receive(1, time.monotonic() + START_TIMEOUT_S)
        except (Died, Late) as error:
            self.end()
            assert self._process.stderr
            with self._process.stderr as stream:
                said = stream.read(4000).decode("utf-8", "replace").strip()
            raise Error(f"The {what} does not start: {said or self._how_it_ended()}") from error

    @property
    def alive(self) -> bool:
        """True while the process runs."""
        return self._process.poll() is None

    def ask(self, message: bytes, timeout_s: float, most: int) -> bytes:
        """The answer to one message.

        Args:
            most: bytes of answer that are believed to be honest.

        Raises:
            Died: the process ended without an answer, or answers too much.
            Late: it took longer than `timeout_s`.
        """
        deadline = time.monotonic() + timeout_s
        self.send(LENGTH.pack(len(message)) + message, deadline)
        length = LENGTH.unpack(self.receive(LENGTH.size, deadline))[0]
        if length > most:
            raise Died("its answer is too long")
        return self.receive(length, deadline)

    def send(self, message: bytes, deadline: float) -> None:
        """Write the bytes into its pipe."""
        rest = memoryview(message)
        while rest:
            self._wait(deadline, writing=True)
            try:
                rest = rest[os.write(self._in, rest[:CHUNK]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError as error:
                raise Died("it hung up") from error

    def receive(self, length: int, deadline: float) -> bytes:
        """As many bytes from its pipe."""
        message = bytearray()
        while len(message) < length:
            self._wait(deadline, writing=False)
            try:
                chunk = os.read(self._out, min(CHUNK, length - len(message)))
            except BlockingIOError:
                continue
            if not chunk:
                raise Died("it hung up")
            message += chunk
        return bytes(message)

    def end(self) -> None:
        """End the process and what it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()

    def close(self) -> None:
        """End the process and let go of all that belongs to it."""
        self.end()
        if self._process.stderr:
            self._process.stderr.close()

    def _how_it_ended(self) -> str:
        status = self._process.returncode
        return f"ended by signal {-status}" if status < 0 else f"ended with status {status}"

    def _wait(self, deadline: float, writing: bool) -> None:
        poll = select.poll()
        poll.register(
            self._in if writing else self._out, select.POLLOUT if writing else select.POLLIN
        )
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise Late


def environment() -> dict[str, str]:
    """Nothing of the owner's surroundings but what finding programs and their data takes."""
    kept = {name: os.environ[name] for name in ("TESSDATA_PREFIX",) if name in os.environ}
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "OMP_THREAD_LIMIT": "1",
        "MALLOC_ARENA_MAX": "2",
        **kept,
    }
