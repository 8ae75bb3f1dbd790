"""What a caller sent: the whole body within a limit, then its fields."""

from __future__ import annotations

from typing import Any

import msgspec

from bernard.api.gateway.types import Receive
from bernard.errors import BodyTooLarge, FieldInvalid
from bernard.wire.types import Body

MOST_DEPTH = 64
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Gone(Exception):
    """The caller went away before the whole body had come."""


async def read(receive: Receive, announced: bytes, most: int) -> bytes:
    """The body.

    Args:
        announced: the Content-Length, empty where there is none.

    Raises:
        BodyTooLarge: as soon as it is known that the body is over `most` bytes.
        Gone: the caller went away.
    """
    if len(announced) > 18 or (announced and int(announced) > most):
        raise _too_large(most)
    message = await receive()
    if message["type"] != "http.request":
        raise Gone
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        if len(body) > most:
            raise _too_large(most)
        return body
    return await _rest(receive, body, most)


async def _rest(receive: Receive, first: bytes, most: int) -> bytes:
    chunks, size, more = [first], len(first), True
    while more:
        if size > most:
            raise _too_large(most)
        message = await receive()
        if message["type"] != "http.request":
            raise Gone
        chunk = message.get("body", b"")
        chunks.append(chunk)
        size += len(chunk)
        more = message.get("more_body", False)
    if size > most:
        raise _too_large(most)
    return b"".join(chunks)


def decode(raw: bytes) -> Body:
    """The body as a dict. Of a name that stands twice the last counts, here and at the supplier.

    What is sent on is written anew from this dict, so that no other reader of the same bytes can
    find something in them that was not looked at.

    Raises:
        FieldInvalid: it is not a JSON object, or nested too deep.
    """
    try:
        body = _decode(raw)
    except msgspec.ValidationError as error:
        raise FieldInvalid(f"The body must be a JSON object: {error}.", "#") from error
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise FieldInvalid(f"The body is not JSON: {error}.", "#") from error
    except RecursionError:
        raise _too_deep() from None
    # Fewer brackets than that cannot nest too deep, which spares most bodies the walk.
    if raw.count(b"{") + raw.count(b"[") > MOST_DEPTH and _deeper(body, MOST_DEPTH):
        raise _too_deep()
    return body


def model_of(body: Body, default: str = "") -> str:
    """The name of the model that is asked for.

    Args:
        default: meant where none is named.

    Raises:
        FieldInvalid: there is none.
    """
    model = body.get("model", default)
    if not isinstance(model, str) or not model:
        raise FieldInvalid("model: Give the name of a model; /v1/models lists them.", "#/model")
    return model


def stream_of(body: Body) -> bool:
    """Whether the reply is wanted in pieces.

    Raises:
        FieldInvalid: the field is neither true nor false.
    """
    stream = body.get("stream")
    if stream is None or stream is False:
        return False
    if stream is not True:
        raise FieldInvalid("stream: This is neither true nor false.", "#/stream")
    return True


def _deeper(value: Any, most: int) -> bool:
    """Whether lists and objects nest deeper than that."""
    level = [value]
    for _ in range(most):
        level = [
            below
            for above in level
            for below in (above.values() if isinstance(above, dict) else above)
            if isinstance(below, (dict, list))
        ]
        if not level:
            return False
    return True


def _too_deep() -> FieldInvalid:
    return FieldInvalid(f"The body nests deeper than {MOST_DEPTH} levels.", "#")


def _too_large(most: int) -> BodyTooLarge:
    return BodyTooLarge(
        f"The body is over {most / 1e6:g} MB, the most that this gateway takes "
        "(BERNARD_MAX_REQUEST_MB)."
    )
