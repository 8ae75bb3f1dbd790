"""Whose a case is, and whose turn it is at one."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

from bernard.gateway.types import Asked, Caller


class Turn:
    """One call's turn at a case."""

    __slots__ = ("_lock",)

    def __init__(self, lock: asyncio.Lock) -> None:
        """Take a lock that the call has."""
        self._lock: asyncio.Lock | None = lock

    def leave(self) -> None:
        """Let the next one go; a second time does nothing."""
        lock, self._lock = self._lock, None
        if lock:
            lock.release()


class Turns:
    """Lets the calls of one event loop that change one case go one by one."""

    def __init__(self) -> None:
        """Nobody waits."""
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def take(self, asked: Asked) -> Turn:
        """The turn of a call at its case, once those before it have left theirs."""
        lock = self._locks.setdefault((whose(asked.caller), asked.case), asyncio.Lock())
        await lock.acquire()
        return Turn(lock)


def whose(caller: Caller) -> str:
    """Whose cases a caller may name: a person's own, whichever tool asks, or those of a service."""
    if caller.person:
        return f"person:{caller.person}"
    return of_service(caller.service) if caller.key else f"tool:{caller.service}"


def of_service(service: str) -> str:
    """Whose the cases of a service are that calls with a key."""
    return f"service:{service}"
