"""Anthropic's messages."""

from __future__ import annotations

from bernard.wire.anthropic_messages import asking, request, restoring, shapes, stream
from bernard.wire.anthropic_messages import reply as replies
from bernard.wire.shape import read_answer
from bernard.wire.types import Body, Dialect, Event, Usage

ERROR_TYPES = {
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
    529: "overloaded_error",
}


def usage(body: Body) -> Usage | None:
    """The usage in a reply's body or an event, None where it says none.

    A stream says it twice: what was read at its start, what was written at its end.
    """
    found = body.get("usage")
    if body.get("type") == "message_start":
        message = body.get("message")
        found = message.get("usage") if isinstance(message, dict) else None
    return replies.usage(read_answer(found, shapes.UsageShape)) if found else None


def error(status: int, kind: str, message: str) -> Body:
    """An error as this dialect says it."""
    other = "api_error" if status >= 500 else "invalid_request_error"
    said = {"type": ERROR_TYPES.get(status, other), "message": message}
    return {"type": "error", "error": said, "request_id": None}


def error_event(status: int, kind: str, message: str) -> Event:
    """The event that says an error within a stream."""
    return Event("error", error(status, kind, message))


DIALECT = Dialect(
    name=request.NAME,
    read_request=request.read,
    write_request=asking.write,
    read_reply=replies.read,
    write_reply=replies.write,
    stream_reader=stream.Reader,
    stream_writer=stream.Writer,
    restore_event=restoring.restore_event,
    usage=usage,
    error=error,
    error_event=error_event,
)
