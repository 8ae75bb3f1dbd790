"""Requests for messages as a client sends them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bernard.errors import FieldInvalid
from bernard.wire import media
from bernard.wire.anthropic_messages import shapes
from bernard.wire.shape import json_text, others, read_call
from bernard.wire.signatures import marked
from bernard.wire.types import (
    Body,
    ChatCall,
    File,
    Format,
    Image,
    Part,
    Role,
    Text,
    Thinking,
    Tool,
    ToolCall,
    ToolResult,
    Turn,
)

NAME = "anthropic-messages"
MARK, REDACTED = "anthropic:", "anthropic-redacted:"


def read(body: Body) -> ChatCall:
    """The call that a client sent."""
    asked = read_call(body, shapes.RequestShape)
    if not asked.messages:
        raise FieldInvalid("#/messages: there is no message.", "#/messages")
    system = (Turn("system", _words(asked.system)),) if asked.system else ()
    config = asked.output_config or shapes.OutputConfig()
    choice = asked.tool_choice
    effort, thinking_tokens = _thinking(asked.thinking, config.effort or "")
    single = choice.disable_parallel_tool_use if choice else None
    return ChatCall(
        model=asked.model,
        turns=(*system, *(t for n, m in enumerate(asked.messages) for t in _turns(m, n))),
        tools=tuple(_tool(tool) for tool in asked.tools or ()),
        tool_choice=_choice(choice),
        parallel_tools=None if single is None else not single,
        format=Format(config.format.schema) if config.format else None,
        stream=bool(asked.stream),
        max_tokens=asked.max_tokens,
        temperature=asked.temperature,
        top_p=asked.top_p,
        top_k=asked.top_k,
        stop=tuple(asked.stop_sequences or ()),
        effort=effort,
        thinking_tokens=thinking_tokens,
        user=(asked.metadata.user_id if asked.metadata else "") or "",
        extra=others(body, shapes.RequestShape),
    )


def _thinking(asked: shapes.ThinkingConfig | None, effort: str) -> tuple[str, int | None]:
    if asked is None:
        return effort, None
    if asked.type == "disabled":
        return "none", None
    if asked.type == "enabled" and asked.budget_tokens is None:
        where = "#/thinking/budget_tokens"
        raise FieldInvalid(f"{where}: a number of tokens is needed.", where)
    return effort, asked.budget_tokens


def _choice(choice: shapes.ToolChoice | None) -> str:
    if choice is None:
        return ""
    if choice.type == "tool":
        if not choice.name:
            raise FieldInvalid("#/tool_choice/name: it must name a tool.", "#/tool_choice/name")
        return f"tool:{choice.name}"
    return "required" if choice.type == "any" else choice.type


def _tool(tool: shapes.ToolShape) -> Tool:
    return Tool(tool.name, tool.input_schema, tool.description or "", tool.strict)


def _words(content: str | list[shapes.TextBlock]) -> tuple[Text, ...]:
    if isinstance(content, str):
        return (Text(content),)
    return tuple(Text(block.text) for block in content)


def _turns(
    message: shapes.UserMessage | shapes.AssistantMessage | shapes.SystemMessage, number: int
) -> Iterable[Turn]:
    """The turns of one message: tool results stand in turns of their own."""
    role: Role = message.__struct_config__.tag  # type: ignore[assignment]
    if isinstance(message.content, str):
        yield Turn(role, (Text(message.content),))
        return
    parts: list[Part] = []
    for n, block in enumerate(message.content):
        part = _part(block, f"#/messages/{number}/content/{n}")
        if not isinstance(part, ToolResult):
            parts.append(part)
            continue
        if parts:
            yield Turn(role, tuple(parts))
            parts = []
        yield Turn("tool", (part,))
    if parts or not message.content:
        yield Turn(role, tuple(parts))


def _part(block: Any, where: str) -> Part:
    if isinstance(block, shapes.TextBlock):
        return Text(block.text)
    if isinstance(block, shapes.ToolUseBlock):
        return ToolCall(block.id, block.name, json_text(block.input))
    if isinstance(block, shapes.ThinkingBlock):
        return Thinking(block.thinking, marked(block.signature, MARK))
    if isinstance(block, shapes.RedactedBlock):
        return Thinking("", marked(block.data, REDACTED))
    if isinstance(block, shapes.ToolResultBlock):
        return _result(block, where)
    return _inline(block, where)


def _inline(
    block: shapes.TextBlock | shapes.ImageBlock | shapes.DocumentBlock, where: str
) -> Text | Image | File:
    if isinstance(block, shapes.TextBlock):
        return Text(block.text)
    if isinstance(block, shapes.ImageBlock):
        if isinstance(block.source, shapes.Base64Source):
            return Image(block.source.media_type, block.source.data)
        return media.image(block.source.url, "", f"{where}/source/url")
    source, name = block.source, block.title or ""
    if isinstance(source, shapes.TextSource):
        return File(source.media_type, media.encoded_text(source.data), name)
    if isinstance(source, shapes.UrlSource):
        return File("application/pdf", "", name, source.url)
    return File(source.media_type, source.data, name)


def _result(block: shapes.ToolResultBlock, where: str) -> ToolResult:
    content = block.content or ""
    if isinstance(content, str):
        parts: tuple[Text | Image | File, ...] = (Text(content),)
    else:
        parts = tuple(_inline(part, f"{where}/content/{n}") for n, part in enumerate(content))
    return ToolResult(block.tool_use_id, parts, bool(block.is_error))
