"""The keys of cases: one for each case, and the house's own, in a file, that wraps them.

Everything is sealed with AES-256-GCM under a nonce used once, and bound to the row that it belongs to, so
that what was changed, moved to another row or brought back from an older version does not open.
"""

from __future__ import annotations

import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bernard.errors import CaseDamaged, CaseKeyInvalid

_NONCE = 12
_KEY = 32
_OTHERS = 0o077


class KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the key file holds.

    Attributes:
        index: makes the ids of rows from the names of cases; it stays when the rest is rotated.
        keys: by name; more than one only while they are rotated. New ones come last.
    """

    index: bytes
    keys: dict[str, bytes]

    @property
    def newest(self) -> str:
        """Name of the key that was made last."""
        return list(self.keys)[-1]

    @property
    def sign(self) -> str:
        """Shows whether this is the key file that a database belongs to, and tells no key."""
        return hmac.digest(self.index, b"bernard case key file", "sha256").hex()

    def row_id(self, whose: str, case: str) -> str:
        """The id of a case's row, from which nobody learns whose or which case it is."""
        name = msgspec.json.encode((whose, case))
        return hmac.digest(self.index, name, "sha256").hex()

    def wrap(self, house: str, id: str, key: bytes) -> bytes:
        """The key of a case, sealed under this key of the house."""
        return seal(self.keys[house], key, _bound_to(id, house))

    def unwrap(self, house: str, id: str, wrapped: bytes) -> bytes:
        """The key of a case.

        Raises:
            CaseDamaged: it was changed, or belongs to another case.
        """
        return unseal(self.keys[house], wrapped, _bound_to(id, house))

    def rotated(self) -> KeyFile:
        """With one more key."""
        return KeyFile(self.index, {**self.keys, **_new_key()})

    def with_only(self, *houses: str) -> KeyFile:
        """Without any other keys than these."""
        return KeyFile(self.index, {h: key for h, key in self.keys.items() if h in houses})


def read(path: Path) -> KeyFile | None:
    """What the key file holds, None where there is none.

    Raises:
        CaseKeyInvalid: it cannot be read, or is none.
    """
    try:
        found = msgspec.json.decode(path.read_bytes(), type=KeyFile)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not a key file"
        raise CaseKeyInvalid(
            f"The key file of cases, {str(path)!r}, cannot be used: {why}. Nothing was sent."
        ) from error
    if not found.keys or any(len(key) != _KEY for key in (found.index, *found.keys.values())):
        raise CaseKeyInvalid(
            f"The key file of cases, {str(path)!r}, is damaged. Nothing was sent. Put back a copy."
        )
    return found


def make(path: Path) -> KeyFile:
    """A new key file, which only this account may read; the one that is there, if another was quicker.

    Raises:
        CaseKeyInvalid: it cannot be written.
    """
    new = KeyFile(secrets.token_bytes(_KEY), _new_key())
    part = _written(path, new)
    try:
        # Unlike a rename, this leaves alone what another process put there meanwhile.
        with suppress(FileExistsError):
            os.link(part, path)
        _flush_folder(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        part.unlink(missing_ok=True)
    return read(path) or new


def replace(path: Path, keys: KeyFile) -> None:
    """Put this in place of what the file holds, whole or not at all.

    Raises:
        CaseKeyInvalid: it cannot be written.
    """
    part = _written(path, keys)
    try:
        part.replace(path)
        _flush_folder(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise _unwritable(path, error) from error


def may_be_read_by_others(path: Path) -> bool:
    """Whether another account than its owner's may read the key file."""
    try:
        return bool(path.stat().st_mode & _OTHERS)
    except OSError:
        return False


def new_case_key() -> bytes:
    """The key of a new case."""
    return secrets.token_bytes(_KEY)


def seal(key: bytes, data: bytes, bound: bytes) -> bytes:
    """The data, encrypted; it opens only with the same `bound`."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, bound)


def unseal(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    """What `seal` was given.

    Raises:
        CaseDamaged: it was changed, or is bound to something else.
    """
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound)
    except (InvalidTag, ValueError) as error:
        raise CaseDamaged() from error


def _bound_to(id: str, house: str) -> bytes:
    return f"bernard case key\0{id}\0{house}".encode()


def _new_key() -> dict[str, bytes]:
    return {secrets.token_hex(4): secrets.token_bytes(_KEY)}


def _written(path: Path, keys: KeyFile) -> Path:
    """The keys in a file beside this one, on the disk."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(msgspec.json.encode(keys))
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        part.unlink(missing_ok=True)
        raise _unwritable(path, error) from error
    return part


def _flush_folder(path: Path) -> None:
    """A name in a folder outlasts a power cut only when the folder is on the disk."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _unwritable(path: Path, error: OSError) -> CaseKeyInvalid:
    return CaseKeyInvalid(
        f"The key file of cases, {str(path)!r}, cannot be written: {error.strerror}. Nothing was "
        "sent. Set BERNARD_CASES_KEY_FILE to a place where this account may write."
    )
