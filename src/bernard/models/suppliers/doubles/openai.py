"""OpenAI's shapes: chat completions, responses, embeddings, moderations, models, errors.

Source: https://platform.openai.com/docs/api-reference, read November 2026. Azure's and most other
servers' are the same; Mistral's differ as the arguments say.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator
from typing import Any

from bernard.models.suppliers.doubles.asked import Asked, Said, pieces, text_of, vector
from bernard.wire.types import Body, Event

_CREATED = 1_790_000_000
_STOPS = {"end": "stop", "length": "length", "tool": "tool_calls"}


def read_chat(body: Body) -> Asked:
    """A chat completion's request."""
    messages = body.get("messages") or [{}]
    tools = [tool.get("function", {}) for tool in body.get("tools") or ()]
    choice = body.get("tool_choice")
    if isinstance(choice, dict):
        choice = choice.get("function", {}).get("name", "")
    form = body.get("response_format") or {}
    schema = form.get("json_schema", {}).get("schema")
    return Asked(
        text=text_of(messages[-1].get("content")),
        prompt="\n".join(text_of(message.get("content")) for message in messages),
        tools=tuple((tool.get("name", ""), tool.get("parameters") or {}) for tool in tools),
        forced={"required": "any", "auto": ""}.get(choice or "", choice or ""),
        schema=schema if schema or form.get("type") != "json_object" else {"type": "object"},
        answered=messages[-1].get("role") == "tool",
        max_tokens=body.get("max_completion_tokens") or body.get("max_tokens") or 0,
    )


def chat(said: Said, model: str) -> Body:
    """A chat completion."""
    message: Body = {"role": "assistant", "content": said.text or None, "refusal": None}
    if said.tool:
        message["tool_calls"] = [_call(said)]
    choice = {"index": 0, "message": message, "finish_reason": _STOPS[said.stop], "logprobs": None}
    return {**_head("chat.completion", model), "choices": [choice], "usage": _usage(said)}


def chat_events(said: Said, model: str, size: int, usage: str) -> Iterator[Event]:
    """The same as a stream; `usage` is where the count stands: apart, last, or none."""
    head = _head("chat.completion.chunk", model)

    def chunk(delta: Body, reason: str | None = None, **more: Any) -> Event:
        choice = {"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}
        return Event("", {**head, "choices": [choice], **more})

    yield chunk({"role": "assistant", "content": None if said.tool else ""})
    if said.tool:
        call = {**_call(said), "index": 0}
        yield chunk({"tool_calls": [{**call, "function": {"name": said.tool, "arguments": ""}}]})
        for piece in pieces(said.arguments, size or 5):
            yield chunk({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]})
    for piece in pieces(said.text, size) if said.text else ():
        yield chunk({"content": piece})
    last = {"usage": _usage(said)} if usage == "last" else {}
    yield chunk({}, _STOPS[said.stop], **last)
    if usage == "apart":
        yield Event("", {**head, "choices": [], "usage": _usage(said)})
    yield Event("", None)


def read_responses(body: Body) -> Asked:
    """A request to the responses API."""
    items = body.get("input") or ""
    items = [{"role": "user", "content": items}] if isinstance(items, str) else items
    choice = body.get("tool_choice")
    choice = choice.get("name", "") if isinstance(choice, dict) else choice
    form = (body.get("text") or {}).get("format") or {}
    return Asked(
        text=text_of(items[-1].get("content") or items[-1].get("output")),
        prompt="\n".join([body.get("instructions") or "", *(text_of(item) for item in items)]),
        tools=tuple(
            (tool.get("name", ""), tool.get("parameters") or {})
            for tool in body.get("tools") or ()
            if tool.get("type") == "function"
        ),
        forced={"required": "any", "auto": ""}.get(choice or "", choice or ""),
        schema=form.get("schema"),
        answered=items[-1].get("type") == "function_call_output",
        max_tokens=body.get("max_output_tokens") or 0,
    )


def responses(said: Said, model: str) -> Body:
    """A response of the responses API."""
    return _response(said, model, "incomplete" if said.cut else "completed", [_item(said)])


def responses_events(said: Said, model: str, size: int) -> Iterator[Event]:
    """The same as a stream."""
    numbered = enumerate(_responses_events(said, model, size))
    for number, (name, data) in numbered:
        yield Event(name, {"type": name, "sequence_number": number, **data})


def _responses_events(said: Said, model: str, size: int) -> Iterator[tuple[str, Body]]:
    begun = _response(said, model, "in_progress", [])
    begun["usage"] = None
    yield "response.created", {"response": begun}
    yield "response.in_progress", {"response": begun}
    item = _item(said)
    at = {"item_id": item["id"], "output_index": 0}
    if said.tool:
        empty = {**item, "arguments": "", "status": "in_progress"}
        yield "response.output_item.added", {"output_index": 0, "item": empty}
        for piece in pieces(said.arguments, size or 5):
            yield "response.function_call_arguments.delta", {**at, "delta": piece}
        done = {**at, "arguments": said.arguments, "name": said.tool}
        yield "response.function_call_arguments.done", done
    else:
        inside = {**at, "content_index": 0}
        empty = {**item, "content": [], "status": "in_progress"}
        part = item["content"][0]
        yield "response.output_item.added", {"output_index": 0, "item": empty}
        yield "response.content_part.added", {**inside, "part": {**part, "text": ""}}
        for piece in pieces(said.text, size):
            delta = {**inside, "delta": piece, "logprobs": []}
            yield "response.output_text.delta", delta
        yield "response.output_text.done", {**inside, "text": said.text, "logprobs": []}
        yield "response.content_part.done", {**inside, "part": part}
    yield "response.output_item.done", {"output_index": 0, "item": item}
    whole = responses(said, model)
    yield f"response.{whole['status']}", {"response": whole}


def embeddings(body: Body, dimensions: int) -> Body:
    """Embeddings, as numbers or as base64 of 32-bit floats."""
    given = body.get("input", "")
    texts = [given] if isinstance(given, str) else given
    found = [vector(str(text), body.get("dimensions") or dimensions) for text in texts]
    if body.get("encoding_format") == "base64":
        packed: list[Any] = [
            base64.b64encode(struct.pack(f"<{len(v)}f", *v)).decode() for v in found
        ]
    else:
        packed = list(found)
    words = sum(len(str(text).split()) for text in texts)
    data = [
        {"object": "embedding", "index": index, "embedding": value}
        for index, value in enumerate(packed)
    ]
    usage = {"prompt_tokens": words, "total_tokens": words}
    return {"object": "list", "data": data, "model": body.get("model", ""), "usage": usage}


def moderations(body: Body) -> Body:
    """A moderation of each text; one that has the word `attack` in it is flagged."""
    given = body.get("input", "")
    texts = given if isinstance(given, list) else [given]
    results = []
    for text in texts:
        flagged = "attack" in text_of(text)
        results.append(
            {
                "flagged": flagged,
                "categories": {"violence": flagged, "harassment": False},
                "category_scores": {"violence": 0.9 if flagged else 0.001, "harassment": 0.001},
                "category_applied_input_types": {"violence": ["text"], "harassment": ["text"]},
            }
        )
    return {"id": "modr-double", "model": body.get("model", ""), "results": results}


def models(names: tuple[str, ...]) -> Body:
    """The list of models."""
    data = [
        {"id": name, "object": "model", "created": _CREATED, "owned_by": "double"} for name in names
    ]
    return {"object": "list", "data": data}


def error(message: str, kind: str, code: str | None = None) -> Body:
    """An error."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def _head(kind: str, model: str) -> Body:
    head = {"id": "chatcmpl-double", "object": kind, "created": _CREATED, "model": model}
    return {**head, "system_fingerprint": "fp_double"}


def _call(said: Said) -> Body:
    function = {"name": said.tool, "arguments": said.arguments}
    return {"id": "call_double1", "type": "function", "function": function}


def _usage(said: Said) -> Body:
    return {
        "prompt_tokens": said.prompt_tokens,
        "completion_tokens": said.completion_tokens,
        "total_tokens": said.prompt_tokens + said.completion_tokens,
        "prompt_tokens_details": {"cached_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0},
    }


def _item(said: Said) -> Body:
    if said.tool:
        return {
            "type": "function_call",
            "id": "fc_double1",
            "call_id": "call_double1",
            "name": said.tool,
            "arguments": said.arguments,
            "status": "completed",
        }
    part = {"type": "output_text", "text": said.text, "annotations": [], "logprobs": []}
    return {
        "type": "message",
        "id": "msg_double1",
        "role": "assistant",
        "status": "completed",
        "content": [part],
    }


def _response(said: Said, model: str, status: str, output: list[Body]) -> Body:
    return {
        "id": "resp_double1",
        "object": "response",
        "created_at": _CREATED,
        "status": status,
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if status == "incomplete" else None,
        "instructions": None,
        "metadata": {},
        "model": model,
        "output": output,
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": {
            "input_tokens": said.prompt_tokens,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": said.completion_tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": said.prompt_tokens + said.completion_tokens,
        },
    }
