"""The confined process's own side: silence it, raise the walls, answer one message after another."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from bernard.confined.process import LENGTH, READY
from bernard.confined.sandbox import lock_down

RECURSION = 2000


def serve(answer: Callable[[bytes], bytes], memory_mb: int, cpu_s: int, program: str = "") -> None:
    """Answer until the owner hangs up. Standard output is kept for answers alone.

    Args:
        answer: what to say to a message; what it raises ends the process.
        program: the one program that may be started, empty for none.
    """
    inbox, outbox = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    silence()
    sys.setrecursionlimit(RECURSION)
    lock_down(memory_mb, cpu_s, program)
    outbox.write(READY)
    outbox.flush()
    while len(head := inbox.read(LENGTH.size)) == LENGTH.size:
        said = answer(inbox.read(LENGTH.unpack(head)[0]))
        outbox.write(LENGTH.pack(len(said)) + said)
        outbox.flush()


def silence() -> None:
    """Point the standard streams at nothing: libraries print, and messages come by another way."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)
