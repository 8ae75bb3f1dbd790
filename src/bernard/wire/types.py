"""What every dialect can be read into and written from, and what a dialect is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple, Protocol

import msgspec

Body = dict[str, Any]
Role = Literal["system", "user", "assistant", "tool"]
StopReason = Literal["end", "length", "stop", "tool_call", "filtered"]


class Text(msgspec.Struct, frozen=True):
    """Words."""

    text: str


class Thinking(msgspec.Struct, frozen=True):
    """Words that a model wrote before its answer; a signature lets its supplier take them back.

    A signature names the dialect that it came in, as `signatures.py` says.
    """

    text: str
    signature: str = ""


class Image(msgspec.Struct, frozen=True):
    """A picture, inline as base64 `data` of `media_type`, or at a `url`."""

    media_type: str = ""
    data: str = ""
    url: str = ""
    detail: str = ""


class File(msgspec.Struct, frozen=True):
    """A document, inline as base64 `data`, or at a `url`."""

    media_type: str
    data: str
    name: str = ""
    url: str = ""


class ToolCall(msgspec.Struct, frozen=True):
    """A model's wish to use a tool; `arguments` is JSON text, `signature` as in `Thinking`."""

    id: str
    name: str
    arguments: str
    signature: str = ""


class ToolResult(msgspec.Struct, frozen=True):
    """What a tool gave back."""

    call_id: str
    parts: tuple[Text | Image | File, ...]
    is_error: bool = False


Part = Text | Thinking | Image | File | ToolCall | ToolResult


class Turn(msgspec.Struct, frozen=True):
    """One message."""

    role: Role
    parts: tuple[Part, ...]
    name: str = ""


class Tool(msgspec.Struct, frozen=True):
    """A function that the model may ask for; `parameters` is a JSON Schema."""

    name: str
    parameters: Body
    description: str = ""
    strict: bool | None = None


class Format(msgspec.Struct, frozen=True):
    """The form a reply must have: any JSON, or JSON after a schema."""

    schema: Body | None = None
    name: str = "reply"
    strict: bool | None = None


class ChatCall(msgspec.Struct, frozen=True):
    """A call for a chat, in no supplier's dialect.

    Attributes:
        tool_choice: `auto`, `none`, `required`, or `tool:NAME`.
        effort: how hard to think: `none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`.
        thinking_tokens: how many tokens to think with, where that was said in place of an effort.
        legacy_functions: the client uses the fields that OpenAI had before tools, and expects them.
        extra: fields of the dialect it came in that have no place here, as they came.
    """

    model: str
    turns: tuple[Turn, ...]
    tools: tuple[Tool, ...] = ()
    tool_choice: str = ""
    parallel_tools: bool | None = None
    format: Format | None = None
    stream: bool = False
    choices: int = 1
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    effort: str = ""
    thinking_tokens: int | None = None
    user: str = ""
    legacy_functions: bool = False
    extra: Body = {}


class Usage(msgspec.Struct, frozen=True, gc=False):
    """Tokens read and written, as the supplier counted them."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0


class Choice(msgspec.Struct, frozen=True):
    """One answer."""

    parts: tuple[Part, ...]
    stop_reason: StopReason = "end"
    stop_sequence: str = ""


class ChatReply(msgspec.Struct, frozen=True):
    """A whole reply, in no supplier's dialect."""

    id: str
    model: str
    choices: tuple[Choice, ...]
    usage: Usage = Usage()
    created: int = 0


class Delta(msgspec.Struct, frozen=True):
    """A piece of a streamed reply.

    Attributes:
        part: number of the part it belongs to, counted within the choice.
        signature: of thinking, or with `tool_name` of that tool call; given once, whole.
        tool_id, tool_name: given when a tool call begins.
        arguments: a piece of the JSON text of a tool call.
        stop_reason: given once for each choice, at its end.
        usage: given once, at the end, where the supplier counts.
    """

    choice: int = 0
    part: int = 0
    text: str = ""
    thinking: str = ""
    signature: str = ""
    tool_id: str = ""
    tool_name: str = ""
    arguments: str = ""
    stop_reason: StopReason | None = None
    stop_sequence: str = ""
    usage: Usage | None = None
    id: str = ""
    model: str = ""


class Event(NamedTuple):
    """One server-sent event: its name (empty where the dialect has none) and its decoded data.

    `data` is None for the mark that ends OpenAI's streams.
    """

    name: str
    data: Body | None


class Channel(Protocol):
    """Puts originals back into one run of text that comes in pieces."""

    def feed(self, piece: str) -> str:
        """What can be shown now."""
        ...

    def finish(self) -> str:
        """What was held back."""
        ...


class Restore(Protocol):
    """What a dialect needs to put originals back into the events of a stream."""

    def channel(self, key: tuple[int | str, ...], *, json: bool) -> Channel:
        """The channel of that key, the same each time; `json` where the text is inside JSON."""
        ...

    def finish(self, *key: int | str) -> list[tuple[tuple[int | str, ...], str]]:
        """Finish every channel whose key begins so: key and text of each that held text back.

        In the order in which the channels were first used.
        """
        ...

    def text(self, text: str, *, json: bool) -> str:
        """A whole text with its originals back."""
        ...

    def tree(self, body: Body) -> Body:
        """A body with the originals back in every text of it."""
        ...


class StreamReader(Protocol):
    """Reads the events of one streamed reply."""

    def feed(self, event: Event) -> list[Delta]:
        """The pieces in this event."""
        ...


class StreamWriter(Protocol):
    """Writes one streamed reply as events."""

    def feed(self, delta: Delta) -> list[Event]:
        """The events that say this piece."""
        ...

    def finish(self) -> list[Event]:
        """The events that end the stream."""
        ...


class Dialect(NamedTuple):
    """One published shape of a chat call: what reads it and what writes it.

    Attributes:
        read_request: the call that a client sent. Raises FieldInvalid for what cannot be read.
        write_request: the call as this dialect says it. Raises Untranslatable for what it cannot
            say.
        read_reply: the reply that a supplier sent. Raises ModelFailed for what is no reply.
        write_reply: the reply as this dialect says it; some say again what was called for.
        stream_reader, stream_writer: for one stream; the writer answers a call.
        restore_event: the event with originals back; more than one where held-back text must come
            out first.
        usage: in a reply's body or an event's data, None where it says none.
        error: an error of this status; its kind is a word for programs, such as `refused`.
        error_event: the event that says an error within a stream.
    """

    name: str
    read_request: Callable[[Body], ChatCall]
    write_request: Callable[[ChatCall], Body]
    read_reply: Callable[[Body], ChatReply]
    write_reply: Callable[[ChatReply, ChatCall | None], Body]
    stream_reader: Callable[[], StreamReader]
    stream_writer: Callable[[ChatCall], StreamWriter]
    restore_event: Callable[[Event, Restore], list[Event]]
    usage: Callable[[Body], Usage | None]
    error: Callable[[int, str, str], Body]
    error_event: Callable[[int, str, str], Event]
