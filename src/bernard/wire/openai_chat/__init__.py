"""OpenAI's chat completions, and those of every server that is compatible with them."""

from __future__ import annotations

from bernard.wire.failure import openai_error
from bernard.wire.openai_chat import asking, request, restoring, shapes, stream
from bernard.wire.openai_chat import reply as replies
from bernard.wire.shape import read_answer
from bernard.wire.types import Body, Dialect, Event, Usage


def usage(body: Body) -> Usage | None:
    """The usage in a reply's body or a chunk, None where it says none."""
    found = body.get("usage")
    return replies.usage(read_answer(found, shapes.UsageShape)) if found else None


def error_event(status: int, kind: str, message: str) -> Event:
    """The event that says an error within a stream."""
    return Event("", openai_error(status, kind, message))


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
    error=openai_error,
    error_event=error_event,
)
