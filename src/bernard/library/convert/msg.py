"""Outlook messages (.msg), read stream by stream from the old Office container they are kept in."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from io import BytesIO

import olefile

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.library.convert import html, mail, rtf
from bernard.library.convert.compressed_rtf import decompress
from bernard.library.convert.decode import decode
from bernard.library.convert.draft import Draft
from bernard.library.convert.limits import Limits

# Property numbers of [MS-OXPROPS].
SUBJECT, SENT, SENDER, SENDER_ADDRESS, SENDER_SMTP = 0x0037, 0x0039, 0x0C1A, 0x0C1F, 0x5D01
TO, CC, BODY, RTF, HTML = 0x0E04, 0x0E03, 0x1000, 0x1009, 0x1013
FILE, FILE_NAME, LONG_FILE_NAME, CODE_PAGE = 0x3701, 0x3704, 0x3707, 0x3FDE
TEXT, TEXT_8BIT, BINARY, OBJECT = 0x001F, 0x001E, 0x0102, 0x000D

_ROOT_HEADER, _INNER_HEADER = 32, 24
_FILETIME_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def read(data: bytes, draft: Draft, limits: Limits) -> None:
    """Read a MSG into the draft; a message attached to it is read into the same text, after it."""
    with olefile.OleFileIO(BytesIO(data)) as ole:
        _message(ole, (), draft, limits, depth=1)


def _message(
    ole: olefile.OleFileIO[str], folder: tuple[str, ...], draft: Draft, limits: Limits, depth: int
) -> None:
    if depth > limits.max_nesting:
        raise DocumentTooLarge("holds emails inside emails too deeply to be read.")
    stream = _Streams(ole, folder)
    address = stream.text(SENDER_SMTP) or stream.text(SENDER_ADDRESS)
    headers = [
        ("From", _person(stream.text(SENDER), address)),
        ("To", stream.text(TO)),
        ("Cc", stream.text(CC)),
        ("Date", stream.moment(SENT)),
        ("Subject", stream.text(SUBJECT)),
    ]
    title = draft.title
    mail.read_parts(headers, draft)
    subject = draft.title
    _body(stream, draft, limits)
    draft.title = title or subject
    for inner in _folders(ole, folder, "__attach_version1.0_"):
        _attachment(ole, inner, draft, limits, depth)


def _person(name: str, address: str) -> str:
    if "@" not in address or address == name:
        return name or address
    return f"{name} <{address}>" if name else address


def _body(stream: _Streams, draft: Draft, limits: Limits) -> None:
    """The plain text, else the HTML, else the rich text, as Outlook keeps one or all."""
    if text := stream.text(BODY):
        draft.paragraph(text)
    elif markup := stream.raw(HTML, BINARY) or stream.text(HTML).encode():
        html.read_text(decode(markup, stream.charset())[0], draft)
    elif packed := stream.raw(RTF, BINARY):
        try:
            rtf.read(decompress(packed, limits.max_text), draft, limits)
        except DocumentTooLarge:
            raise
        except DocumentUnreadable:
            draft.note("The text of the message is damaged and was left out.")


def _attachment(
    ole: olefile.OleFileIO[str], folder: tuple[str, ...], draft: Draft, limits: Limits, depth: int
) -> None:
    stream = _Streams(ole, folder)
    name = stream.text(LONG_FILE_NAME) or stream.text(FILE_NAME) or "attachment"
    inner = (*folder, f"__substg1.0_{FILE:04X}{OBJECT:04X}")
    if ole.exists([*inner, "__properties_version1.0"]):
        draft.paragraph("Attached message:")
        _message(ole, inner, draft, limits, depth + 1)
    elif ole.exists([*folder, f"__substg1.0_{FILE:04X}{BINARY:04X}"]):
        draft.attach(name, stream.raw(FILE, BINARY))
    else:
        draft.note(f"The attachment {name!r} is a link or an object and was left out.")


def _folders(
    ole: olefile.OleFileIO[str], folder: tuple[str, ...], start: str
) -> list[tuple[str, ...]]:
    depth = len(folder)
    found = {
        tuple(path[: depth + 1])
        for path in ole.listdir(streams=True, storages=True)
        if len(path) > depth and tuple(path[:depth]) == folder and path[depth].startswith(start)
    }
    return sorted(found)


class _Streams:
    """The properties of a message or attachment."""

    def __init__(self, ole: olefile.OleFileIO[str], folder: tuple[str, ...]) -> None:
        self._ole = ole
        self._folder = folder

    def raw(self, number: int, kind: int) -> bytes:
        path = [*self._folder, f"__substg1.0_{number:04X}{kind:04X}"]
        return bytes(self._ole.openstream(path).read()) if self._ole.exists(path) else b""

    def text(self, number: int) -> str:
        if wide := self.raw(number, TEXT):
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        narrow = self.raw(number, TEXT_8BIT)
        return decode(narrow, self.charset())[0].rstrip("\0") if narrow else ""

    def charset(self) -> str:
        page = self._fixed(CODE_PAGE)
        number = struct.unpack("<I", page[:4])[0] if page else 0
        return {65001: "utf-8", 20127: "ascii", 28591: "cp1252"}.get(number, f"cp{number}")

    def moment(self, number: int) -> str:
        """A date and time in UTC as text, empty where there is none or it is nonsense."""
        raw = self._fixed(number)
        ticks = struct.unpack("<Q", raw)[0] if raw else 0
        if not 0 < ticks < 3 * 10**18 // 10:
            return ""
        when = _FILETIME_EPOCH + timedelta(microseconds=ticks // 10)
        return when.strftime("%Y-%m-%d %H:%M UTC")

    def _fixed(self, number: int) -> bytes:
        """The eight bytes of a property that is kept in the properties stream itself."""
        path = [*self._folder, "__properties_version1.0"]
        if not self._ole.exists(path):
            return b""
        listed = self._ole.openstream(path).read()
        header = _INNER_HEADER if self._folder else _ROOT_HEADER
        for at in range(header, len(listed) - 15, 16):
            if struct.unpack_from("<H", listed, at + 2)[0] == number:
                return bytes(listed[at + 8 : at + 16])
        return b""
