"""Office files from blocks and tables, byte for byte the same each time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from xml.sax.saxutils import escape

import docx
from docx.shared import Pt
from openpyxl import Workbook
from openpyxl.styles import Font

from bernard.samples.blocks import Block

WRITTEN = datetime(2026, 11, 2, 9, 0, 0)
AUTHOR = "Department for Harbours and Lighthouses (made up)"

_ODT_ROOT = (
    '<office:document-content office:version="1.3"'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0">'
    "<office:body><office:text>{}</office:text></office:body></office:document-content>"
)
_ODT_TYPE = "application/vnd.oasis.opendocument.text"
_ODT_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    ' manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODT_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def word(blocks: Sequence[Block]) -> bytes:
    """A Word document (DOCX)."""
    document = docx.Document()
    document.styles["Normal"].font.size = Pt(11)
    properties = document.core_properties
    properties.author, properties.title = AUTHOR, blocks[0].text
    properties.created = properties.modified = WRITTEN
    for block in blocks:
        if block.kind == "heading":
            document.add_heading(block.text, block.level)
        elif block.kind == "table":
            table = document.add_table(0, len(block.rows[0]), style="Table Grid")
            for row in block.rows:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
        else:
            document.add_paragraph(block.text, "List Bullet" if block.kind == "item" else None)
    held = io.BytesIO()
    document.save(held)
    return _same_each_time(held.getvalue())


def open_document(blocks: Sequence[Block]) -> bytes:
    """An OpenDocument text (ODT) of headings, paragraphs and lists."""
    body = "".join(_odt_block(block) for block in blocks)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return _zip(
        {
            "mimetype": _ODT_TYPE.encode(),
            "content.xml": (head + _ODT_ROOT.format(body)).encode(),
            "META-INF/manifest.xml": (head + _ODT_MANIFEST).encode(),
        }
    )


def workbook(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """A spreadsheet (XLSX); the first row of each sheet is its headings."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = AUTHOR
    book.properties.created = WRITTEN
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([_value(cell) for cell in row])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
        for column in sheet.columns:
            longest = max(len(str(cell.value)) for cell in column)
            sheet.column_dimensions[column[0].column_letter].width = longest + 2
    held = io.BytesIO()
    book.save(held)
    return _same_each_time(held.getvalue())


def _value(cell: str) -> int | date | str:
    """A cell as the number or date that it is."""
    if cell.isdecimal():
        return int(cell)
    try:
        return date.fromisoformat(cell)
    except ValueError:
        return cell


def _odt_block(block: Block) -> str:
    text = escape(block.text)
    if block.kind == "heading":
        return f'<text:h text:outline-level="{block.level}">{text}</text:h>'
    if block.kind == "item":
        return f"<text:list><text:list-item><text:p>{text}</text:p></text:list-item></text:list>"
    assert block.kind == "paragraph", "the writer of ODT has no tables"
    return f"<text:p>{text}</text:p>"


def _same_each_time(data: bytes) -> bytes:
    """The archive with the time of writing taken out, so that a build changes nothing."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    stamp = WRITTEN.strftime(r"\g<1>%Y-%m-%dT%H:%M:%SZ").encode()
    core = members["docProps/core.xml"]
    members["docProps/core.xml"] = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", stamp, core)
    return _zip(members)


def _zip(members: Mapping[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, WRITTEN.timetuple()[:6])
            # OpenDocument asks that its type comes first and plain.
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return held.getvalue()
