"""Bytes to characters, where nothing says for certain which encoding they are in."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

SAMPLE = 200_000
MAX_FOREIGN = 0.1
FEW = 20

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ODD = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")  # bytes that mean nothing in Windows-1252
_HIGH = re.compile(rb"[\x80-\xff]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def decode(data: bytes, declared: str = "") -> tuple[str, str]:
    """The text, and the encoding where it was guessed rather than known (otherwise empty).

    A byte order mark wins, then UTF-8, then what the file declares, then Windows-1252 (what most
    of a British office's old text is in), then the best guess from the bytes.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), ""
    if wide := _utf16_without_mark(data):
        return data.decode(wide, "replace"), wide
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    if known := _known(declared):
        return data.decode(known, "replace"), ""
    guessed = _guess(data)
    return data.decode(guessed, "replace"), guessed


def looks_like_text(data: bytes) -> bool:
    """True where a sample of the bytes could be text in some encoding."""
    sample = data[:8192]
    if any(sample.startswith(mark) for mark, _ in _BOMS) or _utf16_without_mark(sample):
        return True
    return b"\0" not in sample and len(_CONTROL.findall(sample)) <= len(sample) // 50


def _known(declared: str) -> str:
    """The codec's name, where it is one for text and safe to use."""
    name = declared.strip().strip("\"'").lower()
    if not name or len(name) > 40 or name in ("utf-8", "utf8", "utf-16", "unicode"):
        return ""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    return found.name if found._is_text_encoding and _is_charset(found.name) else ""


def _is_charset(codec: str) -> bool:
    """False for text transforms such as punycode and unicode-escape, which some take ages."""
    return codec not in ("idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined")


def _utf16_without_mark(data: bytes) -> str:
    sample = data[: 8192 & ~1]
    if len(sample) < 4 or len(data) % 2:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.4 * half and even < 0.05 * half:
        encoding = "utf-16-le"
    elif even > 0.4 * half and odd < 0.05 * half:
        encoding = "utf-16-be"
    else:
        return ""
    text = sample.decode(encoding, "replace")
    return "" if len(_CONTROL.findall(text.encode("utf-8"))) > len(text) // 50 else encoding


def _guess(data: bytes) -> str:
    sample = data[:SAMPLE]
    foreign = len(_HIGH.findall(sample))
    if not _ODD.search(sample) and foreign <= max(MAX_FOREIGN * len(sample), FEW):
        return "cp1252"
    best = from_bytes(sample).best()
    return best.encoding if best else "cp1252"
