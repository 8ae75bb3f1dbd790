"""Files taken from the disk: plain files only, and never more of one than is read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from bernard.errors import DocumentUnreadable
from bernard.library.convert.draft import one_line
from bernard.library.convert.limits import Limits
from bernard.library.convert.read import too_many_bytes


def read_bytes(name: str, path: Path, limits: Limits) -> bytes:
    """The bytes of a plain file.

    Raises:
        DocumentUnreadable: it is missing, may not be read, or is a folder, link, pipe or device.
        DocumentTooLarge: it is over the limit on size.
    """
    shown = one_line(name, 200)
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        handle = os.open(path, flags)
    except (OSError, ValueError) as error:
        raise DocumentUnreadable(f"{shown!r} {_why(path, error)}") from error
    try:
        mode = os.fstat(handle).st_mode
        if not stat.S_ISREG(mode):
            raise DocumentUnreadable(f"{shown!r} {_not_a_file(mode)}")
        with os.fdopen(handle, "rb", closefd=False) as stream:
            data = stream.read(limits.max_bytes + 1)
    except OSError as error:
        raise DocumentUnreadable(f"{shown!r} {_why(path, error)}") from error
    finally:
        os.close(handle)
    if len(data) > limits.max_bytes:
        large = too_many_bytes(limits)
        raise type(large)(f"{shown!r} {large}")
    return data


def _why(path: Path, error: OSError | ValueError) -> str:
    try:
        mode = os.lstat(path).st_mode
    except (OSError, ValueError):
        return "does not exist, or its name cannot be used. Check the name."
    if not stat.S_ISREG(mode):
        return _not_a_file(mode)
    reason = getattr(error, "strerror", None) or "it cannot be opened"
    return f"cannot be read: {reason}. Check who may read it."


def _not_a_file(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "is a link, which is not followed. Name the file that it leads to."
    if stat.S_ISDIR(mode):
        return "is a folder. Name the files in it."
    return "is a pipe, socket or device and not a file."
