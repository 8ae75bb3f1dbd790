"""What the log holds of one call, for whoever made it."""

from __future__ import annotations

from typing import Any

from bernard.accounts.keys import Key
from bernard.errors import NotFound
from bernard.ledger.erasing import outcome_of
from bernard.ledger.known import Known, in_transaction
from bernard.ledger.types import Logged
from bernard.store import entries
from bernard.store.database import Store

# As many as any number that the database counts to.
MOST_DIGITS = 18


def receipt(store: Store, id: str, key: Key) -> dict[str, Any]:
    """The entry of this number and its outcome, each as it stands in the log with its hash.

    Of a sealed entry also what it says.

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
        [entry] = in_transaction(c, [Logged(*found[0])])
        if entry.fields.get("key") != key.id or entry.event == "outcome":
            raise unknown
        outcome = outcome_of(c, number) if entry.event == "intent" else None
    return {
        "id": id,
        "object": "bernard.receipt",
        "entry": _shown(entry),
        "outcome": _shown(outcome) if outcome else None,
    }


def _shown(known: Known) -> dict[str, Any]:
    said = {"sealed": known.fields} if known.sealed else {}
    return {
        "number": known.number,
        "hash": known.logged.hash,
        "body": known.logged.entry,
        **said,
    }
