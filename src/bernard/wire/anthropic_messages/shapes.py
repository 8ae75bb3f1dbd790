"""The shape of Anthropic's messages on the wire.

Source: Anthropic API reference, Create a Message; the types of the anthropic SDK 2.12.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from bernard.wire.shape import Shape, Strict


class Base64Source(Strict, tag_field="type", tag="base64"):
    """Bytes inline."""

    media_type: str
    data: str


class UrlSource(Strict, tag_field="type", tag="url"):
    """Bytes elsewhere."""

    url: str


class TextSource(Strict, tag_field="type", tag="text"):
    """A plain text inline."""

    data: str
    media_type: str = "text/plain"


class TextBlock(Strict, tag_field="type", tag="text"):
    """Words. Citations are what an earlier reply said of its own sources."""

    text: str
    cache_control: Any = None
    citations: Any = None


class ImageBlock(Strict, tag_field="type", tag="image"):
    """A picture."""

    source: Base64Source | UrlSource
    cache_control: Any = None


class Citations(Strict):
    """Whether the model is to cite."""

    enabled: Literal[False] = False


class DocumentBlock(Strict, tag_field="type", tag="document"):
    """A document."""

    source: Base64Source | UrlSource | TextSource
    title: str | None = None
    citations: Citations | None = None
    context: None = None
    cache_control: Any = None


class ThinkingBlock(Strict, tag_field="type", tag="thinking"):
    """What the model thought."""

    thinking: str
    signature: str = ""


class RedactedBlock(Strict, tag_field="type", tag="redacted_thinking"):
    """What the model thought, sealed."""

    data: str


class ToolUseBlock(Strict, tag_field="type", tag="tool_use"):
    """A tool call."""

    id: str
    name: str
    input: dict[str, Any]
    cache_control: Any = None
    caller: Any = None


class ToolResultBlock(Strict, tag_field="type", tag="tool_result"):
    """What a tool gave back."""

    tool_use_id: str
    content: str | list[TextBlock | ImageBlock | DocumentBlock] | None = None
    is_error: bool | None = None
    cache_control: Any = None


UserBlock = TextBlock | ImageBlock | DocumentBlock | ToolResultBlock


class UserMessage(Strict, tag_field="role", tag="user"):
    """What a person says, or a tool."""

    content: str | list[UserBlock]


class AssistantMessage(Strict, tag_field="role", tag="assistant"):
    """What the model said."""

    content: str | list[TextBlock | ThinkingBlock | RedactedBlock | ToolUseBlock]


class SystemMessage(Strict, tag_field="role", tag="system"):
    """What the model is told on the way."""

    content: str | list[TextBlock]


class ToolShape(Strict):
    """A tool that the model may ask for; those that Anthropic runs itself cannot be read here."""

    name: str
    input_schema: dict[str, Any]
    description: str | None = None
    strict: bool | None = None
    type: Literal["custom"] | None = None
    cache_control: Any = None
    input_examples: Any = None
    eager_input_streaming: Any = None
    defer_loading: Literal[False] | None = None
    allowed_callers: list[Literal["direct"]] | None = None


class ToolChoice(Strict):
    """Which tool must be used, or which may."""

    type: Literal["auto", "any", "tool", "none"]
    name: str | None = None
    disable_parallel_tool_use: bool | None = None


class FormatShape(Strict):
    """The form a reply must have."""

    schema: dict[str, Any]
    type: Literal["json_schema"] = "json_schema"


class OutputConfig(Strict):
    """How hard to think and what form to answer in."""

    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = None
    format: FormatShape | None = None


class ThinkingConfig(Strict):
    """Whether and how much to think."""

    type: Literal["enabled", "disabled", "adaptive", "between_tools"]
    budget_tokens: int | None = None
    display: Any = None


class Metadata(Strict):
    """Who asks, in a word that means nothing outside."""

    user_id: str | None = None


class RequestShape(Shape):
    """The body of a request; fields not named here ride in `extra`."""

    messages: list[UserMessage | AssistantMessage | SystemMessage]
    model: str = ""
    max_tokens: int | None = None
    system: str | list[TextBlock] | None = None
    tools: list[ToolShape] | None = None
    tool_choice: ToolChoice | None = None
    output_config: OutputConfig | None = None
    thinking: ThinkingConfig | None = None
    stop_sequences: list[str] | None = None
    stream: bool | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    metadata: Metadata | None = None
    service_tier: str | None = None


class Details(Shape):
    """Parts of the tokens written."""

    thinking_tokens: int | None = None


class UsageShape(Shape):
    """Tokens as Anthropic counts them: those from the cache are not in `input_tokens`."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    output_tokens_details: Details | None = None


class SaidText(Shape, tag_field="type", tag="text"):
    """Words in a reply."""

    text: str = ""


class SaidThinking(Shape, tag_field="type", tag="thinking"):
    """Thinking in a reply."""

    thinking: str = ""
    signature: str = ""


class SaidRedacted(Shape, tag_field="type", tag="redacted_thinking"):
    """Sealed thinking in a reply."""

    data: str


class SaidToolUse(Shape, tag_field="type", tag="tool_use"):
    """A tool call in a reply."""

    id: str
    name: str
    input: dict[str, Any] = msgspec.field(default_factory=dict)


SaidBlock = SaidText | SaidThinking | SaidRedacted | SaidToolUse


class ReplyShape(Shape):
    """The body of a reply, or the message with which a stream starts."""

    content: list[SaidBlock]
    id: str = ""
    model: str = ""
    stop_reason: str | None = None
    stop_sequence: str | None = None
    usage: UsageShape = msgspec.field(default_factory=UsageShape)


class MessageStart(Shape):
    """The event that starts a stream."""

    message: ReplyShape


class BlockStart(Shape):
    """The event that starts a block."""

    index: int
    content_block: SaidBlock


class TextDelta(Shape, tag_field="type", tag="text_delta"):
    """A piece of text."""

    text: str


class ThinkingDelta(Shape, tag_field="type", tag="thinking_delta"):
    """A piece of thinking."""

    thinking: str


class SignatureDelta(Shape, tag_field="type", tag="signature_delta"):
    """The signature of thinking."""

    signature: str


class InputDelta(Shape, tag_field="type", tag="input_json_delta"):
    """A piece of a tool's arguments."""

    partial_json: str


class CitationsDelta(Shape, tag_field="type", tag="citations_delta"):
    """A citation, which no other dialect has."""


class BlockDelta(Shape):
    """The event with a piece of a block."""

    index: int
    delta: TextDelta | ThinkingDelta | SignatureDelta | InputDelta | CitationsDelta


class Stopped(Shape):
    """Why the reply stopped."""

    stop_reason: str | None = None
    stop_sequence: str | None = None


class MessageDelta(Shape):
    """The event with the reason to stop and the counts."""

    delta: Stopped
    usage: UsageShape = msgspec.field(default_factory=UsageShape)


EventShape = MessageStart | BlockStart | BlockDelta | MessageDelta
