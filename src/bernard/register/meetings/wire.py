"""What the process that reads releases and its owner say to each other."""

from __future__ import annotations

import msgspec

from bernard.library.convert.limits import Limits
from bernard.register.meetings.types import Reading


class Task(msgspec.Struct, frozen=True):
    """Read this file."""

    name: str
    data: bytes
    limits: Limits


class Done(msgspec.Struct, frozen=True):
    """What is in it, or what is too much about it."""

    reading: Reading
    fault: str = ""
