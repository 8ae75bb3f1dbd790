"""The shape of OpenAI's responses on the wire.

Source: OpenAI API reference, Create a model response; the types of the openai SDK 3.54.
"""

from __future__ import annotations

from typing import Any, Literal

from bernard.wire.shape import Shape, Strict


class InputText(Strict, tag_field="type", tag="input_text"):
    """Words."""

    text: str
    prompt_cache_breakpoint: Any = None


class OutputText(Strict, tag_field="type", tag="output_text"):
    """Words of the model, sent back."""

    text: str
    annotations: Any = None
    logprobs: Any = None


class Refusal(Strict, tag_field="type", tag="refusal"):
    """Words with which the model refused, sent back."""

    refusal: str


class InputImage(Strict, tag_field="type", tag="input_image"):
    """A picture; one uploaded to OpenAI (`file_id`) cannot be read here."""

    image_url: str
    detail: str | None = None
    file_id: None = None
    prompt_cache_breakpoint: Any = None


class InputFile(Strict, tag_field="type", tag="input_file"):
    """A document; one uploaded to OpenAI (`file_id`) cannot be read here."""

    file_data: str | None = None
    file_url: str | None = None
    filename: str | None = None
    detail: str | None = None
    file_id: None = None
    prompt_cache_breakpoint: Any = None


Content = InputText | OutputText | Refusal | InputImage | InputFile


class Message(Strict, tag_field="type", tag="message"):
    """What somebody says."""

    role: Literal["user", "assistant", "system", "developer"]
    content: str | list[Content]
    id: str | None = None
    status: str | None = None
    phase: Any = None


class FunctionCall(Strict, tag_field="type", tag="function_call"):
    """A tool call in the history."""

    call_id: str
    name: str
    arguments: str
    id: str | None = None
    status: str | None = None
    caller: Any = None
    namespace: None = None


class FunctionOutput(Strict, tag_field="type", tag="function_call_output"):
    """What a tool gave back."""

    call_id: str
    output: str | list[InputText | InputImage | InputFile]
    id: str | None = None
    name: str | None = None
    status: str | None = None
    caller: Any = None


class Words(Shape):
    """A part of thinking."""

    text: str


class Reasoning(Strict, tag_field="type", tag="reasoning"):
    """What the model thought, sent back."""

    summary: list[Words]
    id: str = ""
    content: list[Words] | None = None
    encrypted_content: str | None = None
    status: str | None = None


Item = Message | FunctionCall | FunctionOutput | Reasoning


class ToolShape(Strict):
    """A function that the model may ask for; tools that OpenAI runs itself cannot be read here."""

    name: str
    type: Literal["function"] = "function"
    parameters: dict[str, Any] | None = None
    description: str | None = None
    strict: bool | None = None
    defer_loading: Literal[False] | None = None


class ToolChoice(Strict):
    """Which function must be used, or which may."""

    type: Literal["function", "allowed_tools"]
    name: str | None = None
    mode: Literal["auto", "required"] = "auto"
    tools: list[dict[str, Any]] | None = None


class FormatShape(Strict):
    """The form a reply must have."""

    type: Literal["text", "json_object", "json_schema"]
    name: str = "reply"
    schema: dict[str, Any] | None = None
    description: str | None = None
    strict: bool | None = None


class TextConfig(Strict):
    """How the text of a reply is to be."""

    format: FormatShape | None = None
    verbosity: str | None = None


class ReasoningConfig(Strict):
    """How hard to think."""

    effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = None
    summary: Any = None
    generate_summary: Any = None
    context: Any = None


class RequestShape(Shape):
    """The body of a request; fields not named here ride in `extra`."""

    input: str | list[Item]
    model: str = ""
    instructions: str | None = None
    tools: list[ToolShape] | None = None
    tool_choice: Literal["auto", "none", "required"] | ToolChoice | None = None
    parallel_tool_calls: bool | None = None
    text: TextConfig | None = None
    reasoning: ReasoningConfig | None = None
    max_output_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    stream: bool | None = None
    user: str | None = None


class InputDetails(Shape):
    """Parts of the tokens read."""

    cached_tokens: int | None = None


class OutputDetails(Shape):
    """Parts of the tokens written."""

    reasoning_tokens: int | None = None


class UsageShape(Shape):
    """Tokens as OpenAI counts them."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    input_tokens_details: InputDetails | None = None
    output_tokens_details: OutputDetails | None = None


class SaidContent(Shape):
    """A part of a message in a reply."""

    type: str = ""
    text: str = ""
    refusal: str = ""


class SaidItem(Shape):
    """An item of a reply; which fields it has depends on its type."""

    type: str
    id: str = ""
    content: list[SaidContent] | None = None
    call_id: str = ""
    name: str = ""
    arguments: str = ""
    summary: list[Words] | None = None
    encrypted_content: str | None = None


class Incomplete(Shape):
    """Why a reply is not whole."""

    reason: str | None = None


class ReplyShape(Shape):
    """The body of a reply."""

    output: list[SaidItem]
    id: str = ""
    model: str = ""
    created_at: float | None = None
    status: str | None = None
    error: dict[str, Any] | None = None
    incomplete_details: Incomplete | None = None
    usage: UsageShape | None = None


class EventShape(Shape):
    """The data of an event; which fields it has depends on its type."""

    type: str
    output_index: int = 0
    content_index: int = 0
    summary_index: int = 0
    delta: str = ""
    item: SaidItem | None = None
    response: ReplyShape | None = None
