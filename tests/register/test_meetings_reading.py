"""Whole files as departments publish them: layouts, kinds of file, encodings; every row accounted for."""

import csv
import datetime
import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import pytest

from bernard.library.convert import Limits
from bernard.register.meetings import read_releases
from bernard.register.meetings.read import read_file
from bernard.samples import __file__ as samples

HEAD = "Minister,Date,Name of organisation or individual,Purpose of meeting"
NAME = "dft-ministers-meetings-july-to-september-2024.csv"
MANIFEST = (
    '<?xml version="1.0"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
)
SAMPLES = Path(samples).parent / "releases"


def _read(text, name=NAME, encoding="utf-8"):
    data = text if isinstance(text, bytes) else text.encode(encoding)
    found = read_file(name, data, Limits())
    assert all(sheet.balanced for sheet in found.sheets), found.sheets
    return found


def _xlsx(**sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    return book


def _bytes(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _ods(rows):
    """An ODS as LibreOffice writes it, with a repeated empty tail of columns and rows."""

    def cell(value):
        if isinstance(value, datetime.date):
            shown = value.strftime("%d/%m/%Y")
            kind = f'office:value-type="date" office:date-value="{value.isoformat()}"'
            return f"<table:table-cell {kind}><text:p>{shown}</text:p></table:table-cell>"
        return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'

    tail = '<table:table-cell table:number-columns-repeated="1019"/>'
    body = "".join(
        f"<table:table-row>{''.join(map(cell, row))}{tail}</table:table-row>" for row in rows
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Meetings">{body}'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", content)
    return out.getvalue()


def test_the_samples():
    found = read_releases([SAMPLES])
    assert all(sheet.balanced for sheet in found.sheets)
    assert (len(found.records), len(found.unread)) == (10, 1)
    assert sorted(r.kind for r in found.records) == [
        "gift-given", "gift-received", "hospitality", *["meeting"] * 6, "travel",
    ]  # fmt: skip
    trip = next(r for r in found.records if r.kind == "travel")
    assert trip.value.pence == 124500 and trip.destination == "Sampleport, Ruritania"
    assert (trip.when.start, trip.when.end) == ("2026-08-30", "2026-09-01")
    meeting = next(r for r in found.records if r.place.row == 7 and r.kind == "meeting")
    assert meeting.department == "Department for Harbours and Lighthouses (made up)"
    assert meeting.filled == ("who", "date", "purpose")


def test_blank_means_the_same():
    found = _read(
        f"{HEAD}\nSam Example MP,July,Acme,Talk\n,,Borealis,\n,August,Cobalt,More talk\nJo Sample,2024-08-02,Delta,Talk\n"
    )
    assert [r.who for r in found.records] == ["Sam Example MP"] * 3 + ["Jo Sample"]
    assert [r.when.start[:7] for r in found.records] == ["2024-07", "2024-07", "2024-08", "2024-08"]
    assert [r.filled for r in found.records] == [(), ("who", "date", "purpose"), ("who",), ()]
    assert found.records[0].department == "Department for Transport"


def test_a_date_does_not_run_on_to_the_next_minister():
    found = _read(f"{HEAD}\nSam Example MP,2024-07-01,Acme,Talk\nJo Sample MP,,Borealis,Talk\n")
    assert found.records[1].when.precision == "quarter"
    assert "no date of its own" in found.records[1].remarks[0]
    without = _read(
        f"{HEAD}\nSam Example MP,2024-07-01,Acme,Talk\nJo Sample MP,,Borealis,Talk\n",
        "meetings.csv",
    )
    assert [u.place.row for u in without.unread] == [3] and "no date" in without.unread[0].why


def test_titles_notes_nil_and_blank_rows_are_counted():
    text = (
        'Department for Transport,,,\n"Ministers\' meetings, July to September 2024",,,\n,,,\n'
        + HEAD
        + "\n"
        "Sam Example MP,2024-07-01,Acme,Talk\nJo Sample MP,Nil return,,\nLee Madeup,Nil Return,Nil Return,Nil Return\n"
        "Whips (Lords) - nil return,-,-,-\n,,,\nNote,,,\nDoes not normally include meetings with Government bodies.,,,\n"
    )
    [sheet] = _read(text, "x.csv").sheets
    assert (sheet.titles, sheet.headings, sheet.records, sheet.nil) == (2, 1, 1, 3)
    assert (sheet.notes, sheet.blank, sheet.unread, sheet.rows) == (2, 2, 0, 11)


def test_titles_say_department_quarter_and_minister():
    text = (
        "MEETINGS WITH EXTERNAL ORGANISATIONS,,\nSecretary of State for Transport - The Rt Hon Sam Example MP,,\n"
        "Date of Meeting,Name of External Organisation,Purpose of Meeting\nJan,Acme,Local matters\n"
        "Minister of State - Jo Sample MP,,\nDate of Meeting,Name of External Organisation,Purpose of Meeting\nFeb,Borealis,Rail\n"
    )
    found = _read(text, "dft-jan-to-mar-2014.csv")
    assert [r.who for r in found.records] == ["The Rt Hon Sam Example MP", "Jo Sample MP"]
    assert [r.role for r in found.records] == [
        "Secretary of State for Transport",
        "Minister of State",
    ]
    assert [r.when.start for r in found.records] == ["2014-01-01", "2014-02-01"]


def test_a_minister_on_a_row_of_their_own():
    found = _read(
        f"{HEAD}\nSam Example MP,,,\n,2024-07-01,Acme,Talk\n,2024-07-02,Borealis,Talk\nJo Sample MP,,,\n,2024-07-03,Cobalt,Talk\n"
    )
    assert [r.who for r in found.records] == ["Sam Example MP", "Sam Example MP", "Jo Sample MP"]
    assert not found.unread


def test_several_tables_in_one_sheet():
    text = (
        "Gifts,,,,\nMinister,Date gift received,From,Gift,Value\nSam Example MP,July 2024,Acme,A clock,£150\n,,,,\n"
        "Hospitality,,,,\nMinister,Date,Name of organisation,Type of hospitality received,\nSam Example MP,15 July 2024,Acme,Dinner,\n,,,,\n"
        "Meetings,,,,\nMinister,Date,Name of organisation,Purpose,\nNil return,,,,\n"
    )
    found = _read(text)
    assert [r.kind for r in found.records] == ["gift-received", "hospitality"]
    assert (
        found.sheets[0].titles == 3 and found.sheets[0].headings == 3 and found.sheets[0].nil == 1
    )


def test_gifts_by_direction_and_title():
    by_cell = _read(
        "Minister,Date,Gift,Given or received,Who gift was given to or received from,Value,Outcome\n"
        "Sam,2024-07-01,Book,Given,Acme,Over limit,\nSam,2024-07-02,Pen,Received,Acme,£20,Kept\n"
    )
    assert [r.kind for r in by_cell.records] == ["gift-given", "gift-received"]
    assert by_cell.records[1].details == {"Outcome": "Kept"}
    given = _read(
        "Gifts given by ministers,,,\nMinister,Date,Recipient,Gift\nSam,July 2024,Acme,Book\n"
    )
    assert [r.kind for r in given.records] == ["gift-given"]


def test_headings_in_two_rows():
    text = "Name of,Date of,Name of external,Purpose of\nminister,meeting,organisation,meeting\nSam Example,2024-07-01,Acme,Talk\n"
    found = _read(text)
    assert len(found.records) == 1 and found.sheets[0].headings == 2


def test_what_is_wrong_is_listed_with_the_reason():
    text = (
        f"{HEAD}\n,2024-07-01,Acme,Talk\nSam Example MP,32/09/2024,Acme,Talk\nSam Example MP,2024-07-01,,Talk\n"
        "Sam Example MP,2024-07-03,Borealis,Talk\n"
    )
    found = _read(text)
    assert [(u.place.row, u.place.file) for u in found.unread] == [(2, NAME), (3, NAME), (4, NAME)]
    assert "names no minister" in found.unread[0].why
    assert "'32/09/2024' is not understood" in found.unread[1].why
    assert "no organisation" in found.unread[2].why
    assert len(found.records) == 1


def test_a_table_without_known_headings_is_listed_row_by_row():
    found = _read(
        "Name of SCS,Role,Outside employment\nSam Example,Director,Choir\n", "employment.csv"
    )
    assert not found.records and [u.place.row for u in found.unread] == [1, 2]
    assert "headings" in found.unread[0].why


def test_dates_outside_the_release_and_with_the_month_first_are_remarked_on():
    found = _read(f"{HEAD}\nSam,2023-07-01,Acme,Talk\nSam,07/15/2024,Acme,Talk\n")
    assert "outside" in found.records[0].remarks[0]
    assert "month stands before" in found.records[1].remarks[0]


def test_dates_on_the_first_of_the_month_alone_are_months():
    rows = "".join(f"Sam,01/0{month}/2024,Acme,Talk\n" for month in (7, 8, 9))
    found = _read(f"{HEAD}\n{rows}")
    assert {r.when.precision for r in found.records} == {"month"}
    assert "first of a month" in found.records[0].remarks[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings(encoding):
    text = f"{HEAD}\nSam Example MP,2024-07-01,Café Société – “Acme”,To discuss the £5m fund\n"
    [record] = _read(text, encoding=encoding).records
    assert record.organisations == ("Café Société – “Acme”",)
    assert record.purpose == "To discuss the £5m fund"


@pytest.mark.parametrize("sign", [";", "\t", "|", ","])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(sign, end):
    rows = [
        HEAD.split(","),
        ["Sam", "2024-07-01", "Acme", "Talk"],
        ["", "2024-07-02", "Borealis", "Talk"],
    ]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=sign, lineterminator=end).writerows(rows)
    assert [r.organisations for r in _read(out.getvalue()).records] == [("Acme",), ("Borealis",)]


def test_trailing_empty_columns_and_cells_beyond_the_headings():
    found = _read(f"{HEAD},,,\nSam,2024-07-01,Acme,Talk,,,\nSam,2024-07-02,Borealis,Talk,,,extra\n")
    assert [r.details for r in found.records] == [{}, {"column 7": "extra"}]


def test_a_quotation_mark_that_is_never_closed_takes_no_rows_with_it():
    rows = "".join(f"Sam,2024-07-0{day},Acme,Talk\n" for day in range(3, 9))
    found = _read(f'{HEAD}\nSam,2024-07-01,Acme,Talk\nSam,2024-07-02,"Borealis,Talk\n{rows}')
    assert len(found.records) == 7 and [u.place.row for u in found.unread] == [3]
    assert "quotation mark" in found.unread[0].why
    swallowed = _read(f'{HEAD}\nSam,2024-07-02,"Borealis,Talk\n{rows}Sam,2024-07-09,"Acme",Talk\n')
    assert any("quotation mark" in u.why for u in swallowed.unread)


def test_a_workbook_of_several_sheets():
    when = datetime.datetime(2024, 7, 15)
    book = _xlsx(
        Notes=[["Gifts", "A gift is what is given."], ["Meetings", "Those with outsiders."]],
        Gifts=[
            ["Minister", "Date", "Gift", "From", "Value"],
            ["Sam Example", "July", "A clock", "Acme", 150.5],
        ],
        Hospitality=[
            ["Minister", "Date", "Name of organisation", "Type of hospitality"],
            ["Nil return"],
        ],
        Overseas_travel=[
            [
                "Minister",
                "Date(s) of trip",
                "Destination",
                "Purpose of trip",
                "Mode of transport",
                "Total cost",
            ],
            ["Sam Example", "02-06 September", "Ruritania", "Talks", "Scheduled", 1200],
        ],
        Meetings=[
            ["Ministers' meetings, July to September 2024"],
            ["Minister", "Date", "Name of organisation", "Purpose"],
            ["Sam Example", when, "Acme", "Talk"],
            [None, 45490, "Borealis", "Talk"],
        ],
        Sheet2=[["Scheduled"], ["Charter"]],
    )
    book["Sheet2"].sheet_state = "hidden"
    found = _read(_bytes(book), "q2-july-to-september-2024.xlsx")
    assert [r.kind for r in found.records] == ["gift-received", "travel", "meeting", "meeting"]
    assert [r.when.start for r in found.records[2:]] == ["2024-07-15", "2024-07-17"]
    assert found.records[0].value.pence == 15050 and found.records[1].value.pence == 120000
    assert found.records[1].when.end == "2024-09-06"
    assert [s.sheet for s in found.sheets if s.hidden] == ["Sheet2"]
    assert not found.unread and found.records[3].place.row == 4


def test_merged_cells_and_formulas():
    book = _xlsx(
        Meetings=[
            HEAD.split(","),
            ["Sam", "July", "Acme", "Talk"],
            [None, None, "Borealis", "Talk"],
        ]
    )
    book["Meetings"].merge_cells("A2:A3")
    book["Meetings"].merge_cells("B2:B3")
    book["Meetings"]["D3"] = "=D2"  # never computed: Excel saved no value
    found = _read(_bytes(book))
    assert [(r.who, r.when.start) for r in found.records] == [("Sam", "2024-07-01")] * 2


def test_rows_are_counted_as_a_spreadsheet_program_counts_them():
    book = _xlsx(Meetings=[])
    sheet = book["Meetings"]
    for column, text in enumerate(HEAD.split(","), 2):
        sheet.cell(5, column, text)
    for column, text in enumerate(("Sam", "July", "Acme", "Talk"), 2):
        sheet.cell(9, column, text)
    [record] = _read(_bytes(book)).records
    assert record.place.row == 9


def test_ods():
    rows = [
        HEAD.split(","),
        ["Sam", datetime.date(2024, 7, 15), "Acme & Sons", "Talk"],
        ["", "w/c 22 July", "Borealis", "Talk"],
    ]
    found = _read(_ods(rows), "meetings-july-to-september-2024.ods")
    assert [r.when.precision for r in found.records] == ["day", "week"]
    assert found.records[0].organisations == ("Acme & Sons",)
    assert found.sheets[0].rows < 2_000


def test_xls():
    path = Path(__file__).with_name("meetings-april-to-june-2016.xls")
    found = read_file(path.name, path.read_bytes(), Limits())
    assert [r.organisations for r in found.records] == [
        ("Sam Example", "The Sampleport Mirror"),
        ("Lee Madeup", "The Daily Invention"),
    ]
    assert [r.when.start for r in found.records] == ["2016-04-27", "2016-04-29"]
    assert [r.who for r in found.records] == ["Jo Sample"] * 2


def test_a_csv_that_calls_itself_xls():
    found = _read(f"{HEAD}\nSam,2024-07-01,Acme,Talk\n", "meetings.xls")
    assert len(found.records) == 1


def test_archives_and_folders(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("dft/july-to-september-2024.csv", f"{HEAD}\nSam,15 July,Acme,Talk\n")
        archive.writestr("dft/guidance.pdf", "%PDF-1.4")
        archive.writestr("__MACOSX/x.csv", "nothing")
        archive.writestr(
            "more.xlsx",
            _bytes(_xlsx(M=[HEAD.split(","), ["Sam", "2024-07-02", "Borealis", "Talk"]])),
        )
    (tmp_path / "q").mkdir()
    (tmp_path / "q" / "all.zip").write_bytes(inner.getvalue())
    (tmp_path / "q" / ".hidden.csv").write_text("x")
    (tmp_path / "q" / "a.csv").write_text(f"{HEAD}\nJo,2024-07-03,Cobalt,Talk\n")
    found = read_releases([tmp_path / "q"])
    assert [r.place.file for r in found.records] == [
        "q/a.csv",
        "q/all.zip/dft/july-to-september-2024.csv",
        "q/all.zip/more.xlsx",
    ]
    assert [f.file for f in found.faults] == ["q/all.zip/dft/guidance.pdf"]


def test_nil_for_a_month_totals_and_rows_that_date_those_below():
    text = (
        f"{HEAD}\nSam Example MP,July,Nil return,\nSam Example MP,August,None,None\nSam Example MP,,,\n"
        "September,,,\n,,Acme,Talk\n,,Borealis,Talk\nTotal,,,2\n"
    )
    found = _read(text)
    assert [(r.organisations_text, r.when.start) for r in found.records] == [
        ("Acme", "2024-09-01"),
        ("Borealis", "2024-09-01"),
    ]
    assert (found.sheets[0].nil, found.sheets[0].titles, found.sheets[0].notes) == (2, 2, 1)


def test_a_name_and_role_on_a_row_of_their_own():
    text = "Name of official,Job title,Date,Organisation,Purpose\nSam Example,Director General,,,\n,,1 July 2024,Acme,Talk\n"
    [record] = _read(text).records
    assert record.who == "Sam Example"


def test_many_rows_of_one_cell_take_no_time():
    lines = "".join(f"just a sentence with number {n}\n" for n in range(5_000))
    found = _read(f"{HEAD}\nSam,2024-07-01,Acme,Talk\n{lines}Sam,2024-07-02,Acme,Talk\n")
    assert len(found.records) == 2


def test_name_and_role_above_a_table_and_a_department_in_letters():
    titles = "Name:,Sir Sam Example KCB\nRole:,Permanent Secretary\n"
    text = f"{titles}Department,Date,Organisation,Purpose of meeting\nDfE,12 July,Acme,Catch-up\n"
    [record] = _read(text).records
    assert (record.who, record.role) == ("Sir Sam Example KCB", "Permanent Secretary")
    assert record.department == "Department for Education"
