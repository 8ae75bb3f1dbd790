"""What is counted of calls: plain numbers that a call adds to, and that /metrics reads.

With several workers each leaves its numbers in a file, and whichever is asked adds them all up.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

import msgspec

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
Labels = tuple[str, ...]


class Times(msgspec.Struct):
    """How often something took how long; `counts[i]` is of those up to `SECONDS[i]`."""

    total: float = 0.0
    counts: list[int] = msgspec.field(default_factory=lambda: [0] * (len(SECONDS) + 1))

    def add(self, seconds: float) -> None:
        """One more."""
        self.total += seconds
        self.counts[bisect_left(SECONDS, seconds)] += 1

    def merge(self, other: Times) -> None:
        """All of another."""
        self.total += other.total
        self.counts = [a + b for a, b in zip(self.counts, other.counts, strict=True)]


class Numbers(msgspec.Struct):
    """Everything counted in one process.

    Attributes:
        calls: how long calls took, by surface and status.
        first: seconds to the first piece of a stream, by surface.
        errors: by surface and kind of error.
        used: tokens, bytes, pence, by what, model and supplier.
        calls_now, streams_now: running at this moment.
    """

    calls: dict[Labels, Times] = {}
    first: dict[Labels, Times] = {}
    errors: dict[Labels, float] = {}
    used: dict[Labels, float] = {}
    calls_now: int = 0
    streams_now: int = 0

    def merge(self, other: Numbers, *, alive: bool) -> None:
        """Add what another process counted; what runs in it only if it is alive."""
        for mine, theirs in ((self.calls, other.calls), (self.first, other.first)):
            for labels, times in theirs.items():
                mine.setdefault(labels, Times()).merge(times)
        for counted, more in ((self.errors, other.errors), (self.used, other.used)):
            for labels, number in more.items():
                counted[labels] = counted.get(labels, 0.0) + number
        if alive:
            self.calls_now += other.calls_now
            self.streams_now += other.streams_now


class Meter:
    """Counts the calls of this process.

    Attributes:
        folder: where the workers leave their numbers, None where there is one process only.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Count from nothing."""
        self.numbers = Numbers()
        self.folder = folder

    def finished(self, surface: str, status: int, seconds: float) -> None:
        """A call was answered."""
        labels = (surface, str(status))
        times = self.numbers.calls.get(labels)
        if times is None:
            times = self.numbers.calls.setdefault(labels, Times())
        times.add(seconds)

    def began(self, surface: str, seconds: float) -> None:
        """The first piece of a stream was sent."""
        self.numbers.first.setdefault((surface,), Times()).add(seconds)

    def failed(self, surface: str, kind: str) -> None:
        """A call was answered with an error, or a stream broke off."""
        labels = (surface, kind)
        self.numbers.errors[labels] = self.numbers.errors.get(labels, 0.0) + 1

    def used(self, what: str, model: str, supplier: str, amount: float) -> None:
        """A call used this much."""
        if amount:
            labels = (what, model, supplier)
            self.numbers.used[labels] = self.numbers.used.get(labels, 0.0) + amount

    def share(self) -> None:
        """Leave the numbers for the other workers."""
        if self.folder is None:
            return
        path = self.folder / f"{os.getpid()}.numbers"
        part = path.with_suffix(".part")
        part.write_bytes(msgspec.msgpack.encode(self.numbers))
        part.replace(path)

    def together(self) -> Numbers:
        """The numbers of every worker, those that have died too, so that no count goes back."""
        every = Numbers(calls={}, first={}, errors={}, used={})
        every.merge(self.numbers, alive=True)
        for pid, numbers in self._others():
            every.merge(numbers, alive=_is_alive(pid))
        return every

    def _others(self) -> Iterator[tuple[int, Numbers]]:
        for path in self.folder.glob("*.numbers") if self.folder else ():
            if path.stem != str(os.getpid()):
                yield int(path.stem), msgspec.msgpack.decode(path.read_bytes(), type=Numbers)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
