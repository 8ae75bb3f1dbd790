"""Who saw or took away personal data of a consultation, for those who take part to read."""

from __future__ import annotations

import time
import uuid

import msgspec

from bernard.store import consultations
from bernard.store.database import Store

# A name with a dot is none of a shelf's.
_PREFIX = "journal."


class Noted(msgspec.Struct, frozen=True):
    """Something that somebody did: when, the name of their account, and what in words."""

    at: float
    by: str
    what: str


def note(store: Store, id: str, by: str, what: str) -> None:
    """Write down that somebody did something; it is on the disk when this returns."""
    noted = Noted(time.time(), by, what)
    name = f"{_PREFIX}{noted.at:017.6f}.{uuid.uuid4().hex}"
    with store.write(durable=True) as c:
        consultations.put_part(c, id, name, msgspec.json.encode(noted))


def journal(store: Store, id: str, most: int = 50) -> list[Noted]:
    """What was written down, newest first."""
    with store.read() as c:
        names = [n for n in consultations.part_names(c, id) if n.startswith(_PREFIX)]
        kept = [consultations.part(c, id, name) for name in reversed(names[-most:])]
    return [msgspec.json.decode(data, type=Noted) for data in kept if data is not None]
