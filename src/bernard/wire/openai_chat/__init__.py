"""OpenAI's chat completions, and those of every server that is compatible with them."""

from __future__ import annotations

from bernard.wire.failure import openai_error
from bernard.wire.openai_chat import asking, request, restoring, shapes, stream
from bernard.wire.openai_chat import reply as replies
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


class OpenAIChat:
    """The dialect of OpenAI's `/v1/chat/completions`."""

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
        """The usage in a reply's body or a chunk, None where it says none."""
        found = body.get("usage")
        return replies.usage(read_answer(found, shapes.UsageShape)) if found else None

    def error(self, status: int, kind: str, message: str) -> Body:
        """An error as this dialect says it."""
        return openai_error(status, kind, message)

    def error_event(self, status: int, kind: str, message: str) -> Event:
        """The event that says an error within a stream."""
        return Event("", openai_error(status, kind, message))
