"""Agreement files: which there are, what each said when it was read, and whether it has changed."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from bernard.agreements.compiled import Ready, compiled
from bernard.agreements.read import in_words, parse
from bernard.agreements.sign import Keys, only_trusted
from bernard.agreements.types import Fault
from bernard.errors import AgreementInvalid

_SUFFIXES = (".yaml", ".yml")
# Two edits within one tick of the file system's clock leave the same time behind.
_UNSETTLED_NS = 100_000_000
_ID = re.compile(rb"^id: *[\"']?([a-z0-9][a-z0-9._-]*)", re.M)
_DRAFT = re.compile(rb"^status: *[\"']?draft\b", re.M)
_State = tuple[int, int, int, int] | None


class AgreementFile:
    """An agreement file: what it said when it was last read.

    Attributes:
        id: of the agreement; of a file with a fault, the one it had before.
        ready: None if it cannot be used; `faults` then says why.
    """

    def __init__(self, path: Path, keys: Keys = frozenset()) -> None:
        """Read it; nothing is raised, whatever it holds. Only these keys may have signed it."""
        self.path = path
        self._keys = keys
        self._name = str(path)
        self.state: _State = None
        self.data = b""
        self.id = ""
        self.ready: Ready | None = None
        self.faults: list[Fault] = []
        self.read()

    def read(self) -> None:
        """Read it again. A fault keeps the id, so that calls under it are told of the fault."""
        self.state = _state(self.path)
        try:
            data = self.path.read_bytes()
        except OSError as error:
            self.data, self.ready = b"", None
            self.faults = [Fault(1, f"It cannot be read: {error.strerror}.")]
            return
        if data == self.data and data:
            return
        self.data = data
        agreement, self.faults = parse(data)
        self.id = agreement.id if agreement else _claimed(data) or self.id
        self.ready = None
        if agreement and not self.faults:
            self.ready = compiled(only_trusted(agreement, self._keys))

    @property
    def changed(self) -> bool:
        """Whether the file may say something else than when it was read."""
        try:
            found = os.stat(self._name)
        except OSError:
            return True
        return self.state != (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)

    @property
    def stops(self) -> bool:
        """Whether its fault stops other versions of its agreement too.

        Else an older version, which may allow more, would come back into force by a typing error. A
        draft was never in force.
        """
        return bool(self.faults) and not _DRAFT.search(self.data)

    @property
    def fault(self) -> str:
        """What is wrong with it, in one line; empty if nothing is."""
        return f"{self.path.name} cannot be used. {in_words(self.faults)}" if self.faults else ""


def _claimed(data: bytes) -> str:
    """The id that a file with a fault seems to have."""
    found = _ID.search(data)
    return found[1].decode() if found else ""


def agreement_files(folder: Path) -> Iterator[Path]:
    """The agreement files of a folder.

    Raises:
        AgreementInvalid: the folder cannot be read.
    """
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(_SUFFIXES) and not entry.name.startswith("."):
                    yield folder / entry.name
    except OSError as error:
        message = f"The folder of agreements {str(folder)!r} cannot be read: {error.strerror}."
        raise AgreementInvalid(message) from error


def _state(path: Path) -> _State:
    """What shows that a file changed; None if it is not there, or changed only just now."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    if 0 <= time.time_ns() - found.st_mtime_ns < _UNSETTLED_NS:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
