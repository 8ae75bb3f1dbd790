"""Texts in a coded form: a `data:` address, or a document in base64. Masked in what they hold."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from urllib.parse import quote_from_bytes, unquote_to_bytes

Mask = Callable[[str], str]


def data_url(url: str, mask: Mask) -> str | None:
    """The address with stand-ins in its text; None where it holds no text, such as a picture.

    >>> data_url("data:text/plain,jo%40example.org", lambda text: text.replace("jo", "X"))
    'data:text/plain,X%40example.org'
    """
    head, comma, data = url.partition(",")
    if not comma or not _is_text(head[5:]):
        return None
    if head.endswith(";base64"):
        masked = document(data, "text/plain", mask)
        return masked if masked is None else url if masked is data else f"{head},{masked}"
    try:
        text = unquote_to_bytes(data).decode()
    except (UnicodeDecodeError, ValueError):
        return None
    masked = mask(text)
    return url if masked is text else f"{head},{quote_from_bytes(masked.encode())}"


def document(data: str, media: str, mask: Mask) -> str | None:
    """Base64 with stand-ins in its text; None where it holds no text.

    >>> document("am8=", "text/plain", lambda text: text + "!"), document("am8=", "image/png", str)
    ('am8h', None)
    """
    if not _is_text(media):
        return None
    try:
        text = base64.b64decode(data, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    masked = mask(text)
    return data if masked is text else base64.b64encode(masked.encode()).decode()


def _is_text(media: str) -> bool:
    kind = media.partition(";")[0].lower()
    return kind in ("", "application/json", "application/xml", "application/yaml") or (
        kind.startswith("text/")
    )
