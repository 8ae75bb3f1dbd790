"""Who may make the first account: somebody at this machine, or who can read a file on it.

Where the site is open to a network before it is set up, anybody on it could be first. From another
machine the first account therefore needs a code that stands in a file in Bernard's folder.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from bernard.errors import Forbidden, StoreUnavailable

NAME = "set-up-code.txt"


def write(home: Path) -> Path:
    """The file with the code, made where it is not there."""
    path = home / NAME
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path
    except OSError as error:
        raise StoreUnavailable(f"{path} cannot be written ({error.strerror}).") from error
    with open(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(18) + "\n")
    return path


def check(home: Path, code: str) -> None:
    """Let the right code pass.

    Raises:
        Forbidden: it is not the one in the file.
    """
    expected = write(home).read_text(encoding="ascii").strip()
    if not expected or not hmac.compare_digest(code.strip().encode(), expected.encode()):
        raise Forbidden(f"That is not the set-up code. It stands in {NAME} in Bernard's folder.")


def forget(home: Path) -> None:
    """Delete the file: Bernard has been set up."""
    (home / NAME).unlink(missing_ok=True)
