"""Requests for chat completions as a supplier is sent them."""

from __future__ import annotations

from bernard.wire import media
from bernard.wire.leftover import cannot_say, carry
from bernard.wire.openai_chat.request import NAME
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
