"""What an API key looks like: a prefix, 256 random bits, and a checksum."""

from __future__ import annotations

import secrets
import zlib

PREFIX = "bernard_"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# 43 digits of base 62 hold 256 bits. Six more are a checksum, so that a scanner of source code can
# tell a key from what only looks like one; an API token of a person is shorter.
_RANDOM, _CHECK = 43, 6
_LENGTH = len(PREFIX) + _RANDOM + _CHECK
SHOWN = len(PREFIX) + 4


def looks_like_a_key(secret: str) -> bool:
    """Whether it has the form and the checksum of a key; a person's API token has not."""
    if len(secret) != _LENGTH or not secret.startswith(PREFIX):
        return False
    return secret[-_CHECK:] == _checksum(secret[len(PREFIX) : -_CHECK])


def new_secret() -> str:
    """A new random secret with its checksum.

    >>> looks_like_a_key(new_secret())
    True
    """
    body = "".join(secrets.choice(_DIGITS) for _ in range(_RANDOM))
    return PREFIX + body + _checksum(body)


def _checksum(body: str) -> str:
    number, digits = zlib.crc32(body.encode(errors="replace")), ""
    for _ in range(_CHECK):
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits
