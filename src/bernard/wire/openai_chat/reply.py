"""Replies of chat completions: read from a supplier, written for a client."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable
from typing import Any

from bernard.errors import ModelFailed
from bernard.wire.openai_chat import shapes
from bernard.wire.openai_chat.asking import written_call
from bernard.wire.openai_chat.request import tool_signature
from bernard.wire.shape import json_text, read_answer
from bernard.wire.signatures import marked, shown
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
    "stop": "end",
    "length": "length",
    "model_length": "length",
    "tool_calls": "tool_call",
    "function_call": "tool_call",
    "content_filter": "filtered",
}
FINISH_REASONS: dict[StopReason, str] = {
    "end": "stop",
    "length": "length",
    "stop": "stop",
    "tool_call": "tool_calls",
    "filtered": "content_filter",
}


def read(body: Body) -> ChatReply:
    """The reply that a supplier sent."""
    answered = read_answer(body, shapes.ReplyShape)
    if not answered.choices:
        raise ModelFailed("The model's reply holds no answer. Try again.")
    return ChatReply(
        answered.id or "",
        answered.model or "",
        tuple(_choice(a) for a in sorted(answered.choices, key=lambda a: a.index)),
        usage(answered.usage) or Usage(),
        int(answered.created or 0),
    )


def _choice(answer: shapes.AnswerShape) -> Choice:
    parts = tuple(_parts(answer.message))
    called = any(isinstance(part, ToolCall) for part in parts)
    reason, sequence = stopped(answer.finish_reason, answer.stop_reason, called)
    return Choice(parts, reason, sequence)


def stopped(finish: str | None, met: str | int | None, called: bool) -> tuple[StopReason, str]:
    """Why an answer stopped, and at which stop sequence.

    OpenAI says `stop` where a tool call was forced; `called` says that there is one.

    Raises:
        ModelFailed: the server says that it stopped with an error.
    """
    if finish == "error":
        raise ModelFailed("The model's server says that the reply ended in an error. Try again.")
    if isinstance(met, str) and met and finish == "stop":
        return "stop", met
    reason = STOP_REASONS.get(finish or "", "end")
    return "tool_call" if called and reason == "end" else reason, ""


def _parts(said: shapes.SaidShape) -> Iterable[Part]:
    thinking, text = words(said)
    if thinking:
        yield Thinking(thinking)
    if text:
        yield Text(text)
    for number, call in enumerate(said.tool_calls or ()):
        if not call.function.name:
            raise ModelFailed("The model's reply holds a tool call without a name. Try again.")
        yield ToolCall(
            call.id or f"call_{number}",
            call.function.name,
            arguments(call.function),
            marked(tool_signature(call.extra_content), "gemini:"),
        )
    if said.function_call and said.function_call.name:
        yield ToolCall("function_0", said.function_call.name, arguments(said.function_call))


def words(said: shapes.SaidShape) -> tuple[str, str]:
    """The thinking and the text in what a model said."""
    thinking = said.reasoning_content or said.reasoning or ""
    text = said.content or ""
    if isinstance(text, list):
        thinking += "".join(map(_thought, text))
        text = "".join(_string(part.get("text")) for part in text if part.get("type") == "text")
    return thinking, text + (said.refusal or "")


def _thought(part: dict[str, Any]) -> str:
    """The words of a thinking part, as Mistral gives them."""
    found = part.get("thinking")
    if isinstance(found, list):
        return "".join(_string(p.get("text")) for p in found if isinstance(p, dict))
    return _string(found)


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def arguments(function: shapes.UsedFunction) -> str:
    """The arguments of a tool call as JSON text."""
    given = function.arguments
    return given if isinstance(given, str) else json_text(given) if given else ""


def usage(said: shapes.UsageShape | None) -> Usage | None:
    """The token counts, None where there are none."""
    if said is None:
        return None
    read_details, written_details = said.prompt_tokens_details, said.completion_tokens_details
    return Usage(
        said.prompt_tokens or 0,
        said.completion_tokens or 0,
        (read_details.cached_tokens if read_details else 0) or 0,
        (written_details.reasoning_tokens if written_details else 0) or 0,
    )


def write(reply: ChatReply, call: ChatCall | None = None) -> Body:
    """The reply as OpenAI's chat says it."""
    legacy = call is not None and call.legacy_functions
    return {
        "id": reply.id or new_id(),
        "object": "chat.completion",
        "created": reply.created or int(time.time()),
        "model": reply.model or (call.model if call else ""),
        "choices": [_written(c, number, legacy) for number, c in enumerate(reply.choices)],
        "usage": written_usage(reply.usage),
    }


def new_id() -> str:
    """An id for a reply whose supplier gave none."""
    return f"chatcmpl-{secrets.token_hex(12)}"


def _written(choice: Choice, number: int, legacy: bool) -> Body:
    text = "".join(part.text for part in choice.parts if isinstance(part, Text))
    thinking = "".join(part.text for part in choice.parts if isinstance(part, Thinking))
    calls = [part for part in choice.parts if isinstance(part, ToolCall)]
    message: Body = {"role": "assistant", "content": text if text or not calls else None}
    message["refusal"] = None
    if thinking:
        message["reasoning_content"] = thinking
    finish = FINISH_REASONS[choice.stop_reason]
    if calls and legacy:
        message["function_call"] = {"name": calls[0].name, "arguments": calls[0].arguments}
        finish = "function_call" if finish == "tool_calls" else finish
    elif calls:
        message["tool_calls"] = [{**written_call(c), **signed(c.signature)} for c in calls]
    return {"index": number, "message": message, "logprobs": None, "finish_reason": finish}


def signed(signature: str) -> Body:
    """The signature of a tool call, where Google's OpenAI-compatible server puts it."""
    if not signature:
        return {}
    return {"extra_content": {"google": {"thought_signature": shown(signature, "gemini:")}}}


def written_usage(usage: Usage) -> Body:
    """Token counts as OpenAI's chat says them."""
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
    }
