"""The sample files are what their sources say, small, and hold the answers that are promised."""

import io
import shutil
import zipfile
from email import message_from_bytes, policy
from pathlib import Path

import pypdfium2
import pytest

from bernard import samples
from bernard.config import Settings
from bernard.library.convert import Converter
from bernard.samples import blocks, build


def _squashed(text):
    return " ".join(text.split())


def _parts(data):
    """What is inside a file, so that another version of zlib makes no difference."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def committed():
    return dict(samples.files())


def test_a_build_gives_what_is_committed(committed):
    built = build.build()
    assert built.keys() == committed.keys()
    for name, data in built.items():
        # The scan is a picture, whose bytes depend on the version of Pillow.
        if name != "fog-signal-letter.pdf":
            assert _parts(data) == _parts(committed[name]), f"run `python -m {build.__name__}`"


def test_a_build_is_the_same_each_time():
    assert build.build() == build.build()


def test_the_samples_are_small(committed):
    assert len(committed) == 7
    assert sum(map(len, committed.values())) < 1_000_000


def test_each_expected_document_is_there(committed):
    assert {expected.document for expected in samples.EXPECTED} == set(committed)


@pytest.fixture(scope="module")
def converter():
    with Converter(Settings()) as opened:
        yield opened


@pytest.mark.parametrize("expected", samples.EXPECTED, ids=lambda expected: expected.document)
def test_expected_words_are_read_from_the_document(committed, converter, expected):
    if expected.needs_ocr and not shutil.which("tesseract"):
        pytest.skip("Tesseract is not installed")
    read = converter.convert(expected.document, committed[expected.document])
    assert _squashed(expected.words) in _squashed(read.text)


def test_questions_to_click_need_no_ocr():
    by_question = {e.question: e for e in samples.EXPECTED}
    assert len(samples.QUESTIONS) == 3
    assert not any(by_question[question].needs_ocr for question in samples.QUESTIONS)
    assert samples.QUESTION_NOT_COVERED not in by_question


def test_the_pdf_numbers_its_pages(committed):
    with pypdfium2.PdfDocument(committed["travel-and-expenses.pdf"]) as pdf:
        assert len(pdf) == 4
        assert "Page 4 of 4" in pdf[3].get_textpage().get_text_range()


def test_the_scan_holds_no_text(committed):
    assert not _pdf_text(committed["fog-signal-letter.pdf"]).strip()


def test_the_email_carries_its_attachment(committed):
    message = message_from_bytes(committed["winter-hours.eml"], policy=policy.default)
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "harbour-dues-2026.csv"
    assert "Up to 8 metres,£11,£180" in attached.get_content()


def test_every_sample_says_that_it_is_made_up():
    for source in (Path(build.__file__).parent / "sources").iterdir():
        if source.suffix != ".csv":
            assert "made-up department" in source.read_text(encoding="utf-8")


def test_markdown_becomes_blocks():
    found = blocks.read("# A\n\nWords.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    assert [(b.kind, b.text) for b in found] == [
        ("heading", "A"),
        ("paragraph", "Words."),
        ("item", "one"),
        ("item", "two"),
        ("table", ""),
    ]
    assert found[-1].rows == (("a", "b"), ("1", "2"))


def _pdf_text(data):
    with pypdfium2.PdfDocument(data) as pdf:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)
