"""Bytes to text: which encoding it is, and what could not be read in it."""

from __future__ import annotations

import codecs
import re

from bernard.errors import DocumentUnreadable
from bernard.library.convert.decode import decode, looks_like_text

_NAMES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
}
_MARKS = (
    (codecs.BOM_UTF8, "UTF-8"),
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
# So many characters must be good UTF-8 for each byte that is not, for the file to be called that.
_GOOD_FOR_A_BAD = 1
_STRAY = re.compile("[\udc80-\udcff]")


def text_of(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding.

    Bytes that are no UTF-8 in a file that is otherwise stay in it as lone halves of characters, so
    that the row they are in can be named; `mended` reads them.

    Raises:
        DocumentUnreadable: it is empty, or no text.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise DocumentUnreadable("is empty.")
    if not looks_like_text(data) and b"\0" in data[:8192] and not _is_text_but_for_nulls(data):
        raise DocumentUnreadable(
            "is neither text nor a kind of file that is read. Export the responses as CSV or XLSX."
        )
    for mark, name in _MARKS:
        if data.startswith(mark) and name != "UTF-8":
            return decode(data)[0], name
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        if not _may_be_wide(data):
            return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        if (mixed := _mostly_utf8(data)) is not None:
            return mixed, "UTF-8"
    text, guessed = decode(data)
    return text, _NAMES.get(guessed, guessed) or "UTF-8"


def mended(cell: str) -> tuple[str, int]:
    """The cell with its stray bytes read as Windows-1252, and how many there were."""
    stray = len(_STRAY.findall(cell))
    return (_STRAY.sub(_in_windows, cell), stray) if stray else (cell, 0)


def _in_windows(found: re.Match[str]) -> str:
    return bytes([ord(found.group()) - 0xDC00]).decode("cp1252", "replace")


def _mostly_utf8(data: bytes) -> str | None:
    text = data.decode("utf-8", "surrogateescape")
    bad = len(_STRAY.findall(text))
    foreign = len(text.encode("utf-16-le", "surrogatepass")) // 2 - _ascii(data)
    return text if foreign - bad >= _GOOD_FOR_A_BAD * bad else None


def _ascii(data: bytes) -> int:
    return len(data) - len(data.translate(None, bytes(range(128))))


def _may_be_wide(data: bytes) -> bool:
    """Whether so many bytes are null that it may be UTF-16 without its mark."""
    sample = data[:8192]
    return sample.count(0) > 0.1 * len(sample)


def _is_text_but_for_nulls(data: bytes) -> bool:
    """Whether stray nulls are all that makes it look like something else than text."""
    sample = data[:8192]
    return sample.count(0) <= len(sample) // 4 and looks_like_text(sample.replace(b"\0", b""))
