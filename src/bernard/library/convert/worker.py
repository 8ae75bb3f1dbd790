"""The converter process: takes one file after another from a pipe, in its sandbox."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable

from bernard.confined.sandbox import lock_down
from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.library.convert.draft import one_line
from bernard.library.convert.read import needs_memory, read
from bernard.library.convert.wire import STILL_READING, Outcome, Task, pack, receive_task

READY = b"R"
RECURSION = 2000
STATUS = "/proc/self/statm"


def main(memory_mb: int, cpu_s: int, tesseract: str) -> None:
    """Serve until the owner hangs up. Standard output is kept for answers alone."""
    inbox = os.fdopen(os.dup(0), "rb")
    outbox = os.fdopen(os.dup(1), "wb")
    weight = Weight()
    _silence()
    sys.setrecursionlimit(RECURSION)
    lock_down(memory_mb, cpu_s, tesseract)
    outbox.write(READY)
    outbox.flush()

    def still_reading() -> None:
        outbox.write(STILL_READING)
        outbox.flush()

    def spent() -> bool:
        return weight.megabytes() > memory_mb / 3

    while (task := receive_task(inbox)) is not None:
        outbox.write(_answer(task, spent, still_reading))
        outbox.flush()


def _silence() -> None:
    """Point the standard streams at nothing: libraries print, and tasks come in by another way."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)


def _answer(task: Task, spent: Callable[[], bool], still_reading: Callable[[], None]) -> bytes:
    try:
        extracted = read(task.name, task.data, task.limits, still_reading)
        return pack(Outcome(extracted=extracted, spent=spent()))
    except DocumentTooLarge as error:
        worn = spent() or isinstance(error.__cause__, MemoryError)
        return pack(Outcome(error="too large", message=str(error), spent=worn))
    except DocumentUnreadable as error:
        return pack(Outcome(error="unreadable", message=str(error), spent=spent()))
    except MemoryError:
        message = f"{one_line(task.name, 200)!r} {needs_memory(task.limits)}"
        return pack(Outcome(error="too large", message=message, spent=True))


class Weight:
    """How much memory this process has now, asked of a file that is opened before the walls stand.

    The system's own record of the most it had (`ru_maxrss`) begins with that of the owner.
    """

    def __init__(self) -> None:
        """Open the file, where the system has one."""
        self._handle = os.open(STATUS, os.O_RDONLY) if os.path.exists(STATUS) else -1

    def megabytes(self) -> float:
        """Memory in use, or 0 where the system does not tell."""
        if self._handle < 0:
            return 0.0
        pages = int(os.pread(self._handle, 200, 0).split()[1])
        return pages * resource.getpagesize() / (1 << 20)
