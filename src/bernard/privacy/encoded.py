"""Texts that stand in a text in a coded form: base64, hexadecimal, packed. What they hold is looked at too."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import zlib
from collections.abc import Callable, Iterator, Sequence

from bernard.privacy.overlaps import resolved
from bernard.privacy.types import OF_SENTENCES, Detector, Finding

Write = Callable[[str], bytes]

# Base64 in lines of one length, as letters carry it, is one run.
_RUN = re.compile(r"[A-Za-z0-9+/_-]{12,}(?:\r?\n[A-Za-z0-9+/_-]{4,})*={0,2}")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_TEXT_BYTES = bytes([9, 10, 13, *range(32, 127), *range(160, 256)])
_HIGH_BYTES = bytes(range(128, 256))
# Of a text in an old code page so many of the bytes are signs, and so many of these no ASCII.
_READABLE, _MOST_HIGH = 0.97, 0.4
_MOST_UNPACKED = 20_000_000
_DEEPEST = 4
_SHORTEST = 12
_BETWEEN_WORDS = frozenset(" ,.'\n-")
_MOST_PROSE = 0.85
_URL_SAFE = str.maketrans("-_", "+/", "\r\n")


class Decoding:
    """A detector that also looks at what a text holds in a coded form; such a run goes as a whole."""

    def __init__(self, detector: Detector) -> None:
        """Look with this detector."""
        self._detector = detector

    def find(self, text: str) -> Sequence[Finding]:
        """Findings in order of place, none overlapping another."""
        return self._find(text, 0)

    def _find(self, text: str, depth: int) -> Sequence[Finding]:
        found = self._detector.find(text)
        if depth >= _DEEPEST:
            return found
        coded = [
            Finding(
                *run.span(), "ENCODED", 0.95, "encoded", "a coded text that holds personal data"
            )
            for run in _RUN.finditer(text)
            if any(self._holds(inner, depth + 1) for inner in _readings(run.group()))
        ]
        return resolved([*found, *coded]) if coded else found

    def _holds(self, inner: str, depth: int) -> bool:
        """Whether something personal is in what a run says, which may be no text at all."""
        found = self._find(inner, depth)
        if not found or _is_prose(inner):
            return bool(found)
        # Of letters by chance a tagger knows nothing; a form with its check digits stays one.
        return any(one.detector not in OF_SENTENCES for one in found)


def _is_prose(text: str) -> bool:
    """Words with spaces between them, mostly of letters."""
    letters = sum(sign.isalpha() or sign in _BETWEEN_WORDS for sign in text)
    return " " in text.strip() and letters >= _MOST_PROSE * len(text)


def readable(raw: bytes) -> tuple[str, Write] | None:
    """The text that some bytes are, and how to write another in its place; None for no text.

    >>> text, write = readable("Siân".encode("cp1252"))
    >>> text, write("Si")
    ('Siân', b'Si')
    """
    if raw[:2] == b"\x1f\x8b" or raw[:2] in (b"\x78\x01", b"\x78\x9c", b"\x78\xda"):
        return _unpacked(raw)
    for mark, coding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if raw.startswith(mark):
            return _as(raw, coding)
    if raw and b"\0" in raw[:64]:
        return _as(raw, "utf-16-le" if raw[1:2] == b"\0" else "utf-16-be")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return _of_code_page(raw)
    return None if "\0" in text else (text, str.encode)


def _readings(run: str) -> Iterator[str]:
    """What a run may say as a whole, and line by line: the next line may be a word of its own."""
    yield from _texts(run)
    if "\n" in run:
        for line in run.split():
            if len(line) >= _SHORTEST:
                yield from _texts(line)


def _texts(run: str) -> Iterator[str]:
    """What a run may say: as figures in hexadecimal, or as base64 that begins at any of four places."""
    if len(run) % 2 == 0 and _HEX.fullmatch(run):
        yield from _said(bytes.fromhex(run))
    if run.islower() or run.isupper() or run.istitle():
        return  # a long word or a path: base64 of a text has letters of both kinds
    letters = run.rstrip("=").translate(_URL_SAFE)
    for skip in range(4 if len(letters) >= 24 else 1):
        some = letters[skip:]
        if len(some) % 4 == 1:
            some = some[:-1]
        try:
            raw = base64.b64decode(some + "=" * (-len(some) % 4))
        except binascii.Error:  # pragma: no cover (every letter is of the alphabet)
            continue
        yield from _said(raw)


def _said(raw: bytes) -> Iterator[str]:
    found = readable(raw)
    if found is None:
        # What stands before a coded text in the same run spoils no more than its first letters.
        found = readable(raw[4:])
    if found is not None:
        yield found[0]


def _as(raw: bytes, coding: str) -> tuple[str, Write] | None:
    try:
        text = raw.decode(coding)
    except UnicodeDecodeError:
        return None
    signs = sum(sign.isprintable() or sign.isspace() for sign in text)
    if not text or signs < _READABLE * len(text):
        return None
    return text, lambda other: other.encode(coding)


def _of_code_page(raw: bytes) -> tuple[str, Write] | None:
    """A text of Windows or of old programs, if so many of its bytes are signs."""
    readable_bytes = len(raw) - len(raw.translate(None, _TEXT_BYTES + bytes(range(128, 160))))
    high = len(raw) - len(raw.translate(None, _HIGH_BYTES))
    if readable_bytes < _READABLE * len(raw) or high > _MOST_HIGH * len(raw):
        return None
    return raw.decode("cp1252", "replace"), str.encode


def _unpacked(raw: bytes) -> tuple[str, Write] | None:
    """A text that gzip or zlib packed."""
    gzipped = raw[:2] == b"\x1f\x8b"
    unpacker = zlib.decompressobj(31 if gzipped else 15)
    try:
        inner = unpacker.decompress(raw, _MOST_UNPACKED)
    except zlib.error:
        return None
    found = readable(inner) if inner[:2] != b"\x1f\x8b" else None
    if found is None or unpacker.unconsumed_tail:
        return None
    text, write = found

    def packed(other: str) -> bytes:
        packer = zlib.compressobj(wbits=31 if gzipped else 15)
        return packer.compress(write(other)) + packer.flush()

    return text, packed
