"""Google's Gemini: generateContent and streamGenerateContent."""

from __future__ import annotations

from bernard.wire.gemini import asking, request, restoring, shapes, writer
from bernard.wire.gemini import reply as replies
from bernard.wire.shape import read_answer
from bernard.wire.types import (
    Body,
    ChatCall,
    ChatReply,
    Event,
    Restore,
    StreamReader,
    StreamWriter,
    Usage,
)

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


class Gemini:
    """The dialect of Gemini's `:generateContent` and `:streamGenerateContent?alt=sse`."""

    name = request.NAME

    def read_request(self, body: Body) -> ChatCall:
        """The call that a client sent. Raises FieldInvalid for what cannot be read."""
        return request.read(body)

    def write_request(self, call: ChatCall) -> Body:
        """The call as this dialect says it; its model and stream stand in the URL."""
        return asking.write(call)

    def read_reply(self, body: Body) -> ChatReply:
        """The reply that a supplier sent. Raises ModelFailed for what is no reply."""
        return replies.read(body)

    def write_reply(self, reply: ChatReply, call: ChatCall | None = None) -> Body:
        """The reply as this dialect says it."""
        return replies.write(reply, call)

    def stream_reader(self) -> StreamReader:
        """A reader for one stream."""
        return replies.Reader()

    def stream_writer(self, call: ChatCall) -> StreamWriter:
        """A writer for one stream that answers this call."""
        return writer.Writer(call)

    def restore_event(self, event: Event, restore: Restore) -> list[Event]:
        """The event with originals back, held-back text where its run ends."""
        return restoring.restore_event(event, restore)

    def usage(self, body: Body) -> Usage | None:
        """The usage in a reply's body or an event, None where it says none."""
        found = body.get("usageMetadata")
        return replies.usage(read_answer(found, shapes.UsageShape)) if found else None

    def error(self, status: int, kind: str, message: str) -> Body:
        """An error as this dialect says it."""
        said = STATUSES.get(status, "INTERNAL" if status >= 500 else "FAILED_PRECONDITION")
        return {"error": {"code": status, "message": message, "status": said}}

    def error_event(self, status: int, kind: str, message: str) -> Event:
        """The event that says an error within a stream."""
        return Event("", self.error(status, kind, message))
