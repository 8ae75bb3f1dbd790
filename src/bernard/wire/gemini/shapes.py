"""The shape of Gemini's generateContent on the wire.

Source: Gemini API reference, v1beta, models.generateContent; the types of google-genai 3.4.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from bernard.wire.shape import Shape, Strict


class Blob(Strict, rename="camel"):
    """Bytes inline."""

    mime_type: str
    data: str
    display_name: str | None = None


class FileData(Strict, rename="camel"):
    """Bytes elsewhere."""

    file_uri: str
    mime_type: str | None = None
    display_name: str | None = None


class FunctionCall(Strict, rename="camel"):
    """A tool call."""

    name: str
    args: dict[str, Any] | None = None
    id: str | None = None


class ResponsePart(Strict, rename="camel"):
    """A picture or document that a tool gave back."""

    inline_data: Blob


class FunctionResponse(Strict, rename="camel"):
    """What a tool gave back."""

    name: str
    response: dict[str, Any]
    id: str | None = None
    parts: list[ResponsePart] | None = None


class PartShape(Strict, rename="camel"):
    """One part: one of its fields says which kind."""

    text: str | None = None
    thought: bool | None = None
    thought_signature: str | None = None
    inline_data: Blob | None = None
    file_data: FileData | None = None
    function_call: FunctionCall | None = None
    function_response: FunctionResponse | None = None


class Content(Strict):
    """One message."""

    parts: list[PartShape]
    role: Literal["user", "model", "function"] = "user"


class SystemInstruction(Strict):
    """What the model is told to be."""

    parts: list[PartShape]
    role: str | None = None


class Declaration(Strict, rename="camel"):
    """A function that the model may ask for."""

    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    parameters_json_schema: dict[str, Any] | None = None


class ToolShape(Strict, rename="camel"):
    """Functions; the tools that Google runs itself cannot be read here."""

    function_declarations: list[Declaration]


class CallingConfig(Strict, rename="camel"):
    """Which functions must be used, or which may."""

    mode: Literal["MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED"] = "AUTO"
    allowed_function_names: list[str] | None = None


class ToolConfig(Strict, rename="camel"):
    """How tools are used."""

    function_calling_config: CallingConfig | None = None


class ThinkingConfig(Strict, rename="camel"):
    """Whether and how much to think."""

    include_thoughts: bool | None = None
    thinking_budget: int | None = None
    thinking_level: str | None = None


class GenerationConfig(Shape, rename="camel"):
    """How to generate; fields not named here ride in `extra`."""

    candidate_count: int | None = None
    stop_sequences: list[str] | None = None
    max_output_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: float | None = None
    seed: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    response_mime_type: str | None = None
    response_schema: dict[str, Any] | None = None
    response_json_schema: dict[str, Any] | None = None
    thinking_config: ThinkingConfig | None = None


class RequestShape(Shape, rename="camel"):
    """The body of a request. Model and stream stand in Google's URL; a door adds them here."""

    contents: list[Content]
    model: str = ""
    stream: bool = False
    system_instruction: SystemInstruction | None = None
    tools: list[ToolShape] | None = None
    tool_config: ToolConfig | None = None
    generation_config: GenerationConfig | None = None


class SaidCall(Shape):
    """A tool call in a reply."""

    name: str
    args: dict[str, Any] | None = None
    id: str | None = None


class SaidPart(Shape, rename="camel"):
    """A part of a reply."""

    text: str | None = None
    thought: bool | None = None
    thought_signature: str | None = None
    function_call: SaidCall | None = None


class SaidContent(Shape):
    """What a model said."""

    parts: list[SaidPart] | None = None


class Candidate(Shape, rename="camel"):
    """One answer."""

    content: SaidContent = msgspec.field(default_factory=SaidContent)
    finish_reason: str | None = None
    index: int = 0


class Feedback(Shape, rename="camel"):
    """Why a prompt was not answered."""

    block_reason: str | None = None


class UsageShape(Shape, rename="camel"):
    """Tokens as Gemini counts them: thoughts are not among those of the candidates."""

    prompt_token_count: int | None = None
    candidates_token_count: int | None = None
    cached_content_token_count: int | None = None
    thoughts_token_count: int | None = None
    tool_use_prompt_token_count: int | None = None


class ReplyShape(Shape, rename="camel"):
    """The body of a reply, and the data of an event."""

    candidates: list[Candidate] | None = None
    prompt_feedback: Feedback | None = None
    usage_metadata: UsageShape | None = None
    model_version: str | None = None
    response_id: str | None = None
