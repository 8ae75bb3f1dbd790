"""Google's Gemini: generateContent and streamGenerateContent."""

from __future__ import annotations

from bernard.wire.gemini import asking, request, restoring, shapes, writer
from bernard.wire.gemini import reply as replies
from bernard.wire.shape import read_answer
from bernard.wire.types import Body, Dialect, Event, Usage

STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    422: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


def usage(body: Body) -> Usage | None:
    """The usage in a reply's body or an event, None where it says none."""
    found = body.get("usageMetadata")
    return replies.usage(read_answer(found, shapes.UsageShape)) if found else None


def error(status: int, kind: str, message: str) -> Body:
    """An error as this dialect says it."""
    said = STATUSES.get(status, "INTERNAL" if status >= 500 else "FAILED_PRECONDITION")
    return {"error": {"code": status, "message": message, "status": said}}


def error_event(status: int, kind: str, message: str) -> Event:
    """The event that says an error within a stream."""
    return Event("", error(status, kind, message))


DIALECT = Dialect(
    name=request.NAME,
    read_request=request.read,
    write_request=asking.write,
    read_reply=replies.read,
    write_reply=replies.write,
    stream_reader=replies.Reader,
    stream_writer=writer.Writer,
    restore_event=restoring.restore_event,
    usage=usage,
    error=error,
    error_event=error_event,
)
