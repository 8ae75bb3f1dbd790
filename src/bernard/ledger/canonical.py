"""The text of an entry, which its leaf hash covers."""

from __future__ import annotations

import msgspec

from bernard.ledger.types import Entry

_ENCODER = msgspec.json.Encoder(order="sorted")


def canonical(entry: Entry) -> str:
    """The entry as JSON with sorted keys and no spaces, so that it hashes alike everywhere.

    >>> canonical(Entry("refusal", at=0, service="ask"))
    '{"at":0,"event":"refusal","service":"ask"}'
    """
    return _ENCODER.encode(entry).decode()
