"""Replies of messages: read from a supplier, written for a client."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from bernard.errors import FieldInvalid, ModelFailed
from bernard.wire.anthropic_messages import shapes
from bernard.wire.anthropic_messages.asking import JSON_TOOL
from bernard.wire.anthropic_messages.request import MARK, REDACTED
from bernard.wire.shape import json_object, json_text, read_answer
from bernard.wire.signatures import marked, shown, unmarked
from bernard.wire.types import (
    Body,
    ChatCall,
    ChatReply,
    Choice,
    Part,
    StopReason,
    Text,
    Thinking,
    ToolCall,
    Usage,
)

STOP_REASONS: dict[str, StopReason] = {
    "end_turn": "end",
    "pause_turn": "end",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "stop_sequence": "stop",
    "tool_use": "tool_call",
    "refusal": "filtered",
}
WRITTEN_REASONS: dict[StopReason, str] = {
    "end": "end_turn",
    "length": "max_tokens",
    "stop": "stop_sequence",
    "tool_call": "tool_use",
    "filtered": "refusal",
}


def read(body: Body) -> ChatReply:
    """The reply that a supplier sent."""
    answered = read_answer(body, shapes.ReplyShape)
    parts = tuple(part(block) for block in answered.content)
    called = any(isinstance(p, ToolCall) for p in parts)
    choice = Choice(parts, stopped(answered.stop_reason, called), answered.stop_sequence or "")
    return ChatReply(answered.id, answered.model, (choice,), usage(answered.usage))


def stopped(reason: str | None, called: bool) -> StopReason:
    """Why an answer stopped; the tool that stands for a form of reply is no call."""
    found = STOP_REASONS.get(reason or "", "end")
    return "end" if found == "tool_call" and not called else found


def part(block: shapes.SaidBlock) -> Part:
    """A block of a reply as a part."""
    if isinstance(block, shapes.SaidText):
        return Text(block.text)
    if isinstance(block, shapes.SaidThinking):
        return Thinking(block.thinking, marked(block.signature, MARK))
    if isinstance(block, shapes.SaidRedacted):
        return Thinking("", marked(block.data, REDACTED))
    if block.name == JSON_TOOL:
        return Text(json_text(block.input))
    return ToolCall(block.id, block.name, json_text(block.input))


def usage(said: shapes.UsageShape) -> Usage:
    """The token counts, those from and into the cache among those read."""
    cached = said.cache_read_input_tokens or 0
    details = said.output_tokens_details
    return Usage(
        (said.input_tokens or 0) + cached + (said.cache_creation_input_tokens or 0),
        said.output_tokens or 0,
        cached,
        (details.thinking_tokens if details else 0) or 0,
    )


def write(reply: ChatReply, call: ChatCall | None = None) -> Body:
    """The reply as Anthropic's messages say it: its first answer."""
    choice = reply.choices[0]
    return {
        **empty_message(reply.id, reply.model or (call.model if call else "")),
        "content": [block for part in choice.parts for block in _blocks(part)],
        "stop_reason": WRITTEN_REASONS[choice.stop_reason],
        "stop_sequence": choice.stop_sequence or None,
        "usage": written_usage(reply.usage),
    }


def empty_message(message_id: str, model: str) -> Body:
    """The message with which a stream starts."""
    return {
        "id": message_id or f"msg_{secrets.token_hex(12)}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": written_usage(Usage()),
    }


def _blocks(part: Part) -> Iterable[Body]:
    if isinstance(part, Text):
        yield {"type": "text", "text": part.text}
    elif isinstance(part, Thinking):
        yield thinking_block(part)
    elif isinstance(part, ToolCall):
        if part.signature:
            yield thinking_block(Thinking("", part.signature))
        yield {"type": "tool_use", "id": part.id, "name": part.name, "input": _input(part)}


def _input(call: ToolCall) -> Body:
    try:
        return json_object(call.arguments, "arguments")
    except FieldInvalid as error:
        raise ModelFailed(
            f"The model called the tool {call.name!r} with arguments that are no JSON object. "
            "Try again."
        ) from error


def thinking_block(part: Thinking) -> Body:
    """Thinking as a block, sealed where it came sealed."""
    if sealed := unmarked(part.signature, REDACTED):
        return {"type": "redacted_thinking", "data": sealed}
    return {
        "type": "thinking",
        "thinking": part.text,
        "signature": shown(part.signature, MARK),
    }


def written_usage(usage: Usage) -> Body:
    """Token counts as Anthropic's messages say them."""
    written: Body = {
        "input_tokens": max(usage.prompt_tokens - usage.cached_tokens, 0),
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": usage.cached_tokens,
        "output_tokens": usage.completion_tokens,
    }
    if usage.reasoning_tokens:
        written["output_tokens_details"] = {"thinking_tokens": usage.reasoning_tokens}
    return written
