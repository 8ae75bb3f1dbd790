"""What a file is, by what is in it. The ending of its name only breaks ties between kinds of text."""

from __future__ import annotations

import re
from enum import StrEnum
from io import BytesIO

import olefile

from bernard.errors import DocumentUnreadable
from bernard.library.convert.archive import Archive
from bernard.library.convert.decode import decode, looks_like_text
from bernard.library.convert.limits import Limits


class Kind(StrEnum):
    """A kind of file that is read; the value is its media type."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    ODT = "application/vnd.oasis.opendocument.text"
    ODS = "application/vnd.oasis.opendocument.spreadsheet"
    ODP = "application/vnd.oasis.opendocument.presentation"
    RTF = "application/rtf"
    MSG = "application/vnd.ms-outlook"
    EML = "message/rfc822"
    ZIP = "application/zip"
    HTML = "text/html"
    MARKDOWN = "text/markdown"
    CSV = "text/csv"
    TSV = "text/tab-separated-values"
    JSON = "application/json"
    JSON_LINES = "application/jsonl"
    TEXT = "text/plain"


NAMES = {
    Kind.PDF: "a PDF",
    Kind.PNG: "a PNG image",
    Kind.JPEG: "a JPEG image",
    Kind.TIFF: "a TIFF image",
    Kind.DOCX: "a Word document",
    Kind.XLSX: "an Excel workbook",
    Kind.PPTX: "a PowerPoint presentation",
    Kind.ODT: "an OpenDocument text",
    Kind.ODS: "an OpenDocument spreadsheet",
    Kind.ODP: "an OpenDocument presentation",
    Kind.RTF: "an RTF document",
    Kind.MSG: "an Outlook message",
    Kind.EML: "an email",
    Kind.ZIP: "a ZIP archive",
    Kind.HTML: "a web page",
    Kind.MARKDOWN: "Markdown",
    Kind.CSV: "a CSV table",
    Kind.TSV: "a tab-separated table",
    Kind.JSON: "JSON",
    Kind.JSON_LINES: "JSON Lines",
    Kind.TEXT: "plain text",
}

ENDINGS = {
    "pdf": Kind.PDF,
    "png": Kind.PNG,
    "jpg": Kind.JPEG,
    "jpeg": Kind.JPEG,
    "tif": Kind.TIFF,
    "tiff": Kind.TIFF,
    "docx": Kind.DOCX,
    "docm": Kind.DOCX,
    "dotx": Kind.DOCX,
    "xlsx": Kind.XLSX,
    "xlsm": Kind.XLSX,
    "pptx": Kind.PPTX,
    "pptm": Kind.PPTX,
    "ppsx": Kind.PPTX,
    "odt": Kind.ODT,
    "ods": Kind.ODS,
    "odp": Kind.ODP,
    "rtf": Kind.RTF,
    "msg": Kind.MSG,
    "eml": Kind.EML,
    "zip": Kind.ZIP,
    "html": Kind.HTML,
    "htm": Kind.HTML,
    "xhtml": Kind.HTML,
    "md": Kind.MARKDOWN,
    "markdown": Kind.MARKDOWN,
    "csv": Kind.CSV,
    "tsv": Kind.TSV,
    "tab": Kind.TSV,
    "json": Kind.JSON,
    "jsonl": Kind.JSON_LINES,
    "ndjson": Kind.JSON_LINES,
    "txt": Kind.TEXT,
}

READ = (
    "PDF, DOCX, ODT, RTF, PPTX, ODP, XLSX, ODS, CSV, TSV, HTML, Markdown, plain text, JSON, "
    "JSON Lines, EML, MSG, ZIP, and PNG, JPEG and TIFF images"
)

_TEXTUAL = frozenset(
    {Kind.HTML, Kind.MARKDOWN, Kind.CSV, Kind.TSV, Kind.JSON, Kind.JSON_LINES, Kind.TEXT, Kind.EML}
)
_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"II*\0", Kind.TIFF),
    (b"MM\0*", Kind.TIFF),
)
# What people do send, so that the error can call it by its name.
_NOT_READ = (
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a Linux program"),
    (b"\xcf\xfa\xed\xfe", "a macOS program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"Rar!", "a RAR archive; send its files in a ZIP"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; send its files in a ZIP"),
    (b"\x1f\x8b", "a gzip archive; send its files in a ZIP"),
    (b"BZh", "a bzip2 archive; send its files in a ZIP"),
    (b"\xfd7zXZ", "an xz archive; send its files in a ZIP"),
    (b"(\xb5/\xfd", "a Zstandard archive; send its files in a ZIP"),
    (b"GIF8", "a GIF image; save it as PNG"),
    (b"BM", "a BMP image; save it as PNG"),
    (b"RIFF", "sound, film or a WebP image"),
    (b"ID3", "a sound recording"),
    (b"OggS", "a sound recording"),
    (b"SQLite format 3", "a database"),
    (b"%!PS", "a PostScript file; save it as PDF"),
    (b"{\\*\\pwd", "an old note file"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (
    (
        "WordDocument",
        "an old Word document (.doc). Open it in Word or LibreOffice and save it as .docx",
    ),
    (
        "Workbook",
        "an old Excel workbook (.xls). Open it in Excel or LibreOffice and save it as .xlsx",
    ),
    ("Book", "an old Excel workbook (.xls). Open it in Excel or LibreOffice and save it as .xlsx"),
    (
        "PowerPoint Document",
        "an old PowerPoint presentation (.ppt). Open it in PowerPoint or LibreOffice "
        "and save it as .pptx",
    ),
)
_OPENDOCUMENT = {k.value: k for k in (Kind.ODT, Kind.ODS, Kind.ODP)}
_MAIN_PARTS = (
    ("word/document.xml", Kind.DOCX),
    ("xl/workbook.xml", Kind.XLSX),
    ("xl/workbook.bin", None),
    ("ppt/presentation.xml", Kind.PPTX),
)
_HEADERS = re.compile(
    r"\A(?:>?From .*\n)?(?:(?:[A-Za-z][A-Za-z0-9-]*):[^\n]*\n(?:[ \t][^\n]*\n)*){2,}", re.MULTILINE
)
_MAIL_HEADER = re.compile(
    r"^(?:received|from|message-id|mime-version|return-path|delivered-to|subject|date|to):",
    re.IGNORECASE | re.MULTILINE,
)
_MACHINE_HEADER = re.compile(
    r"^(?:received|message-id|mime-version):", re.IGNORECASE | re.MULTILINE
)
_HTML = re.compile(
    r"\A\s*(?:<\?xml[^>]{0,500}>\s*)?(?:<!--.{0,4000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)
_XML = re.compile(r"\A\s*(?:<\?xml\b|<!DOCTYPE\s)")
_XML_ROOT = re.compile(r"<([A-Za-z_][\w.:-]{0,80})")


def ending(name: str) -> str:
    """The ending of a file's name in lower case, without its dot."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def kind_of(name: str, data: bytes, limits: Limits) -> Kind:
    """What the file is.

    Raises:
        DocumentUnreadable: it is empty, of a kind that is not read, or not what its name says.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise DocumentUnreadable("is empty." if not data else "holds nothing but blanks.")
    named = ENDINGS.get(ending(name))
    kind = _binary(data, limits)
    if kind is None and looks_like_text(data):
        kind = _text(named, data)
        if named not in (None, *_TEXTUAL):
            raise _mismatch(name, named, NAMES[kind])
    if kind is None:
        raise _unknown(name, named, data)
    return kind


def _mismatch(name: str, named: Kind | None, held: str) -> DocumentUnreadable:
    wanted = NAMES[named] if named else "a document"
    return DocumentUnreadable(
        f"ends in .{ending(name)} but is not {wanted}: it holds {held}. "
        "Check that it is the right file, whole, and rename it if it is."
    )


def _unknown(name: str, named: Kind | None, data: bytes) -> DocumentUnreadable:
    for magic, what in _NOT_READ:
        if data.startswith(magic):
            if named:
                return _mismatch(name, named, what)
            return DocumentUnreadable(f"is {what}, which is not read. Files read are {READ}.")
    if named:
        return _mismatch(name, named, "something that is not text, or only part of it is here")
    return DocumentUnreadable(f"is of a kind that is not read. Files read are {READ}.")


def _binary(data: bytes, limits: Limits) -> Kind | None:
    for magic, image in _IMAGES:
        if data.startswith(magic):
            return image
    if data.startswith((b"PK\3\4", b"PK\5\6", b"PK\7\x08")):
        return _zipped(data, limits)
    if data.startswith(_OLE):
        return _ole(data)
    if data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{\\rtf"):
        return Kind.RTF
    if any(data.startswith(magic) for magic, _ in _NOT_READ) and not _plain(data):
        return None
    at = data[:1024].find(b"%PDF-")
    # Some programs write a little before it; a text may also merely speak of it.
    return Kind.PDF if at == 0 or (at > 0 and not _plain(data)) else None


def _plain(data: bytes) -> bool:
    """True where text merely begins like something else: `BMA guidance`, `MZ` or `ID3`."""
    return looks_like_text(data) and b"\0" not in data[:65536]


def _zipped(data: bytes, limits: Limits) -> Kind:
    archive = Archive(data, limits)
    mimetype = (archive.get("mimetype") or b"")[:200].decode("ascii", "replace").strip()
    if mimetype in _OPENDOCUMENT:
        return _OPENDOCUMENT[mimetype]
    if mimetype.startswith("application/"):
        raise DocumentUnreadable(
            f"is of the kind {mimetype!r}, which is not read. Files read are {READ}."
        )
    if "[Content_Types].xml" not in archive:
        return Kind.ZIP
    for part, kind in _MAIN_PARTS:
        if part in archive:
            if kind is None:
                raise DocumentUnreadable(
                    "is a binary Excel workbook (.xlsb). Open it in Excel and save it as .xlsx."
                )
            return kind
    return _by_content_types(archive)


def _by_content_types(archive: Archive) -> Kind:
    types = archive.get("[Content_Types].xml") or b""
    for word, kind in (
        (b"wordprocessingml.document.main", Kind.DOCX),
        (b"spreadsheetml.sheet.main", Kind.XLSX),
        (b"presentationml.presentation.main", Kind.PPTX),
    ):
        if word in types:
            return kind
    return Kind.ZIP


def _ole(data: bytes) -> Kind:
    try:
        with olefile.OleFileIO(BytesIO(data)) as ole:
            streams = {"/".join(path) for path in ole.listdir()}
    except Exception as error:  # olefile raises whatever its arithmetic meets in a damaged file
        raise DocumentUnreadable(
            "is an old Office or Outlook file that is damaged or cut short. "
            "Open it in the program that made it and save it as .docx, .xlsx or .pptx."
        ) from error
    if "EncryptedPackage" in streams:
        raise DocumentUnreadable("is locked with a password. Save a copy without one.")
    if "__properties_version1.0" in streams:
        return Kind.MSG
    for stream, what in _OLE_STREAMS:
        if stream in streams:
            raise DocumentUnreadable(f"is {what}.")
    raise DocumentUnreadable(
        "is an old Office file of a kind that is not read. Open it in the program that made it "
        "and save it as .docx, .xlsx or .pptx."
    )


def _text(named: Kind | None, data: bytes) -> Kind:
    start, _ = decode(data[:65536])
    start = start.replace("\r\n", "\n").replace("\r", "\n")
    if named in (Kind.EML, Kind.MARKDOWN, Kind.CSV, Kind.TSV, Kind.JSON, Kind.JSON_LINES):
        return named
    if _HTML.match(start) or (named is Kind.HTML and "<" in start):
        return Kind.HTML
    if _XML.match(start):
        raise _xml(start)
    if _is_mail(start, named):
        return Kind.EML
    if named is None and start.lstrip()[:1] in ("{", "["):
        return _json(start)
    return Kind.TEXT


def _xml(start: str) -> DocumentUnreadable:
    found = _XML_ROOT.search(start)
    root = found.group(1) if found else "?"
    return DocumentUnreadable(
        f"is XML of a kind that is not read (its outermost element is {root!r}). "
        f"Files read are {READ}."
    )


def _is_mail(start: str, named: Kind | None) -> bool:
    """True for an email; minutes in a .txt may begin with From, Date and Subject as well."""
    headers = _HEADERS.match(start)
    if headers is None or len(_MAIL_HEADER.findall(headers.group())) < 3:
        return False
    return named is not Kind.TEXT or bool(_MACHINE_HEADER.search(headers.group()))


def _json(start: str) -> Kind:
    lines = [line for line in start.lstrip().split("\n", 2)[:2] if line.strip()]
    several = len(lines) == 2 and all(line.lstrip().startswith("{") for line in lines)
    return Kind.JSON_LINES if several and lines[0].rstrip().endswith("}") else Kind.JSON
