"""Writing XLSX: rows go straight into the archive, so that a sheet of any length takes little memory.

Texts are marked as text (`inlineStr`), so no program takes one for a formula or a link. There are no
formulas, macros or links in it at all.

Source: ECMA-376-1:2016, parts 12 and 18 (SpreadsheetML).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import IO, Literal, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bernard.tools.consult.report.cells import Value
from bernard.tools.consult.report.packing import entry

Look = Literal["words", "share", "number", "heading", "title", "bold"]
_LOOKS: dict[Look, int] = {"words": 1, "share": 2, "number": 3, "heading": 4, "title": 5, "bold": 6}
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACK = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# A program reads `_x0041_` as the letter A; this writes the underscore so that it does not.
_CODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FLUSH = 1 << 18
# Points, and how many lines of a long text are shown; the cell holds all of it.
_LINE, _MOST_LINES = 14.5, 20


class Columns(NamedTuple):
    """How the columns of a sheet look: width in letters, and the look of numbers in each."""

    widths: Sequence[float]
    looks: Sequence[Look]


class Book:
    """A workbook that is written sheet by sheet."""

    def __init__(self, title: str) -> None:
        """Begin one with this title in its properties."""
        self._title = title
        self._written = io.BytesIO()
        self._archive = ZipFile(self._written, "w", ZIP_DEFLATED, compresslevel=6)
        # Name of each sheet, and whether it has headings to repeat on each page.
        self._names: list[tuple[str, bool]] = []

    def sheet(self, name: str, columns: Columns, rows: Iterable[Sequence[Value]]) -> None:
        """Write a table, whose first row holds its headings."""
        letters = [_letters(place) for place in range(len(columns.widths))]
        self._names.append((name, True))
        with self._open() as on:
            on.write(_opening(columns.widths, frozen=True, selected=len(self._names) == 1))
            last = _write_rows(on, letters, columns, rows)
            area = f"A1:{letters[-1]}{max(2, last)}"
            on.write(f'</sheetData><autoFilter ref="{area}"/>{_PRINTED}</worksheet>'.encode())

    def notes(self, name: str, widths: Sequence[float], rows: Iterable[Sequence[str]]) -> None:
        """Write a sheet of words: a title, then names with what there is to say of each."""
        letters = [_letters(place) for place in range(len(widths))]
        self._names.append((name, False))
        with self._open() as on:
            on.write(_opening(widths, frozen=False, selected=len(self._names) == 1))
            for number, row in enumerate(rows, 1):
                looks: list[Look] = ["title"] if number == 1 else ["bold", "words"]
                cells = zip(letters, looks, row, strict=False)
                made = "".join(_text(f"{a}{number}", look, text) for a, look, text in cells if text)
                on.write(f"{_row(number, _lines(widths, row))}{made}</row>".encode())
            on.write(f"</sheetData>{_PRINTED}</worksheet>".encode())

    def saved(self) -> bytes:
        """The bytes of the workbook; they hold no time."""
        for path, data in _parts(self._title, self._names).items():
            self._archive.writestr(entry(path), data)
        self._archive.close()
        return self._written.getvalue()

    def _open(self) -> IO[bytes]:
        info: ZipInfo = entry(f"xl/worksheets/sheet{len(self._names)}.xml")
        return self._archive.open(info, "w", force_zip64=True)


def _write_rows(
    on: IO[bytes], letters: Sequence[str], columns: Columns, rows: Iterable[Sequence[Value]]
) -> int:
    """Write the rows, and return the number of the last."""
    parts: list[str] = []
    size = number = 0
    numbers = [_LOOKS[look] for look in columns.looks]
    for number, row in enumerate(rows, 1):
        made = [_row(number, _lines(columns.widths, row))]
        for letter, look, value in zip(letters, numbers, row, strict=True):
            if value is None or value == "":
                continue
            if isinstance(value, str):
                made.append(
                    _text(f"{letter}{number}", "heading" if number == 1 else "words", value)
                )
            elif isinstance(value, bool):
                made.append(_text(f"{letter}{number}", "words", "yes" if value else "no"))
            else:
                made.append(f'<c r="{letter}{number}" s="{look}"><v>{value!r}</v></c>')
        made.append("</row>")
        parts += made
        size += sum(map(len, made))
        if size > _FLUSH:
            on.write("".join(parts).encode())
            parts, size = [], 0
    on.write("".join(parts).encode())
    return number


def _row(number: int, lines: int) -> str:
    """The beginning of a row, high enough for its text; a program may not work that out itself."""
    if lines <= 1:
        return f'<row r="{number}">'
    return f'<row r="{number}" ht="{min(lines, _MOST_LINES) * _LINE}" customHeight="1">'


def _lines(widths: Sequence[float], row: Sequence[Value]) -> int:
    """How many lines the longest text of a row takes, more or less."""
    most = 1
    for width, value in zip(widths, row, strict=False):
        if isinstance(value, str) and (len(value) > width or "\n" in value):
            most = max(most, int(1.05 * len(value) / width) + 1 + value.count("\n"))
    return most


def _text(place: str, look: Look, text: str) -> str:
    if "_x" in text:
        text = _CODED.sub("_x005F_", text)
    said = escape(text, quote=False)
    return (
        f'<c r="{place}" s="{_LOOKS[look]}" t="inlineStr"><is><t xml:space="preserve">{said}</t>'
        "</is></c>"
    )


def _letters(place: int) -> str:
    """The letters of a column, from 0.

    >>> [_letters(place) for place in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    made, place = "", place + 1
    while place:
        place, letter = divmod(place - 1, 26)
        made = chr(65 + letter) + made
    return made


def _opening(widths: Sequence[float], *, frozen: bool, selected: bool) -> bytes:
    columns = "".join(
        f'<col min="{i}" max="{i}" width="{width}" customWidth="1"/>'
        for i, width in enumerate(widths, 1)
    )
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}" xmlns:r="{_DOC}"><sheetPr><pageSetUpPr fitToPage="1"/>'
        f'</sheetPr><sheetViews><sheetView tabSelected="{int(selected)}" workbookViewId="0">'
        f"{pane if frozen else ''}</sheetView></sheetViews>"
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>'
    ).encode()


_PRINTED = (
    '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
    '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
)


def _parts(title: str, names: Sequence[tuple[str, bool]]) -> dict[str, str]:
    """All of the archive but its sheets."""
    places = range(1, len(names) + 1)
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACK}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{sheet}.sheet.main+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{sheet}.worksheet+xml"/>'
            for i in places
        )
        + f'<Override PartName="/xl/styles.xml" ContentType="{sheet}.styles+xml"/>'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACK}/relationships">'
        f'<Relationship Id="rId1" Type="{_DOC}/officeDocument" Target="xl/workbook.xml"/>'
        f'<Relationship Id="rId2" Type="{_PACK}/relationships/metadata/core-properties" '
        'Target="docProps/core.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_DOC}"><sheets>'
        + "".join(
            f'<sheet name="{escape(name)}" sheetId="{i}" r:id="rId{i}"/>'
            for i, (name, _) in enumerate(names, 1)
        )
        + "</sheets><definedNames>"
        + "".join(
            f'<definedName name="_xlnm.Print_Titles" localSheetId="{i}">'
            f"'{escape(name)}'!$1:$1</definedName>"
            for i, (name, headed) in enumerate(names)
            if headed
        )
        + "</definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACK}/relationships">'
        + "".join(
            f'<Relationship Id="rId{i}" Type="{_DOC}/worksheet" Target="worksheets/sheet{i}.xml"/>'
            for i in places
        )
        + f'<Relationship Id="rId{len(names) + 1}" Type="{_DOC}/styles" Target="styles.xml"/>'
        "</Relationships>",
        "xl/styles.xml": _STYLES,
        "docProps/core.xml": f"{_HEAD}<cp:coreProperties "
        f'xmlns:cp="{_PACK}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title[:255])}</dc:title><dc:creator>Bernard</dc:creator>"
        "<dc:language>en-GB</dc:language></cp:coreProperties>",
    }


def _format(number: int, font: int, fill: int, *, wrap: bool = False) -> str:
    wrapped = ' wrapText="1"' if wrap else ""
    return (
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="0" xfId="0" '
        'applyNumberFormat="1" applyFont="1" applyFill="1" applyAlignment="1">'
        f'<alignment vertical="top"{wrapped}/></xf>'
    )


# In the order of `_LOOKS`: 49 is the number format of text, 164 our own.
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="1">'
    '<numFmt numFmtId="164" formatCode="0.0%"/></numFmts><fonts count="4">'
    '<font><sz val="11"/><name val="Arial"/></font>'
    '<font><b/><sz val="11"/><color rgb="FFFFFFFF"/><name val="Arial"/></font>'
    '<font><b/><sz val="16"/><name val="Arial"/></font>'
    '<font><b/><sz val="11"/><name val="Arial"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FF1B6B5F"/></patternFill></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="7"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    + _format(49, 0, 0, wrap=True)
    + _format(164, 0, 0)
    + _format(0, 0, 0)
    + _format(49, 1, 2, wrap=True)
    + _format(49, 2, 0)
    + _format(49, 3, 0, wrap=True)
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
