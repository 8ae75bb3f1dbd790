"""Opening what an entry commits to, and erasing: the salt goes, the log stays whole."""

from __future__ import annotations

import itertools

from sqlalchemy import Connection

from bernard.errors import InputInvalid, NotFound
from bernard.ledger import pseudonyms
from bernard.ledger.commitments import opened_by
from bernard.ledger.known import Known, in_transaction
from bernard.ledger.types import Logged
from bernard.store import cases, entries, private
from bernard.store.database import Store

PAGE = 1000
# An outcome stands soon after its intent; a search for one that is not there must end.
MOST_PAGES = 50
_AT_ONCE = 10_000


def opens_entry(store: Store, number: int, data: bytes) -> bool:
    """Whether this file is what the entry commits to.

    Raises:
        NotFound: there is no such entry.
        InputInvalid: it commits to nothing, or its salt is destroyed or was never kept.
    """
    with store.read() as c:
        known = _get(c, number)
        kept = private.of_entries(c, [number]).get(number)
    commitment = str(known.fields.get("content", ""))
    if not commitment:
        raise InputInvalid(
            f"Entry {number} commits to no content, so no file can be shown to be it."
        )
    if kept is None or not kept.salt:
        raise InputInvalid(
            f"The salt of entry {number} is not here: it was destroyed, or the agreement lets none be "
            "kept. Nobody can say any more what the entry commits to."
        )
    return opened_by(commitment, kept.salt, data)


def forget(store: Store, number: int) -> int:
    """Destroy the salts of an entry and, of an intent, of its outcome; gives how many there were.

    Raises:
        NotFound: there is no such entry.
        StoreUnavailable: the database does not answer.
    """
    # A long search must not keep others from writing.
    with store.read() as c:
        known = _get(c, number)
        numbers = [number]
        if known.event == "intent" and (outcome := outcome_of(c, number, None)):
            numbers.append(outcome.number)
    with store.write(durable=True) as c:
        gone = private.forget_salts(c, numbers)
        if gone:
            cases.set_to_wipe(c, True)
    return gone


def erase_over(store: Store, now: float) -> int:
    """Destroy salts and secrets of pseudonyms whose time is over; gives how many salts."""
    with store.read() as c:
        is_old = private.oldest_staff_secret(c) < pseudonyms.kept_from(now)
    if is_old:
        with store.write() as c:
            if pseudonyms.forget_old(c, now):
                cases.set_to_wipe(c, True)
    return _forget_over(store, now)


def _forget_over(store: Store, now: float) -> int:
    count = 0
    while True:
        with store.read() as c:
            over = private.salts_over(c, now, _AT_ONCE)
        if not over:
            return count
        with store.write() as c:
            count += private.forget_salts(c, over)
            cases.set_to_wipe(c, True)


def outcome_of(c: Connection, number: int, most_pages: int | None = MOST_PAGES) -> Known | None:
    """The outcome of an intent, if it is in the log.

    Args:
        most_pages: to search, or None for the whole log: where a salt must go, none may be passed by.
    """
    start, mark = number + 1, f'"of":{number}'
    for _ in itertools.count() if most_pages is None else range(most_pages):
        page = entries.starting_at(c, start, PAGE)
        bodies = private.sealed_between(c, start, page[-1].number) if page else {}
        for row in page:
            if mark not in row.body and mark not in bodies.get(row.number, ""):
                continue
            [known] = in_transaction(c, [Logged(*row)])
            if known.event == "outcome" and known.fields.get("of") == number:
                return known
        if len(page) < PAGE:
            return None
        start = page[-1].number + 1
    return None


def _get(c: Connection, number: int) -> Known:
    last = entries.last(c)
    found = entries.starting_at(c, number, 1) if last and number <= last.number else []
    if not found or found[0].number != number:
        raise NotFound(f"The log has no entry {number}.")
    return in_transaction(c, [Logged(*found[0])])[0]
