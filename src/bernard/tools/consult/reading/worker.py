"""The process that opens workbooks, in its walls: one workbook, rows by the thousand."""

from __future__ import annotations

import msgspec

from bernard.confined.serving import serve
from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.tools.consult.reading.wire import Asked, Failed, Open, Opened, Said
from bernard.tools.consult.reading.workbook import Workbook


def main(memory_mb: int, cpu_s: int) -> None:
    """Serve until the owner hangs up."""
    serve(_Desk().answer, memory_mb, cpu_s)


class _Desk:
    """Keeps the workbook between messages."""

    def __init__(self) -> None:
        self._book: Workbook | None = None

    def answer(self, message: bytes) -> bytes:
        """What is said to one message; a file's faults are answers, ours end the process."""
        said: Said
        try:
            said = self._done(msgspec.msgpack.decode(message, type=Asked))
        except DocumentTooLarge as error:
            said = Failed(str(error), too_large=True)
        except DocumentUnreadable as error:
            said = Failed(str(error))
        except MemoryError:
            said = Failed("needs more memory than a workbook may take.", too_large=True)
        return msgspec.msgpack.encode(said)

    def _done(self, asked: Asked) -> Said:
        if isinstance(asked, Open):
            self._book = book = Workbook(asked.data, asked.limits)
            sheets = book.sheets()
            return Opened(book.kind, sheets, tuple(book.faults))
        assert self._book is not None
        return self._book.take(asked.sheet, asked.start)
