"""Workbooks: good, odd, damaged and hostile. One process each, so each test reads several things."""

from __future__ import annotations

import datetime
import io
import random
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from bernard.errors import DocumentTooLarge, DocumentUnreadable, InputInvalid
from bernard.library.convert.limits import Limits
from bernard.tools.consult.reading import preview, read

Make = Callable[..., bytes]
MANIFEST = '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
HEADS = ["ID", "Why do you say so?", "Agree?", "When", "Sure"]
ROWS = [
    [n, f"I think that number {n} is best", ["Yes", "No"][n % 2], datetime.date(2026, 1, n), True]
    for n in range(1, 13)
]


def test_values_are_those_a_reader_sees(workbook: Make) -> None:
    found = read("a.xlsx", workbook({"Answers": [HEADS, *ROWS]}))
    assert [r.id for r in found.responses][:3] == ["1", "2", "3"]
    kinds = {c.name: c.kind for c in found.columns}
    assert kinds == dict(
        zip(HEADS, ["identifier", "open", "closed", "left out", "closed"], strict=True)
    )
    assert found.responses[0].answers["Sure"] == ("TRUE",)
    assert (found.responses[0].row, found.faults, found.encoding) == (2, (), "")


def test_titles_sheets_formulas_and_merged_cells_are_told(workbook: Make) -> None:
    def change(book: Workbook) -> None:
        sheet = book["Answers"]
        sheet["B6"] = "=A6&B7"
        sheet.merge_cells("C7:C9")
        for row in range(20, 3000):
            sheet.cell(row, 1).font = Font(bold=True)
        book["Old"].sheet_state = "hidden"

    title = ["Results of a made-up consultation"]
    data = workbook(
        {"Answers": [title, [], HEADS, *ROWS], "Old": [["x"], ["y"]], "Notes": [["see me"]]}, change
    )
    found = preview("a.xlsx", data)
    assert (found.rows, found.blanks, found.sheet) == (12, 0, "Answers")
    assert [s.name for s in found.sheets] == ["Answers", "Old", "Notes"]
    told = {f.where: f.what for f in found.faults}
    assert "is hidden" in told['sheet "Old"'] and "not read" in told['sheet "Notes"']
    assert "(B6)" in told['sheet "Answers"']
    assert "merged down to row 9" in told["row 7"]
    assert "made-up" in told["row 1"]
    assert preview("a.xlsx", data, sheet="Old").rows == 1
    with pytest.raises(InputInvalid, match="no sheet 'Nope'"):
        preview("a.xlsx", data, sheet="Nope")


def test_cells_far_apart_are_refused(workbook: Make) -> None:
    far = workbook({"A": [HEADS, *ROWS]}, lambda book: book["A"].__setitem__("XFD1048576", "x"))
    with pytest.raises(DocumentTooLarge, match="1,048,576 rows down"):
        preview("a.xlsx", far)


def test_macros_are_told_and_a_bomb_is_refused(workbook: Make) -> None:
    data = io.BytesIO(workbook({"A": [HEADS, *ROWS]}))
    with zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    assert "macros" in preview("a.xlsm", data.getvalue()).faults[0].what
    with zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b"0" * 60_000_000)
    with pytest.raises(DocumentTooLarge, match="ZIP bomb"):
        preview("a.xlsm", data.getvalue())


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (
            b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le") * 9,
            "locked with a password",
        ),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 5000, "damaged"),
    ],
)
def test_locked_and_damaged_workbooks_are_refused(data: bytes, says: str) -> None:
    with pytest.raises(DocumentUnreadable, match=says):
        preview("a.xls", data)


def test_two_thousand_columns(workbook: Make) -> None:
    heads = [f"Q{n}. Why {n}?" for n in range(2000)]
    rows = [[f"words of {row} on {n} as well" for n in range(2000)] for row in range(4)]
    found = preview("a.xlsx", workbook({"A": [heads, *rows]}))
    assert len(found.columns) == 2000 and {c.kind for c in found.columns} == {"open"}


def test_an_open_document_spreadsheet(zipped: Callable[..., bytes]) -> None:
    rows = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in [["id", "Why?"], *([f"R{n}", f"It is reason {n} for me"] for n in range(5))]
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{rows}<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="1019"/></table:table-row></table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    parts = {"mimetype": kind, "META-INF/manifest.xml": MANIFEST}
    found = read("a.ods", zipped({**parts, "content.xml": content}))
    assert [r.id for r in found.responses] == ["R0", "R1", "R2", "R3", "R4"]
    assert [c.kind for c in found.columns] == ["identifier", "open"]


def test_a_process_that_lacks_memory_is_an_error_and_no_crash(workbook: Make) -> None:
    """The limit is over what the process takes to start, under that and the 40 MB of the sheet."""
    words = [f"word{n:03d} " for n in range(256)]
    drawn = random.Random(6)
    answers = ("".join(drawn.choices(words, k=1000)) for _ in range(5000))
    data = workbook({"A": [HEADS, *([n, text, "Yes"] for n, text in enumerate(answers))]})
    with pytest.raises((DocumentUnreadable, DocumentTooLarge), match="memory"):
        preview("a.xlsx", data, Limits(memory_mb=200))
