"""The process that reads releases, in its walls: one file at a time, and nothing kept of it."""

from __future__ import annotations

import msgspec

from bernard.confined.serving import serve
from bernard.register.meetings.read import read_file
from bernard.register.meetings.types import Reading
from bernard.register.meetings.wire import Done, Task
from bernard.register.meetings.words import load

_decode = msgspec.msgpack.Decoder(Task).decode


def main(memory_mb: int, cpu_s: int) -> None:
    """Serve until the owner hangs up."""
    load()
    serve(answer, memory_mb, cpu_s)


def answer(message: bytes) -> bytes:
    """What is in the file of a message."""
    task = _decode(message)
    try:
        done = Done(read_file(task.name, task.data, task.limits))
    except MemoryError:
        done = Done(Reading(), f"needs more than {task.limits.memory_mb:,} MB of memory. Split it.")
    except RecursionError:
        done = Done(Reading(), "is nested too deeply. Save it again in a spreadsheet program.")
    return msgspec.msgpack.encode(done)
