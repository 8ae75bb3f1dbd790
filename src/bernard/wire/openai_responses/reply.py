"""Replies of responses: read from a supplier, written for a client."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Sequence

from bernard.wire.failure import said_failure
from bernard.wire.openai_responses import shapes
from bernard.wire.openai_responses.asking import written_choice, written_format, written_tool
from bernard.wire.openai_responses.request import MARK, sealed
from bernard.wire.shape import read_answer
from bernard.wire.signatures import unmarked
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


def read(body: Body) -> ChatReply:
    """The reply that a supplier sent."""
    answered = read_answer(body, shapes.ReplyShape)
    if answered.status == "failed" or answered.error:
        raise said_failure(answered.error)
    parts = tuple(part for item in answered.output for part in _parts(item))
    called = any(isinstance(part, ToolCall) for part in parts)
    return ChatReply(
        answered.id,
        answered.model,
        (Choice(parts, stopped(answered, called)),),
        usage(answered.usage) or Usage(),
        int(answered.created_at or 0),
    )


def stopped(answered: shapes.ReplyShape, called: bool) -> StopReason:
    """Why the answer stopped."""
    reason = answered.incomplete_details.reason if answered.incomplete_details else None
    if reason == "content_filter":
        return "filtered"
    if reason or answered.status == "incomplete":
        return "length"
    return "tool_call" if called else "end"


def _parts(item: shapes.SaidItem) -> Iterable[Part]:
    if item.type == "message":
        for content in item.content or ():
            yield Text(content.text or content.refusal)
    elif item.type == "function_call":
        yield ToolCall(item.call_id, item.name, item.arguments)
    elif item.type == "reasoning":
        words = item.summary or item.content or ()
        text = "\n\n".join(word.text for word in words)
        yield Thinking(text, sealed(item.id, item.encrypted_content))


def usage(said: shapes.UsageShape | None) -> Usage | None:
    """The token counts, None where there are none."""
    if said is None:
        return None
    read_details, written_details = said.input_tokens_details, said.output_tokens_details
    return Usage(
        said.input_tokens or 0,
        said.output_tokens or 0,
        (read_details.cached_tokens if read_details else 0) or 0,
        (written_details.reasoning_tokens if written_details else 0) or 0,
    )


def write(reply: ChatReply, call: ChatCall | None = None) -> Body:
    """The reply as OpenAI's responses say it: its first answer, and what was called for."""
    choice = reply.choices[0]
    reply_id = reply.id or new_id()
    whole = choice.stop_reason not in ("length", "filtered")
    status = "completed" if whole else "incomplete"
    body = said_again(reply_id, reply.model, reply.created or int(time.time()), call)
    body["status"] = status
    if not whole:
        filtered = choice.stop_reason == "filtered"
        body["incomplete_details"] = {
            "reason": "content_filter" if filtered else "max_output_tokens"
        }
    body["output"] = items(choice.parts, reply_id, status)
    body["usage"] = written_usage(reply.usage)
    return body


def new_id() -> str:
    """An id for a reply whose supplier gave none."""
    return f"resp_{secrets.token_hex(12)}"


def said_again(reply_id: str, model: str, created: int, call: ChatCall | None) -> Body:
    """A response without output, with what was called for, as OpenAI says it again."""
    asked = call or ChatCall("", ())
    return {
        "id": reply_id,
        "object": "response",
        "created_at": created,
        "status": "in_progress",
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "max_output_tokens": asked.max_tokens,
        "metadata": asked.extra.get("metadata") or {},
        "model": model or asked.model,
        "output": [],
        "parallel_tool_calls": asked.parallel_tools is not False,
        "previous_response_id": None,
        "reasoning": {"effort": asked.effort or None, "summary": None},
        "store": False,
        "temperature": asked.temperature,
        "text": {"format": written_format(asked.format)},
        "tool_choice": written_choice(asked.tool_choice),
        "tools": [written_tool(tool) for tool in asked.tools],
        "top_p": asked.top_p,
        "truncation": "disabled",
        "usage": None,
        "user": asked.user or None,
    }


def items(parts: Sequence[Part], reply_id: str, status: str) -> list[Body]:
    """The output items of the parts; a tool call's signature stands in an item before it."""
    written: list[Body] = []
    for part in parts:
        if isinstance(part, ToolCall) and part.signature:
            seal = Thinking("", part.signature)
            written.append(item(seal, item_id(seal, reply_id, len(written)), "completed"))
        written.append(item(part, item_id(part, reply_id, len(written)), status))
    return written


def item_id(part: Part, reply_id: str, number: int) -> str:
    """The id of an output item: the one that its thinking was sealed with, or one of our own."""
    if isinstance(part, Thinking):
        sealed_id, bar, _ = unmarked(part.signature, MARK).partition("|")
        if bar and sealed_id:
            return sealed_id
    kind = {Text: "msg", ToolCall: "fc"}.get(type(part), "rs")
    return f"{kind}_{reply_id.removeprefix('resp_')}_{number}"


def item(part: Part, item_id_: str, status: str) -> Body:
    """A part as an output item."""
    if isinstance(part, Text):
        return {
            "id": item_id_,
            "type": "message",
            "role": "assistant",
            "status": status,
            "content": [text_content(part.text)],
        }
    if isinstance(part, ToolCall):
        return {
            "id": item_id_,
            "type": "function_call",
            "status": status,
            "call_id": part.id,
            "name": part.name,
            "arguments": part.arguments,
        }
    assert isinstance(part, Thinking)
    written: Body = {
        "id": item_id_,
        "type": "reasoning",
        "summary": [{"type": "summary_text", "text": part.text}] if part.text else [],
    }
    if part.signature:
        own = unmarked(part.signature, MARK)
        written["encrypted_content"] = own.partition("|")[2] if own else part.signature
    return written


def text_content(text: str) -> Body:
    """A text as the content of an output message."""
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def written_usage(usage: Usage) -> Body:
    """Token counts as OpenAI's responses say them."""
    return {
        "input_tokens": usage.prompt_tokens,
        "input_tokens_details": {"cached_tokens": usage.cached_tokens, "cache_write_tokens": 0},
        "output_tokens": usage.completion_tokens,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
    }
