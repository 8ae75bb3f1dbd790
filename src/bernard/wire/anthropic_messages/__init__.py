"""Anthropic's messages."""

from __future__ import annotations

from bernard.wire.anthropic_messages import asking, request, restoring, shapes, stream
from bernard.wire.anthropic_messages import reply as replies
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


class AnthropicMessages:
    """The dialect of Anthropic's `/v1/messages`."""

    name = request.NAME

    def read_request(self, body: Body) -> ChatCall:
        """The call that a client sent. Raises FieldInvalid for what cannot be read."""
        return request.read(body)

    def write_request(self, call: ChatCall) -> Body:
        """The call as this dialect says it. Raises Untranslatable for what it cannot say."""
        return asking.write(call)

    def read_reply(self, body: Body) -> ChatReply:
        """The reply that a supplier sent. Raises ModelFailed for what is no reply."""
        return replies.read(body)

    def write_reply(self, reply: ChatReply, call: ChatCall | None = None) -> Body:
        """The reply as this dialect says it."""
        return replies.write(reply, call)

    def stream_reader(self) -> StreamReader:
        """A reader for one stream."""
        return stream.Reader()

    def stream_writer(self, call: ChatCall) -> StreamWriter:
        """A writer for one stream that answers this call."""
        return stream.Writer(call)

    def restore_event(self, event: Event, restore: Restore) -> list[Event]:
        """The event with originals back, and before it what was held back to the end."""
        return restoring.restore_event(event, restore)

    def usage(self, body: Body) -> Usage | None:
        """The usage in a reply's body or an event, None where it says none.

        A stream says it twice: what was read at its start, what was written at its end.
        """
        found = body.get("usage")
        if body.get("type") == "message_start":
            message = body.get("message")
            found = message.get("usage") if isinstance(message, dict) else None
        return replies.usage(read_answer(found, shapes.UsageShape)) if found else None

    def error(self, status: int, kind: str, message: str) -> Body:
        """An error as this dialect says it."""
        other = "api_error" if status >= 500 else "invalid_request_error"
        said = {"type": ERROR_TYPES.get(status, other), "message": message}
        return {"type": "error", "error": said, "request_id": None}

    def error_event(self, status: int, kind: str, message: str) -> Event:
        """The event that says an error within a stream."""
        return Event("error", self.error(status, kind, message))
