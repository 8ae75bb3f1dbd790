"""Requests for responses as a client sends them."""

from __future__ import annotations

from collections.abc import Iterable

from bernard.errors import FieldInvalid
from bernard.wire import media
from bernard.wire.openai_responses import shapes
from bernard.wire.shape import others, read_call
from bernard.wire.signatures import MARKS, marked
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

NAME = "openai-responses"
MARK = "responses:"


def read(body: Body) -> ChatCall:
    """The call that a client sent."""
    asked = read_call(_typed(body), shapes.RequestShape)
    tools, choice = _tools(asked)
    extra = others(body, shapes.RequestShape)
    config = asked.text or shapes.TextConfig()
    if config.verbosity:
        extra["verbosity"] = config.verbosity
    return ChatCall(
        model=asked.model,
        turns=tuple(_turns(asked)),
        tools=tools,
        tool_choice=choice,
        parallel_tools=asked.parallel_tool_calls,
        format=_format(config.format),
        stream=bool(asked.stream),
        max_tokens=asked.max_output_tokens,
        temperature=asked.temperature,
        top_p=asked.top_p,
        effort=(asked.reasoning.effort if asked.reasoning else "") or "",
        user=asked.user or "",
        extra=extra,
    )


def _typed(body: Body) -> Body:
    """The body with the type that a message may leave out."""
    items = body.get("input") if isinstance(body, dict) else None
    if not isinstance(items, list):
        return body
    typed = [
        {"type": "message", **item} if isinstance(item, dict) and "role" in item else item
        for item in items
    ]
    return {**body, "input": typed}


def _tools(asked: shapes.RequestShape) -> tuple[tuple[Tool, ...], str]:
    tools = tuple(_tool(tool) for tool in asked.tools or ())
    wish = asked.tool_choice
    if not isinstance(wish, shapes.ToolChoice):
        return tools, wish or ""
    if wish.type == "allowed_tools":
        names = [tool.get("name") for tool in wish.tools or ()]
        return tuple(tool for tool in tools if tool.name in names), wish.mode
    if not wish.name:
        raise FieldInvalid("#/tool_choice/name: it must name a function.", "#/tool_choice/name")
    return tools, f"tool:{wish.name}"


def _tool(tool: shapes.ToolShape) -> Tool:
    parameters = tool.parameters
    return Tool(
        tool.name,
        {"type": "object", "properties": {}} if parameters is None else parameters,
        tool.description or "",
        tool.strict,
    )


def _format(asked: shapes.FormatShape | None) -> Format | None:
    if asked is None or asked.type == "text":
        return None
    if asked.type == "json_object":
        return Format()
    if asked.schema is None:
        raise FieldInvalid("#/text/format/schema: a schema is needed.", "#/text/format/schema")
    said = {"description": asked.description} if asked.description else {}
    return Format({**said, **asked.schema}, asked.name, asked.strict)


def _turns(asked: shapes.RequestShape) -> Iterable[Turn]:
    """The turns: what the model said, thought and asked for in a row is one of them."""
    if asked.instructions:
        yield Turn("system", (Text(asked.instructions),))
    if isinstance(asked.input, str):
        yield Turn("user", (Text(asked.input),))
        return
    if not asked.input:
        raise FieldInvalid("#/input: there is no message.", "#/input")
    said: list[Part] = []
    for number, item in enumerate(asked.input):
        turn = _turn(item, f"#/input/{number}")
        if turn.role == "assistant":
            said += turn.parts
            continue
        if said:
            yield Turn("assistant", tuple(said))
            said = []
        yield turn
    if said:
        yield Turn("assistant", tuple(said))


def _turn(item: shapes.Item, where: str) -> Turn:
    if isinstance(item, shapes.FunctionCall):
        return Turn("assistant", (ToolCall(item.call_id, item.name, item.arguments),))
    if isinstance(item, shapes.FunctionOutput):
        return Turn("tool", (_result(item, where),))
    if isinstance(item, shapes.Reasoning):
        return Turn("assistant", (_thinking(item),))
    role: Role = "system" if item.role == "developer" else item.role
    if isinstance(item.content, str):
        return Turn(role, (Text(item.content),))
    parts = (_part(part, f"{where}/content/{n}") for n, part in enumerate(item.content))
    return Turn(role, tuple(parts))


def _thinking(item: shapes.Reasoning) -> Thinking:
    words = item.summary or item.content or ()
    text = "\n\n".join(word.text for word in words)
    return Thinking(text, sealed(item.id, item.encrypted_content))


def sealed(item_id: str, content: str | None) -> str:
    """The signature of thinking: what OpenAI sealed, and the id it must come back with."""
    if not content or content.startswith(MARKS):
        return content or ""
    return marked(f"{item_id}|{content}", MARK)


def _result(item: shapes.FunctionOutput, where: str) -> ToolResult:
    if isinstance(item.output, str):
        return ToolResult(item.call_id, (Text(item.output),))
    parts = (_inline(part, f"{where}/output/{n}") for n, part in enumerate(item.output))
    return ToolResult(item.call_id, tuple(parts))


def _part(part: shapes.Content, where: str) -> Part:
    if isinstance(part, shapes.OutputText):
        return Text(part.text)
    if isinstance(part, shapes.Refusal):
        return Text(part.refusal)
    return _inline(part, where)


def _inline(
    part: shapes.InputText | shapes.InputImage | shapes.InputFile, where: str
) -> Text | Image | File:
    if isinstance(part, shapes.InputText):
        return Text(part.text)
    if isinstance(part, shapes.InputImage):
        detail = "" if part.detail in (None, "auto") else str(part.detail)
        return media.image(part.image_url, detail, f"{where}/image_url")
    name = part.filename or ""
    if part.file_url:
        return File(media.guessed_type(part.file_url), "", name, part.file_url)
    media_type, data = media.data_url(part.file_data or "", f"{where}/file_data")
    return File(media_type, data, name)
