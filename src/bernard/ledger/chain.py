"""The chain: each entry's hash covers its text and the hash before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from bernard.ledger.types import Entry, Logged, Verified

FIRST = "0" * 64
_ENCODER = msgspec.json.Encoder(order="sorted")


def follow(number: int, bodies: Iterable[str], previous: str) -> list[Logged]:
    """Bodies from `canonical` in their places, the first at `number`, each after the one before."""
    chain = []
    for body in bodies:
        hash = digest(previous, body)
        chain.append(Logged(number, body, previous, hash))
        number, previous = number + 1, hash
    return chain


def canonical(entry: Entry) -> str:
    """The entry as JSON with sorted keys and no spaces, so that it hashes alike everywhere.

    >>> canonical(Entry("refusal", at=0, service="ask"))
    '{"at":0,"event":"refusal","service":"ask"}'
    """
    return _ENCODER.encode(entry).decode()


def digest(previous: str, body: str) -> str:
    """Hexadecimal SHA-256 over the previous hash, a line feed and the body."""
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def verify(entries: Iterable[Logged]) -> Verified:
    """Check numbers, links and hashes from the first entry on; stops at the first fault."""
    head, count = FIRST, 0
    for logged in entries:
        fault = _fault(logged, count, head)
        if fault:
            return Verified(count, head, fault)
        head, count = logged.hash, count + 1
    return Verified(count, head)


def _fault(logged: Logged, number: int, head: str) -> str:
    if logged.number != number:
        return f"Entry {number} is missing; the next is number {logged.number}."
    if logged.previous != head:
        return f"Entry {number} does not follow from the entry before it."
    if logged.hash != digest(logged.previous, logged.body):
        return f"Entry {number} was changed after it was written."
    return ""
