"""What a witness remembers of each log, and a folder that keeps it through a power cut."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, Protocol

from bernard.errors import InputInvalid, StoreUnavailable
from bernard.ledger.tlog import note as notes
from bernard.ledger.tlog.checkpoint import Checkpoint
from bernard.ledger.tlog.durable import write_durably


class Seen(NamedTuple):
    """The last checkpoint that was cosigned: its size, its root, and the note as it came."""

    size: int
    root: bytes
    note: str


class Memory(Protocol):
    """Remembers one checkpoint a log."""

    def last_seen(self, origin: str) -> Seen | None:
        """The last checkpoint of this log, None before the first."""
        ...

    def replace(self, origin: str, old: Seen | None, new: Seen) -> bool:
        """Put `new` in the place of `old`; False where it is `old` no longer.

        When this returns True, a power cut cannot bring `old` back.
        """
        ...


class FolderMemory:
    """Keeps a file for each log; several processes may share the folder."""

    def __init__(self, folder: Path) -> None:
        """Keep the files here; the folder is made where it is missing."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def last_seen(self, origin: str) -> Seen | None:
        """The last checkpoint of this log, None before the first.

        Raises:
            StoreUnavailable: the file cannot be read, so nothing may be cosigned.
        """
        path = self._path(origin)
        try:
            note = path.read_text(encoding="utf-8")
            checkpoint = Checkpoint.parse(notes.parse(note).text)
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError, InputInvalid) as error:
            raise StoreUnavailable(f"The witness cannot read {str(path)!r}. {error}") from error
        return Seen(checkpoint.size, checkpoint.root, note)

    def replace(self, origin: str, old: Seen | None, new: Seen) -> bool:
        """Put `new` in the place of `old`; False where it is `old` no longer.

        Raises:
            StoreUnavailable: the file cannot be written, so nothing may be cosigned.
        """
        try:
            with self._alone(origin):
                if self.last_seen(origin) != old:
                    return False
                write_durably(self._path(origin), new.note.encode())
        except OSError as error:
            raise StoreUnavailable(f"The witness cannot write its memory. {error}") from error
        return True

    def _path(self, origin: str) -> Path:
        return self._folder / f"{sha256(origin.encode()).hexdigest()}.checkpoint"

    @contextmanager
    def _alone(self, origin: str) -> Iterator[None]:
        with self._path(origin).with_suffix(".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
