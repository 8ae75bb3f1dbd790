"""Texts in a coded form: a `data:` address, or a document in base64. Masked in what they hold.

What somebody calls it counts for nothing: a text that is said to be a picture is masked as a text.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from urllib.parse import quote_from_bytes, unquote_to_bytes

from bernard.privacy.encoded import readable

Mask = Callable[[str], str]

_HEAD = re.compile(r"data:(?:[\w.+-]+/[\w.+-]+)?(?:;[\w.+=-]+)*?(;base64)?,", re.IGNORECASE)
_URL_SAFE = str.maketrans("-_", "+/")
# A picture or a sound is longer; so short a text may be base64 by chance.
_SHORTEST_FILE = 200
# How files of pictures and sounds begin: nobody's name, however short the file.
_FILES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"OggS", b"fLaC", b"ID3")


def data_url(url: str, mask: Mask) -> str | None:
    """The address with stand-ins in its text; None where it holds no text, such as a picture.

    >>> data_url("data:text/plain,jo%40example.org", lambda text: text.replace("jo", "X"))
    'data:text/plain,X%40example.org'
    """
    head = _HEAD.match(url)
    if head is None:
        return mask(url)
    start, data = url[: head.end()], url[head.end() :]
    if head[1]:
        masked = document(data, mask)
        return masked if masked is None else url if masked is data else start + masked
    try:
        text = unquote_to_bytes(data).decode()
    except ValueError:
        return mask(url)
    masked = mask(text)
    return url if masked is text else start + quote_from_bytes(masked.encode())


def document(data: str, mask: Mask) -> str | None:
    """Base64 with stand-ins in its text, or a text as it is; None where it holds no text.

    >>> document("am8=", lambda text: text + "!"), document("jo!", lambda text: text + "?")
    ('am8h', 'jo!?')
    """
    letters = "".join(data.split()).rstrip("=").translate(_URL_SAFE)
    try:
        raw = base64.b64decode(letters + "=" * (-len(letters) % 4), validate=True)
    except (binascii.Error, ValueError):
        return mask(data)
    is_short = len(data) < _SHORTEST_FILE and not raw.startswith(_FILES)
    if is_short and (masked := mask(data)) is not data:
        return masked
    found = readable(raw)
    if found is None:
        return None
    text, write = found
    masked = mask(text)
    return data if masked is text else base64.b64encode(write(masked)).decode()
