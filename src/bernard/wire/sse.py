"""Server-sent events: read from bytes that come in any pieces, and written as bytes.

Source: WHATWG HTML Living Standard, section 9.2.6, Interpreting an event stream.
"""

from __future__ import annotations

from typing import Any

import msgspec

from bernard.errors import ModelFailed
from bernard.wire.types import Body, Event

MAX_EVENT_BYTES = 16 * 1024 * 1024
DONE = b"data: [DONE]\n\n"

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_encode = msgspec.json.Encoder().encode
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class EventParser:
    """Reads one stream of events; what is not yet whole is kept for the next bytes."""

    __slots__ = ("_after_cr", "_begun", "_kept", "_limit", "_searched")

    def __init__(self, limit: int = MAX_EVENT_BYTES) -> None:
        """Start a stream; an event over `limit` bytes is refused."""
        self._kept = bytearray()
        self._searched = 0
        self._limit = limit
        self._after_cr = False
        self._begun = False

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that these bytes complete.

        Raises:
            ModelFailed: an event is no JSON object, or is over the limit.
        """
        # Nearly every chunk is one event of one line, and this is the hot path.
        if (
            chunk.startswith(b"data: {")
            and chunk.find(b"\n") == len(chunk) - 2
            and chunk.endswith(b"\n\n")
            and not self._kept
            and not self._after_cr
            and len(chunk) <= self._limit
            and b"\r" not in chunk
        ):
            self._begun = True
            return [Event("", _decoded(chunk[6:]))]
        if self._after_cr or b"\r" in chunk:
            chunk = self._one_line_end(chunk)
        at_once = not self._kept and chunk.endswith(b"\n\n")
        whole = chunk if at_once else self._whole_part(chunk)
        if not whole:
            return []
        if not self._begun:
            self._begun = True
            whole = whole.removeprefix(_BYTE_ORDER_MARK)
        return self._events(whole)

    def finish(self) -> list[Event]:
        """The last event, where the stream ended without the blank line that should follow it."""
        kept = bytes(self._kept)
        self._kept.clear()
        return self._events(kept.removeprefix(_BYTE_ORDER_MARK)) if kept.strip() else []

    def _events(self, whole: bytes) -> list[Event]:
        found = []
        for block in whole.split(b"\n\n"):
            if not block:
                continue
            if len(block) > self._limit:
                raise _too_large(self._limit)
            if (event := _event(block)) is not None:
                found.append(event)
        return found

    def _one_line_end(self, chunk: bytes) -> bytes:
        if self._after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        if chunk:
            self._after_cr = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _whole_part(self, chunk: bytes) -> bytes:
        """The bytes up to the last blank line; the rest is kept, and searched only once."""
        kept = self._kept
        kept += chunk
        end = kept.rfind(b"\n\n", max(0, self._searched - 1))
        if end < 0:
            self._searched = len(kept)
            if len(kept) > self._limit:
                raise _too_large(self._limit)
            return b""
        whole = bytes(kept[: end + 2])
        del kept[: end + 2]
        self._searched = len(kept)
        return whole


def encode(event: Event) -> bytes:
    """The event as bytes ready to send."""
    name, data = event
    if data is None:
        return DONE
    if name:
        return b"event: %b\ndata: %b\n\n" % (name.encode(), _encode(data))
    return b"data: %b\n\n" % _encode(data)


def _event(block: bytes) -> Event | None:
    name = ""
    data: bytes | None = None
    for line in block.split(b"\n"):
        if line.startswith(b"data:"):
            value = line[6:] if line[5:6] == b" " else line[5:]
            data = value if data is None else data + b"\n" + value
        elif line.startswith(b"event:"):
            name = line[6:].strip().decode("utf-8", "replace")
    if not data:
        return None
    return Event(name, None if data == b"[DONE]" else _decoded(data))


def _decoded(data: bytes) -> Body:
    try:
        return _decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ModelFailed(
            f"The model's stream holds an event that is no JSON object: {data[:60]!r}. Try again."
        ) from error


def _too_large(limit: int) -> ModelFailed:
    return ModelFailed(f"The model's stream holds an event of over {limit:,} bytes. Try again.")
