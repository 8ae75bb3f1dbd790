"""Gemini's shapes: generateContent, its stream, errors.

Source: https://ai.google.dev/api/generate-content, read November 2026.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bernard.models.suppliers.doubles.asked import Asked, Said, pieces, text_of
from bernard.wire.types import Body, Event

_STOPS = {"end": "STOP", "length": "MAX_TOKENS", "tool": "STOP"}


def read(body: Body) -> Asked:
    """A request to generate content."""
    contents = body.get("contents") or [{}]
    tools = [
        function
        for tool in body.get("tools") or ()
        for function in tool.get("functionDeclarations") or ()
    ]
    calling = (body.get("toolConfig") or {}).get("functionCallingConfig") or {}
    allowed = calling.get("allowedFunctionNames") or [""]
    forced = {"ANY": allowed[0] or "any", "NONE": "none"}.get(calling.get("mode", ""), "")
    config = body.get("generationConfig") or {}
    last = contents[-1].get("parts") or []
    return Asked(
        text=text_of(last),
        prompt="\n".join([text_of(body.get("systemInstruction")), *map(text_of, contents)]),
        tools=tuple(
            (tool.get("name", ""), tool.get("parametersJsonSchema") or tool.get("parameters") or {})
            for tool in tools
        ),
        forced=forced,
        schema=config.get("responseJsonSchema") or config.get("responseSchema"),
        answered=any("functionResponse" in part for part in last),
        max_tokens=config.get("maxOutputTokens") or 0,
    )


def content(said: Said, model: str) -> Body:
    """Generated content."""
    return _reply(model, [_part(said)], said, ended=True)


def events(said: Said, model: str, size: int) -> Iterator[Event]:
    """The same as a stream, which has no mark of its end."""
    if said.tool:
        yield Event("", _reply(model, [_part(said)], said, ended=True))
        return
    for piece in pieces(said.text, size):
        yield Event("", _reply(model, [{"text": piece}], said, ended=False))
    yield Event("", _reply(model, [{"text": ""}], said, ended=True))


def error(text: str, status: int, kind: str, delay_s: float | None) -> Body:
    """An error; the wish to wait stands in the body."""
    details = []
    if delay_s is not None:
        kind_of_detail = "type.googleapis.com/google.rpc.RetryInfo"
        details.append({"@type": kind_of_detail, "retryDelay": f"{delay_s:g}s"})
    return {"error": {"code": status, "message": text, "status": kind, "details": details}}


def _part(said: Said) -> Body:
    if said.tool:
        return {"functionCall": {"name": said.tool, "args": msgspec.json.decode(said.arguments)}}
    return {"text": said.text}


def _reply(model: str, parts: list[Body], said: Said, *, ended: bool) -> Body:
    candidate: Body = {"content": {"role": "model", "parts": parts}, "index": 0}
    usage = {"promptTokenCount": said.prompt_tokens, "totalTokenCount": said.prompt_tokens}
    if ended:
        candidate["finishReason"] = _STOPS[said.stop]
        usage["candidatesTokenCount"] = said.completion_tokens
        usage["totalTokenCount"] += said.completion_tokens
    head = {"modelVersion": model, "responseId": "gemini-double"}
    return {"candidates": [candidate], "usageMetadata": usage, **head}
