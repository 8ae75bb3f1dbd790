"""Redacted PDFs: what was taken out is nowhere in the bytes, whatever the old file hid it in."""

import re
import zlib

import pypdfium2 as pdfium
import pytest

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.privacy import open_detector
from bernard.privacy.documents import Limits
from bernard.tools.redact import redact

SECRETS = ("943 476 5919", "9434765919", "ann.example@example.com", "AB123456C", "07700 900123")
LINES = [
    "Dear Sir, I write about my claim.",
    "My NHS number is 943 476 5919 and my email ann.example@example.com.",
    "National Insurance number AB123456C, telephone 07700 900123.",
    "The office opens at nine.",
]


@pytest.fixture(scope="module")
def detector():
    return open_detector("rules")


def redacted(data, detector, **options):
    return redact("letter.pdf", data, detector, **options)


def everything(data):
    """All that anybody could get out of a PDF: raw, inflated, its text and its metadata."""
    found = [data.decode("latin-1")]
    for match in re.finditer(rb"stream\r?\n", data):
        try:
            inflated = zlib.decompressobj().decompress(data[match.end() :])
        except zlib.error:
            continue
        found += [inflated.decode("latin-1"), inflated.decode("utf-16-be", "replace")]
    document = pdfium.PdfDocument(data)
    found += [page.get_textpage().get_text_range() for page in document]
    found += list(document.get_metadata_dict().values())
    assert document.count_attachments() == 0
    return "\n".join(found)


def text_of(data):
    document = pdfium.PdfDocument(data)
    return " ".join(" ".join(p.get_textpage().get_text_range().split()) for p in document)


def assert_clean(data, secrets=SECRETS):
    held = everything(data)
    squeezed = re.sub(r"[\s-]", "", held)
    for secret in secrets:
        assert secret not in held
        assert re.sub(r"[\s-]", "", secret) not in squeezed


def test_what_goes_is_gone_and_the_rest_can_be_searched(pdf_maker, detector):
    made = redacted(pdf_maker().page(LINES).finish(), detector)
    assert_clean(made.data)
    text = text_of(made.data)
    assert "I write about my claim." in text
    assert "The office opens at nine." in text
    assert "[redacted: NHS number]" in text
    assert made.taken == {
        "EMAIL": 1, "NATIONAL-INSURANCE-NUMBER": 1, "NHS-NUMBER": 1, "TELEPHONE": 1,
    }  # fmt: skip


def test_the_place_is_black_and_nothing_else_is(pdf_maker, detector):
    made = redacted(pdf_maker().page(LINES).finish(), detector)
    picture = pdfium.PdfDocument(made.data)[0].render(scale=2).to_pil().convert("L")
    # The second line stands 94 points from the top; its number begins 175 points from the left.
    row = [picture.getpixel((x, 2 * 90)) for x in range(2 * 178, 2 * 240)]
    assert max(row) < 60
    assert picture.getpixel((2 * 500, 2 * 200)) > 250


def test_metadata_scripts_attachments_comments_and_layers_stay_behind(pdf_maker, detector):
    pdf = pdf_maker()
    pdf.info = "/Author(ann.example@example.com)/Title(Claim of AB123456C)"
    script = pdf.stream("app.alert('07700 900123')")
    attached = pdf.stream("My NHS number is 943 476 5919", "/Type/EmbeddedFile")
    name = pdf.add(f"<</Type/Filespec/F(a.txt)/EF<</F {attached} 0 R>>>>")
    xmp = pdf.stream("<x:xmpmeta>ann.example@example.com</x:xmpmeta>", "/Type/Metadata/Subtype/XML")
    group = pdf.add("<</Type/OCG/Name(Notes of AB123456C)>>")
    note = pdf.add("<</Type/Annot/Subtype/Text/Rect[10 10 30 30]/Contents(Ring 07700 900123)>>")
    shown = pdf.add(
        "<</Type/Annot/Subtype/FreeText/Rect[72 300 400 330]/DA(/F1 12 Tf)"
        "/Contents(See AB123456C)>>"
    )
    pdf.catalog = (
        f"/OpenAction<</S/JavaScript/JS {script} 0 R>>/Metadata {xmp} 0 R"
        f"/Names<</EmbeddedFiles<</Names[(a.txt) {name} 0 R]>>>>"
        f"/OCProperties<</OCGs[{group} 0 R]/D<</OFF[{group} 0 R]/Order[{group} 0 R]>>>>"
    )
    pdf.page(
        LINES,
        more=f"/Annots[{note} 0 R {shown} 0 R]",
        resources=f"/Properties<</L {group} 0 R>>",
        operators="/OC /L BDC BT /F1 9 Tf 1 0 0 1 72 200 Tm (hidden AB123456C) Tj ET EMC",
    )
    made = redacted(pdf.finish(), detector)
    assert_clean(made.data)
    assert "hidden" not in text_of(made.data)
    for word in (b"/JavaScript", b"/EmbeddedFile", b"/Annots", b"/OCG", b"/Metadata", b"/Author"):
        assert word not in made.data
    assert "Attached files (1) are left out." in made.notes


def test_text_under_a_black_box_or_in_white_does_not_come_along(pdf_maker, detector):
    pdf = pdf_maker().page(
        LINES,
        operators=(
            "BT /F1 12 Tf 1 0 0 1 72 500 Tm (The witness is Quentin) Tj ET "
            "0 0 0 rg 60 490 300 30 re f "
            "1 1 1 rg BT /F1 12 Tf 1 0 0 1 72 400 Tm (Nobody sees Zebedee) Tj ET"
        ),
    )
    text = everything(redacted(pdf.finish(), detector).data)
    assert "Quentin" not in text
    assert "Zebedee" not in text


def test_earlier_versions_of_the_file_stay_behind(pdf_maker, detector):
    first = pdf_maker().page(LINES).finish()
    content = b"BT /F1 12 Tf 1 0 0 1 72 770 Tm (Nothing here) Tj ET"
    start = len(first)
    update = b"11 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (len(content), content)
    before = re.findall(rb"startxref\n(\d+)", first)[-1]
    table = start + len(update)
    update += b"xref\n11 1\n%010d 00000 n \ntrailer\n<</Size 20/Root 1 0 R/Prev %s>>\n" % (
        start,
        before,
    )
    both = first + update + b"startxref\n%d\n%%%%EOF\n" % table
    made = redacted(both, detector)
    assert_clean(made.data)
    assert "Nothing here" in text_of(made.data)


def test_a_value_is_taken_out_wherever_else_it_stands(pdf_maker, detector):
    pdf = pdf_maker().page(["NHS number: 943 476 5919."]).page(["Copy to file 943-476-5919 now"])
    made = redacted(pdf.finish(), detector)
    assert_clean(made.data)
    assert made.taken == {"NHS-NUMBER": 2}


def test_words_that_a_person_adds_go_in_any_case(pdf_maker, detector):
    pdf = pdf_maker().page(["Operation Nightjar began.", "NIGHTJAR ended; nightjars fly."])
    made = redacted(pdf.finish(), detector, more=["nightjar"])
    assert re.findall("(?i)nightjar", text_of(made.data)) == ["nightjar"]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turned_and_cropped_pages(pdf_maker, detector, turn):
    more = f"/Rotate {turn}/CropBox[40 40 560 820]"
    made = redacted(pdf_maker().page(LINES, more=more).finish(), detector)
    assert_clean(made.data)
    assert {"The", "office", "opens", "at", "nine."} <= set(text_of(made.data).split())


def test_what_was_filled_into_a_form_is_looked_at(pdf_maker, detector):
    pdf = pdf_maker()
    look = pdf.stream(
        "BT /F1 10 Tf 2 4 Td (AB123456C) Tj ET",
        "/Type/XObject/Subtype/Form/BBox[0 0 200 20]/Resources<</Font<</F1 3 0 R>>>>",
    )
    field = pdf.add(
        "<</Type/Annot/Subtype/Widget/FT/Tx/T(ni)/V(AB123456C)/F 4/Rect[72 600 272 620]"
        f"/AP<</N {look} 0 R>>>>"
    )
    pdf.catalog = f"/AcroForm<</Fields[{field} 0 R]/DR<</Font<</F1 3 0 R>>>>>>"
    pdf.page(["National Insurance number:"], more=f"/Annots[{field} 0 R]")
    made = redacted(pdf.finish(), detector)
    assert_clean(made.data)
    assert made.taken == {"NATIONAL-INSURANCE-NUMBER": 1}


def test_many_pages(pdf_maker, detector):
    pdf = pdf_maker()
    for number in range(24):
        pdf.page([f"Page {number}", *LINES])
    told = []
    made = redacted(pdf.finish(), detector, on_progress=lambda *far: told.append(far))
    assert made.pages == 24
    assert told[-1] == (48, 48)
    assert_clean(made.data)
    assert len(made.data) < 24 * 60_000


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7\nnothing", "damaged PDF"),
        (b"PK\x03\x04 nothing", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Office file"),
        (b"MZ\x00\x01\x02", "cannot be redacted"),
        (b"caf\xe9", "text in UTF-8"),
    ],
)
def test_what_cannot_be_read_says_why(detector, data, said):
    with pytest.raises(DocumentUnreadable, match=said):
        redact("odd.bin", data, detector)


def test_limits_hold(pdf_maker, detector):
    pdf = pdf_maker().page(["One"]).page(["Two"]).finish()
    with pytest.raises(DocumentTooLarge, match="at most 1"):
        redacted(pdf, detector, limits=Limits(max_pages=1))
    with pytest.raises(DocumentTooLarge, match="MB"):
        redacted(pdf, detector, limits=Limits(max_bytes=100))
    huge = pdf_maker().page(["One"], size=(90_000, 90_000)).finish()
    with pytest.raises(DocumentUnreadable, match="points"):
        redacted(huge, detector)


def test_the_same_file_gives_the_same_file(pdf_maker, detector):
    data = pdf_maker().page(LINES).finish()
    assert redacted(data, detector).data == redacted(data, detector).data
