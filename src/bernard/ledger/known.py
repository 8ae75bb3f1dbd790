"""Entries as the body that keeps the log knows them: the exact time, and what sealed ones say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from bernard.ledger.types import Logged
from bernard.store import private
from bernard.store.database import Store

_AT_ONCE = 500


class Known(NamedTuple):
    """An entry, and what is known of it.

    Attributes:
        fields: as they were written, also where the public sees none; with the exact time, where that
            is known. Empty where somebody has made the entry unreadable.
        sealed: the public sees no more than a commitment.
    """

    logged: Logged
    fields: dict[str, Any]
    sealed: bool = False

    @property
    def number(self) -> int:
        """Its place in the log."""
        return self.logged.number

    @property
    def event(self) -> str:
        """What kind of event it is of, empty where that cannot be read."""
        return str(self.fields.get("event", ""))


def known(store: Store, logged: Iterable[Logged]) -> list[Known]:
    """These entries, with what is kept beside the log."""
    given = list(logged)
    found: list[Known] = []
    with store.read() as c:
        for start in range(0, len(given), _AT_ONCE):
            found += in_transaction(c, given[start : start + _AT_ONCE])
    return found


def in_transaction(c: Connection, logged: Sequence[Logged]) -> list[Known]:
    """The same of a few, in a transaction."""
    numbers = [one.number for one in logged]
    beside, bodies = private.of_entries(c, numbers), private.sealed(c, numbers)
    found = []
    for one in logged:
        hidden = bodies.get(one.number)
        fields = _fields(hidden.body if hidden else one.body)
        if one.number in beside and "at" in fields:
            fields["at"] = beside[one.number].at
        found.append(Known(one, fields, hidden is not None))
    return found


def _fields(body: str) -> dict[str, Any]:
    try:
        fields = msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError):
        return {}
    return fields if isinstance(fields, dict) else {}
