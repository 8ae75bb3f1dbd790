"""What a tool asks a chat model, in the shape of OpenAI's chat completions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bernard.models.characters import sendable
from bernard.models.types import ChatRequest, Message


def as_openai(request: ChatRequest) -> dict[str, Any]:
    """The request in OpenAI's shape, asking for a stream."""
    body: dict[str, Any] = {
        "messages": [{"role": m.role, "content": sendable(m.text)} for m in request.messages],
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "seed": request.seed,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if request.stop:
        body["stop"] = list(request.stop)
    if request.schema is not None:
        schema = {"name": "reply", "strict": True, "schema": request.schema}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    return body


def as_request(body: Mapping[str, Any]) -> ChatRequest:
    """The text, the limits and the schema of a chat completion's body; the rest is left out."""
    form = body.get("response_format") or {}
    stop = body.get("stop") or ()
    return ChatRequest(
        messages=[
            Message(message["role"], _text(message.get("content"))) for message in body["messages"]
        ],
        max_tokens=body.get("max_completion_tokens") or body.get("max_tokens") or 512,
        temperature=body.get("temperature") or 0.0,
        seed=body.get("seed") or 0,
        stop=[stop] if isinstance(stop, str) else list(stop),
        schema=(form.get("json_schema") or {}).get("schema"),
    )


def _text(content: Any) -> str:
    if isinstance(content, list):
        return "\n".join(str(part.get("text") or "") for part in content)
    return str(content or "")
