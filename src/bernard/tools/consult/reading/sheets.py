"""Workbooks read by a confined process, because anybody may have made them."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

import bernard
from bernard.confined.process import Confined, Died, Late
from bernard.errors import DocumentTooLarge, DocumentUnreadable, InputInvalid
from bernard.library.convert.limits import Limits
from bernard.tools.consult.reading.types import Grid, Sheet
from bernard.tools.consult.reading.wire import Asked, Failed, Open, Opened, Rows, Said, Take
from bernard.tools.consult.types import Fault

_S = TypeVar("_S", bound=msgspec.Struct)
CPU_S = 900
_SHORT = 60
_EXTRA = 64_000_000

# The child imports what opens workbooks and not the rest of the rooms, so these stand in empty.
_BOOT = """
import sys, types
source, memory_mb, cpu_s = sys.argv[1:]
sys.path.append(source)
for name in ("bernard.library", "bernard.tools.consult.reading"):
    room = types.ModuleType(name)
    room.__path__ = [source + "/" + name.replace(".", "/")]
    sys.modules[name] = room
from bernard.tools.consult.reading.worker import main
main(int(memory_mb), int(cpu_s))
"""


def read_workbook(data: bytes, limits: Limits, sheet: str = "") -> Grid:
    """The cells of a sheet: of the one named, or of the fullest that is not hidden.

    Raises:
        DocumentUnreadable: it is damaged, locked or no workbook.
        DocumentTooLarge: it is over a limit on size, memory or time.
        InputInvalid: it has no sheet of that name.
    """
    source = str(Path(bernard.__file__).parent.parent)
    process = Confined("reader of workbooks", _BOOT, [source, str(limits.memory_mb), str(CPU_S)])
    try:
        return _read(process, data, limits, sheet)
    finally:
        process.close()


def _read(process: Confined, data: bytes, limits: Limits, sheet: str) -> Grid:
    opened = _ask(process, Open(data, limits), Opened, limits)
    chosen = _chosen(opened.sheets, sheet)
    grid = Grid(opened.kind, [], [], sheet=chosen.name, sheets=opened.sheets)
    grid.faults += opened.faults
    known: dict[str, str] = {}
    more, start = True, 0
    while more:
        part = _ask(process, Take(chosen.name, start), Rows, limits)
        for place, row in enumerate(part.rows):
            grid.rows.append([_kept(cell, known) for cell in row])
            grid.numbers.append(part.first + place)
        grid.faults += part.faults
        more, start = part.more, start + len(part.rows)
    grid.faults += [_not_read(s) for s in opened.sheets if s.name != chosen.name and s.rows]
    return grid


def _kept(cell: str, known: dict[str, str]) -> str:
    """One copy of each short text: a hundred thousand answers are a handful of different ones."""
    return known.setdefault(cell, cell) if len(cell) < _SHORT else cell


def _chosen(sheets: tuple[Sheet, ...], name: str) -> Sheet:
    if name:
        for sheet in sheets:
            if sheet.name == name:
                return sheet
        there = ", ".join(repr(s.name) for s in sheets)
        raise InputInvalid(f"The workbook has no sheet {name!r}. It has: {there}.")
    filled = [s for s in sheets if s.rows and not s.hidden] or [s for s in sheets if s.rows]
    if not filled:
        raise DocumentUnreadable("has no sheet with anything in it.")
    return max(filled, key=lambda s: s.rows * min(s.columns, 2))


def _not_read(sheet: Sheet) -> Fault:
    hidden = "is hidden and " if sheet.hidden else ""
    return Fault(
        f'sheet "{sheet.name}"',
        f"It {hidden}was not read: {sheet.rows:,} rows. Choose it if it holds the responses.",
    )


def _ask(process: Confined, asked: Asked, expected: type[_S], limits: Limits) -> _S:
    most = 6 * limits.max_bytes + _EXTRA
    try:
        answer = process.ask(msgspec.msgpack.encode(asked), limits.timeout_s, most)
        said: Said = msgspec.msgpack.decode(answer, type=Said)
    except Late as error:
        raise DocumentTooLarge(
            f"took longer than {limits.timeout_s:g} seconds to read. "
            "Split it, save it as CSV, or raise BERNARD_CONVERT_TIMEOUT_S."
        ) from error
    except (Died, msgspec.DecodeError) as error:
        raise DocumentUnreadable(
            f"made its reader crash; it is damaged or harmful, or needs more than "
            f"{limits.memory_mb:,} MB of memory. Save it as CSV, or raise BERNARD_CONVERT_MEMORY_MB."
        ) from error
    if isinstance(said, Failed):
        raise (DocumentTooLarge if said.too_large else DocumentUnreadable)(said.message)
    assert isinstance(said, expected)
    return said
