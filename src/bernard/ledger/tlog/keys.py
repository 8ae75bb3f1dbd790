"""Keys that sign notes, and their public halves, as they are written in settings and policies.

Source: C2SP signed-note (key ids, verifier keys, Ed25519), https://c2sp.org/signed-note;
C2SP tlog-cosignature (cosignatures by Ed25519 and ML-DSA-44), https://c2sp.org/tlog-cosignature;
the private form is the one of Go's golang.org/x/mod/sumdb/note.
"""

from __future__ import annotations

import base64
import binascii
import os
import struct
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from bernard.errors import InputInvalid

KEY_ID_BYTES = 4
SEED_BYTES = 32
_PRIVATE = "PRIVATE+KEY+"
_TIME = struct.Struct(">Q")
_LATEST_S = 2**63 - 1
# Ed25519 keys of so small an order that anybody can sign for them, by their y; from 2**255 - 19 on
# a y is written in a second way, which some libraries take and some do not.
_FIELD = 2**255 - 19
_EIGHTH = 2707385501144840649318225287225658788936804267575313519463743609750303402022
_WEAK = (0, 1, _FIELD - 1, _EIGHTH, _FIELD - _EIGHTH)


class Algorithm(IntEnum):
    """What a key makes; the number is part of the key's id."""

    ED25519 = 0x01
    COSIGNATURE = 0x04
    COSIGNATURE_MLDSA44 = 0x06


_PUBLIC_BYTES = {
    Algorithm.ED25519: 32,
    Algorithm.COSIGNATURE: 32,
    Algorithm.COSIGNATURE_MLDSA44: 1312,
}


@dataclass(frozen=True)
class VerifierKey:
    """The public half of a key: its name, what it makes, and the raw public key."""

    name: str
    algorithm: Algorithm
    public: bytes

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """The key from its one-line form, `name+id+base64`.

        Raises:
            InputInvalid: it is not such a key, or not of a kind that is known here.
        """
        name, id, encoded = _parts(text)
        material = _decode(encoded)
        key = cls(name, _algorithm(material), material[1:])
        if len(key.public) != _PUBLIC_BYTES[key.algorithm] or key.key_id.hex() != id:
            raise InputInvalid(f"The key of {name!r} has been damaged: its id does not fit.")
        if key.algorithm is not Algorithm.COSIGNATURE_MLDSA44 and _is_weak(key.public):
            raise InputInvalid(f"The key of {name!r} is too weak: anybody could sign for it.")
        return key

    @cached_property
    def key_id(self) -> bytes:
        """Four bytes that tell the keys of one name apart."""
        signed = f"{self.name}\n".encode() + bytes([self.algorithm]) + self.public
        return sha256(signed).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        """The key in its one-line form."""
        material = base64.b64encode(bytes([self.algorithm]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{material}"

    def verify(self, text: str, blob: bytes) -> int | None:
        """The time that the cosignature says, 0 for a plain signature, None where it is false."""
        time_s = 0
        if self.algorithm is not Algorithm.ED25519:
            if len(blob) < _TIME.size:
                return None
            [time_s] = _TIME.unpack_from(blob)
            blob = blob[_TIME.size :]
        try:
            self._public_key.verify(blob, signed_bytes(self, text, time_s))
        except (InvalidSignature, InputInvalid):
            return None
        return time_s

    @cached_property
    def _public_key(self) -> Ed25519PublicKey | MLDSA44PublicKey:
        if self.algorithm is Algorithm.COSIGNATURE_MLDSA44:
            return MLDSA44PublicKey.from_public_bytes(self.public)
        return Ed25519PublicKey.from_public_bytes(self.public)


@dataclass(frozen=True)
class SignerKey:
    """A key that signs. Its seed is a secret: it is not shown when the key is printed."""

    name: str
    algorithm: Algorithm
    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str, algorithm: Algorithm = Algorithm.ED25519) -> SignerKey:
        """A new key under this name.

        Raises:
            InputInvalid: the name is empty, or holds a space or a plus sign.
        """
        if not is_key_name(name):
            raise InputInvalid(f"A key cannot be named {name!r}: leave out spaces and plus signs.")
        return cls(name, algorithm, os.urandom(SEED_BYTES))

    @classmethod
    def parse(cls, text: str) -> SignerKey:
        """The key from its one-line form, `PRIVATE+KEY+name+id+base64`.

        Raises:
            InputInvalid: it is not such a key. The message does not repeat it.
        """
        try:
            name, id, encoded = _parts(text.removeprefix(_PRIVATE))
            material = _decode(encoded)
            key = cls(name, _algorithm(material), material[1:])
        except InputInvalid:
            key = None
        if (
            key is None
            or not text.startswith(_PRIVATE)
            or len(key.seed) != SEED_BYTES
            or key.key_id.hex() != id
        ):
            raise InputInvalid("The private key is not of the form PRIVATE+KEY+name+id+base64.")
        return key

    @cached_property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.algorithm, self._key.public_key().public_bytes_raw())

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell the keys of one name apart."""
        return self.verifier.key_id

    @property
    def private_text(self) -> str:
        """The key in its one-line private form, for a file that only the signer reads."""
        material = base64.b64encode(bytes([self.algorithm]) + self.seed).decode()
        return f"{_PRIVATE}{self.name}+{self.key_id.hex()}+{material}"

    def sign(self, text: str, time_s: int = 0) -> bytes:
        """The signature over a note's text; a cosignature begins with its time."""
        if self.algorithm is Algorithm.ED25519:
            return self._key.sign(text.encode())
        signature = self._key.sign(signed_bytes(self.verifier, text, time_s))
        return _TIME.pack(time_s) + signature

    @cached_property
    def _key(self) -> Ed25519PrivateKey | MLDSA44PrivateKey:
        if self.algorithm is Algorithm.COSIGNATURE_MLDSA44:
            return MLDSA44PrivateKey.from_seed_bytes(self.seed)
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def signed_bytes(key: VerifierKey, text: str, time_s: int) -> bytes:
    """What the key signs for this text.

    Raises:
        InputInvalid: a cosignature's time or names are too large to be signed.
    """
    if key.algorithm is Algorithm.ED25519:
        return text.encode()
    if not 0 <= time_s <= _LATEST_S:
        raise InputInvalid(f"The time {time_s!r} of a cosignature is out of range.")
    if key.algorithm is Algorithm.COSIGNATURE:
        return f"cosignature/v1\ntime {time_s}\n{text}".encode()
    origin, size, root, *_ = [*text.split("\n"), "", ""]
    if not size.isdecimal() or int(size) > _LATEST_S:
        raise InputInvalid("Only a checkpoint can be cosigned.")
    return subtree_bytes(key.name, time_s, origin, (0, int(size)), _decode(root))


def subtree_bytes(
    name: str, time_s: int, origin: str, leaves: tuple[int, int], root: bytes
) -> bytes:
    """What an ML-DSA-44 cosigner signs for the part of a tree from one leaf up to another.

    Raises:
        InputInvalid: a name is too long.
    """
    start, end = leaves
    return (
        b"subtree/v1\n\x00"
        + _short(name)
        + _TIME.pack(time_s)
        + _short(origin)
        + _TIME.pack(start)
        + _TIME.pack(end)
        + root
    )


def is_key_name(name: str) -> bool:
    """Whether a key may have this name."""
    return bool(name) and not any(
        c == "+" or c.isspace() or "\ud800" <= c <= "\udfff" for c in name
    )


def _is_weak(public: bytes) -> bool:
    y = int.from_bytes(public, "little") % 2**255
    return y >= _FIELD or y in _WEAK


def _short(text: str) -> bytes:
    data = text.encode()
    if not 1 <= len(data) <= 255:
        raise InputInvalid(f"The name {text[:80]!r} has {len(data)} bytes; at most 255 are signed.")
    return bytes([len(data)]) + data


def _parts(text: str) -> tuple[str, str, str]:
    name, id, encoded, *_ = [*text.split("+", 2), "", "", ""]
    if not is_key_name(name):
        raise InputInvalid(f"{text[:80]!r} is not a key of the form name+id+base64.")
    return name, id, encoded


def _algorithm(material: bytes) -> Algorithm:
    try:
        return Algorithm(material[0] if material else 0)
    except ValueError as error:
        raise InputInvalid("The key is of a kind that is not known here.") from error


def _decode(encoded: str) -> bytes:
    try:
        data = binascii.a2b_base64(encoded.encode(), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise InputInvalid("The key does not end in base 64.") from error
    if base64.b64encode(data).decode() != encoded:
        raise InputInvalid("The key does not end in base 64 in its one right form.")
    return data
