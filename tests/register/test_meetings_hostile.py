"""Files made to do harm, or merely broken: an error that says why, and the other files go on."""

import io
import random
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bernard.config import Settings
from bernard.library.convert import Limits
from bernard.register.meetings import read_releases
from bernard.register.meetings.grids import Grid
from bernard.register.meetings.read import read_file
from bernard.register.meetings.sheet import read_sheet

GOOD = b"Minister,Date,Organisation,Purpose\nSam Example,2024-07-01,Acme,Talk\n"


def _workbook():
    book = openpyxl.Workbook()
    for row in (
        ["Minister", "Date", "Organisation", "Purpose"],
        ["Sam", "July 2024", "Acme", "Talk"],
    ):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _with(data, name, content):
    """The workbook with one part replaced."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for part in before.namelist():
            after.writestr(part, content if part == name else before.read(part))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _far():
    """Two cells in the opposite corners of the largest sheet there can be."""
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return _with(
        _workbook(), SHEET, f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'
    )


def _entities():
    lines = [
        '<!ENTITY a0 "lol">',
        *(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)),
    ]
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row>'
    body = f'<worksheet xmlns="{MAIN}"><sheetData>{row}</sheetData></worksheet>'
    return _with(_workbook(), SHEET, f'<?xml version="1.0"?><!DOCTYPE x [{"".join(lines)}]>{body}')


def _bomb():
    row = f'<row><c t="inlineStr"><is><t>{"a" * 1000}</t></is></c></row>' * 60_000
    return _with(
        _workbook(), SHEET, f'<worksheet xmlns="{MAIN}"><sheetData>{row}</sheetData></worksheet>'
    )


def _zipped(name, data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


HOSTILE = {
    "empty.csv": b"",
    "blank.csv": b"\n\n \n",
    "page.csv": b"<!DOCTYPE html><html><body>Not found</body></html>",
    "paper.csv": b"%PDF-1.7 ...",
    "program.xlsx": b"MZ\x90\0" + bytes(100),
    "cut.xlsx": _workbook()[:2000],
    "letter.docx": _zipped("word/document.xml", "<x/>").replace(b"PK\3\4", b"PK\3\4", 1),
    "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
    "far.xlsx": _far(),
    "entities.xlsx": _entities(),
    "bomb.xlsx": _bomb(),
    "nested.zip": _zipped("a.zip", _zipped("b.zip", _zipped("c.zip", GOOD))),
}


def test_each_is_a_fault_or_is_read_and_the_others_go_on(tmp_path):
    for name, data in HOSTILE.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "zzz-good.csv").write_bytes(GOOD)
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere")
    found = read_releases([tmp_path], Settings(convert_memory_mb=700, max_file_mb=20))
    faults = {fault.file.partition("/")[2]: fault.why for fault in found.faults}
    assert [record.place.file.partition("/")[2] for record in found.records] == ["zzz-good.csv"]
    assert set(faults) >= set(HOSTILE) - {"letter.docx", "entities.xlsx", "nested.zip"}
    assert "web page" in faults["page.csv"] and "is empty" in faults["empty.csv"]
    assert "unpacks to" in faults["bomb.xlsx"]
    assert "archive" in faults["nested.zip/a.zip/b.zip"]
    assert all(sheet.balanced for sheet in found.sheets)
    shown = "".join(unread.text for unread in found.unread)
    assert "lollol" not in shown


def test_a_locked_workbook_is_named(tmp_path):
    streams = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"E\0n\0c\0r\0y\0p\0t\0e\0d\0" + bytes(3000)
    [fault] = read_file("x.xlsx", streams, Limits()).faults
    assert fault.file == "x.xlsx" and fault.why


def test_a_file_that_is_too_large(tmp_path):
    (tmp_path / "large.csv").write_bytes(GOOD * 30_000)
    [fault] = read_releases([tmp_path / "large.csv"], Settings(max_file_mb=1)).faults
    assert "BERNARD_MAX_FILE_MB" in fault.why or "MB" in fault.why


def test_a_cell_of_a_million_letters_is_listed_and_not_shown_whole():
    found = read_file("x.csv", GOOD + b"Sam,2024-07-02," + b"a" * 50_000 + b",Talk\n", Limits())
    assert len(found.records) == 1 and "longer than" in found.unread[0].why
    assert len(found.unread[0].text) <= 300


WORDS = st.sampled_from(
    ["", "", "-", "Minister", "Date", "Name of organisation", "Purpose of meeting", "Gift", "Value", "Destination", "Type of hospitality", "Sam Example MP", "Minister for Samples, Jo Sample", "2024-07-15", "8-12 July", "July", "32/13/2024", "Nil return", "None", "Note", "Acme, Borealis and Cobalt", "OpenAI (Sam)", "£1,200", "Over limit", "Does not normally include meetings.", "Department for Transport: meetings, July to September 2024", "a\nb"]
)  # fmt: skip
CELLS = st.one_of(
    WORDS, st.text(max_size=12), st.integers(0, 99_999), st.floats(), st.dates(), st.booleans()
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(CELLS, max_size=7), max_size=25),
    st.sampled_from(["x.csv", "dft-jul-sep-2024.xlsx"]),
)
def test_every_row_is_accounted_for_exactly_once(rows, file):
    found = read_sheet(file, Grid("Sheet", rows))
    [count] = found.sheets
    assert count.balanced and count.rows == len(rows)
    told = [one.place.row for kind in (found.records, found.unread, found.aside) for one in kind]
    assert len(told) == len(set(told)) == count.rows - count.blank
    for record in found.records:
        assert record.who and record.when.start <= record.when.end
    blank = set(range(1, len(rows) + 1)) - set(told)
    assert all(str(cell).strip(" -–—.*/\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0") in ("", "\ufeff") or not str(cell).strip() for n in blank for cell in rows[n - 1])  # fmt: skip


TABLE = st.lists(
    st.tuples(
        st.sampled_from(["Sam Example MP", "Jo Sample, Minister of State", ""]),
        st.sampled_from(["2024-07-15", "15/07/2024", "July", "8-12 July", ""]),
        st.sampled_from(["Acme", "Borealis; Cobalt", "Marks and Sample"]),
        st.sampled_from(["Talk", "To discuss"]),
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=100, deadline=None)
@given(TABLE)
def test_no_row_of_a_plain_table_is_lost(rows):
    table = [
        ("Minister", "Date", "Organisation", "Purpose"),
        ("Sam Example MP", "July", "Acme", "Talk"),
        *rows,
    ]
    found = read_sheet("dft-july-to-september-2024.csv", Grid("", [list(row) for row in table]))
    assert [r.place.row for r in found.records] == list(range(2, len(table) + 1))
    assert [r.organisations_text for r in found.records] == [row[2] for row in table[1:]]


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_workbook_raises_nothing_else(seed):
    chance = random.Random(seed)
    data = bytearray(_workbook())
    for _ in range(20):
        data[chance.randrange(len(data))] = chance.randrange(256)
    found = read_file("x.xlsx", bytes(data), Limits())
    assert all(sheet.balanced for sheet in found.sheets)
