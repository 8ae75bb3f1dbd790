"""Entries on their way into the log: numbered for each key, made coarse or sealed.

What is private of them is kept beside. All of it happens in the transaction that the entries are written in, so that no sequence has a gap
and nothing is public without what opens it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from msgspec.structs import replace
from sqlalchemy import Connection

from bernard.agreements.schema import TimeStep
from bernard.ledger.canonical import canonical
from bernard.ledger.publicity import DEFAULT, OPEN, STEPS, Private
from bernard.ledger.stored import StoredLedger
from bernard.ledger.tlog.entries import new_salt, seal
from bernard.ledger.types import Entry, Logged
from bernard.ledger.vocabulary import OWN_KEY, check
from bernard.store import entries, private
from bernard.store.private import Sealed

NUMBERED = frozenset({"intent", "refusal"})
SEALED = "sealed:"


class Draft(Protocol):
    """An entry that is to be written, with its exact time."""

    @property
    def draft(self) -> Entry:
        """The entry."""
        ...

    @property
    def private(self) -> Private:
        """What of it is not to be public."""
        ...


class Writer:
    """Writes entries into the log, as part of a transaction."""

    def __init__(self, ledger: StoredLedger, time: TimeStep = DEFAULT) -> None:
        """Write into this ledger.

        Args:
            time: how coarse public times are where no agreement says.
        """
        self.ledger = ledger
        self.time = time

    def write(self, c: Connection, drafts: Sequence[Draft]) -> list[Logged]:
        """Write entries that hold only words of their vocabularies, and what is private of them."""
        entries.lock(c)
        pairs = [(draft.draft, draft.private) for draft in drafts]
        next = _next_numbers(c, pairs)
        bodies: list[str] = []
        times: list[tuple[int, bytes, float | None]] = []
        sealed: dict[int, tuple[bytes, str]] = {}
        usual = STEPS[self.time]
        for place, (entry, kept) in enumerate(pairs):
            exact = entry.at
            times.append((exact, kept.salt, kept.until))
            step = 1 if kept.sealed else STEPS[kept.time] if kept.time else usual
            at = exact - exact % step
            if entry.event in NUMBERED:
                key = _counted_as(entry, kept.sealed)
                number = next[key] = next[key] + 1
                entry = replace(entry, at=at, sequence=number, key=entry.key or OWN_KEY)
            elif at != exact:
                entry = replace(entry, at=at)
            body = canonical(entry)
            if kept.sealed:
                sealed[place] = salt, _ = new_salt(), body
                body = seal(body.encode(), salt).decode()
            bodies.append(body)
        logged = self.ledger.append_many(c, bodies)
        if logged:
            first = logged[0].number
            private.add_many(c, [(n, *row) for n, row in enumerate(times, first)])
        if sealed:
            private.add_sealed(c, [Sealed(first + n, *one) for n, one in sealed.items()])
        return logged

    def write_one(self, c: Connection, entry: Entry, beside: Private = OPEN) -> Logged:
        """Write one entry that is not of a call.

        Raises:
            InputInvalid: it holds a word that its vocabulary has not.
        """
        check(entry)
        [logged] = self.write(c, [Alone(entry, beside)])
        return logged


class Alone:
    """An entry that nobody waits for."""

    __slots__ = ("draft", "private")

    def __init__(self, draft: Entry, private: Private = OPEN) -> None:
        """Take the entry with its exact time, and what of it is not to be public."""
        self.draft = draft
        self.private = private


def _next_numbers(c: Connection, pairs: Iterable[tuple[Entry, Private]]) -> dict[str, int]:
    """Where the sequence of each key stands before these, which are counted now."""
    more: dict[str, int] = {}
    for entry, kept in pairs:
        if entry.event in NUMBERED:
            key = _counted_as(entry, kept.sealed)
            more[key] = more.get(key, 0) + 1
    ends = private.count_on(c, more) if more else {}
    return {key: ends[key] - count for key, count in more.items()}


def _counted_as(entry: Entry, sealed: bool) -> str:
    """The sequence it is part of: sealed calls have one of their own, so that both are whole."""
    key = entry.key or OWN_KEY
    return SEALED + key if sealed else key
