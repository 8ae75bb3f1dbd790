"""Requests for messages as a supplier is sent them."""

from __future__ import annotations

from collections.abc import Sequence

from bernard.errors import FieldInvalid
from bernard.wire import media
from bernard.wire.anthropic_messages.request import MARK, NAME, REDACTED
from bernard.wire.leftover import cannot_say, carry
from bernard.wire.shape import json_object
from bernard.wire.signatures import unmarked
from bernard.wire.types import (
    Body,
    ChatCall,
    File,
    Image,
    Part,
    Text,
    Thinking,
    Tool,
    ToolCall,
    ToolResult,
    Turn,
)

MAX_TOKENS = 16_384
"""Asked for where the caller sets no limit: Anthropic must have one."""
JSON_TOOL = "reply_in_json"
"""The tool that is forced where a reply must be JSON of no schema, which Anthropic cannot say."""
TAKES = frozenset(
    {
        "cache_control",
        "container",
        "context_management",
        "diagnostics",
        "inference_geo",
        "mcp_servers",
        "speed",
        "user_profile_id",
        "workspace_id",
    }
)
"""Fields without a place in a `ChatCall` that Anthropic's messages have."""
IMAGE_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})


def write(call: ChatCall) -> Body:
    """The call as Anthropic's messages say it.

    Raises:
        Untranslatable: it holds something that Anthropic's messages have no words for.
    """
    _refuse_unsayable(call)
    body: Body = {
        "model": call.model,
        "max_tokens": call.max_tokens or MAX_TOKENS + max(call.thinking_tokens or 0, 0),
    }
    begun = next((n for n, t in enumerate(call.turns) if t.role != "system"), len(call.turns))
    system = [_block(part) for turn in call.turns[:begun] for part in turn.parts]
    if system:
        body["system"] = system[0]["text"] if len(system) == 1 else system
    body["messages"] = _messages(call.turns[begun:])
    if call.stop:
        body["stop_sequences"] = list(call.stop)
    for name in ("temperature", "top_p", "top_k"):
        if (value := getattr(call, name)) is not None:
            body[name] = value
    if call.user:
        body["metadata"] = {"user_id": call.user}
    _write_tools(call, body)
    _write_output(call, body)
    carry(call.extra, body, TAKES, NAME)
    if call.stream:
        body["stream"] = True
    return body


def _refuse_unsayable(call: ChatCall) -> None:
    if call.choices != 1:
        raise cannot_say("n", NAME)
    for name in ("frequency_penalty", "presence_penalty", "seed"):
        if getattr(call, name):
            raise cannot_say(name, NAME)
    if (call.temperature or 0) > 1:
        raise cannot_say("temperature", NAME, "It goes up to 1 there.")
    if any(turn.name for turn in call.turns):
        raise cannot_say("name", NAME, "Its messages name no speakers.")


def _write_tools(call: ChatCall, body: Body) -> None:
    if not call.tools:
        return
    body["tools"] = [_written_tool(tool) for tool in call.tools]
    choice: Body = {}
    if call.tool_choice.startswith("tool:"):
        choice = {"type": "tool", "name": call.tool_choice.removeprefix("tool:")}
    elif call.tool_choice:
        choice = {"type": "any" if call.tool_choice == "required" else call.tool_choice}
    if call.parallel_tools is not None and call.tool_choice != "none":
        choice = {"type": "auto", **choice, "disable_parallel_tool_use": not call.parallel_tools}
    if choice:
        body["tool_choice"] = choice


def _written_tool(tool: Tool) -> Body:
    written: Body = {"name": tool.name, "input_schema": tool.parameters}
    if tool.description:
        written["description"] = tool.description
    if tool.strict is not None:
        written["strict"] = tool.strict
    return written


def _write_output(call: ChatCall, body: Body) -> None:
    """The form of the reply and how hard to think."""
    config: Body = {}
    if call.format and call.format.schema is None:
        if call.tools:
            raise cannot_say("response_format", NAME, "JSON of no schema excludes tools there.")
        body["tools"] = [{"name": JSON_TOOL, "input_schema": {"type": "object"}}]
        body["tool_choice"] = {"type": "tool", "name": JSON_TOOL}
    elif call.format:
        config["format"] = {"type": "json_schema", "schema": call.format.schema}
    if call.effort not in ("", "none"):
        config["effort"] = "low" if call.effort == "minimal" else call.effort
    thinking = _written_thinking(call, body)
    if thinking:
        body["thinking"] = thinking
    if config:
        body["output_config"] = config


def _written_thinking(call: ChatCall, body: Body) -> Body:
    if call.effort == "none" or call.thinking_tokens == 0:
        return {"type": "disabled"}
    if call.thinking_tokens is not None and call.thinking_tokens > 0:
        return {"type": "enabled", "budget_tokens": call.thinking_tokens}
    return {"type": "adaptive"} if call.effort and _may_think(call, body) else {}


def _may_think(call: ChatCall, body: Body) -> bool:
    """Anthropic refuses thinking together with a forced tool or another sampling."""
    return (
        body.get("tool_choice", {}).get("type") not in ("any", "tool")
        and call.temperature in (None, 1)
        and call.top_k is None
        and (call.top_p is None or call.top_p >= 0.95)
    )


def _messages(turns: Sequence[Turn]) -> list[Body]:
    messages: list[Body] = []
    after_tool = False
    for turn in turns:
        blocks = [block for part in turn.parts for block in _blocks(part)]
        if turn.role == "tool":
            # The results of parallel calls must stand in one message.
            if after_tool:
                messages[-1]["content"] += blocks
            else:
                messages.append({"role": "user", "content": blocks})
        elif blocks or turn.role != "assistant":
            plain = len(blocks) == 1 and blocks[0]["type"] == "text"
            content = blocks[0]["text"] if plain else blocks or ""
            messages.append({"role": turn.role, "content": content})
        after_tool = turn.role == "tool"
    return messages


def _blocks(part: Part) -> list[Body]:
    if isinstance(part, Thinking):
        return _thinking_blocks(part)
    # Anthropic refuses a text of no words beside other blocks.
    return [] if isinstance(part, Text) and not part.text else [_block(part)]


def _thinking_blocks(part: Thinking) -> list[Body]:
    """Thinking that Anthropic signed; what another model thought it would refuse."""
    if sealed := unmarked(part.signature, REDACTED):
        return [{"type": "redacted_thinking", "data": sealed}]
    if signature := unmarked(part.signature, MARK):
        return [{"type": "thinking", "thinking": part.text, "signature": signature}]
    return []


def _block(part: Part) -> Body:
    if isinstance(part, Text):
        return {"type": "text", "text": part.text}
    if isinstance(part, ToolCall):
        return {"type": "tool_use", "id": part.id, "name": part.name, "input": _input(part)}
    if isinstance(part, ToolResult):
        return _written_result(part)
    if isinstance(part, Image):
        return {"type": "image", "source": _image_source(part)}
    assert isinstance(part, File)
    title = {"title": part.name} if part.name else {}
    return {"type": "document", "source": _file_source(part), **title}


def _input(call: ToolCall) -> Body:
    try:
        return json_object(call.arguments, "#")
    except FieldInvalid as error:
        why = "Its arguments are not a JSON object."
        raise cannot_say(f"tool call {call.name}", NAME, why) from error


def _written_result(result: ToolResult) -> Body:
    parts = [_block(part) for part in result.parts]
    plain = len(parts) == 1 and parts[0]["type"] == "text"
    block: Body = {
        "type": "tool_result",
        "tool_use_id": result.call_id,
        "content": parts[0]["text"] if plain else parts,
    }
    if result.is_error:
        block["is_error"] = True
    return block


def _image_source(part: Image) -> Body:
    if part.url:
        return {"type": "url", "url": part.url}
    if part.media_type not in IMAGE_TYPES:
        raise cannot_say(f"image of type {part.media_type}", NAME)
    return {"type": "base64", "media_type": part.media_type, "data": part.data}


def _file_source(part: File) -> Body:
    if part.url:
        return {"type": "url", "url": part.url}
    if part.media_type.startswith("text/"):
        text = media.decoded_text(part.data, "#/messages")
        return {"type": "text", "media_type": "text/plain", "data": text}
    if part.media_type != "application/pdf":
        raise cannot_say(f"file of type {part.media_type}", NAME)
    return {"type": "base64", "media_type": part.media_type, "data": part.data}
