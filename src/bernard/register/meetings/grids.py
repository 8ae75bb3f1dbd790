"""A file's cells: spreadsheets and delimited text as rows, whatever the kind of file."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator
from io import BytesIO, StringIO

import python_calamine as calamine

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.library.convert.archive import Archive
from bernard.library.convert.decode import decode, looks_like_text
from bernard.library.convert.delimited import delimiter_of
from bernard.library.convert.limits import Limits

Cell = str | int | float | bool | datetime.date | datetime.time | datetime.timedelta
MAX_CELLS = 20_000_000
MAX_CELL = 100_000
_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0"
_WORKBOOKS = ("xl/workbook.xml", "xl/workbook.bin")
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_READ = "Files read are CSV, XLSX, XLSM, XLSB, XLS and ODS, and ZIP archives of them."


class Grid:
    """A sheet.

    Attributes:
        name: empty for a file that has no sheets.
        rows: from the first row on, so that their numbers are those of a spreadsheet program.
        broken: the numbers, from 0, of rows whose cells cannot be told apart.
    """

    def __init__(
        self,
        name: str,
        rows: list[list[Cell]],
        hidden: bool = False,
        broken: frozenset[int] = frozenset(),
    ) -> None:
        """Take the rows."""
        self.name, self.rows, self.hidden, self.broken = name, rows, hidden, broken


def grids(data: bytes, limits: Limits) -> Iterator[Grid]:
    """The sheets of one file that is no archive of files.

    Raises:
        DocumentUnreadable: it is damaged, locked, or of a kind that is not read.
        DocumentTooLarge: it is over a limit.
    """
    if data.startswith(_ZIP):
        _check_package(data, limits)
        yield from _workbook(data)
    elif data.startswith(_OLE):
        yield from _workbook(data)
    else:
        yield _delimited(data)


def is_archive(data: bytes, limits: Limits) -> bool:
    """Whether it is a ZIP of files, and not a spreadsheet, which is a ZIP too."""
    if not data.startswith(_ZIP):
        return False
    archive = Archive(data, limits)
    if any(part in archive for part in _WORKBOOKS):
        return False
    return "mimetype" not in archive and "[Content_Types].xml" not in archive


def _check_package(data: bytes, limits: Limits) -> None:
    """Inflate every part once and count, so that no bomb reaches the reader of workbooks."""
    archive = Archive(data, limits)
    if not any(part in archive for part in _WORKBOOKS):
        kind = (archive.get("mimetype") or b"").strip()
        if not kind.startswith(_ODS):
            raise DocumentUnreadable(f"is an office document without sheets. {_READ}")
        if b"encryption-data" in (archive.get("META-INF/manifest.xml") or b""):
            raise DocumentUnreadable("is locked with a password. Save a copy without one.")
    for member in archive.files():
        archive.read(member)


def _workbook(data: bytes) -> Iterator[Grid]:
    try:
        with calamine.load_workbook(BytesIO(data)) as book:
            found = [s for s in book.sheets_metadata if s.typ is calamine.SheetTypeEnum.WorkSheet]
            for sheet in found:
                hidden = sheet.visible is not calamine.SheetVisibleEnum.Visible
                yield Grid(sheet.name, _cells(book.get_sheet_by_name(sheet.name)), hidden)
    except calamine.PasswordError as error:
        raise DocumentUnreadable("is locked with a password. Save a copy without one.") from error
    except calamine.CalamineError as error:
        raise DocumentUnreadable(
            f"is no spreadsheet that can be read, or is damaged ({error}). "
            "Open it in the program that made it and save it again."
        ) from error


def _cells(sheet: calamine.CalamineSheet) -> list[list[Cell]]:
    if sheet.total_height * sheet.total_width > MAX_CELLS:
        raise DocumentTooLarge(
            f"has a sheet of {sheet.total_height:,} rows by {sheet.total_width:,} columns. "
            "Delete what stands far outside its table."
        )
    rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        # A cell merged over rows says the same of each; over columns it is a title.
        if left == right and 0 <= top < bottom < len(rows) and left < len(rows[top]):
            for row in rows[top + 1 : bottom + 1]:
                row[left] = rows[top][left]
    return rows


def _delimited(data: bytes) -> Grid:
    if not data.strip(b"\0 \t\r\n"):
        raise DocumentUnreadable("is empty.")
    if not looks_like_text(data):
        raise DocumentUnreadable(f"is of a kind that is not read. {_READ}")
    text = decode(data)[0]
    start = text.lstrip("\ufeff \r\n\t")[:200].lower()
    if start.startswith(("<!doctype", "<html", "<?xml", "<head", "<body")):
        raise DocumentUnreadable(f"is a web page or XML, not a table. {_READ}")
    if start.startswith(("%pdf", "{\\rtf")):
        raise DocumentUnreadable(f"is a document, not a table. {_READ}")
    if start.startswith("sep="):
        text = text.partition("\n")[2]
    return _table(text)


def _table(text: str) -> Grid:
    csv.field_size_limit(MAX_CELL)
    lines, delimiter = list(StringIO(text, newline="")), delimiter_of(text)
    reader = csv.reader(lines, delimiter=delimiter)
    rows: list[list[Cell]] = []
    size = begun = ended = 0
    try:
        for row in reader:
            begun, ended = ended, reader.line_num
            size += len(row)
            if size > MAX_CELLS:
                raise DocumentTooLarge(f"has more than {MAX_CELLS:,} cells. Split it.")
            rows.append(list(row))
    except csv.Error as error:
        if "field larger" not in str(error):
            raise DocumentUnreadable(
                f"is no proper table: line {reader.line_num:,} cannot be read ({error})."
            ) from error
        return _line_by_line(rows, lines[ended:], delimiter)
    if ended - begun > 1 and "".join(lines[begun:ended]).count('"') % 2:
        return _line_by_line(rows[:-1], lines[begun:ended], delimiter)
    return Grid("", rows)


def _line_by_line(rows: list[list[Cell]], lines: list[str], delimiter: str) -> Grid:
    """Rows, then lines from where a quotation mark is not closed and would take in all the rest."""
    broken = set()
    for line in lines:
        if line.count('"') % 2:
            broken.add(len(rows))
            rows.append([line.strip()[:MAX_CELL]])
        else:
            rows += [list(row) for row in csv.reader([line[:MAX_CELL]], delimiter=delimiter)] or [
                []
            ]
    return Grid("", rows, broken=frozenset(broken))
