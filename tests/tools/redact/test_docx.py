"""Redacted Word documents: no part of the file holds what was taken out."""

import io
import re
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.privacy import open_detector
from bernard.privacy.documents import Limits
from bernard.tools.redact import redact

NI, NHS, MAIL = "AB123456C", "943 476 5919", "ann.example@example.com"
W = nsdecls("w")


@pytest.fixture(scope="module")
def detector():
    return open_detector("rules")


def picture():
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x013B] = f"Taken by {MAIL}"
    Image.new("RGB", (60, 40), "red").save(out, "JPEG", exif=exif)
    return io.BytesIO(out.getvalue())


def letter():
    """A document with personal data in every corner that Word has."""
    made = docx.Document()
    made.core_properties.author = MAIL
    made.core_properties.comments = NI
    made.sections[0].header.paragraphs[0].text = f"Claim of {NI}"
    made.sections[0].footer.paragraphs[0].text = f"Mail {MAIL}"
    split = made.add_paragraph("NHS number ")
    for piece in ("943 4", "76", " 59", "19"):
        split.add_run(piece).bold = piece == "76"
    split.add_run(" is mine.")
    body = made.element.body
    at = len(body) - 1

    def add(xml):
        nonlocal at
        body.insert(at, parse_xml(xml))
        at += 1

    add(
        f"<w:p {W}><w:del w:author='{MAIL}'><w:r><w:delText>{NI}</w:delText></w:r></w:del>"
        f"<w:ins w:author='{MAIL}'><w:r><w:t>Inserted words stay.</w:t></w:r></w:ins></w:p>"
    )
    add(f"<w:p {W}><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden Zebedee</w:t></w:r></w:p>")
    add(
        f"<w:p {W}><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>"
        f"HYPERLINK \"mailto:{MAIL}\"</w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/>"
        "</w:r><w:r><w:t>Write to us</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
    )
    add(
        f"<w:p {W}><w:bookmarkStart w:id='1' w:name='{NI}'/><w:bookmarkEnd w:id='1'/>"
        "<w:sdt><w:sdtPr><w:alias w:val='Claim AB123456C'/></w:sdtPr><w:sdtContent>"
        "<w:r><w:t>In a control</w:t></w:r></w:sdtContent></w:sdt></w:p>"
    )
    add(
        f"<w:p {W} xmlns:v='urn:schemas-microsoft-com:vml'><w:r><w:pict><v:shape alt='{NI}'>"
        f"<v:textbox><w:txbxContent><w:p><w:r><w:t>Box with {NI}</w:t></w:r></w:p></w:txbxContent>"
        "</v:textbox></v:shape></w:pict></w:r></w:p>"
    )
    shown = made.add_picture(picture())
    shown._inline.docPr.set("descr", f"A photograph sent by {MAIL}")
    made.add_table(1, 2).rows[0].cells[1].text = f"National Insurance number {NI}"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def with_parts(data, **parts):
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.infolist():
            new.writestr(member, old.read(member))
        for name, part in parts.items():
            new.writestr(name.replace("__", "/").replace("_xml", ".xml"), part)
        new.comment = MAIL.encode()
    return out.getvalue()


def test_no_part_holds_what_was_taken_out(detector):
    data = with_parts(
        letter(),
        word__comments_xml=f"<c>{NI}</c>",
        customXml__item9_xml=f"<c>{NHS}</c>",
        docProps__thumbnail="x" + MAIL,
        word__people_xml=f"<c>{MAIL}</c>",
        word__embeddings__old="x" + NI,
    )
    made = redact("letter.docx", data, detector)
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        names = archive.namelist()
        held = [archive.read(name) for name in names]
        assert archive.comment == b""
    everything = b"\n".join(held).decode("utf-8", "replace")
    plain = re.sub(r"<[^>]*>", "", everything)
    for secret in (NI, NHS, MAIL, "9434765919", "Zebedee", "Taken by"):
        assert secret not in everything
        assert secret not in plain
    assert not [n for n in names if re.search("custom|docProps|comment|people|embedd", n)]
    assert "Comments are left out." in made.notes


def test_word_still_opens_it_and_the_rest_is_there(detector):
    made = redact("letter.docx", letter(), detector)
    opened = docx.Document(io.BytesIO(made.data))
    text = "\n".join(p.text for p in opened.paragraphs)
    assert "NHS number [redacted: NHS number] is mine." in text
    assert "Inserted words stay." in text
    assert "Write to us" in text
    assert "In a control" in text
    assert opened.sections[0].header.paragraphs[0].text.startswith("Claim of [redacted")
    assert "[redacted" in opened.tables[0].rows[0].cells[1].text
    assert len(opened.inline_shapes) == 1


def test_bombs_and_definitions_are_refused(detector):
    bomb = with_parts(letter(), word__media__a="x" * 3_000_000)
    with pytest.raises(DocumentTooLarge, match="unpacks"):
        redact("bomb.docx", bomb, detector, limits=Limits(max_bytes=2_000_000))
    entity = '<!DOCTYPE w [<!ENTITY a "b">]><w>&a;</w>'
    with pytest.raises(DocumentUnreadable, match="definitions"):
        redact("x.docx", with_parts(letter(), word__header9_xml=entity), detector)
    with pytest.raises(DocumentUnreadable, match="damaged"):
        redact("x.docx", letter()[:3000], detector)


def test_plain_text_is_replaced_in_place(detector):
    text = f"One\nMy number is {NI}.\r\nThree {MAIL}\n" * 300
    made = redact("note.txt", text.encode(), detector)
    assert made.pages > 1
    assert made.data.decode() == text.replace(NI, "[redacted: National Insurance number]").replace(
        MAIL, "[redacted: email address]"
    )
