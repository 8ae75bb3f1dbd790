"""Workbooks opened inside the confined process: their cells as a reader sees them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

import python_calamine as calamine

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.library.convert.archive import Archive
from bernard.library.convert.limits import Limits
from bernard.tools.consult.reading.types import Sheet
from bernard.tools.consult.reading.wire import Rows
from bernard.tools.consult.types import Fault

# A sheet's markup is many times as long as its words, and this process has its own bound on memory.
UNPACKED = 6
MAX_CELLS = 60_000_000
ROWS_AT_ONCE = 5_000
CHARACTERS_AT_ONCE = 20_000_000
_OLE = b"\xd0\xcf\x11\xe0"
# What a workbook that is locked is a part of, as its container names it.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_XLSX, _XLSB, _ODS = "xl/workbook.xml", "xl/workbook.bin", "mimetype"
_KIND_OF_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_FILLED = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*[^/]>')
_UNSAVED = re.compile(
    rb'<c r="([A-Z]{1,3}\d{1,7})"[^>]*><f(?:[^>]*/>|[^>]*>[^<]*</f>)(?:<v></v>|<v ?/>)?</c>'
)
_LOCKED = "is locked with a password. Save a copy without one."
_FAR = (
    "has a sheet whose cells reach {rows:,} rows down and {columns:,} columns across. "
    "Delete what stands far outside its table and save it again."
)


class Workbook:
    """A workbook that is open; one sheet of it is in memory at a time."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        """Check what it unpacks to, then open it.

        Raises:
            DocumentUnreadable: it is damaged, locked or no workbook.
            DocumentTooLarge: it unpacks to too much, or its cells lie too far apart.
        """
        self.faults: list[Fault] = []
        self._unsaved: dict[str, list[str]] = {}
        self.kind = "Excel workbook (older)" if data.startswith(_OLE) else self._check(data, limits)
        if data.startswith(_OLE) and _ENCRYPTED in data:
            raise DocumentUnreadable(_LOCKED)
        try:
            self._book = calamine.load_workbook(BytesIO(data))
        except calamine.PasswordError as error:
            raise DocumentUnreadable(_LOCKED) from error
        except (calamine.CalamineError, ValueError, OSError) as error:
            raise _damaged(error) from error
        self._open: tuple[str, list[list[str]], int, tuple[Fault, ...]] | None = None

    def sheets(self) -> tuple[Sheet, ...]:
        """Those that hold cells, in order."""
        found = []
        for told in self._book.sheets_metadata:
            if told.typ is not calamine.SheetTypeEnum.WorkSheet:
                self.faults.append(_of_sheet(told.name, "It is a chart or macro and was not read."))
                continue
            sheet = self._load(told.name)
            hidden = told.visible is not calamine.SheetVisibleEnum.Visible
            rows, columns = _reach(sheet)
            found.append(Sheet(told.name, rows, columns, hidden))
        return tuple(found)

    def take(self, name: str, start: int) -> Rows:
        """Rows of a sheet from `start` on, as many as one message may carry."""
        if self._open is None or self._open[0] != name:
            sheet = self._load(name)
            first = sheet.start[0] if sheet.start else 0
            rows, faults = _cells(sheet)
            self._open = (name, rows, first, faults)
        _, rows, first, faults = self._open
        stop, characters = start, 0
        while stop < len(rows) and stop - start < ROWS_AT_ONCE and characters < CHARACTERS_AT_ONCE:
            characters += sum(map(len, rows[stop]))
            stop += 1
        told = () if start else (*faults, *self._of_formulas(name))
        return Rows(rows[start:stop], first + start + 1, stop < len(rows), told)

    def _load(self, name: str) -> calamine.CalamineSheet:
        try:
            sheet = self._book.get_sheet_by_name(name)
        except (calamine.CalamineError, ValueError, OSError) as error:
            raise _damaged(error) from error
        rows, columns = _reach(sheet)
        if rows * columns > MAX_CELLS:
            raise DocumentTooLarge(_FAR.format(rows=rows, columns=columns))
        return sheet

    def _check(self, data: bytes, limits: Limits) -> str:
        """Inflate every part once, counting; the kind of workbook."""
        archive = Archive(data, replace(limits, max_bytes=UNPACKED * limits.max_bytes))
        if _XLSX not in archive and _XLSB not in archive:
            _check_open_document(archive)
            for member in archive.files():
                archive.read(member)
            return "OpenDocument spreadsheet"
        for member in archive.files():
            part = archive.read(member)
            if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
                _check_far(part)
                self._count_unsaved(part)
        if any("vbaProject" in name for name in archive.names):
            self.faults.append(Fault("the file", "It holds macros, which were not run or read."))
        return "Excel workbook"

    def _count_unsaved(self, part: bytes) -> None:
        if b"<f" in part and (found := _UNSAVED.findall(part)):
            self._unsaved.setdefault("", []).extend(cell.decode() for cell in found)

    def _of_formulas(self, name: str) -> tuple[Fault, ...]:
        cells = self._unsaved.pop("", [])
        if not cells:
            return ()
        shown = ", ".join(cells[:20]) + (" …" if len(cells) > 20 else "")
        what = (
            f"{len(cells):,} cells of the workbook hold formulas with no saved value and are blank "
            f"here ({shown}). Open it in a spreadsheet program and save it to fill them."
        )
        return (_of_sheet(name, what),)


def _reach(sheet: calamine.CalamineSheet) -> tuple[int, int]:
    """How far down and across its filled cells go."""
    return (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)


def _check_open_document(archive: Archive) -> None:
    if not (archive.get(_ODS) or b"").strip().startswith(_KIND_OF_ODS):
        raise DocumentUnreadable("is an office document without sheets.")
    if b"encryption-data" in (archive.get("META-INF/manifest.xml") or b""):
        raise DocumentUnreadable(_LOCKED)


def _check_far(part: bytes) -> None:
    """Refuse cells so far apart that the table between them would fill the memory."""
    rows = columns = 0
    letters: set[bytes] = set()
    for found in _FILLED.finditer(part):
        letters.add(found.group(1))
        last = found.group(2)
        rows = int(last)
    columns = max(map(_number, letters), default=0)
    if rows * columns > MAX_CELLS:
        raise DocumentTooLarge(_FAR.format(rows=rows, columns=columns))


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _cells(sheet: calamine.CalamineSheet) -> tuple[list[list[str]], tuple[Fault, ...]]:
    rows = [_shown_row(row) for row in sheet.iter_rows()]
    top = sheet.start[0] if sheet.start else 0
    left = sheet.start[1] if sheet.start else 0
    if left:
        rows = [[""] * left + row if row else row for row in rows]
    return rows, _fill_merged(sheet, rows, top)


def _fill_merged(
    sheet: calamine.CalamineSheet, rows: list[list[str]], top: int
) -> tuple[Fault, ...]:
    """A cell merged over rows says the same of each; over columns it is a heading or a title."""
    faults = []
    for (first, left), (last, right) in sheet.merged_cell_ranges or ():
        here = first - top
        if left != right or not 0 <= here < len(rows) or last <= first or left >= len(rows[here]):
            continue
        value = rows[here][left]
        if not value:
            continue
        for row in rows[here + 1 : last - top + 1]:
            row += [""] * (left + 1 - len(row))
            row[left] = value
        what = f"Cells are merged down to row {last + 1:,}; each row was given what they say."
        faults.append(Fault(f"row {first + 1}", what))
    return tuple(faults)


def _shown_row(row: Sequence[object]) -> list[str]:
    cells = [cell if type(cell) is str else _shown(cell) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _shown(value: object) -> str:
    """A value as a spreadsheet program shows it, near enough for reading."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value == value and value.is_integer() else f"{value:.15g}"
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M") if value.hour or value.minute else str(value.date())
    if isinstance(value, datetime.time):
        return value.strftime("%H:%M")
    return str(value)


def _of_sheet(name: str, what: str) -> Fault:
    return Fault(f'sheet "{name}"', what)


def _damaged(error: Exception) -> DocumentUnreadable:
    return DocumentUnreadable(
        f"is no workbook that can be read, or is damaged ({str(error)[:200]}). "
        "Open it in the program that made it and save it again."
    )
