"""Pictures and documents in a call: what they say is looked at, and they are written anew."""

import base64
import importlib.util
import io
import random
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image

from bernard.gateway.minimise import Seen, is_large, minimise
from bernard.privacy import open_detector
from bernard.privacy.documents.readers import choose

NI, MAIL = "AB123456C", "ann.example@example.com"


@pytest.fixture(scope="module")
def pdf():
    place = Path(__file__).parent.parent / "tools" / "redact" / "conftest.py"
    spec = importlib.util.spec_from_file_location("redact_conftest", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = module.PdfMaker()
    made.info = f"/Author({MAIL})"
    return made.page(["The office opens at nine.", f"My number is {NI}."]).finish()


@pytest.fixture(scope="module")
def photograph(pdf):
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x013B] = MAIL
    page = pdfium.PdfDocument(pdf)[0].render(scale=1.7).to_pil()
    page.convert("RGB").crop((0, 0, 900, 400)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def coded(data):
    return base64.b64encode(data).decode()


def looked(*parts):
    body = {"model": "m", "messages": [{"role": "user", "content": list(parts)}]}
    assert is_large(body)
    found = minimise(body, open_detector("rules"), Seen())
    return found, found.body["messages"][0]["content"]


FORMS = {
    "anthropic": lambda b: {
        "type": "document",
        "source": {"type": "base64", "media_type": "application/pdf", "data": b},
    },
    "openai": lambda b: {
        "type": "file",
        "file": {"filename": "a.pdf", "file_data": f"data:application/pdf;base64,{b}"},
    },
    "gemini": lambda b: {"inline_data": {"mime_type": "application/pdf", "data": b}},
}


def held(part):
    if isinstance(part, dict):
        return max((held(one) for one in part.values()), key=len)
    return base64.b64decode(str(part).partition("base64,")[2] or str(part) + "==")


@pytest.mark.parametrize("form", FORMS)
def test_a_pdf_is_redacted_in_every_suppliers_form(pdf, form):
    found, [part] = looked(FORMS[form](coded(pdf)))
    source = {"anthropic": "source", "openai": "file", "gemini": "inline_data"}[form]
    key = {"anthropic": "data", "openai": "file_data", "gemini": "data"}[form]
    data = held(part[source][key])
    text = pdfium.PdfDocument(data)[0].get_textpage().get_text_range()
    assert "The office opens at nine." in text
    assert NI not in text
    assert MAIL.encode() not in data
    assert found.binary == 0
    assert found.pseudonyms.taken_out == {"NATIONAL-INSURANCE-NUMBER": 1}


def test_a_picture_still_shows_people_and_has_no_metadata(photograph):
    url = f"data:image/jpeg;base64,{coded(photograph)}"
    found, [part] = looked({"type": "image_url", "image_url": {"url": url}})
    data = held(part["image_url"]["url"])
    assert MAIL.encode() not in data
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.format == "JPEG"
        assert 0x013B not in picture.getexif()
    assert found.binary == 1
    if choose():
        assert found.pseudonyms.taken_out == {"NATIONAL-INSURANCE-NUMBER": 1}


def test_what_cannot_be_opened_is_counted_and_goes_as_it_is():
    broken = coded(b"\x89PNG\r\n\x1a\n" + random.Random(7).randbytes(2000))
    found, [part] = looked({"inline_data": {"mime_type": "image/png", "data": broken}})
    assert part["inline_data"]["data"] == broken
    assert found.binary == 1
