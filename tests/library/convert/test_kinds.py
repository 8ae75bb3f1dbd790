"""What a file is taken for, by its content first."""

from __future__ import annotations

import sys

import pytest

from bernard.errors import DocumentUnreadable
from bernard.library.convert.kinds import ENDINGS, READ, Kind, kind_of
from bernard.library.convert.limits import Limits
from bernard.library.convert.names import safe_name, unique
from bernard.library.convert.read import READERS

make = sys.modules["convert_makers"]
MAIL = b"From: a@b.example\nDate: today\nSubject: words\n\nhello\n"


@pytest.mark.parametrize("name", list(make.GOOD))
def test_each_kind_is_known_under_its_own_name_and_binary_ones_under_none(name: str) -> None:
    data = make.GOOD[name]()
    wanted = ENDINGS[name.partition(".")[2]]
    assert kind_of(name, data, Limits()) is wanted
    if name.split(".")[1] not in ("md", "csv", "tsv", "html"):
        assert kind_of("unnamed", data, Limits()) is wanted


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.txt", b"Files that begin with %PDF- are PDFs.", Kind.TEXT),
        ("a.pdf", b"\r\n\0junk %PDF-1.4 \xff\xfe", Kind.PDF),
        ("a.txt", b"BMA guidance on leave", Kind.TEXT),
        ("a.txt", b"MZ", Kind.TEXT),
        ("a.txt", MAIL, Kind.TEXT),
        ("a.txt", b"Message-ID: <x@y>\n" + MAIL, Kind.EML),
        ("a", MAIL, Kind.EML),
        ("a.html", b"\xef\xbb\xbf<!-- made by -->\n<!DOCTYPE html><p>x", Kind.HTML),
        ("a", b'<?xml version="1.0"?><html xmlns="x"></html>', Kind.HTML),
        ("a", b'{"id": 1}\n{"id": 2}\n', Kind.JSON_LINES),
        ("a", b'{\n "id": 1}', Kind.JSON),
        ("a", b'{"id": 1}', Kind.JSON),
        ("a.doc", b"{\\rtf1 words}", Kind.RTF),
        ("notes.rst", b"words", Kind.TEXT),
    ],
)
def test_what_it_is_taken_for(name: str, data: bytes, kind: Kind) -> None:
    assert kind_of(name, data, Limits()) is kind


def test_every_kind_has_a_reader_and_is_listed() -> None:
    assert set(READERS) == set(Kind)
    with pytest.raises(DocumentUnreadable) as caught:
        kind_of("x.dat", bytes(range(256)), Limits())
    assert READ in str(caught.value)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("C:\\Users\\a\\b.doc", "Users/a/b.doc"),
        ("nul.txt", "_nul.txt"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("a\nb\0.txt", "a_b.txt"),
        ("...", "unnamed"),
        ("", "unnamed"),
        ("x" * 1000 + ".docx", "x" * 114 + "….docx"),
        ("ordinary name (1).pdf", "ordinary name (1).pdf"),
    ],
)
def test_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe
    assert safe_name(safe) == safe


def test_names_are_made_unique() -> None:
    taken: dict[str, int] = {}
    assert [unique(n, taken) for n in ("a.txt", "a.txt", "a.txt", "b/c", "b/c", "v1.2/x")] == [
        "a.txt", "a (2).txt", "a (3).txt", "b/c", "b/c (2)", "v1.2/x",
    ]  # fmt: skip
