"""What a tool asks a chat model, in the shape of OpenAI's chat completions."""

from __future__ import annotations

from typing import Any

from bernard.models.characters import sendable
from bernard.models.types import ChatRequest


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
