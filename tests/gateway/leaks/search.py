"""Is a value in these bytes, however it is written? Everything that can be decoded is, and looked through."""

from __future__ import annotations

import base64
import binascii
import gzip
import html
import json
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from urllib.parse import unquote_plus

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){8,}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_ESCAPE = re.compile(r'\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})|\\([nrtbf"/\\])')
_NOT_ALNUM = re.compile(r"[\W_]+")
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+"
)
_DEEPEST = 4
_READABLE = 0.8


def folded(data: bytes) -> set[str]:
    """Each reading of the bytes as letters and figures only, in small letters."""
    return {_fold(reading) for reading in _readings(data)}


def found(data: bytes, traces: Iterable[str]) -> list[str]:
    """Those of the traces that stand in the bytes, in any writing."""
    everything = "\n".join(folded(data))
    return [trace for trace in traces if trace in everything]


def found_plainly(data: bytes, traces: Iterable[str]) -> list[str]:
    """The same without what takes long to decode, for many megabytes."""
    text = data.decode("utf-8", "replace")
    everything = "\n".join({_fold(text), _fold(_unescaped(text)), _fold(unquote_plus(text))})
    return [trace for trace in traces if trace in everything]


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", _UNSEEN.sub("", text))
    if not plain.isascii():
        plain = "".join(str(unicodedata.decimal(c, c)) for c in plain)
    return _NOT_ALNUM.sub("", plain).casefold()


def _readings(data: bytes) -> set[str]:
    seen: set[str] = set()
    fresh = {data.decode("utf-8", "replace")}
    for _ in range(_DEEPEST):
        seen |= fresh
        fresh = {more for text in fresh for more in _undone(text)} - seen
    return seen | fresh


def _undone(text: str) -> Iterator[str]:
    """What else the text may say, one level of coding less."""
    yield from {_unescaped(text), unquote_plus(text), html.unescape(text)} - {text}
    for run in _HEX.findall(text):
        yield from _as_text(bytes.fromhex(run))
    for run in _BASE64.findall(text):
        yield from _from_base64(run)
    # Base64 that is cut into lines.
    joined = re.sub(r"(?<=[A-Za-z0-9+/])(?:\\r)?(?:\\n|\s)+(?=[A-Za-z0-9+/=])", "", text)
    for run in _BASE64.findall(joined) if joined != text else ():
        yield from _from_base64(run)


def _from_base64(run: str) -> Iterator[str]:
    letters = run.rstrip("=").replace("-", "+").replace("_", "/")
    for skip in range(4):
        some = letters[skip:]
        try:
            raw = base64.b64decode(some[: len(some) // 4 * 4] + _tail(some))
        except binascii.Error:
            continue
        yield from _as_text(raw)


def _tail(letters: str) -> str:
    left = letters[len(letters) // 4 * 4 :]
    return left + "=" * (-len(left) % 4) if len(left) > 1 else ""


def _as_text(raw: bytes) -> Iterator[str]:
    for packed in (_gunzipped(raw),):
        if packed:
            yield packed.decode("utf-8", "replace")
    for coding in ("utf-8", "utf-16-le", "utf-16-be"):
        text = raw.decode(coding, "replace")
        readable = sum(c.isprintable() and c != "\ufffd" and ord(c) < 0x3000 for c in text)
        if text and readable >= _READABLE * len(text):
            yield text


def _gunzipped(raw: bytes) -> bytes:
    try:
        return gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else zlib.decompress(raw)
    except (OSError, EOFError, zlib.error):
        return b""


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_plain, text)


def _plain(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else str(json.loads(f'"\\{match[3]}"'))
