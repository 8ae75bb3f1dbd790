"""One at a time publishes into a folder."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bernard.errors import Busy, LogUnwritable

# An empty file beside the log's: whoever holds it publishes.
LOCK = ".publishing"
_LOOK_EVERY_S = 0.1


@contextmanager
def alone_in(folder: Path, wait_s: float) -> Iterator[None]:
    """Hold the folder's lock, which goes with the process however that ends.

    Args:
        wait_s: for another that holds it.

    Raises:
        Busy: another still holds it.
        LogUnwritable: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / LOCK).open("w") as file:
            _lock(file.fileno(), time.monotonic() + wait_s)
            yield
    except OSError as error:
        raise LogUnwritable(f"{str(folder)!r} cannot be written. {error}") from error


def _lock(handle: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= until:
                raise Busy("Another process is publishing the log just now.") from None
        time.sleep(_LOOK_EVERY_S)
