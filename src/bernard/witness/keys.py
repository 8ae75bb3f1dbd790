"""A witness's keys in a file that only the witness's account may read."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm

from bernard.errors import InputInvalid
from bernard.ledger.tlog import Algorithm, SignerKey
from bernard.ledger.tlog.checkpoint import is_witness_key

_OTHERS = 0o077


def make_keys(path: Path, name: str, algorithms: tuple[Algorithm, ...]) -> tuple[SignerKey, ...]:
    """New keys of this name in a new file, one a line.

    Args:
        name: of the witness, an address of its own without `https://`.

    Raises:
        InputInvalid: the name or the file cannot be used, or there is a file already.
    """
    try:
        keys = tuple(SignerKey.generate(name, algorithm) for algorithm in algorithms)
        text = "".join(f"{key.private_text}\n" for key in keys)
    except UnsupportedAlgorithm as error:
        raise InputInvalid("The cryptography on this machine makes no ML-DSA-44 keys.") from error
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise InputInvalid(
            f"There is a file {str(path)!r} already. A witness keeps its key for all its life; "
            "name another file to make another witness."
        ) from error
    except OSError as error:
        raise InputInvalid(f"{str(path)!r} cannot be written: {error.strerror}.") from error
    return keys


def read_keys(path: Path) -> tuple[SignerKey, ...]:
    """The keys in the file.

    Raises:
        InputInvalid: it cannot be read, others may read it, or it does not hold a witness's keys.
    """
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputInvalid(
            f"The key file {str(path)!r} cannot be read. `bernard witness key --key {path} "
            "--name NAME` makes one."
        ) from error
    if mode & _OTHERS:
        raise InputInvalid(
            f"Other accounts may read the key file {str(path)!r}. Say `chmod 600 {path}`, and make a "
            "new key if they may have."
        )
    keys = tuple(SignerKey.parse(line) for line in text.splitlines() if line.strip())
    if not keys or not all(is_witness_key(key.verifier) for key in keys):
        raise InputInvalid(f"{str(path)!r} holds no key that makes cosignatures.")
    return keys
