"""Sign an agreement, and check who signed it."""

from __future__ import annotations

import base64
import binascii
import datetime
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec.structs import replace

from bernard.agreements.above import has_outside_supplier
from bernard.agreements.canonical import canonical
from bernard.agreements.schema import Agreement, Signature
from bernard.errors import InputInvalid, SettingInvalid

Role = Literal["public-body", "supplier"]
Keys = frozenset[bytes]
ROLES: tuple[Role, ...] = ("public-body", "supplier")


class Checked(msgspec.Struct, frozen=True):
    """One signature, and what is wrong with it; no fault means that it holds."""

    role: Role
    signatory: str
    key: str
    date: datetime.date | None
    fault: str = ""


class Signed(msgspec.Struct, frozen=True):
    """Whether an agreement is signed by everybody who must.

    Attributes:
        complete: every side that must sign has a signature that holds, and none does not.
        missing: sides that must sign and have not.
    """

    complete: bool
    signatures: tuple[Checked, ...]
    missing: tuple[Role, ...]


def make_key(path: Path) -> str:
    """Write a new private key to a file that only its owner can read; returns the public key.

    Raises:
        InputInvalid: the file is there already, or cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    try:
        # Exclusive, so that a key in use is never lost; the mode is right from the first moment.
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb") as file:
            file.write(pem)
    except FileExistsError as error:
        raise InputInvalid(
            f"{str(path)!r} is there already; a key is never overwritten."
        ) from error
    except OSError as error:
        raise InputInvalid(f"{str(path)!r} cannot be written: {error.strerror}.") from error
    return public_key(key)


def read_key(path: Path) -> Ed25519PrivateKey:
    """The private key in a PEM file.

    Raises:
        InputInvalid: the file cannot be read, or holds no Ed25519 private key without a password.
    """
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise InputInvalid(f"The key {str(path)!r} cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InputInvalid(f"{str(path)!r} holds no private key that can be read.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise InputInvalid(f"The key in {str(path)!r} is not an Ed25519 key.")
    return key


def public_key(key: Ed25519PrivateKey) -> str:
    """The public key that belongs to a private key, as an agreement writes it."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def sign(
    agreement: Agreement, key: Ed25519PrivateKey, role: Role, signatory: str, date: datetime.date
) -> Signature:
    """A signature over the canonical bytes of the agreement."""
    made = base64.b64encode(key.sign(canonical(agreement))).decode()
    return Signature(role, signatory, public_key(key), made, date)


def verify(
    agreement: Agreement, pinned: Mapping[str, str] | None = None, keys: Keys = frozenset()
) -> Signed:
    """Check every signature.

    A key stands in the file that it signs, so on its own it only shows that nothing changed since.

    Args:
        pinned: the public key of a side, learnt from that side itself; a signature by another fails.
        keys: those that may sign for any side; a signature by another fails. Empty: any key may.
    """
    signed = canonical(agreement)
    checked = tuple(
        _check(one, signed, agreement, pinned or {}, keys) for one in agreement.signatures
    )
    present = {one.role for one in checked if not one.fault}
    missing = tuple(role for role in needed(agreement) if role not in present)
    complete = not missing and not any(one.fault for one in checked)
    return Signed(complete, checked, missing)


def needed(agreement: Agreement) -> tuple[Role, ...]:
    """The sides that must sign: both where anything may leave the body's own machines, else none."""
    return ROLES if has_outside_supplier(agreement) else ()


def trusted_keys(setting: str) -> Keys:
    """The keys of the setting: base64, with commas between them.

    Raises:
        SettingInvalid: one is no public key.
    """
    found = []
    for word in filter(None, map(str.strip, setting.split(","))):
        try:
            found.append(decoded(word, 32, "key"))
        except InputInvalid as error:
            raise SettingInvalid(f"BERNARD_AGREEMENT_KEYS cannot be used. {error}") from error
    return frozenset(found)


def only_trusted(agreement: Agreement, keys: Keys) -> Agreement:
    """The agreement with only the signatures that these keys made; with all where there are none."""
    if not keys or not agreement.signatures:
        return agreement
    kept = tuple(one for one in agreement.signatures if _may_sign(one, keys))
    return replace(agreement, signatures=kept)


def _may_sign(one: Signature, keys: Keys) -> bool:
    try:
        return not keys or decoded(one.key, 32, "key") in keys
    except InputInvalid:
        return False


def _check(
    one: Signature, signed: bytes, agreement: Agreement, pinned: Mapping[str, str], keys: Keys
) -> Checked:
    fault = (
        _not_pinned(one, pinned)
        or ("" if _may_sign(one, keys) else "Its key is not among those that may sign here.")
        or _not_alone(one, agreement.signatures)
        or _broken(one, signed)
    )
    return Checked(one.role, one.signatory, one.key, one.date, fault)


def _not_pinned(one: Signature, pinned: Mapping[str, str]) -> str:
    expected = pinned.get(one.role)
    if expected is None or _same_key(expected, one.key):
        return ""
    return f"It was made with another key than {expected}."


def _not_alone(one: Signature, every: tuple[Signature, ...]) -> str:
    if any(other.role == one.role for other in every if other is not one):
        return f"The {words(one.role)} has signed more than once; keep one signature a side."
    if any(_same_key(other.key, one.key) for other in every if other is not one):
        return "Both sides signed with the same key, so it is nobody's own."
    return ""


def _broken(one: Signature, signed: bytes) -> str:
    try:
        key = Ed25519PublicKey.from_public_bytes(decoded(one.key, 32, "key"))
        key.verify(decoded(one.signature, 64, "signature"), signed)
    except InputInvalid as error:
        return str(error)
    except InvalidSignature:
        return "It does not fit: the agreement was changed after it, or another key made it."
    return ""


def decoded(text: str, size: int, what: str) -> bytes:
    """The bytes that base64 stands for.

    Raises:
        InputInvalid: it is not base64, or of another length.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputInvalid(f"The {what} {text!r} is not base64.") from error
    if len(data) != size:
        raise InputInvalid(f"The {what} {text!r} is {len(data)} bytes long, not {size}.")
    return data


def _same_key(one: str, other: str) -> bool:
    """Whether both stand for the same bytes; base64 can write the same bytes in several ways."""
    try:
        return decoded(one, 32, "key") == decoded(other, 32, "key")
    except InputInvalid:
        return one == other


def words(role: Role) -> str:
    """The side in words.

    >>> words("public-body")
    'public body'
    """
    return role.replace("-", " ")
