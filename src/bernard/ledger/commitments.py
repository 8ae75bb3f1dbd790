"""Commitments to what was sent and to what came back, with the salt that opens them.

What is committed to is the JSON of a request or a reply with sorted keys and no spaces, in the
supplier's own form and without the personal data that was taken out. A reply that came as a stream is
committed to as JSON Lines: the data of each event, and a line feed after it.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from bernard.errors import InputInvalid
from bernard.ledger.tlog.entries import commit, new_salt, opens

_ENCODER = msgspec.json.Encoder(order="sorted")


class Commitment(NamedTuple):
    """A commitment, hexadecimal, and its salt; both empty where the content is no JSON."""

    value: str = ""
    salt: bytes = b""


NOTHING = Commitment()


def content_bytes(content: Any) -> bytes:
    """Content as it is committed to.

    >>> content_bytes({"b": 1, "a": "é"}).decode()
    '{"a":"é","b":1}'

    Raises:
        InputInvalid: it cannot be written as JSON.
    """
    try:
        return _ENCODER.encode(content)
    except (TypeError, ValueError, RecursionError) as error:
        raise InputInvalid(f"The content cannot be written as JSON: {error}") from error


def committed(content: Any) -> Commitment:
    """A commitment to this content, under a new salt."""
    try:
        data = content_bytes(content)
    except InputInvalid:
        return NOTHING
    salt = new_salt()
    return Commitment(commit(data, salt), salt)


class Whole:
    """A commitment to a reply that came at once, made before anybody changes it."""

    __slots__ = ("_made",)

    def __init__(self, body: Any) -> None:
        """Commit to this body."""
        self._made = committed(body)

    def commitment(self) -> Commitment:
        """The commitment."""
        return self._made


class Received:
    """A commitment to a stream, event by event, so that nothing of it need be kept."""

    __slots__ = ("_heard", "_mac", "_salt")

    def __init__(self) -> None:
        """Begin, with a new salt."""
        self._salt = new_salt()
        self._mac = hmac.new(self._salt, digestmod=sha256)
        self._heard = False

    def add(self, data: Any) -> None:
        """Take in the data of the next event."""
        self._mac.update(content_bytes(data) + b"\n")
        self._heard = True

    def commitment(self) -> Commitment:
        """The commitment to what came so far; none if nothing did."""
        return Commitment(self._mac.hexdigest(), self._salt) if self._heard else NOTHING


def opened_by(commitment: str, salt: bytes, data: bytes) -> bool:
    """Whether a file is what a commitment is to: as it stands, or written canonically.

    A file is one JSON text, or one a line.
    """
    return any(opens(commitment, form, salt) for form in _forms(data))


def _forms(data: bytes) -> Iterator[bytes]:
    yield data
    with suppress(msgspec.DecodeError, UnicodeDecodeError, InputInvalid, RecursionError):
        yield content_bytes(msgspec.json.decode(data))
    with suppress(msgspec.DecodeError, UnicodeDecodeError, InputInvalid, RecursionError):
        lines = (line for line in data.splitlines() if line.strip())
        yield b"".join(content_bytes(msgspec.json.decode(one)) + b"\n" for one in lines)
