"""The shape of OpenAI's chat completions on the wire.

Source: OpenAI API reference, Create chat completion; the types of the openai SDK 3.54.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from bernard.wire.shape import Shape, Strict
from bernard.wire.types import Body


class TextPart(Strict, tag_field="type", tag="text"):
    """Words."""

    text: str
    prompt_cache_breakpoint: Any = None


class RefusalPart(Strict, tag_field="type", tag="refusal"):
    """Words with which a model refused."""

    refusal: str


class ImageUrl(Strict):
    """Where a picture is."""

    url: str
    detail: str | None = None


class ImagePart(Strict, tag_field="type", tag="image_url"):
    """A picture."""

    image_url: ImageUrl
    prompt_cache_breakpoint: Any = None


class FileContent(Strict):
    """A document inline; one uploaded to OpenAI (`file_id`) cannot be read here."""

    file_data: str
    filename: str = ""


class FilePart(Strict, tag_field="type", tag="file"):
    """A document."""

    file: FileContent
    prompt_cache_breakpoint: Any = None


class FunctionUse(Strict):
    """Name and arguments of a function that is wished for."""

    name: str
    arguments: str = ""


class CallShape(Strict):
    """A tool call in the history."""

    id: str
    function: FunctionUse
    type: Literal["function"] = "function"
    index: int | None = None
    extra_content: dict[str, Any] | None = None


TextContent = str | list[TextPart]


class SystemMessage(Strict, tag_field="role", tag="system"):
    """What the model is told to be."""

    content: TextContent
    name: str | None = None


class DeveloperMessage(Strict, tag_field="role", tag="developer"):
    """OpenAI's newer word for a system message."""

    content: TextContent
    name: str | None = None


class UserMessage(Strict, tag_field="role", tag="user"):
    """What a person says."""

    content: str | list[TextPart | ImagePart | FilePart]
    name: str | None = None


class AssistantMessage(Strict, tag_field="role", tag="assistant"):
    """What the model said."""

    content: str | list[TextPart | RefusalPart] | None = None
    tool_calls: list[CallShape] | None = None
    function_call: FunctionUse | None = None
    refusal: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    reasoning_details: Any = None
    annotations: Any = None
    audio: None = None
    name: str | None = None


class ToolMessage(Strict, tag_field="role", tag="tool"):
    """What a tool gave back."""

    tool_call_id: str
    content: TextContent
    name: str | None = None


class FunctionMessage(Strict, tag_field="role", tag="function"):
    """What a function gave back, before there were tools."""

    name: str
    content: str | None = None


MessageShape = (
    SystemMessage
    | DeveloperMessage
    | UserMessage
    | AssistantMessage
    | ToolMessage
    | FunctionMessage
)


class FunctionShape(Strict):
    """A function that the model may ask for."""

    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class ToolShape(Strict):
    """A tool that the model may ask for."""

    function: FunctionShape
    type: Literal["function"] = "function"


class FunctionName(Strict):
    """The name of a function."""

    name: str


class Allowed(Strict):
    """The tools of those given that may be used."""

    mode: Literal["auto", "required"]
    tools: list[dict[str, Any]]


class ChoiceShape(Strict):
    """Which tool must be used, or which may."""

    type: Literal["function", "allowed_tools"] = "function"
    function: FunctionName | None = None
    allowed_tools: Allowed | None = None


class SchemaShape(Strict):
    """A JSON Schema with its name."""

    name: str
    schema: Body = msgspec.field(default_factory=dict)
    description: str | None = None
    strict: bool | None = None


class FormatShape(Strict):
    """The form a reply must have."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: SchemaShape | None = None


class RequestShape(Shape):
    """The body of a request; fields not named here ride in `extra`."""

    messages: list[MessageShape]
    model: str = ""
    tools: list[ToolShape] | None = None
    tool_choice: Literal["auto", "none", "required"] | ChoiceShape | None = None
    functions: list[FunctionShape] | None = None
    function_call: Literal["auto", "none"] | FunctionName | None = None
    parallel_tool_calls: bool | None = None
    response_format: FormatShape | None = None
    stream: bool | None = None
    n: int | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    seed: int | None = None
    stop: str | list[str] | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = (
        None
    )
    user: str | None = None


class PromptDetails(Shape):
    """Parts of the tokens read."""

    cached_tokens: int | None = None


class CompletionDetails(Shape):
    """Parts of the tokens written."""

    reasoning_tokens: int | None = None


class UsageShape(Shape):
    """Tokens as OpenAI counts them."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: PromptDetails | None = None
    completion_tokens_details: CompletionDetails | None = None


class UsedFunction(Shape):
    """A function in a reply; in a stream in pieces, on some servers already an object."""

    name: str | None = None
    arguments: str | dict[str, Any] | None = None


class CallReply(Shape):
    """A tool call in a reply, whole or in pieces."""

    index: int | None = None
    id: str | None = None
    function: UsedFunction = msgspec.field(default_factory=UsedFunction)
    extra_content: dict[str, Any] | None = None


class SaidShape(Shape):
    """What a model says in a reply, whole or in pieces; Mistral gives content as parts."""

    content: str | list[dict[str, Any]] | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    refusal: str | None = None
    tool_calls: list[CallReply] | None = None
    function_call: UsedFunction | None = None


class AnswerShape(Shape):
    """One answer in a reply; vLLM says which stop sequence it met."""

    message: SaidShape
    index: int = 0
    finish_reason: str | None = None
    stop_reason: str | int | None = None


class ReplyShape(Shape):
    """The body of a reply."""

    choices: list[AnswerShape]
    id: str | None = None
    model: str | None = None
    created: int | float | None = None
    usage: UsageShape | None = None


class PieceShape(Shape):
    """A piece of one answer."""

    delta: SaidShape = msgspec.field(default_factory=SaidShape)
    index: int = 0
    finish_reason: str | None = None
    stop_reason: str | int | None = None


class ChunkShape(Shape):
    """The data of an event."""

    choices: list[PieceShape] = msgspec.field(default_factory=list)
    id: str | None = None
    model: str | None = None
    usage: UsageShape | None = None
