"""Excel workbooks: each row a statement, with the values that Excel last computed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.library.convert.archive import Archive
from bernard.library.convert.draft import Draft
from bernard.library.convert.limits import Limits
from bernard.library.convert.markup import (
    Element,
    attribute,
    child,
    children,
    local,
    parse,
    part,
    relations,
    streamed,
)
from bernard.library.convert.tables import statements
from bernard.library.convert.xlsx_formats import Formats

MAX_COLUMNS = 16_384
_LETTERS = re.compile(r"^([A-Z]{1,3})\d*$")


def read(data: bytes, draft: Draft, limits: Limits) -> None:
    """Read an XLSX into the draft, sheet by sheet; formulas give the value saved with them."""
    archive = Archive(data, limits)
    main = "xl/workbook.xml"
    workbook = part(archive, main)
    if workbook is None:
        raise DocumentUnreadable("is damaged: it has no sheets. Open it and save it again.")
    targets = relations(archive, main)
    reader = _Reader(archive, targets, _counts_from_1904(workbook), draft)
    for sheet in children(child(workbook, "sheets"), "sheet"):
        name = sheet.get("name") or "Sheet"
        kind, target = targets.get(_relation(sheet), ("", ""))
        if kind != "worksheet" or target not in archive:
            draft.note(f'Sheet "{name}" holds no cells (it may be a chart) and was not read.')
            continue
        if sheet.get("state") in ("hidden", "veryHidden"):
            draft.note(f'Sheet "{name}" is hidden in the workbook; its text was read.')
        draft.page(f'Sheet "{name}"')
        draft.heading(name, 1)
        draft.paragraphs(statements(reader.rows(target)))
    title = child(part(archive, "docProps/core.xml"), "title")
    if title is not None and title.text:
        draft.title = title.text
    if reader.uncomputed:
        draft.note(
            f"{reader.uncomputed:,} cells hold formulas with no saved value and were left out. "
            "Open the workbook in Excel and save it to fill them."
        )


def _relation(sheet: Element) -> str:
    for key, value in sheet.items():
        if str(key).endswith("}id"):
            return str(value)
    return ""


def _counts_from_1904(workbook: Element) -> bool:
    properties = child(workbook, "workbookPr")
    return properties is not None and properties.get("date1904") in ("1", "true")


class _Reader:
    """The cells of a workbook as text."""

    def __init__(
        self, archive: Archive, targets: dict[str, tuple[str, str]], from_1904: bool, draft: Draft
    ) -> None:
        self.archive = archive
        self.draft = draft
        self.uncomputed = 0
        self._shared = _shared_strings(self._related(targets, "sharedStrings"))
        styles = self._related(targets, "styles")
        self._formats = Formats(parse(styles) if styles else None)
        self._epoch = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)

    def _related(self, targets: dict[str, tuple[str, str]], kind: str) -> bytes:
        for found, target in targets.values():
            if found == kind:
                return self.archive.get(target) or b""
        return b""

    def rows(self, target: str) -> Iterator[list[str]]:
        """The rows of a sheet; one empty row for each gap, which ends a table."""
        last = 0
        for row in streamed(self.archive.get(target) or b"", "row"):
            number = attribute(row, "r")
            here = int(number) if number.isdigit() and len(number) < 8 else last + 1
            if here > last + 1 and last:
                yield []
            last = here
            yield self._cells(row)

    def _cells(self, row: Element) -> list[str]:
        cells: list[str] = []
        for cell in children(row, "c"):
            column = _column(attribute(cell, "r"), len(cells))
            if column >= MAX_COLUMNS:
                raise DocumentTooLarge(f"has a row of more than {MAX_COLUMNS:,} cells.")
            text = self._value(cell)
            if text:
                cells += [""] * (column - len(cells))
                cells[column:] = [text]
        return cells

    def _value(self, cell: Element) -> str:
        kind = cell.get("t") or "n"
        if kind == "inlineStr":
            return _rich(child(cell, "is"))
        found = child(cell, "v")
        raw = "" if found is None else (found.text or "")
        if not raw:
            self.uncomputed += child(cell, "f") is not None
            return ""
        if kind == "s":
            index = int(raw) if raw.isdigit() else -1
            return self._shared[index] if 0 <= index < len(self._shared) else ""
        if kind == "b":
            return "TRUE" if raw == "1" else "FALSE"
        if kind == "d":
            return raw.replace("T00:00:00", "")
        return raw if kind in ("str", "e") else self._number(raw, cell.get("s") or "0")

    def _number(self, raw: str, style: str) -> str:
        try:
            number = float(raw)
        except ValueError:
            return raw
        index = int(style) if style.isdigit() and len(style) < 8 else 0
        if self._formats.is_date(index) and 0 <= number < 2_958_466:
            return _moment(self._epoch + timedelta(days=number), number)
        return self._formats.number(number, raw, index)


def _moment(when: datetime, number: float) -> str:
    when = (when + timedelta(milliseconds=500)).replace(microsecond=0)
    if number < 1:
        return when.strftime("%H:%M")
    if when.hour == when.minute == when.second == 0:
        return when.strftime("%Y-%m-%d")
    return when.strftime("%Y-%m-%d %H:%M")


def _column(reference: str, following: int) -> int:
    found = _LETTERS.match(reference)
    if not found:
        return following
    number = 0
    for letter in found.group(1):
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _shared_strings(data: bytes) -> list[str]:
    return [_rich(item) for item in streamed(data, "si")] if data else []


def _rich(element: Element | None) -> str:
    """The runs of a string; the phonetic guide of Japanese text (`rPh`) is no part of it."""
    pieces = []
    for found in children(element, "t", "r"):
        text = found if local(found) == "t" else child(found, "t")
        pieces.append((text.text or "") if text is not None else "")
    return "".join(pieces)
