"""Entries on their way into the log: numbered for each key, made coarse or sealed.

What is private of them is kept beside. All of it happens in the transaction that the entries are written in, so that no sequence has a gap
and nothing is public without what opens it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from msgspec.structs import replace
from sqlalchemy import Connection

from bernard.agreements.schema import TimeStep
from bernard.ledger.canonical import canonical
from bernard.ledger.publicity import DEFAULT, OPEN, Private, coarse
from bernard.ledger.stored import StoredLedger
from bernard.ledger.tlog.entries import new_salt, seal
from bernard.ledger.types import Entry, Logged
from bernard.ledger.vocabulary import OWN_KEY, check
from bernard.store import entries, private
from bernard.store.private import Beside

NUMBERED = ("intent", "refusal")
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
        numbered = self._numbered(c, drafts)
        kept: list[tuple[int, str, str, str, float | None]] = []
        bodies = []
        for draft, entry in zip(drafts, numbered, strict=True):
            p = draft.private
            if p.sealed:
                body, salt = canonical(entry), new_salt()
                bodies.append(seal(body.encode(), salt).decode())
                kept.append((entry.at, p.salt, salt.hex(), body, p.until))
            else:
                public = replace(entry, at=coarse(entry.at, p.time or self.time))
                bodies.append(canonical(public))
                kept.append((entry.at, p.salt, "", "", p.until))
        logged = self.ledger.append_many(c, bodies)
        private.add_many(
            c, [Beside(one.number, *row) for one, row in zip(logged, kept, strict=True)]
        )
        return logged

    def write_one(self, c: Connection, entry: Entry, beside: Private = OPEN) -> Logged:
        """Write one entry that is not of a call.

        Raises:
            InputInvalid: it holds a word that its vocabulary has not.
        """
        check(entry)
        [logged] = self.write(c, [Alone(entry, beside)])
        return logged

    def _numbered(self, c: Connection, drafts: Sequence[Draft]) -> list[Entry]:
        """The entries, each intent and refusal with the next number of its key."""
        keys = [_counted_as(draft) for draft in drafts]
        more = Counter(key for key in keys if key)
        if not more:
            return [draft.draft for draft in drafts]
        ends = private.count_on(c, more)
        next = {key: ends[key] - count for key, count in more.items()}
        found = []
        for draft, key in zip(drafts, keys, strict=True):
            if key:
                next[key] += 1
                found.append(replace(draft.draft, sequence=next[key], key=_key(draft.draft)))
            else:
                found.append(draft.draft)
        return found


class Alone:
    """An entry that nobody waits for."""

    __slots__ = ("draft", "private")

    def __init__(self, draft: Entry, private: Private = OPEN) -> None:
        """Take the entry with its exact time, and what of it is not to be public."""
        self.draft = draft
        self.private = private


def _key(entry: Entry) -> str:
    return entry.key or OWN_KEY


def _counted_as(draft: Draft) -> str:
    """The sequence it is part of: sealed calls have one of their own, so that both are whole."""
    entry = draft.draft
    if entry.event not in NUMBERED:
        return ""
    return SEALED + _key(entry) if draft.private.sealed else _key(entry)
