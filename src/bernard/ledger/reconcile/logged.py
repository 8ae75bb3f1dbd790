"""Read a log for a reconciliation, our own with what is private beside it, and log what came of it."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator

from msgspec.structs import replace

from bernard.errors import LogBroken
from bernard.ledger.reconcile.ours import Counts, Ours, Seen
from bernard.ledger.reconcile.types import MEASURES, Day, Reconciled
from bernard.ledger.tlog import LogFiles, verify_files
from bernard.ledger.types import Entry
from bernard.ledger.writing import Writer
from bernard.store import entries, private
from bernard.store.database import Store

PAGE = 1000


def count_ours(store: Store, zone: datetime.tzinfo) -> Ours:
    """What the log of this store says, by exact times, with what is sealed in it."""
    ours = Ours(zone)
    ours.take(_seen(store))
    return ours


def count_published(files: LogFiles, vkey: str, zone: datetime.tzinfo) -> Ours:
    """What a published log says, once all of it was checked; its times are as coarse as they are.

    Raises:
        InputInvalid: the key is no public key of a log.
        LogBroken: the log does not hold.
    """
    ours = Ours(zone)

    def add(number: int, body: bytes) -> str:
        ours.add(Seen(number, body))
        return ""

    verified = verify_files(files, vkey, check_entry=add)
    if verified.fault:
        raise LogBroken(f"The log does not hold, so nothing was counted. {verified.fault}")
    ours.end()
    return ours


def log(reconciled: Reconciled, ours: Ours, store: Store, writer: Writer) -> Reconciled:
    """Write one entry a day into the log; a day that stands there already is not written again."""
    before = {
        (one.day, one.counts): one.number
        for one in ours.earlier
        if (one.provider, one.file_sha256) == (reconciled.provider, reconciled.file_sha256)
    }
    days: list[Day] = []
    with store.write() as c:
        for day in reconciled.days:
            number = before.get((day.day.isoformat(), counts(day)))
            if number is None:
                number = writer.write_one(c, entry_of(reconciled, day)).number
            days.append(replace(day, entry=number))
    return replace(reconciled, days=tuple(days))


def seen_before(reconciled: Reconciled, ours: Ours) -> str:
    """That the same file was set beside the log before, in words; empty where it was not."""
    numbers = [e.number for e in ours.earlier if e.file_sha256 == reconciled.file_sha256]
    if not numbers:
        return ""
    return f"The same file was set beside the log before: entry {numbers[0]} tells of it."


def entry_of(reconciled: Reconciled, day: Day) -> Entry:
    """The entry that tells of a day."""
    return Entry(
        "reconciliation",
        int(time.time()),
        provider=reconciled.provider,
        day=day.day.isoformat(),
        file_sha256=reconciled.file_sha256,
        **counts(day)._asdict(),
    )


def counts(day: Day) -> Counts:
    """Both counts of a day; what the file does not tell is left out of both."""
    found = []
    for measure in MEASURES:
        one = getattr(day, measure)
        found += [one.ours, one.theirs] if one.theirs is not None else [0, 0]
    return Counts(*found)


def _seen(store: Store) -> Iterator[Seen]:
    start = 0
    while True:
        with store.read() as c:
            page = entries.starting_at(c, start, PAGE)
            numbers = [row.number for row in page]
            beside = private.of_entries(c, numbers)
            sealed = private.sealed(c, numbers)
        if not page:
            return
        for row in page:
            one = beside.get(row.number)
            body = sealed[row.number].body if row.number in sealed else row.body
            yield Seen(row.number, body, one.at if one else None)
        start = page[-1].number + 1
