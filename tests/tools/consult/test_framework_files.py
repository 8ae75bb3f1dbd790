"""Coding frameworks from files of all kinds, and to files."""

import io
import json
import zipfile

import openpyxl
import pytest

from bernard.errors import DocumentTooLarge, DocumentUnreadable, Error, InputInvalid
from bernard.tools.consult.framework_files import (
    KINDS,
    as_given,
    read_framework,
    write_framework,
)
from bernard.tools.consult.types import Framework, Theme

FULL = Framework(
    (
        Theme("A", "Cost", "What it costs, “all in”", "against"),
        Theme("A1", "=SUM(A1:A9)", "-1 on balance\nand more", parent="A"),
        Theme("B", "Költség, ár", "", "for"),
        Theme("C", "'quoted'", "@home"),
    )
)


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_read_back_and_is_the_same_twice(kind):
    data = write_framework(FULL, kind)
    assert write_framework(FULL, kind) == data
    read = read_framework(f"framework.{kind}", data)
    assert read == FULL
    assert [g.id for g in as_given(read)] == ["A", "A1", "B", "C"]


def test_formulas_do_not_run_where_they_are_opened():
    assert b"'=SUM(A1:A9)" in write_framework(FULL, "csv")
    book = openpyxl.load_workbook(io.BytesIO(write_framework(FULL, "xlsx")))
    assert book.active["B3"].value == "=SUM(A1:A9)" and book.active["B3"].data_type == "s"
    packed = zipfile.ZipFile(io.BytesIO(write_framework(FULL, "xlsx")))
    assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


def test_no_such_kind():
    with pytest.raises(InputInvalid, match="not 'pdf'"):
        write_framework(FULL, "pdf")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b"Theme Name,Theme Description\r\nCost,Too dear\r\nNoise,\r\n"),
        ("a.csv", "Label;Définition;Definition\nCost;x;Too dear\nNoise;;\n".encode("cp1252")),
        ("a.csv", "title\tdescription\nCost\tToo dear\nNoise\t\n".encode("utf-16")),
        ("a.jsonl", b'{"id":"T1","title":"Cost","description":"Too dear"}\n{"title":"Noise"}\n'),
        ("a.json", b'[{"theme_name":"Cost","theme_description":"Too dear"},"Noise"]'),
        (
            "a.json",
            json.dumps(
                {
                    "theme_nodes": [
                        {"topic_label": "Cost", "topic_description": "Too dear", "children": []},
                        {"topic_label": "Noise", "parent_id": None},
                    ]
                }
            ).encode(),
        ),
        ("a.xlsx", workbook(["Title", "Description"], ["Cost", "Too dear"], [], ["Noise"])),
    ],
)
def test_the_columns_are_known_by_their_headings(name, data):
    themes = read_framework(name, data).themes
    assert [(t.id, t.title, t.description) for t in themes] == [
        ("T1", "Cost", "Too dear"),
        ("T2", "Noise", ""),
    ]


def test_parents_by_title_or_id_and_stances_in_other_words():
    data = b"code,theme,stance,parent\n7,Cost,Oppose,\n8,Fares,disagree,cost\n9,Fuel,,7\n"
    themes = read_framework("a.csv", data).themes
    assert [(t.id, t.stance, t.parent) for t in themes] == [
        ("7", "against", None),
        ("8", "against", "7"),
        ("9", None, "7"),
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"colour,size\nred,1\n", "no column of titles. Its headings are 'colour', 'size'"),
        (b"title,description\nCost,\n,orphan\n", "row 3: enter a title"),
        (b"title\nCost\nNoise\ncost \n", "row 4: the title 'cost' is that of row 2 too"),
        (b"id,title\n1,Cost\n1,Noise\n", "row 3: the id '1' is that of row 2 too"),
        (b"title,parent\nCost,Money\n", "row 2: it is under 'Money', which is no other theme"),
        (b"title,parent\nA,\nB,A\nC,B\n", "row 4: it is under 'B', which is under another"),
        (b"title,stance\nCost,sideways\n", "row 2: the stance 'sideways' is not for, against"),
        (b"title\n" + b"x" * 300, "row 2: a title must be 200 characters or fewer"),
        (b"title\n", "holds no themes"),
        (b"[]", "holds no themes"),
        (b"{oops", "is not JSON"),
        (b'{"title":"a"}\n{oops\n', "line 2: it is not JSON"),
        (b"[" * 100_000, "cannot|nested|JSON"),
        (b"[1, {}]", "theme 1: enter a title for the theme; theme 2"),
        ("\n".join(["title", *(f"t{n}" for n in range(201))]).encode(), "201 themes"),
    ],
)
def test_what_is_wrong_is_said_by_row(data, said):
    with pytest.raises(InputInvalid, match=said) as told:
        read_framework("my file.csv", data)
    assert "'my file.csv'" in str(told.value)


def test_many_faults_are_counted():
    data = b"title\n" + b"same\n" * 20
    with pytest.raises(InputInvalid, match="and 9 more"):
        read_framework("a.csv", data)


@pytest.mark.parametrize(
    "data", [b"", b"\x00\x01\x02\xff" * 50, b"PK\x03\x04broken", b"\xff\xfe\x00"]
)
def test_what_is_no_framework_is_refused(data):
    with pytest.raises(Error, match=r"'a.xlsx'"):
        read_framework("a.xlsx", data)


def test_too_large():
    with pytest.raises(DocumentTooLarge, match="5 MB"):
        read_framework("a.csv", b"x" * 5_000_001)
    assert issubclass(DocumentTooLarge, DocumentUnreadable)
