"""The file with the key that signs the log: made at the first entry, and read by this account only."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from bernard.errors import InputInvalid, LogKeyInvalid
from bernard.ledger.tlog.durable import sync
from bernard.ledger.tlog.keys import Algorithm, SignerKey

MOST_BYTES = 10_000


class KeyFile:
    """Where the key lies, and under which name a new one is made."""

    def __init__(self, path: Path, origin: str = "") -> None:
        """Use this file.

        Args:
            origin: the log's name; empty for one made up with the key.
        """
        self.path = path
        self._origin = origin
        self._key: SignerKey | None = None

    def key(self, made_for: str = "") -> SignerKey:
        """The key, made where there is none.

        Args:
            made_for: the public key that signed the log so far; then none is made.

        Raises:
            LogKeyInvalid: it is missing, is another log's, or cannot be read or written.
        """
        if self._key and (not made_for or str(self._key.verifier) == made_for):
            return self._key
        key = read(self.path)
        if key is None and made_for:
            raise LogKeyInvalid(
                f"The key that signs the log, {str(self.path)!r}, is missing, so nothing was sent. "
                "Put it back, or run `bernard ledger renew` to sign with a new one under a new name."
            )
        key = key or make(self.path, self._origin or f"bernard.invalid/{secrets.token_hex(8)}")
        if made_for and str(key.verifier) != made_for:
            raise LogKeyInvalid(
                f"The key in {str(self.path)!r} is not the one that signed the log so far, so "
                "nothing was sent. Put that one back; machines that share a database share it."
            )
        if self._origin and key.name != self._origin:
            raise LogKeyInvalid(
                f"The log is named {key.name!r} and BERNARD_LEDGER_ORIGIN says {self._origin!r}. "
                "A log keeps its name: set it back, or run `bernard ledger renew`."
            )
        self._key = key
        return key

    def renew(self) -> SignerKey:
        """A new key under a new name; the old file stays beside it, under the old key's id.

        Raises:
            LogKeyInvalid: it cannot be read or written.
        """
        old = read(self.path)
        name = self._origin
        if not name or (old and old.name == name):
            name = f"bernard.invalid/{secrets.token_hex(8)}"
        try:
            if old:
                self.path.replace(self.path.with_name(f"{self.path.name}.{old.key_id.hex()}"))
        except OSError as error:
            raise _unusable(self.path, error) from error
        self._key = make(self.path, name)
        return self._key


def read(path: Path) -> SignerKey | None:
    """The key in the file, None where there is no file.

    Raises:
        LogKeyInvalid: it cannot be read, or holds no key.
    """
    try:
        with open(path, encoding="ascii") as file:
            key = SignerKey.parse(file.read(MOST_BYTES).strip())
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, InputInvalid) as error:
        raise _unusable(path, error) from error
    if key.algorithm is not Algorithm.ED25519:
        raise _unusable(path, InputInvalid("It makes cosignatures: it is a witness's"))
    return key


def make(path: Path, origin: str) -> SignerKey:
    """A new key, on the disk when this returns; the one that is there, if another was quicker.

    Raises:
        LogKeyInvalid: it cannot be written.
    """
    try:
        key = SignerKey.generate(origin)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.part")
        try:
            with open(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(f"{key.private_text}\n")
            sync([part])
            # Unlike a rename, this leaves alone what another process put there meanwhile.
            with suppress(FileExistsError):
                os.link(part, path)
            sync([path.parent])
        finally:
            part.unlink(missing_ok=True)
    except (OSError, InputInvalid) as error:
        raise _unusable(path, error) from error
    return read(path) or key


def _unusable(path: Path, error: Exception) -> LogKeyInvalid:
    why = (error.strerror if isinstance(error, OSError) else "") or str(error).rstrip(".")
    return LogKeyInvalid(
        f"The key that signs the log, {str(path)!r}, cannot be used: {why}. Nothing was sent."
    )
