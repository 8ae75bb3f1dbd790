"""Documents opened in a process of their own, since anybody may have made them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import msgspec

import bernard
from bernard.confined.process import Confined, Died, Late
from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.privacy.documents.limits import Limits
from bernard.privacy.documents.readers import choose
from bernard.privacy.documents.types import Cut, Page
from bernard.privacy.documents.wire import (
    Asked,
    Done,
    Failed,
    Finish,
    Finished,
    Know,
    Open,
    Opened,
    PageRead,
    Read,
    Said,
    TakeOut,
)

_S = TypeVar("_S", bound=msgspec.Struct)
CPU_S = 4 * 3600
_MOST_EXTRA = 64_000_000

# The child imports the documents and not the rest of the room, which finds personal data; so the
# room stands in as an empty shell.
_BOOT = """
import sys, types
source, memory_mb, cpu_s, reader = sys.argv[1:]
sys.path.append(source)
room = types.ModuleType("bernard.privacy")
room.__path__ = [source + "/bernard/privacy"]
sys.modules["bernard.privacy"] = room
from bernard.privacy.documents.worker import main
main(int(memory_mb), int(cpu_s), reader)
"""


class Reading(Confined):
    """A process that opens documents, one at a time."""

    def __init__(self, limits: Limits, ocr: bool = True) -> None:
        """Start it.

        Args:
            ocr: read words in pictures, where something that can is there.
        """
        reader = choose() if ocr else ""
        source = str(Path(bernard.__file__).parent.parent)
        arguments = [source, str(limits.memory_mb), str(CPU_S), reader]
        super().__init__("reader of documents", _BOOT, arguments)
        self.lock = threading.Lock()


class OpenDocument:
    """A document that is open in a confined process, until it is closed."""

    def __init__(
        self,
        name: str,
        data: bytes,
        limits: Limits | None = None,
        ocr: bool = True,
        reading: Reading | None = None,
    ) -> None:
        """Open the document in a process of its own, or in the one that is given.

        Args:
            name: what the reader calls it, for messages.
            ocr: read words in pictures, where something that can is there.
            reading: it is this document's until the document is closed.

        Raises:
            DocumentUnreadable: it is damaged, locked, or of a kind that cannot be redacted.
            DocumentTooLarge: it is over a limit.
        """
        self._name = " ".join(name.split())[:200]
        self._limits = limits or Limits()
        self._size = len(data)
        self._lent = reading is not None
        self._process = reading or Reading(self._limits, ocr)
        self._process.lock.acquire()
        try:
            opened = self._ask(Open(data, self._limits), Opened)
        except BaseException:
            self.close()
            raise
        self.kind, self.pages, self.notes = opened.kind, opened.pages, opened.notes

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, or give it back."""
        if not self._lent:
            self._process.close()
        self._process.lock.release()

    def page(self, number: int) -> Page:
        """A page, counted from 0."""
        return self._ask(Read(number), PageRead).page

    def know(self, number: int, page: Page) -> None:
        """Give back a page as it was read before, so that what was decided fits it."""
        self._ask(Know(number, page), Done)

    def cut(self, number: int, cuts: Sequence[Cut]) -> None:
        """Take these out of a page; do it once for each page, in order."""
        self._ask(TakeOut(number, tuple(cuts)), Done)

    def finish(self, values: Sequence[str] = ()) -> bytes:
        """The new file, looked through for these values.

        Raises:
            DocumentUnreadable: something of what was taken out is still in it.
        """
        finished = self._ask(Finish(tuple(values)), Finished)
        if finished.faults:
            said = "; ".join(finished.faults)
            raise DocumentUnreadable(
                f"{self._name!r} was redacted, but the new file is not clean, so it is not given "
                f"out: {said}. Print it to a new PDF and try again."
            )
        return finished.data

    def _ask(self, asked: Asked, expected: type[_S]) -> _S:
        most = 4 * self._size + 8 * self._limits.max_text + _MOST_EXTRA
        try:
            answer = self._process.ask(msgspec.msgpack.encode(asked), self._limits.timeout_s, most)
            said: Said = msgspec.msgpack.decode(answer, type=Said)
        except Late as error:
            self._process.end()
            raise DocumentTooLarge(
                f"{self._name!r} took longer than {self._limits.timeout_s:g} seconds over one page. "
                "Print it to a new PDF, or split it."
            ) from error
        except (Died, msgspec.DecodeError) as error:
            self._process.end()
            raise DocumentUnreadable(
                f"{self._name!r} made its reader crash; it is damaged or harmful, or needs too "
                "much memory. Print it to a new PDF."
            ) from error
        if isinstance(said, Failed):
            kind = DocumentTooLarge if said.too_large else DocumentUnreadable
            raise kind(f"{self._name!r} {said.message}")
        assert isinstance(said, expected)
        return said
