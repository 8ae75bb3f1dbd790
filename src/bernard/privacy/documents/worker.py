"""The process that opens documents, in its walls: one document at a time, page by page."""

from __future__ import annotations

import msgspec

from bernard.confined.serving import serve
from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.privacy.documents.check import faults
from bernard.privacy.documents.opening import open_paper
from bernard.privacy.documents.readers import ready
from bernard.privacy.documents.types import Paper, Reader
from bernard.privacy.documents.wire import (
    Asked,
    Done,
    Failed,
    Finished,
    Know,
    Open,
    Opened,
    PageRead,
    Read,
    Said,
    TakeOut,
)


def main(memory_mb: int, cpu_s: int, reader: str) -> None:
    """Serve until the owner hangs up.

    Args:
        reader: as `readers.choose` gave it; it is loaded before the walls stand.
    """
    desk = Desk(ready(reader))
    program = reader if reader.startswith("/") and reader.endswith("tesseract") else ""
    serve(desk.answer, memory_mb, cpu_s, program)


class Desk:
    """The document that is open, and what can be asked of it."""

    def __init__(self, reader: Reader | None) -> None:
        """Begin with nothing open."""
        self._reader = reader
        self._paper: Paper | None = None

    def answer(self, message: bytes) -> bytes:
        """What to say to a message."""
        asked: Asked = msgspec.msgpack.decode(message, type=Asked)
        said: Said
        try:
            said = self._do(asked)
        except DocumentTooLarge as error:
            said = Failed(str(error), too_large=True)
        except DocumentUnreadable as error:
            said = Failed(str(error))
        except MemoryError:
            self._paper = None
            said = Failed("needs more memory than it may have. Split it.", too_large=True)
        except RecursionError:
            said = Failed("is nested too deeply. Print it to a new PDF.")
        return msgspec.msgpack.encode(said)

    def _do(self, asked: Asked) -> Said:
        if isinstance(asked, Open):
            self._paper = None
            self._paper = open_paper(asked.data, asked.limits, self._reader)
            return Opened(self._paper.kind, self._paper.pages, tuple(self._paper.notes))
        assert self._paper, "nothing is open"
        if isinstance(asked, Read):
            return PageRead(self._paper.page(asked.number))
        if isinstance(asked, Know):
            self._paper.know(asked.number, asked.page)
            return Done()
        if isinstance(asked, TakeOut):
            self._paper.cut(asked.number, asked.cuts)
            return Done()
        data = self._paper.finish()
        wrong = tuple(faults(self._paper.kind, data, asked.values))
        return Finished(faults=wrong) if wrong else Finished(data)
