"""What is coded or written in other characters is found in its place."""

import base64
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bernard.privacy import StructuredDetector
from bernard.privacy.fold import plain, readings
from bernard.privacy.tables import tables

DETECTOR = StructuredDetector()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("see jo%40example.org today", "jo%40example.org"),
        ("see jo%2540example.org today", "jo%2540example.org"),
        ("see jo\\u0040example.org today", "jo\\u0040example.org"),
        ("see jo&#64;example.org today", "jo&#64;example.org"),
        ("see jo&commat;example.org today", "jo&commat;example.org"),
        ("number:\\nAB123456C\\n", "AB123456C"),
        ("ＡＢ１２３４５６Ｃ", "ＡＢ１２３４５６Ｃ"),
        ("AB\u00a012\u00a034\u00a056\u00a0C", "AB\u00a012\u00a034\u00a056\u00a0C"),
        ("ring 07700\u2011900\u2011123", "07700\u2011900\u2011123"),
        ("AB12\u200b3456C", "AB12\u200b3456C"),
        ("AB1\u00ad23456C", "AB1\u00ad23456C"),
        ("٠٧٧٠٠ ٩٠٠١٢٣", "٠٧٧٠٠ ٩٠٠١٢٣"),
    ],
)
def test_found_where_it_stands(text, value):
    assert [text[f.start : f.end] for f in DETECTOR.find(text)] == [value]


def test_found_within_base64():
    coded = base64.b64encode(b"my number is AB123456C, thank you").decode()
    text = f"the part {coded} is coded"
    assert [(f.kind, text[f.start : f.end]) for f in DETECTOR.find(text)] == [
        ("ENCODED", coded.rstrip("=")) if coded[-1] != "=" else ("ENCODED", coded)
    ]


@given(st.text(max_size=200))
def test_a_plain_text_is_as_long_as_the_text(text):
    read = plain(text)
    assert len(read) == len(text)
    assert read.isascii()


@given(st.text(alphabet="ab%4012u\\n&#;6\u200b é", max_size=60))
def test_each_character_of_a_reading_has_a_place(text):
    for reading in readings(text):
        assert len(reading.text) == len(reading.starts) == len(reading.ends)
        assert all(
            0 <= a < b <= len(text) for a, b in zip(reading.starts, reading.ends, strict=True)
        )
        assert list(reading.starts) == sorted(reading.starts)


@pytest.mark.parametrize("sign", [",", "\t", "|", " | ", ";"])
def test_a_cell_is_known_by_the_heading_of_its_column(sign):
    rows = [["Name", "Date of birth", "UTR", "Town"]]
    rows += [["Jo", "12/03/1970", "1123456789", "Leeds"]] * 20
    text = "All of them:\n" + "\n".join(sign.join(row) for row in rows) + "\n\nThat is all."
    found = [text[f.start : f.end] for f in DETECTOR.find(text)]
    assert found == ["12/03/1970", "1123456789"] * 20


def test_a_table_in_markdown():
    text = "| Name | Passport number |\n|------|------|\n| Jo | 533380006 |\n"
    assert [text[f.start : f.end] for f in DETECTOR.find(text)] == ["533380006"]


def test_lines_with_commas_are_no_table():
    text = (
        "Dear all, we met, and agreed,\nthat on 12/03/2020, at 10, we meet,\nor on 13/03/2020, at 9"
    )
    assert DETECTOR.find(text) == []


def test_a_large_text_with_a_code_or_a_wide_table_takes_little_memory():
    heading = ",".join("h" * 39 for _ in range(100))
    for text in ("word " * 100_000 + "%41", heading + "\n" + (",".join("x" * 100) + "\n") * 500):
        tracemalloc.start()
        for reading in readings(text):
            assert reading.text
        for reading in tables(text):
            assert reading.text
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 20 * len(text) + 20_000_000
