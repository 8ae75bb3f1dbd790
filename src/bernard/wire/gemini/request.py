"""Requests for generateContent as a client sends them."""

from __future__ import annotations

from collections.abc import Iterable

from bernard.errors import FieldInvalid
from bernard.wire import media
from bernard.wire.gemini import shapes
from bernard.wire.gemini.schema import json_schema
from bernard.wire.shape import json_text, others, read_call
from bernard.wire.signatures import marked
from bernard.wire.types import (
    Body,
    ChatCall,
    File,
    Format,
    Image,
    Part,
    Text,
    Thinking,
    Tool,
    ToolCall,
    ToolResult,
    Turn,
)

NAME = "gemini"
MARK = "gemini:"
UNSIGNED = "skip_thought_signature_validator"
"""What Google documents for a tool call of another model: Gemini 3 refuses one without it."""
CONFIG = "generationConfig."


def read(body: Body) -> ChatCall:
    """The call that a client sent."""
    asked = read_call(body, shapes.RequestShape)
    config = asked.generation_config or shapes.GenerationConfig()
    tools, choice = _tools(asked)
    extra = others(body, shapes.RequestShape)
    given = body.get("generationConfig") or {}
    extra.update({CONFIG + k: v for k, v in others(given, shapes.GenerationConfig).items()})
    thinking = config.thinking_config or shapes.ThinkingConfig()
    return ChatCall(
        model=asked.model,
        turns=tuple(_turns(asked)),
        tools=tools,
        tool_choice=choice,
        format=_format(config),
        stream=asked.stream,
        choices=config.candidate_count or 1,
        max_tokens=config.max_output_tokens,
        temperature=config.temperature,
        top_p=config.top_p,
        top_k=None if config.top_k is None else int(config.top_k),
        seed=config.seed,
        stop=tuple(config.stop_sequences or ()),
        frequency_penalty=config.frequency_penalty,
        presence_penalty=config.presence_penalty,
        effort=(thinking.thinking_level or "").lower(),
        thinking_tokens=thinking.thinking_budget,
        extra=extra,
    )


def _tools(asked: shapes.RequestShape) -> tuple[tuple[Tool, ...], str]:
    declared = (d for tool in asked.tools or () for d in tool.function_declarations)
    tools = tuple(_tool(d, f"#/tools/{n}") for n, d in enumerate(declared))
    config = asked.tool_config.function_calling_config if asked.tool_config else None
    if config is None:
        return tools, ""
    names = config.allowed_function_names
    if names and config.mode == "ANY" and len(names) == 1:
        return tools, f"tool:{names[0]}"
    if names:
        tools = tuple(tool for tool in tools if tool.name in names)
    return tools, {"ANY": "required", "NONE": "none"}.get(config.mode, "auto")


def _tool(declared: shapes.Declaration, where: str) -> Tool:
    schema = declared.parameters_json_schema
    if schema is None:
        schema = json_schema(declared.parameters or {"type": "object", "properties": {}}, where)
    return Tool(declared.name, schema, declared.description or "")


def _format(config: shapes.GenerationConfig) -> Format | None:
    if config.response_json_schema is not None:
        return Format(config.response_json_schema)
    if config.response_schema is not None:
        return Format(json_schema(config.response_schema, "#/generationConfig/responseSchema"))
    return Format() if config.response_mime_type == "application/json" else None


def _turns(asked: shapes.RequestShape) -> Iterable[Turn]:
    if not asked.contents:
        raise FieldInvalid("#/contents: there is no message.", "#/contents")
    if asked.system_instruction:
        parts = asked.system_instruction.parts
        yield Turn("system", tuple(Text(part.text or "") for part in parts))
    calls: list[ToolCall] = []
    for number, content in enumerate(asked.contents):
        by_model = content.role == "model"
        parts_read: list[Part] = []
        for n, part in enumerate(content.parts):
            where = f"#/contents/{number}/parts/{n}"
            for read_part in _parts(part, where, calls):
                if isinstance(read_part, ToolResult):
                    yield Turn("tool", (read_part,))
                elif by_model or not isinstance(read_part, ToolCall | Thinking):
                    parts_read.append(read_part)
                elif isinstance(read_part, ToolCall) or read_part.text:
                    raise FieldInvalid(f"{where}: only the role 'model' calls or thinks.", where)
        if parts_read:
            yield Turn("assistant" if by_model else "user", tuple(parts_read))


def _parts(part: shapes.PartShape, where: str, calls: list[ToolCall]) -> Iterable[Part]:
    """What one part says; `calls` holds the tool calls that wait for a result."""
    signature = marked((part.thought_signature or "").removeprefix(UNSIGNED), MARK)
    if part.function_call:
        used = part.function_call
        call_id = used.id or f"call_{len(calls)}_{where.rpartition('/')[2]}"
        call = ToolCall(call_id, used.name, json_text(used.args or {}), signature)
        calls.append(call)
        yield call
    elif part.thought:
        yield Thinking(part.text or "", signature)
    else:
        if signature:
            yield Thinking("", signature)
        if part.function_response:
            yield _result(part.function_response, calls)
        elif part.inline_data or part.file_data:
            yield _media(part, where)
        elif part.text or not signature:
            yield Text(part.text or "")


def _result(given: shapes.FunctionResponse, calls: list[ToolCall]) -> ToolResult:
    call_id = given.id
    if call_id is None:
        waiting = next((call for call in calls if call.name == given.name), None)
        call_id = waiting.id if waiting else given.name
    calls[:] = [call for call in calls if call.id != call_id]
    blobs = (part.inline_data for part in given.parts or ())
    parts = (Text(_output(given.response)), *(_blob(blob) for blob in blobs))
    return ToolResult(call_id, parts, set(given.response) == {"error"})


def _output(response: Body) -> str:
    """The words of a tool's response: the one text it holds, or all of it as JSON."""
    for name in ("output", "error"):
        if set(response) == {name} and isinstance(response[name], str):
            return str(response[name])
    return json_text(response)


def _media(part: shapes.PartShape, where: str) -> Image | File:
    if part.inline_data:
        return _blob(part.inline_data)
    assert part.file_data
    url = part.file_data.file_uri
    media_type = part.file_data.mime_type or media.guessed_type(url)
    if media_type.startswith("image/"):
        return media.image(url, "", f"{where}/fileData/fileUri")
    return File(media_type, "", part.file_data.display_name or "", url)


def _blob(blob: shapes.Blob) -> Image | File:
    if blob.mime_type.startswith("image/"):
        return Image(blob.mime_type, blob.data)
    return File(blob.mime_type, blob.data, blob.display_name or "")
