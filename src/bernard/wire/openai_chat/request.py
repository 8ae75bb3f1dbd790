"""Requests for chat completions: read from a client, written for a supplier."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bernard.errors import FieldInvalid
from bernard.wire import media
from bernard.wire.leftover import cannot_say, carry
from bernard.wire.openai_chat import shapes
from bernard.wire.shape import others, read_call
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

NAME = "openai-chat"
TAKES = frozenset(
    [
        "audio",
        "logit_bias",
        "logprobs",
        "metadata",
        "modalities",
        "moderation",
        "prediction",
        "prompt_cache_key",
        "prompt_cache_options",
        "prompt_cache_retention",
        "safety_identifier",
        "service_tier",
        "store",
        "stream_options",
        "top_logprobs",
        "verbosity",
        "web_search_options",
    ]
)
"""Fields without a place in a `ChatCall` that OpenAI's chat has."""


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


def write(call: ChatCall) -> Body:
    """The call as OpenAI's chat says it.

    Raises:
        Untranslatable: it holds something that OpenAI's chat has no words for.
    """
    if call.top_k is not None:
        raise cannot_say("top_k", NAME)
    body: Body = {"model": call.model, "messages": [m for t in call.turns for m in _messages(t)]}
    _write_tools(call, body)
    if call.format:
        body["response_format"] = _written_format(call.format)
    if call.choices != 1:
        body["n"] = call.choices
    if call.stop:
        body["stop"] = list(call.stop)
    body.update({name: value for name in _SAME if (value := getattr(call, name)) not in (None, "")})
    if call.max_tokens is not None:
        body["max_completion_tokens"] = call.max_tokens
    effort = call.effort or effort_for(call.thinking_tokens)
    if effort:
        body["reasoning_effort"] = effort
    carry(call.extra, body, TAKES, NAME)
    if call.stream:
        body["stream"] = True
        options = body.get("stream_options")
        body["stream_options"] = {
            **(options if isinstance(options, dict) else {}),
            "include_usage": True,
        }
    return body


_SAME = ("temperature", "top_p", "seed", "frequency_penalty", "presence_penalty", "user")


def effort_for(thinking_tokens: int | None) -> str:
    """The effort that comes nearest to a number of tokens to think with."""
    if thinking_tokens is None:
        return ""
    if thinking_tokens == 0:
        return "none"
    steps = ((1024, "minimal"), (4096, "low"), (12_288, "medium"))
    return next((effort for most, effort in steps if 0 < thinking_tokens <= most), "high")


def _write_tools(call: ChatCall, body: Body) -> None:
    if not call.tools:
        return
    body["tools"] = [{"type": "function", "function": _written_tool(t)} for t in call.tools]
    if call.parallel_tools is not None:
        body["parallel_tool_calls"] = call.parallel_tools
    if call.tool_choice.startswith("tool:"):
        name = call.tool_choice.removeprefix("tool:")
        body["tool_choice"] = {"type": "function", "function": {"name": name}}
    elif call.tool_choice:
        body["tool_choice"] = call.tool_choice


def _written_tool(tool: Tool) -> Body:
    written: Body = {"name": tool.name, "parameters": tool.parameters}
    if tool.description:
        written["description"] = tool.description
    if tool.strict is not None:
        written["strict"] = tool.strict
    return written


def _written_format(form: Format) -> Body:
    if form.schema is None:
        return {"type": "json_object"}
    schema: Body = {"name": form.name, "schema": form.schema}
    if form.strict is not None:
        schema["strict"] = form.strict
    return {"type": "json_schema", "json_schema": schema}


def _messages(turn: Turn) -> list[Body]:
    if turn.role == "tool":
        return [_tool_message(part) for part in turn.parts if isinstance(part, ToolResult)]
    message: Body = {"role": turn.role}
    if turn.name:
        message["name"] = turn.name
    # Thinking is left out: OpenAI's chat takes none back, and its signature is another's.
    content = [_written_part(p) for p in turn.parts if not isinstance(p, Thinking | ToolCall)]
    calls = [written_call(p) for p in turn.parts if isinstance(p, ToolCall)]
    if len(content) == 1 and content[0]["type"] == "text":
        message["content"] = content[0]["text"]
    else:
        message["content"] = content or ("" if not calls else None)
    if calls:
        message["tool_calls"] = calls
    return [message]


def _tool_message(result: ToolResult) -> Body:
    texts = [part.text for part in result.parts if isinstance(part, Text)]
    if len(texts) != len(result.parts):
        raise cannot_say("tool result", NAME, "It holds a picture or a file.")
    if result.is_error:
        texts.insert(0, "The tool failed:")
    content = texts[0] if len(texts) == 1 else [{"type": "text", "text": t} for t in texts]
    return {"role": "tool", "tool_call_id": result.call_id, "content": content or ""}


def _written_part(part: Part) -> Body:
    if isinstance(part, Text):
        return {"type": "text", "text": part.text}
    if isinstance(part, Image):
        detail = {"detail": part.detail} if part.detail else {}
        return {"type": "image_url", "image_url": {"url": media.as_url(part), **detail}}
    if isinstance(part, File) and not part.url:
        return {
            "type": "file",
            "file": {"file_data": media.as_url(part), "filename": part.name or "file"},
        }
    raise cannot_say(type(part).__name__.lower(), NAME, "It is not inline.")


def written_call(call: ToolCall) -> Body:
    """A tool call as OpenAI's chat says it, without its signature, which no OpenAI server takes."""
    return {
        "id": call.id,
        "type": "function",
        "function": {"name": call.name, "arguments": call.arguments},
    }
