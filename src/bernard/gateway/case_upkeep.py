"""The end of cases: destroyed when their time is over or somebody asks, which the log tells."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from typing import Literal

from sqlalchemy import Connection

from bernard.agreements.schema import TimeStep
from bernard.errors import StoreUnavailable
from bernard.ledger import Entry, StoredLedger
from bernard.ledger.publicity import DEFAULT
from bernard.ledger.writing import Writer
from bernard.store import cases as rows
from bernard.store import entries
from bernard.store.database import Store

DAY_S = 86_400.0
Because = Literal["time", "request"]

_log = logging.getLogger(__name__)


class CaseUpkeep:
    """Destroys cases so that nothing of them can be read in the database's files."""

    def __init__(
        self, store: Store, ledger: StoredLedger, kept_days: float, time: TimeStep = DEFAULT
    ) -> None:
        """Destroy cases of this store, and say so in this log.

        Args:
            kept_days: how long a case is kept after its last call; 0 where there are to be none.
            time: how coarse the time in an entry is.
        """
        self._store = store
        self._writer = Writer(ledger, time)
        self.kept_s = kept_days * DAY_S

    def destroy_over(self, now: float) -> int:
        """Destroy every case whose time is over; gives how many."""
        with self._store.read() as c:
            over = rows.over(c, now, self.kept_s)
        if over:
            with self._store.write(durable=True) as c:
                entries.lock(c)
                # One of them may have been used since.
                over = self._destroy(c, rows.over(c, now, self.kept_s), "time", now)
        self.wipe()
        return len(over)

    def destroy(self, ids: Sequence[str], now: float) -> int:
        """Destroy these cases because somebody asks; gives how many there were."""
        with self._store.write(durable=True) as c:
            entries.lock(c)
            gone = self._destroy(c, ids, "request", now)
        self.wipe()
        return len(gone)

    def destroy_all(self, now: float) -> int:
        """Destroy every case, also where the key file is lost; the next one begins with a new key.

        This asks for no key.
        """
        with self._store.write(durable=True) as c:
            entries.lock(c)
            gone = self._destroy(c, [one.id for one in rows.listing(c)], "request", now)
            rows.set_house(c, None)
        self.wipe()
        return len(gone)

    def wipe(self) -> bool:
        """Overwrite what the database keeps of what was destroyed; whether nothing is left to do.

        It is tried again where somebody reads for so long that it cannot be done now.
        """
        with self._store.read() as c:
            if not rows.is_to_wipe(c):
                return True
        try:
            wiped = rows.wipe(self._store)
        except StoreUnavailable as error:
            _log.warning("Destroyed cases are not overwritten yet. %s", error)
            return False
        if wiped:
            with self._store.write() as c:
                rows.set_to_wipe(c, False)
        return wiped

    def _destroy(
        self, c: Connection, ids: Sequence[str], because: Because, now: float
    ) -> list[str]:
        gone = rows.remove(c, ids)
        if gone:
            rows.set_to_wipe(c, True)
            entry = Entry(
                "destruction",
                int(now),
                destroyed=len(gone),
                because=because,
                commitment=commitment(gone),
            )
            self._writer.write_one(c, entry)
        return gone


def commitment(ids: Sequence[str]) -> str:
    """SHA-256 over the ids of rows in order, a line feed after each.

    An id is a keyed hash, so this tells nobody who has not the key file which cases they were.
    """
    return hashlib.sha256("".join(f"{id}\n" for id in sorted(ids)).encode()).hexdigest()
