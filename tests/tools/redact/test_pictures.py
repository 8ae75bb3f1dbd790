"""Pictures: words in them are read and blacked out; without a reader they are black as a whole."""

import io

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.privacy import open_detector
from bernard.privacy.documents.readers import choose
from bernard.tools.redact import redact

LINES = ["Dear Sir, the office opens at nine.", "Send it to ann.example@example.com today."]
reads = pytest.mark.skipif(
    not choose(), reason="neither the models of PP-OCR nor Tesseract are here"
)


@pytest.fixture(scope="module")
def detector():
    return open_detector("rules")


@pytest.fixture
def photograph(pdf_maker):
    """Gives a picture of the lines, with what cameras and programs write beside the pixels."""

    def make(kind="JPEG", turn=0):
        page = pdfium.PdfDocument(pdf_maker().page(LINES).finish())[0]
        picture = page.render(scale=1.7).to_pil().convert("RGB").crop((0, 0, 1000, 400))
        picture = picture.rotate(turn, expand=True, fillcolor="white")
        exif = Image.Exif()
        exif[0x013B] = "Ann Example"
        exif.get_ifd(0x8825)[2] = (51.0, 30.0, 0.0)
        out = io.BytesIO()
        picture.save(out, kind, exif=exif, comment=b"Ann Example")
        return out.getvalue()

    return make


def dark(data):
    with Image.open(io.BytesIO(data)) as picture:
        return int((np.asarray(picture.convert("L")) < 40).sum())


@reads
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_words_in_a_picture_are_blacked_out(photograph, detector, kind):
    made = redact("photo", photograph(kind), detector)
    assert made.taken == {"EMAIL": 1}
    assert dark(made.data) > dark(photograph(kind)) + 3000
    again = redact("photo", made.data, detector)
    assert again.taken == {}


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_nothing_is_left_beside_the_pixels(photograph, detector, kind):
    made = redact("photo", photograph(kind), detector, ocr=False)
    with Image.open(io.BytesIO(made.data)) as picture:
        assert picture.format == kind
        assert not picture.getexif().get_ifd(0x8825)
        assert 0x013B not in picture.getexif()
    assert b"Ann" not in made.data


def test_without_a_reader_a_picture_is_black_and_said_to_be_unread(photograph, detector):
    made = redact("photo.png", photograph("PNG"), detector, ocr=False)
    with Image.open(io.BytesIO(made.data)) as picture:
        assert picture.convert("L").getextrema() == (0, 0)
    assert made.taken == {"UNREAD-PICTURE": 1}
    assert any("not looked at" in note for note in made.notes)


@reads
def test_a_scanned_pdf_is_read(photograph, detector, pdf_maker):
    pdf = pdf_maker()
    with Image.open(io.BytesIO(photograph())) as picture:
        size, shown = picture.size, photograph()
    image = pdf.stream(
        shown,
        f"/Type/XObject/Subtype/Image/Width {size[0]}/Height {size[1]}/ColorSpace/DeviceRGB"
        "/BitsPerComponent 8/Filter/DCTDecode",
    )
    pdf.page(
        [], resources=f"/XObject<</Im {image} 0 R>>", operators="q 595 0 0 240 0 590 cm /Im Do Q"
    )
    scan = pdf.finish()
    made = redact("scan.pdf", scan, detector)
    text = pdfium.PdfDocument(made.data)[0].get_textpage().get_text_range()
    assert made.taken == {"EMAIL": 1}
    assert "office opens at nine" in " ".join(text.split())
    assert "ann.example" not in text
    assert b"Ann" not in made.data
    unread = redact("scan.pdf", scan, detector, ocr=False)
    assert unread.taken == {"UNREAD-PICTURE": 1}
    assert (
        not pdfium.PdfDocument(unread.data)[0]
        .get_textpage()
        .get_text_range()
        .strip(" \r\n")
        .replace("[redacted: picture]", "")
    )


def test_bombs_and_damage_are_refused(detector, photograph):
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    with pytest.raises(DocumentTooLarge, match="million pixels"):
        redact("bomb.png", out.getvalue(), detector)
    with pytest.raises(DocumentUnreadable, match="damaged"):
        redact("half.jpg", photograph()[:2000], detector)
