"""Anthropic's shapes: messages, their stream, errors.

Source: https://docs.anthropic.com/en/api/messages and .../messages-streaming, read November 2026.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bernard.models.suppliers.doubles.asked import Asked, Said, pieces, text_of
from bernard.wire.types import Body, Event

_STOPS = {"end": "end_turn", "length": "max_tokens", "tool": "tool_use"}


def read(body: Body) -> Asked:
    """A request for a message."""
    messages = body.get("messages") or [{}]
    content = messages[-1].get("content")
    blocks = content if isinstance(content, list) else []
    choice = body.get("tool_choice") or {}
    form = (body.get("output_config") or {}).get("format") or body.get("output_format") or {}
    return Asked(
        text=text_of(content),
        prompt="\n".join([text_of(body.get("system")), *(text_of(m) for m in messages)]),
        tools=tuple(
            (tool.get("name", ""), tool.get("input_schema") or {})
            for tool in body.get("tools") or ()
        ),
        forced=choice.get("name") or {"any": "any", "none": "none"}.get(choice.get("type", ""), ""),
        schema=form.get("schema"),
        answered=any(block.get("type") == "tool_result" for block in blocks),
        max_tokens=body.get("max_tokens") or 0,
    )


def message(said: Said, model: str) -> Body:
    """A message."""
    return {
        **_head(model),
        "content": [_block(said, whole=True)],
        "stop_reason": _STOPS[said.stop],
        "stop_sequence": None,
        "usage": {"input_tokens": said.prompt_tokens, "output_tokens": said.completion_tokens},
    }


def events(said: Said, model: str, size: int) -> Iterator[Event]:
    """The same as a stream."""
    begun = {**_head(model), "content": [], "stop_reason": None, "stop_sequence": None}
    begun["usage"] = {"input_tokens": said.prompt_tokens, "output_tokens": 1}
    yield _event("message_start", message=begun)
    yield _event("content_block_start", index=0, content_block=_block(said, whole=False))
    yield _event("ping")
    if said.tool:
        for piece in pieces(said.arguments, size or 5):
            delta = {"type": "input_json_delta", "partial_json": piece}
            yield _event("content_block_delta", index=0, delta=delta)
    else:
        for piece in pieces(said.text, size):
            delta = {"type": "text_delta", "text": piece}
            yield _event("content_block_delta", index=0, delta=delta)
    yield _event("content_block_stop", index=0)
    ended = {"stop_reason": _STOPS[said.stop], "stop_sequence": None}
    yield _event("message_delta", delta=ended, usage={"output_tokens": said.completion_tokens})
    yield _event("message_stop")


def error(text: str, kind: str) -> Body:
    """An error."""
    return {"type": "error", "error": {"type": kind, "message": text}, "request_id": "req_double"}


def _event(name: str, **data: object) -> Event:
    return Event(name, {"type": name, **data})


def _head(model: str) -> Body:
    return {"id": "msg_double1", "type": "message", "role": "assistant", "model": model}


def _block(said: Said, *, whole: bool) -> Body:
    if said.tool:
        given = msgspec.json.decode(said.arguments) if whole else {}
        return {"type": "tool_use", "id": "toolu_double1", "name": said.tool, "input": given}
    return {"type": "text", "text": said.text if whole else ""}
