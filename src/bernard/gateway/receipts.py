"""What the log holds of one call, for whoever made it."""

from __future__ import annotations

from typing import Any

from bernard.accounts.keys import Key
from bernard.errors import NotFound
from bernard.ledger.types import Logged
from bernard.store import entries
from bernard.store.database import Store

PAGE = 1000
# An outcome stands soon after its intent; a search for one that is not there must end.
MOST_PAGES = 50
# As many as any number that the database counts to.
MOST_DIGITS = 18


def receipt(store: Store, id: str, key: Key) -> dict[str, Any]:
    """The entry of this number and its outcome, each as it stands in the log with its hash.

    Raises:
        NotFound: there is no such entry of a call of this key.
    """
    unknown = NotFound(f"There is no receipt {id[:40]!r} for this key.")
    if not (id.isascii() and id.isdecimal() and len(id) <= MOST_DIGITS):
        raise unknown
    number = int(id)
    with store.read() as c:
        found = entries.starting_at(c, number, 1)
        if not found or found[0].number != number:
            raise unknown
        entry = Logged(*found[0])
        fields = entry.entry
        if fields.get("key") != key.id or fields.get("event") == "outcome":
            raise unknown
        outcome = _outcome(c, number) if fields["event"] == "intent" else None
    return {
        "id": id,
        "object": "bernard.receipt",
        "entry": _shown(entry),
        "outcome": _shown(outcome) if outcome else None,
    }


def _outcome(c: Any, number: int) -> Logged | None:
    start, mark = number + 1, f'"of":{number}'
    for _ in range(MOST_PAGES):
        page = entries.starting_at(c, start, PAGE)
        for row in page:
            if mark in row.body and (logged := Logged(*row)).entry.get("of") == number:
                return logged
        if len(page) < PAGE:
            return None
        start = page[-1].number + 1
    return None


def _shown(logged: Logged) -> dict[str, Any]:
    return {
        "number": logged.number,
        "hash": logged.hash,
        "body": logged.entry,
    }
