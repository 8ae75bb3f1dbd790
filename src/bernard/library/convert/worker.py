"""The converter process: takes one file after another from a pipe, in its sandbox."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.library.convert.draft import one_line
from bernard.library.convert.read import needs_memory, read
from bernard.library.convert.sandbox import lock_down
from bernard.library.convert.wire import STILL_READING, Outcome, Task, pack, receive_task

READY = b"R"
RECURSION = 2000


def main(memory_mb: int, cpu_s: int, tesseract: str) -> None:
    """Serve until the owner hangs up. Standard output is kept for answers alone."""
    inbox = os.fdopen(os.dup(0), "rb")
    outbox = os.fdopen(os.dup(1), "wb")
    _silence()
    sys.setrecursionlimit(RECURSION)
    lock_down(memory_mb, cpu_s, tesseract)
    outbox.write(READY)
    outbox.flush()

    def still_reading() -> None:
        outbox.write(STILL_READING)
        outbox.flush()

    while (task := receive_task(inbox)) is not None:
        outbox.write(_answer(task, memory_mb, still_reading))
        outbox.flush()


def _silence() -> None:
    """Point the standard streams at nothing: libraries print, and tasks come in by another way."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)


def _answer(task: Task, memory_mb: int, still_reading: Callable[[], None]) -> bytes:
    try:
        extracted = read(task.name, task.data, task.limits, still_reading)
        return pack(Outcome(extracted=extracted, spent=_spent(memory_mb)))
    except DocumentTooLarge as error:
        return pack(Outcome(error="too large", message=str(error), spent=True))
    except DocumentUnreadable as error:
        return pack(Outcome(error="unreadable", message=str(error), spent=_spent(memory_mb)))
    except MemoryError:
        message = f"{one_line(task.name, 200)!r} {needs_memory(task.limits)}"
        return pack(Outcome(error="too large", message=message, spent=True))


def _spent(memory_mb: int) -> bool:
    """True once a file has left this process so large that a fresh one is better."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = used / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return megabytes > memory_mb / 3
