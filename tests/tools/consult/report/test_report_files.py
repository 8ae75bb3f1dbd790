"""The files of a report: whole, the same each time, masked, and safe to open."""

import csv
import dataclasses
import io
import itertools
import json
import zipfile
from pathlib import Path

import jsonschema
import msgspec
import openpyxl
import pytest
from docx import Document
from lxml import etree

from bernard.errors import InputInvalid
from bernard.tools.consult.quality import assess
from bernard.tools.consult.report import files, write_report
from bernard.tools.consult.report.facts import gather
from bernard.tools.consult.report.rows import sheets
from bernard.tools.consult.report.shapes import Everything, QuestionTold, schema
from bernard.tools.consult.report.workbook import workbook
from bernard.tools.consult.types import (
    Analysis,
    Column,
    Consultation,
    Decided,
    Framework,
    Judged,
    Made,
)
from bernard.tools.consult.writing.cells import MOST_IN_CELL, inert, pieces

NAMES = {
    "report.docx", "themes.xlsx", "analysis.json", "themes.csv", "responses.csv", "mapping.csv",
    "campaigns.csv", "cross-tables.csv", "said-together.csv", "quality.csv", "chart-1-themes.svg",
    "chart-1-stance.svg",
}  # fmt: skip


@pytest.fixture(scope="module")
def made(analysis):
    return files(analysis, title="Buses in Muddleford")


def read_csv(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def words_of(docx):
    document = Document(io.BytesIO(docx))
    said = [p.text for p in document.paragraphs]
    said += [c.text for t in document.tables for r in t.rows for c in r.cells]
    return "\n".join(said)


def everything_said(made):
    """All that stands in any file, taken out of its archive."""
    parts = []
    for data in made.values():
        if data[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                parts += [archive.read(name) for name in archive.namelist()]
        else:
            parts.append(data)
    return b"\n".join(parts).decode("utf-8", "replace")


def test_a_report_has_every_file_and_the_same_bytes_each_time(made, analysis, tmp_path):
    assert set(made) == NAMES
    assert files(analysis, title="Buses in Muddleford") == made
    paths = write_report(analysis, tmp_path / "new" / "folder", title="Buses in Muddleford")
    assert {path.name: path.read_bytes() for path in paths} == made
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == sorted(NAMES)


def test_no_archive_tells_the_time(made):
    for name in ("report.docx", "themes.xlsx"):
        with zipfile.ZipFile(io.BytesIO(made[name])) as archive:
            assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            for part in archive.namelist():
                etree.fromstring(archive.read(part)) if part.endswith((".xml", ".rels")) else None


def test_personal_data_is_out_unless_a_named_person_decides_else(made, analysis):
    said = everything_said(made)
    assert "Pat Example" not in said and "pat@example.org" not in said
    assert "[name]" in said and "[email address]" in said
    with pytest.raises(InputInvalid, match="Say who"):
        files(analysis, masked=False, decided_by=" \u200b")
    open_ones = files(analysis, masked=False, decided_by="Lee Lead")
    assert "pat@example.org" in everything_said(open_ones)
    assert "Lee Lead decided that" in words_of(open_ones["report.docx"])
    assert json.loads(open_ones["analysis.json"])["decided_by"] == "Lee Lead"


def test_an_address_is_no_reference(make_analysis):
    made = files(make_analysis(16, ids=lambda n: f"person{n}@example.org"))
    assert "@example.org" not in everything_said(made)
    assert read_csv(made["responses.csv"])[1][1] == "row 2"


def test_a_name_is_no_reference(make_analysis):
    made = files(make_analysis(16, ids=lambda n: f"Letter of Harriet Jones {n}.docx"))
    assert "Harriet" not in everything_said(made)


def test_the_document_says_what_is_not_known(made):
    said = words_of(made["report.docx"])
    assert "Nobody has signed off the themes" in said
    assert "No random sample of the question has been read" in said
    assert "Fares are too high" in said and "Light at the stops" in said
    assert "30 of 60, 50% (38% to 62%)" in said
    assert "many, perhaps most" in said
    assert "receipt-1" in said and "ab" * 32 in said
    assert "not a sample of the public" in said


def test_the_document_can_be_read_aloud(made):
    document = Document(io.BytesIO(made["report.docx"]))
    levels = [
        int(p.style.name[-1]) for p in document.paragraphs if p.style.name.startswith("Heading")
    ]
    assert levels[0] == 1 and all(b <= a + 1 for a, b in itertools.pairwise(levels))
    assert document.core_properties.title == "Buses in Muddleford"
    assert document.core_properties.language == "en-GB"
    xml = etree.tostring(document.element).decode()
    for table in document.tables:
        assert table.rows[0]._tr.trPr.xpath("w:tblHeader")
    assert xml.count("<w:tblCaption") == len(document.tables) >= 6
    assert 'descr="Bar chart. Fares are too high: 50%' in xml
    # Words are words, not pictures; the chart is drawn by the reader's program.
    assert "pic:pic" not in xml and "/word/charts/chart1.xml" in str(
        [part.partname for part in document.part.package.iter_parts()]
    )
    assert 'w:lang w:val="en-GB"' in etree.tostring(document.styles.element).decode()


def test_links_of_the_contents_lead_somewhere(made):
    document = Document(io.BytesIO(made["report.docx"]))
    anchors = document.element.xpath("//w:hyperlink/@w:anchor")
    assert len(anchors) >= 6
    assert set(anchors) <= set(document.element.xpath("//w:bookmarkStart/@w:name"))


def test_the_spreadsheet_and_the_csv_say_the_same(made, analysis):
    book = openpyxl.load_workbook(io.BytesIO(made["themes.xlsx"]), read_only=True)
    assert book.sheetnames == [
        "Read me", "Themes", "Responses", "Mapping", "Campaigns", "Cross-tables", "Said together",
        "Quality",
    ]  # fmt: skip
    for name in book.sheetnames[1:]:
        rows = list(book[name].iter_rows(values_only=True))
        flat = read_csv(made[f"{name.lower().replace(' ', '-')}.csv"])
        assert list(rows[0]) == flat[0] and len(rows) == len(flat)
    told = gather(analysis, masked=True, decided_by="", quality=None, title="", smallest=5)
    widths = {sheet.name: {len(row) for row in sheet.rows} for sheet in sheets(told)}
    assert all(len(found) == 1 for found in widths.values())
    assert len(read_csv(made["responses.csv"])) == 81


HOSTILE = (
    '=HYPERLINK("http://example.org","x")',
    "+1+1",
    "-1+cmd|' /C calc'!A0",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "  =1",
    "＝1+1",
    "a\x00b\x01c\ud800d\ufffe",
    "_x0041_ & <b>bold</b> ]]> **not bold**",
    "مرحبا =1",
    'quote " comma , line\r\nend',
    '<r><t>a</t></r></is></c><c r="Z9"><f>1+1</f></c><c t="inlineStr"><is><r></r>',
)


def test_nothing_that_people_write_becomes_a_formula_or_breaks_a_file(make_analysis):
    said = tuple((text, ("fares",)) for text in HOSTILE)
    regions = tuple(f"={i}+1" for i in range(3))
    made = files(
        make_analysis(len(HOSTILE) * 2, said=said, ids=lambda n: f"=R{n}\x0b", regions=regions),
        title="=\x00cmd <&> \ud800",
    )
    for name, data in made.items():
        if name.endswith(".csv"):
            for row in read_csv(data):
                for cell in row:
                    assert not cell.lstrip(" ").startswith(("=", "@", "\t", "\r", "＝")), (
                        name,
                        cell,
                    )
                    assert not cell.startswith(("+", "-")) or cell[1:].replace(".", "").isdigit()
        if name.endswith(".svg"):
            etree.fromstring(data)
    json.loads(made["analysis.json"])
    assert (
        "<f>"
        not in zipfile.ZipFile(io.BytesIO(made["themes.xlsx"]))
        .read("xl/worksheets/sheet3.xml")
        .decode()
    )
    book = openpyxl.load_workbook(io.BytesIO(made["themes.xlsx"]))
    texts = [cell.value for cell in book["Responses"]["E"][1:]]
    assert {cell.data_type for cell in book["Responses"]["E"][1:] if cell.value} <= {
        "s",
        "inlineStr",
    }
    assert texts[0] == HOSTILE[0] and texts[4] == "\t=1" and texts[10] == HOSTILE[10]
    assert "<b>bold</b>" in texts[9]
    assert texts[12] == f"{HOSTILE[12]} " and book["Responses"]["Z9"].value is None
    assert "=R0" in words_of(made["report.docx"])


LANGUAGES = (
    "Mae’r prisiau yn rhy uchel.", "Tha na prìsean ro àrd.", "Ceny są za wysokie.", "ቲኬቱ ውድ ነው።",
    "票价太高了。", "運賃が高すぎます。", "요금이 너무 비싸요.", "किराया बहुत ज़्यादा है।", "ভাড়া খুব বেশি।",
    "கட்டணம் அதிகம்.", "ค่าโดยสารแพงเกินไป", "Giá vé quá cao.", "Билеты слишком дорогие.",
    "Τα εισιτήρια είναι ακριβά.", "הנסיעה יקרה מדי.", "کرایہ بہت زیادہ ہے۔", "الأسعار مرتفعة جدا.",
    "Biletler çok pahalı.", "ბილეთები ძვირია.", "Տոմսերը թանկ են։", "👩🏽‍🚌 too dear", "ཐེམ་ཊིཀ།",
)  # fmt: skip


def test_every_language_comes_through_whole(make_analysis):
    made = files(make_analysis(44, said=tuple((text, ("fares",)) for text in LANGUAGES)))
    told = {
        answer["text"] for answer in json.loads(made["analysis.json"])["questions"][0]["answers"]
    }
    assert told == set(LANGUAGES)
    assert {row[4] for row in read_csv(made["responses.csv"])[1:]} == set(LANGUAGES)
    document = Document(io.BytesIO(made["report.docx"]))
    right = [p for p in document.paragraphs if p._p.xpath("w:pPr/w:bidi")]
    assert all(any(c in p.text for c in "הکا") for p in right)


def test_a_text_longer_than_a_cell_goes_on_below(make_analysis):
    long = "Fares 🚌 " * 9_000 + "end."
    book = openpyxl.load_workbook(
        io.BytesIO(files(make_analysis(2, said=((long, ("fares",)),)))["themes.xlsx"])
    )
    rows = list(book["Responses"].iter_rows(values_only=True))[1:]
    first = [row for row in rows if row[1] == "R1"]
    assert [row[3] for row in first] == list(range(1, len(first) + 1)) and len(first) >= 3
    assert "".join(row[4] for row in first) == long
    assert all(len(row[4].encode("utf-16-le")) // 2 <= MOST_IN_CELL for row in rows)
    assert first[1][5] is None


def test_a_table_longer_than_a_sheet_goes_on_in_another(analysis):
    told = gather(analysis, masked=True, decided_by="", quality=None, title="", smallest=5)
    book = openpyxl.load_workbook(io.BytesIO(workbook(told, most_rows=41)))
    names = [name for name in book.sheetnames if name.startswith("Responses")]
    assert names == ["Responses", "Responses 2"]
    rows = [row for name in names for row in list(book[name].iter_rows(values_only=True))[1:]]
    assert [row[1] for row in rows] == [f"R{n + 1}" for n in range(80)]


def test_cells_of_numbers_stay_numbers():
    assert [inert(v) for v in (0.5, 3, True, None, "-2", "- two", "07")] == [
        "0.5", "3", "yes", "", "-2", "'- two", "07",
    ]  # fmt: skip
    assert list(pieces("")) == [""]


def test_json_follows_its_schema(made):
    jsonschema.validate(json.loads(made["analysis.json"]), json.loads(schema()))


def test_what_was_checked_is_reported(make_analysis):
    analysis = make_analysis(80, signed_by="Lee Lead")
    one = analysis.questions[0]
    decided = tuple(
        Decided(n, one.mapped[n].outcome, {a.theme: None for a in one.mapped[n].themes}, "Cy Coder",
                1_700_000_000.0, blind=True)
        for n in range(40)
    )  # fmt: skip
    one = type(one)(**{**vars(one), "decided": decided})
    analysis = Analysis(analysis.consultation, (one,), analysis.made)
    found = {"q1": assess(one, analysis.consultation, group="Region")}
    made = files(analysis, quality=found)
    said = words_of(made["report.docx"])
    assert found["q1"].statement in said and "Lee Lead signed off the themes" in said
    assert "Draft." not in said and "Not checked." not in said
    assert any(row[4] == "F1" for row in read_csv(made["quality.csv"]))
    jsonschema.validate(json.loads(made["analysis.json"]), json.loads(schema()))


@pytest.mark.parametrize("size", [0, 1, 3])
def test_a_consultation_of_hardly_anybody_has_a_report(make_analysis, size):
    assert set(files(make_analysis(size))) <= NAMES


def test_a_consultation_without_themes_or_questions_has_a_report(analysis):
    one = analysis.questions[0]
    bare = type(one)(
        **{
            **vars(one),
            "framework": Framework(),
            "campaigns": (),
            "candidates": (),
            "mapped": [
                msgspec.structs.replace(m, outcome="none of these", themes=()) for m in one.mapped
            ],
        }
    )
    assert "There are no themes to count." in words_of(
        files(Analysis(analysis.consultation, (bare,), analysis.made))["report.docx"]
    )
    empty = Consultation("x.csv", "", (Column("id", "identifier"),), ())
    assert files(Analysis(empty, (), Made("0.1.0", {}, {})))["report.docx"]


def test_the_reference_names_every_column_and_key(analysis):
    docs = Path(__file__).parents[4] / "docs/reference"
    page = (docs / "consult-output.md").read_text(encoding="utf-8")
    told = gather(analysis, masked=True, decided_by="", quality=None, title="", smallest=5)
    options = {column.name for column in told.grouping}
    for sheet in sheets(told):
        section = page.split(f"### {sheet.name}\n", 1)[1].split("\n#", 1)[0]
        for heading in set(sheet.headings) - options:
            assert f"`{heading}`" in section, (sheet.name, heading)
    keys = page.split("## analysis.json", 1)[1]
    for shape in (Everything, QuestionTold):
        for key in shape.__struct_fields__:
            assert f"`{key}`" in keys, key
    assert (docs / "consult-output.schema.json").read_bytes() == schema()


def test_who_gave_a_second_opinion_is_told(analysis):
    [question] = analysis.questions
    judged = Judged("an-example-model", "", 2, (3, 5, 7), (3, 5), (5,))
    told = Analysis(
        analysis.consultation, (dataclasses.replace(question, judged=judged),), analysis.made
    )
    made, plain = files(told), words_of(files(analysis)["report.docx"])
    words = words_of(made["report.docx"])
    assert (
        "an-example-model was asked for a second opinion on the 3 responses in most doubt" in words
    )
    assert "in 2 calls; the answer changed for 1 of them. For 1 it gave no answer" in words
    assert "multiplied by 4" in words and "second opinion" not in plain
    everything = json.loads(made["analysis.json"])["questions"][0]["judged"]
    assert everything["asked"] == ["R4", "R6", "R8"] and everything["changed"] == ["R6"]
    assert json.loads(files(analysis)["analysis.json"])["questions"][0]["judged"] is None
