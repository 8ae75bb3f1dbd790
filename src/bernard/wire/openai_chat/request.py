"""Requests for chat completions as a client sends them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bernard.errors import FieldInvalid
from bernard.wire import media
from bernard.wire.openai_chat import shapes
from bernard.wire.shape import others, read_call
from bernard.wire.signatures import marked
from bernard.wire.types import (
    Body,
    ChatCall,
    File,
    Format,
    Part,
    Role,
    Text,
    Thinking,
    Tool,
    ToolCall,
    ToolResult,
    Turn,
)

NAME = "openai-chat"


def read(body: Body) -> ChatCall:
    """The call that a client sent."""
    asked = read_call(body, shapes.RequestShape)
    tools, choice = _tools(asked)
    return ChatCall(
        model=asked.model,
        turns=_turns(asked.messages),
        tools=tools,
        tool_choice=choice,
        parallel_tools=asked.parallel_tool_calls,
        format=_format(asked.response_format),
        stream=bool(asked.stream),
        choices=_choices(asked.n),
        max_tokens=asked.max_completion_tokens or asked.max_tokens,
        temperature=asked.temperature,
        top_p=asked.top_p,
        top_k=asked.top_k,
        seed=asked.seed,
        stop=(asked.stop,) if isinstance(asked.stop, str) else tuple(asked.stop or ()),
        frequency_penalty=asked.frequency_penalty,
        presence_penalty=asked.presence_penalty,
        effort=asked.reasoning_effort or "",
        user=asked.user or "",
        legacy_functions=asked.functions is not None,
        extra=others(body, shapes.RequestShape),
    )


def _choices(n: int | None) -> int:
    if n is not None and n < 1:
        raise FieldInvalid(f"#/n: {n} is not a number of answers.", "#/n")
    return n or 1


def _tools(asked: shapes.RequestShape) -> tuple[tuple[Tool, ...], str]:
    """The tools that may be used and the choice, from the present fields or those before them."""
    if asked.functions is not None:
        wanted = asked.function_call
        choice = f"tool:{wanted.name}" if isinstance(wanted, shapes.FunctionName) else wanted
        return tuple(_tool(f) for f in asked.functions), choice or ""
    tools = tuple(_tool(t.function) for t in asked.tools or ())
    wish = asked.tool_choice
    if not isinstance(wish, shapes.ChoiceShape):
        return tools, wish or ""
    if wish.allowed_tools:
        names = [_allowed_name(t) for t in wish.allowed_tools.tools]
        return tuple(t for t in tools if t.name in names), wish.allowed_tools.mode
    if not wish.function:
        raise FieldInvalid("#/tool_choice: it must name a function.", "#/tool_choice")
    return tools, f"tool:{wish.function.name}"


def _allowed_name(tool: dict[str, Any]) -> object:
    function = tool.get("function")
    return function.get("name") if isinstance(function, dict) else tool.get("name")


def _tool(function: shapes.FunctionShape) -> Tool:
    parameters = function.parameters
    return Tool(
        function.name,
        {"type": "object", "properties": {}} if parameters is None else parameters,
        function.description or "",
        function.strict,
    )


def _format(asked: shapes.FormatShape | None) -> Format | None:
    if asked is None or asked.type == "text":
        return None
    if asked.type == "json_object":
        return Format()
    schema = asked.json_schema
    if schema is None:
        where = "#/response_format/json_schema"
        raise FieldInvalid(f"{where}: a schema is needed.", where)
    said = {"description": schema.description} if schema.description else {}
    return Format({**said, **schema.schema}, schema.name, schema.strict)


def _turns(messages: list[shapes.MessageShape]) -> tuple[Turn, ...]:
    if not messages:
        raise FieldInvalid("#/messages: there is no message.", "#/messages")
    calls: list[ToolCall] = []
    turns = []
    for number, message in enumerate(messages):
        turn = _turn(message, f"#/messages/{number}", calls)
        calls += [part for part in turn.parts if isinstance(part, ToolCall)]
        turns.append(turn)
    return tuple(turns)


def _turn(message: shapes.MessageShape, where: str, calls: list[ToolCall]) -> Turn:
    if isinstance(message, shapes.ToolMessage):
        return Turn("tool", (ToolResult(message.tool_call_id, _texts(message.content)),))
    if isinstance(message, shapes.FunctionMessage):
        call_id = next((c.id for c in reversed(calls) if c.name == message.name), message.name)
        return Turn("tool", (ToolResult(call_id, (Text(message.content or ""),)),))
    if isinstance(message, shapes.AssistantMessage):
        return Turn("assistant", tuple(_said(message, len(calls))), message.name or "")
    role: Role = "user" if isinstance(message, shapes.UserMessage) else "system"
    content = message.content
    if isinstance(content, str):
        return Turn(role, (Text(content),), message.name or "")
    parts = (_part(part, f"{where}/content/{n}") for n, part in enumerate(content))
    return Turn(role, tuple(parts), message.name or "")


def _texts(content: shapes.TextContent) -> tuple[Text, ...]:
    if isinstance(content, str):
        return (Text(content),)
    return tuple(Text(part.text) for part in content)


def _said(message: shapes.AssistantMessage, calls_before: int) -> Iterable[Part]:
    thinking = message.reasoning_content or message.reasoning
    if thinking:
        yield Thinking(thinking)
    content = message.content
    if isinstance(content, str):
        if content:
            yield Text(content)
    else:
        for part in content or ():
            yield Text(part.refusal if isinstance(part, shapes.RefusalPart) else part.text)
    if message.refusal:
        yield Text(message.refusal)
    for call in message.tool_calls or ():
        signature = marked(tool_signature(call.extra_content), "gemini:")
        yield ToolCall(call.id, call.function.name, call.function.arguments, signature)
    if message.function_call:
        used = message.function_call
        yield ToolCall(f"function_{calls_before}", used.name, used.arguments)


def tool_signature(extra: dict[str, Any] | None) -> str:
    """The signature of a tool call, where Google's OpenAI-compatible server puts it."""
    google = (extra or {}).get("google")
    found = google.get("thought_signature") if isinstance(google, dict) else None
    return found if isinstance(found, str) else ""


def _part(part: shapes.TextPart | shapes.ImagePart | shapes.FilePart, where: str) -> Part:
    if isinstance(part, shapes.TextPart):
        return Text(part.text)
    if isinstance(part, shapes.ImagePart):
        return media.image(part.image_url.url, part.image_url.detail or "", f"{where}/image_url")
    media_type, data = media.data_url(part.file.file_data, f"{where}/file/file_data")
    return File(media_type, data, part.file.filename)
