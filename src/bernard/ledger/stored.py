"""The log in the store: one writer at a time, a number and a link for each entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from bernard.errors import LogUnwritable, NotFound, StoreUnavailable
from bernard.ledger.chain import FIRST, canonical, follow, verify
from bernard.ledger.types import Entry, Logged, Verified
from bernard.store import entries
from bernard.store.database import Store

PAGE = 1000


class StoredLedger:
    """Keeps the log in a table that nothing updates or deletes from."""

    def __init__(self, store: Store) -> None:
        """Keep the log in this store."""
        self._store = store

    def append(self, entry: Entry, *, durable: bool) -> Logged:
        """Write one entry; it is in the log when this returns.

        Raises:
            LogUnwritable: the entry could not be written.
        """
        try:
            with self._store.write(durable=durable) as c:
                [logged] = self.append_many(c, [canonical(entry)])
        except StoreUnavailable as error:
            raise LogUnwritable(f"The log could not be written. {error}") from error
        return logged

    def append_many(self, c: Connection, bodies: Sequence[str]) -> list[Logged]:
        """Write entries as part of a transaction; they are in the log once it is committed.

        Args:
            bodies: of entries, from `canonical`.
        """
        entries.lock(c)
        last = entries.last(c)
        number, previous = (last.number + 1, last.hash) if last else (0, FIRST)
        chain = follow(number, bodies, previous)
        entries.append_many(c, [(e.number, e.body, e.previous, e.hash) for e in chain])
        return chain

    def get(self, number: int) -> Logged:
        """One entry, or NotFound."""
        with self._store.read() as c:
            last = entries.last(c)
            # A number far beyond the last is also beyond what the database can compare.
            found = entries.starting_at(c, number, 1) if last and number <= last.number else []
        if not found or found[0].number != number:
            raise NotFound(f"The log has no entry {number}.")
        return _logged(found[0])

    def newest(self, limit: int, before: int | None = None) -> Sequence[Logged]:
        """Entries from the newest down, those under `before` only."""
        with self._store.read() as c:
            last = entries.last(c)
            end = last.number + 1 if last else 0
            end = end if before is None else min(before, end)
            start = max(0, end - limit)
            found = entries.starting_at(c, start, end - start)
        return [_logged(row) for row in reversed(found)]

    def all(self) -> Iterator[Logged]:
        """Every entry from the first, read a page at a time."""
        start = 0
        while True:
            with self._store.read() as c:
                page = entries.starting_at(c, start, PAGE)
            if not page:
                return
            yield from map(_logged, page)
            start = page[-1].number + 1

    def verify(self) -> Verified:
        """Read every entry and check the chain."""
        return verify(self.all())


def _logged(row: entries.Row) -> Logged:
    return Logged(row.number, row.body, row.previous, row.hash)
