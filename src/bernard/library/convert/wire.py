"""What a converter process and its owner say to each other: a length, then MessagePack.

Typed structures and never pickles, so that a converter that has been taken over can answer
nonsense but cannot make its owner run anything.
"""

from __future__ import annotations

import struct
from typing import BinaryIO, Literal

import msgspec

from bernard.library.convert.limits import Limits
from bernard.library.types import Extracted

LENGTH = struct.Struct(">Q")
# In place of an answer's length: a scanned page is done and the next begun, so wait on.
STILL_READING = LENGTH.pack(0)


class Task(msgspec.Struct, frozen=True):
    """One file to read."""

    name: str
    data: bytes
    limits: Limits


class Outcome(msgspec.Struct, frozen=True):
    """What came of it: the text, or an error; `spent` asks for a fresh process next time."""

    extracted: Extracted | None = None
    error: Literal["", "unreadable", "too large"] = ""
    message: str = ""
    spent: bool = False


def pack(message: Task | Outcome) -> bytes:
    """The message as bytes with its length before it."""
    body = msgspec.msgpack.encode(message)
    return LENGTH.pack(len(body)) + body


def receive_task(stream: BinaryIO) -> Task | None:
    """The next task, or nothing where the owner has hung up."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    body = stream.read(LENGTH.unpack(head)[0])
    return msgspec.msgpack.decode(body, type=Task)
