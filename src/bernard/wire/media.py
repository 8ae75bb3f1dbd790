"""Pictures and documents inside a body: data URLs, and the kinds that each supplier takes."""

from __future__ import annotations

import base64
import binascii
import mimetypes

from bernard.errors import FieldInvalid
from bernard.wire.types import File, Image


def image(url: str, detail: str, where: str) -> Image:
    """The picture that a URL is or points to.

    Raises:
        FieldInvalid: a data URL that is not base64, or a URL of another kind than http.
    """
    if url.startswith("data:"):
        media_type, data = data_url(url, where)
        return Image(media_type=media_type, data=data, detail=detail)
    if not url.startswith(("https://", "http://")):
        raise FieldInvalid(f"{where}: {url[:60]!r} is neither a data URL nor an http one.", where)
    return Image(url=url, detail=detail)


def data_url(url: str, where: str) -> tuple[str, str]:
    """Media type and base64 text of a data URL.

    Raises:
        FieldInvalid: it is not base64.
    """
    head, comma, data = url.partition(",")
    media_type, _, rest = head.removeprefix("data:").partition(";")
    if not comma or not rest.endswith("base64") or not media_type:
        raise FieldInvalid(f"{where}: {url[:40]!r} is not a base64 data URL with a type.", where)
    return media_type.lower(), data


def as_url(part: Image | File) -> str:
    """The URL of a picture or document, a data URL where it is inline."""
    return part.url or f"data:{part.media_type};base64,{part.data}"


def guessed_type(url: str) -> str:
    """The media type that the end of a URL suggests, '' where it suggests none."""
    return mimetypes.guess_type(url.partition("?")[0])[0] or ""


def decoded_text(data: str, where: str) -> str:
    """The text in base64 of UTF-8.

    Raises:
        FieldInvalid: it is not that.
    """
    try:
        return base64.b64decode(data, validate=True).decode("utf-8")
    except (binascii.Error, ValueError) as error:
        raise FieldInvalid(f"{where}: the text file is not base64 of UTF-8.", where) from error


def encoded_text(text: str) -> str:
    """Base64 of a text in UTF-8."""
    return base64.b64encode(text.encode()).decode()
