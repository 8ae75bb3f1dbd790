"""Every hostile file gives its clear error, in bounded time, and the converter lives on."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bernard.config import Settings
from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.library.convert import Converter

hostile = sys.modules["convert_hostile"]
make = sys.modules["convert_makers"]
CASES = list(hostile.cases())

TIMEOUT_S = 12.0
LIMITS = Settings(
    max_file_mb=20,
    max_text_mb=3,
    max_pages=100,
    max_members=100,
    convert_timeout_s=TIMEOUT_S,
    convert_memory_mb=1024,
)


@pytest.fixture(scope="module")
def guarded() -> Iterator[Converter]:
    with Converter(LIMITS) as converter:
        yield converter


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_hostile_file_gives_its_error_and_the_converter_lives_on(
    case: hostile.Case, guarded: Converter
) -> None:
    data = case.build()
    begun = time.monotonic()
    try:
        found = guarded.convert(case.name, data)
    except DocumentUnreadable as error:
        message = str(error)
        assert case.name in message
        assert "damaged in a way that stops it" not in message or case.either, message
        assert case.error or case.either, message
        if case.error:
            assert isinstance(error, case.error), f"{type(error).__name__}: {message}"
            assert re.search(case.says, message), message
    else:
        assert case.error is None, f"was read: {found.text[:200]!r} {found.notes}"
        assert case.check(found), f"{found.text[:500]!r} {found.notes} {found.attachments}"
    assert time.monotonic() - begun < TIMEOUT_S + 10
    assert make.SENTENCE in guarded.convert("good.docx", make.good_docx()).text


def test_what_is_not_a_file_is_refused(tmp_path: Path, guarded: Converter) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "folder.pdf").mkdir()
    (tmp_path / "real.txt").write_text("You must apply.")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    for name, says in {
        "pipe.pdf": "pipe",
        "folder.pdf": "is a folder",
        "link.txt": "is a link",
        "missing.txt": "does not exist",
    }.items():
        with pytest.raises(DocumentUnreadable, match=says):
            guarded.convert(name, tmp_path / name)
    with pytest.raises(DocumentUnreadable, match="device"):
        guarded.convert("zero", Path("/dev/zero"))
    with pytest.raises(DocumentUnreadable, match="does not exist, or its name cannot be used"):
        guarded.convert("nul", Path("a\0b"))
    assert guarded.convert("real.txt", tmp_path / "real.txt").text == "You must apply."


def test_a_file_over_the_limit_is_not_read_whole(tmp_path: Path, guarded: Converter) -> None:
    path = tmp_path / "vast.txt"
    with path.open("wb") as stream:
        stream.truncate(10**12)
    with pytest.raises(DocumentTooLarge, match=r"'vast\.txt' is larger than 20 MB"):
        guarded.convert("vast.txt", path)


def test_a_name_that_attacks_the_terminal_is_shown_clean(guarded: Converter) -> None:
    with pytest.raises(DocumentUnreadable) as caught:
        guarded.convert("\x1b[2J\u202egpj.exe" + "x" * 5000, b"\0\1\2\3" * 50)
    assert "\x1b" not in str(caught.value)
    assert "\u202e" not in str(caught.value)
    assert len(str(caught.value)) < 700
