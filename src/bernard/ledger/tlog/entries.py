"""What goes into the log: canonical JSON that is short enough, and commitments to content.

A commitment says nothing about the content to anybody who has not its salt, and can be opened by
who has both. Deleting salt and content erases; the log stays whole.

Source: C2SP tlog-tiles (entries of at most 65,535 bytes); HMAC by RFC 2104 with SHA-256.
"""

from __future__ import annotations

import hmac
import os

import msgspec

from bernard.errors import InputInvalid
from bernard.ledger.tlog.tiles import MOST_ENTRY_BYTES

SALT_BYTES = 32
_ENCODER = msgspec.json.Encoder(order="sorted")


def canonical_bytes(fields: object) -> bytes:
    """The fields as JSON with sorted keys and no spaces.

    >>> canonical_bytes({"event": "intent", "at": 0})
    b'{"at":0,"event":"intent"}'

    Raises:
        InputInvalid: they are not JSON, or too long for an entry.
    """
    try:
        body = _ENCODER.encode(fields)
    except (TypeError, ValueError) as error:
        raise InputInvalid(f"The entry cannot be written as JSON: {error}") from error
    if len(body) > MOST_ENTRY_BYTES:
        raise InputInvalid(f"The entry has {len(body)} bytes; the log takes {MOST_ENTRY_BYTES}.")
    return body


def new_salt() -> bytes:
    """A salt for one commitment, to be kept in the private store and never used again."""
    return os.urandom(SALT_BYTES)


def commit(content: bytes, salt: bytes) -> str:
    """The commitment to this content, hexadecimal.

    Raises:
        InputInvalid: the salt has not 32 bytes, so that the content might be guessed.
    """
    if len(salt) != SALT_BYTES:
        raise InputInvalid(f"A salt has {SALT_BYTES} bytes, not {len(salt)}.")
    return hmac.digest(salt, content, "sha256").hex()


def opens(commitment: str, content: bytes, salt: bytes) -> bool:
    """Whether the commitment is to this content."""
    return hmac.compare_digest(commitment.encode(), commit(content, salt).encode())


def seal(body: bytes, salt: bytes) -> bytes:
    """The public entry that stands for a sealed one: it commits to its body and says no more."""
    return canonical_bytes({"event": "sealed", "commitment": commit(body, salt)})
