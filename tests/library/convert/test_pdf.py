"""PDF: lines to paragraphs, headings by their looks, pages by their labels, scans by OCR."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from bernard.config import Settings
from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.library.convert import Converter, ocr
from bernard.library.convert.limits import Limits

make = sys.modules["convert_makers"]
needs_tesseract = pytest.mark.skipif(not ocr.find(), reason="Tesseract is not installed")


def test_lines_become_paragraphs_and_looks_become_headings(converter: Converter) -> None:
    line = "This line of the running text goes all the way to the margin of the page and on"
    data = make.pdf(
        [
            [
                ("Appeals guide", 20, 780),
                ("1. Who may appeal", 14, 740),
                (line, 11, 710),
                ("to the next one, where it ends.", 11, 696),
                ("A second paragraph starts here and is rather short.", 11, 670),
                ("A bold line", -11, 640),
                ("Boats        £5", 11, 610),
                ("Rafts        £9", 11, 596),
                ("• a point", 11, 570),
                ("• another", 11, 556),
            ],
            [("Page two goes on with its text.", 11, 780)],
        ]
    )
    found = converter.convert("guide.pdf", data)
    assert found.text.split("\n\n") == [
        "Appeals guide", "1. Who may appeal", f"{line} to the next one, where it ends.",
        "A second paragraph starts here and is rather short.", "A bold line",
        "Boats | £5\nRafts | £9", "• a point", "• another", "Page two goes on with its text.",
    ]  # fmt: skip
    assert [(found.text[h.start : h.end], h.level) for h in found.headings] == [
        ("Appeals guide", 1), ("1. Who may appeal", 2), ("A bold line", 3),
    ]  # fmt: skip
    assert [p.label for p in found.pages] == ["1", "2"]
    assert found.text[found.pages[1].start :] == "Page two goes on with its text."


def test_columns_are_read_one_after_the_other_and_divided_words_joined(
    converter: Converter,
) -> None:
    def column(name: str, left: int) -> list[str]:
        lines = [f"The {name} column goes on with line {n} of its" for n in range(6)]
        lines[2] = f"The {name} column says what the govern-"
        lines[3] = "ment pays for its own part-"
        lines[4] = "time staff, which it must count in full on"
        lines[5] = "the last day."
        return [f"BT /F1 10 Tf {left} {700 - 14 * n} Td ({t}) Tj ET" for n, t in enumerate(lines)]

    body = "\n".join([*column("left", 60), *column("right", 320)])
    data = make.pdf([[]], stream=body)
    assert converter.convert("x.pdf", data).text.split("\n\n") == [
        f"The {name} column goes on with line 0 of its The {name} column goes on with line 1 of its "
        f"The {name} column says what the government pays for its own part-time staff, which it must "
        "count in full on the last day."
        for name in ("left", "right")
    ]


def test_page_labels_are_those_printed(converter: Converter) -> None:
    page = [(make.SENTENCE, 11, 700)]
    data = make.pdf([page] * 3, labels="0 << /S /r >> 2 << /S /D /St 1 >>")
    assert [p.label for p in converter.convert("x.pdf", data).pages] == ["i", "ii", "1"]


def test_what_was_filled_into_a_form_is_read(converter: Converter) -> None:
    data = make.pdf(
        [[("Application for a mooring permit", 11, 700)]],
        extra=[
            b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /TU (Your name) /V (Test Person) "
            b"/Rect [72 600 300 620] >>"
        ],
        catalog="/AcroForm << /Fields [6 0 R] >>",
    ).replace(b"/MediaBox", b"/Annots [6 0 R] /MediaBox")
    found = converter.convert("form.pdf", data)
    assert found.text.endswith("Your name: Test Person")


@needs_tesseract
def test_a_scanned_page_is_read_by_ocr_and_only_that_page(converter: Converter) -> None:
    found = converter.convert(
        "scan.pdf", make.scanned_pdf([make.SENTENCE[:27], "second page words"])
    )
    assert "You must apply within" in found.text
    assert [p.label for p in found.pages] == ["1", "2"]
    assert "second page words" in found.text[found.pages[1].start :]
    assert all("is a scan, read by OCR" in note for note in found.notes) and len(found.notes) == 2


@needs_tesseract
@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF"])
def test_pictures_of_text(form: str, converter: Converter) -> None:
    found = converter.convert(f"x.{form.lower()}", make.picture(make.SENTENCE, form))
    assert found.text == make.SENTENCE


@needs_tesseract
def test_each_picture_of_a_fax_is_a_page(converter: Converter) -> None:
    found = converter.convert("fax.tif", make.fax(["first words here", "second words here"]))
    assert [(p.label, found.text[p.start :].split("\n")[0]) for p in found.pages] == [
        ("1", "first words here"), ("2", "second words here"),
    ]  # fmt: skip


@needs_tesseract
def test_a_long_scan_has_a_limit_of_its_own() -> None:
    data = make.scanned_pdf(["words"] * 5)
    with Converter(Settings(ocr_timeout_s=0.01)) as converter:
        one = replace(converter.limits, ocr_jobs=1)
        with pytest.raises(DocumentTooLarge, match="took longer"):
            converter.convert("scan.pdf", data, one)
        assert converter.convert("a.txt", b"One.").text == "One."


@needs_tesseract
def test_a_picture_without_text_says_so(converter: Converter) -> None:
    found = converter.convert("x.png", make.picture(""))
    assert found.text == ""
    assert "no text was found" in found.notes[0]


def test_without_tesseract_a_scan_is_said_to_be_unread() -> None:
    with Converter(Settings()) as converter:
        limits = Limits(tesseract="")
        found = converter.convert("scan.pdf", make.scanned_pdf(["words"]), limits)
        assert found.notes[0] == "Page 1 is a scan and was not read: Tesseract is not installed."
        with pytest.raises(DocumentUnreadable, match="was not read: Tesseract is not installed"):
            converter.convert("x.png", make.picture("words"), limits)


def test_with_ocr_turned_off_a_scan_is_said_to_be_unread() -> None:
    with Converter(Settings(ocr=False)) as converter:
        found = converter.convert("scan.pdf", make.scanned_pdf(["words"]))
        assert found.notes[0] == "Page 1 is a scan and was not read: OCR is turned off."


def test_a_blank_page_is_no_scan(converter: Converter) -> None:
    found = converter.convert("x.pdf", make.pdf([[(make.SENTENCE, 11, 700)], []]))
    assert found.notes == ()
    assert len(found.pages) == 2
