"""One process at a time in a folder; the lock goes with the process, however it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bernard.errors import FetchFailed

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def sole(path: Path) -> Iterator[None]:
    """Hold the lock file for as long as the block runs.

    Raises:
        FetchFailed: another process holds it.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            _try_lock(handle)
        except OSError as error:
            raise FetchFailed(
                f"Another process is fetching into {str(path.parent)!r}. Wait until it is done."
            ) from error
        yield
    finally:
        os.close(handle)
