"""The owner's side of one converter process: start it, hand it a file, end it when it hangs."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec

import bernard
from bernard.errors import Error
from bernard.library.convert.wire import LENGTH, Outcome, Task, pack

START_TIMEOUT_S = 60.0
CHUNK = 1 << 20

# The child imports the converters and not the rest of the library, which would bring databases
# and models into the one process that should hold nothing; so the room stands in as an empty shell.
_BOOT = """
import sys, types
source, memory_mb, cpu_s, tesseract = sys.argv[1:]
sys.path.append(source)
room = types.ModuleType("bernard.library")
room.__path__ = [source + "/bernard/library"]
sys.modules["bernard.library"] = room
from bernard.library.convert.worker import main
main(int(memory_mb), int(cpu_s), tesseract)
"""


class ConverterDied(Exception):
    """The process ended, by a crash, a limit of the system or ours, before it answered."""


class ConverterLate(Exception):
    """The process did not answer in time and was ended."""


class ConverterProcess:
    """A converter in a process of its own, in a process group of its own."""

    def __init__(self, memory_mb: int, cpu_s: int, tesseract: str) -> None:
        """Start the process and wait until its walls stand.

        Raises:
            Error: it does not start.
        """
        source = str(Path(bernard.__file__).parent.parent)
        self.files = 0
        self.busy_s = 0.0
        self._process = subprocess.Popen(  # noqa: S603 - our own code, no shell
            [sys.executable, "-I", "-c", _BOOT, source, str(memory_mb), str(cpu_s), tesseract],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
            cwd="/",
            start_new_session=True,
            close_fds=True,
            bufsize=0,
        )
        assert self._process.stdin and self._process.stdout
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)
        self._await_ready()

    def _await_ready(self) -> None:
        try:
            self._receive(1, time.monotonic() + START_TIMEOUT_S)
        except (ConverterDied, ConverterLate) as error:
            self.end()
            assert self._process.stderr
            said = self._process.stderr.read(4000).decode("utf-8", "replace").strip()
            raise Error(
                f"The document converter does not start: {said or 'no reason given'}"
            ) from error

    @property
    def alive(self) -> bool:
        """True while the process runs."""
        return self._process.poll() is None

    def convert(self, task: Task, most: int) -> Outcome:
        """What came of the task.

        Args:
            most: bytes of answer that are believed to be honest.

        Raises:
            ConverterDied: the process ended without an answer.
            ConverterLate: the task's time ran out.
        """
        begun = time.monotonic()
        deadline = begun + task.limits.timeout_s
        self.files += 1
        self._send(pack(task), deadline)
        while not (length := LENGTH.unpack(self._receive(LENGTH.size, deadline))[0]):
            latest = begun + task.limits.ocr_timeout_s
            deadline = min(time.monotonic() + task.limits.timeout_s, latest)
        if length > most:
            raise ConverterDied("its answer is too long")
        try:
            outcome = msgspec.msgpack.decode(self._receive(length, deadline), type=Outcome)
            self.busy_s += time.monotonic() - begun
            return outcome
        except msgspec.DecodeError as error:
            raise ConverterDied("its answer makes no sense") from error

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

    def _send(self, message: bytes, deadline: float) -> None:
        rest = memoryview(message)
        while rest:
            self._wait(deadline, writing=True)
            try:
                rest = rest[os.write(self._in, rest[:CHUNK]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError as error:
                raise ConverterDied("it hung up") from error

    def _receive(self, length: int, deadline: float) -> bytes:
        message = bytearray()
        while len(message) < length:
            self._wait(deadline, writing=False)
            try:
                chunk = os.read(self._out, min(CHUNK, length - len(message)))
            except BlockingIOError:
                continue
            if not chunk:
                raise ConverterDied("it hung up")
            message += chunk
        return bytes(message)

    def _wait(self, deadline: float, writing: bool) -> None:
        poll = select.poll()
        poll.register(
            self._in if writing else self._out, select.POLLOUT if writing else select.POLLIN
        )
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise ConverterLate


def _environment() -> dict[str, str]:
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
