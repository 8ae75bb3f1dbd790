"""Requests for responses as a supplier is sent them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bernard.wire import media
from bernard.wire.leftover import cannot_say, carry
from bernard.wire.openai_chat.asking import effort_for
from bernard.wire.openai_responses.request import MARK, NAME
from bernard.wire.signatures import unmarked
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
