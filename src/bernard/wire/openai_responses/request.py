"""Requests for responses: read from a client, written for a supplier."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bernard.errors import FieldInvalid
from bernard.wire import media
from bernard.wire.leftover import cannot_say, carry
from bernard.wire.openai_chat.request import effort_for
from bernard.wire.openai_responses import shapes
from bernard.wire.shape import others, read_call
from bernard.wire.signatures import MARKS, marked, unmarked
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
TAKES = frozenset(
    {
        "background",
        "context_management",
        "conversation",
        "include",
        "max_tool_calls",
        "metadata",
        "moderation",
        "previous_response_id",
        "prompt",
        "prompt_cache_key",
        "prompt_cache_options",
        "prompt_cache_retention",
        "safety_identifier",
        "service_tier",
        "store",
        "truncation",
    }
)
"""Fields without a place in a `ChatCall` that OpenAI's responses have."""
_SEALED = "reasoning.encrypted_content"


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


def write(call: ChatCall) -> Body:
    """The call as OpenAI's responses say it.

    Raises:
        Untranslatable: it holds something that OpenAI's responses have no words for.
    """
    _refuse_unsayable(call)
    first = call.turns[0] if call.turns else None
    told = first is not None and first.role == "system" and len(first.parts) == 1
    body: Body = {"model": call.model}
    if first and told and isinstance(first.parts[0], Text):
        body["instructions"] = first.parts[0].text
    turns = call.turns[1:] if "instructions" in body else call.turns
    body["input"] = [item for turn in turns for item in _items(turn)]
    _write_tools(call, body)
    for name in ("temperature", "top_p", "user"):
        if (value := getattr(call, name)) not in (None, ""):
            body[name] = value
    if call.max_tokens is not None:
        body["max_output_tokens"] = call.max_tokens
    effort = call.effort or effort_for(call.thinking_tokens)
    if effort:
        body["reasoning"] = {"effort": effort}
    _write_text(call, body)
    carry({k: v for k, v in call.extra.items() if k != "verbosity"}, body, TAKES, NAME)
    # OpenAI keeps a response unless told not to; what it would keep comes back sealed instead.
    body.setdefault("store", False)
    if effort not in ("", "none") and not body["store"]:
        include = body.get("include")
        include = include if isinstance(include, list) else []
        body["include"] = include if _SEALED in include else [*include, _SEALED]
    if call.stream:
        body["stream"] = True
    return body


def _refuse_unsayable(call: ChatCall) -> None:
    if call.choices != 1:
        raise cannot_say("n", NAME)
    for name in ("stop", "seed", "frequency_penalty", "presence_penalty"):
        if getattr(call, name):
            raise cannot_say(name, NAME)
    if call.top_k is not None:
        raise cannot_say("top_k", NAME)
    if any(turn.name for turn in call.turns):
        raise cannot_say("name", NAME, "Its messages name no speakers.")


def _write_tools(call: ChatCall, body: Body) -> None:
    if not call.tools:
        return
    body["tools"] = [written_tool(tool) for tool in call.tools]
    if call.parallel_tools is not None:
        body["parallel_tool_calls"] = call.parallel_tools
    if call.tool_choice:
        body["tool_choice"] = written_choice(call.tool_choice)


def written_choice(choice: str) -> Any:
    """Which tool must be used, or which may, as OpenAI's responses say it."""
    if choice.startswith("tool:"):
        return {"type": "function", "name": choice.removeprefix("tool:")}
    return choice or "auto"


def written_tool(tool: Tool) -> Body:
    """A tool as OpenAI's responses say it: strict unless they are told not to be."""
    return {
        "type": "function",
        "name": tool.name,
        "description": tool.description or None,
        "parameters": tool.parameters,
        "strict": bool(tool.strict),
    }


def _write_text(call: ChatCall, body: Body) -> None:
    config: Body = {}
    if call.format:
        config["format"] = written_format(call.format)
    if verbosity := call.extra.get("verbosity"):
        config["verbosity"] = verbosity
    if config:
        body["text"] = config


def written_format(form: Format | None) -> Body:
    """The form of a reply as OpenAI's responses say it."""
    if form is None:
        return {"type": "text"}
    if form.schema is None:
        return {"type": "json_object"}
    written: Body = {"type": "json_schema", "name": form.name, "schema": form.schema}
    written["strict"] = bool(form.strict)
    return written


def _items(turn: Turn) -> Iterable[Body]:
    if turn.role != "assistant":
        content = []
        for part in turn.parts:
            if isinstance(part, ToolResult):
                yield _written_result(part)
            else:
                content.append(_written_part(part))
        if content:
            yield _message(turn.role, content)
        return
    for part in turn.parts:
        if isinstance(part, Text):
            yield {"type": "message", "role": "assistant", "content": part.text}
        elif isinstance(part, ToolCall):
            yield {
                "type": "function_call",
                "call_id": part.id,
                "name": part.name,
                "arguments": part.arguments,
            }
        elif isinstance(part, Thinking) and (own := unmarked(part.signature, MARK)):
            yield reasoning_item(own, part.text)


def reasoning_item(sealed_thinking: str, text: str) -> Body:
    """Thinking as OpenAI sealed it, to be given back."""
    item_id, _, content = sealed_thinking.partition("|")
    summary = [{"type": "summary_text", "text": text}] if text else []
    return {
        "type": "reasoning",
        "id": item_id,
        "summary": summary,
        "encrypted_content": content,
    }


def _message(role: str, content: list[Body]) -> Body:
    plain = len(content) == 1 and content[0]["type"] == "input_text"
    return {
        "type": "message",
        "role": role,
        "content": content[0]["text"] if plain else content,
    }


def _written_part(part: Part) -> Body:
    if isinstance(part, Text):
        return {"type": "input_text", "text": part.text}
    if isinstance(part, Image):
        url = media.as_url(part)
        return {"type": "input_image", "image_url": url, "detail": part.detail or "auto"}
    if isinstance(part, File) and part.url:
        return {"type": "input_file", "file_url": part.url}
    assert isinstance(part, File)
    name = part.name or "file"
    return {"type": "input_file", "filename": name, "file_data": media.as_url(part)}


def _written_result(result: ToolResult) -> Body:
    parts = [_written_part(part) for part in result.parts]
    if result.is_error:
        parts.insert(0, {"type": "input_text", "text": "The tool failed:"})
    plain = len(parts) == 1 and parts[0]["type"] == "input_text"
    output = parts[0]["text"] if plain else parts
    return {"type": "function_call_output", "call_id": result.call_id, "output": output}
