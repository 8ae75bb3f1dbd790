"""The log, whether it holds, and whether Bernard runs."""

from __future__ import annotations

from importlib.metadata import version

from sqlalchemy import text

from bernard.api import problems
from bernard.api.calls import Call
from bernard.api.shapes import Health, Kind, LogEntries, LogEntry, Verified, of_known
from bernard.errors import NotFound
from bernard.ledger.known import known

# As many as any number that the database counts to.
MOST_DIGITS = 18


def newest(call: Call) -> LogEntries:
    """Entries from the newest down."""
    found = call.bernard.ledger.newest(call.query.limit, call.query.before)
    return LogEntries(tuple(map(of_known, known(call.bernard.store, found))))


def entry(call: Call) -> LogEntry:
    """One entry."""
    number: str = call.part("number")
    if not (number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS):
        raise NotFound(f"The log has no entry {number[:MOST_DIGITS]!r}.")
    [found] = known(call.bernard.store, [call.bernard.ledger.get(int(number))])
    return of_known(found)


def verify(call: Call) -> Verified:
    """Whether the whole log holds."""
    verified = call.bernard.ledger.verify()
    return Verified(verified.entries, verified.root, verified.fault)


def health(call: Call) -> Health:
    """Fine, if the database answers."""
    with call.bernard.store.read() as c:
        c.execute(text("SELECT 1"))
    return Health("ok", version("bernard"))


def kind(call: Call) -> Kind:
    """What a kind of problem means."""
    found = problems.every_kind().get(call.part("kind"))
    if found is None:
        raise NotFound(f"There is no kind of problem called {call.part('kind')!r}.")
    return Kind(found().title, found.status.value, str(found()))
