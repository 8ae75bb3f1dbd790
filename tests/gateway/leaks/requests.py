"""One conversation as each surface says it, with canaries wherever it can hold a text."""

from __future__ import annotations

import base64
import json
from typing import Any, NamedTuple

PATHS = {
    "chat": "/v1/chat/completions",
    "responses": "/v1/responses",
    "messages": "/v1/messages",
}
REPLIES = ("text", "tool", "schema")


class Planted(NamedTuple):
    """Texts with canaries, one for each place.

    Attributes:
        system, said, answered, result, asked: of the turns of the conversation.
        given: what a tool was given.
        described, choice: of a tool that is offered.
        file, file_name: of an attachment.
        user: in the field that names the end user.
    """

    system: str
    said: str
    answered: str
    result: str
    asked: str
    given: str
    described: str
    choice: str
    file: str
    file_name: str
    user: str


def planted(texts: list[str]) -> Planted:
    """The texts over all places; the first of them once more in the last message."""
    parts = [
        " ; ".join(texts[n :: len(Planted._fields)]) or texts[0]
        for n in range(len(Planted._fields))
    ]
    return Planted(*parts)


def schema(choice: str) -> dict[str, Any]:
    """A schema that the double follows with its first choice."""
    return {
        "type": "object",
        "properties": {"who": {"type": "string", "enum": [choice]}},
        "required": ["who"],
        "additionalProperties": False,
    }


def chat(of: Planted, reply: str) -> dict[str, Any]:
    """A chat completion."""
    call = {
        "id": "call_1",
        "type": "function",
        "function": {"name": "look_up", "arguments": json.dumps({"notes": [{"who": of.given}]})},
    }
    body = {
        "messages": [
            {"role": "system", "content": of.system},
            {"role": "user", "content": [{"type": "text", "text": of.said}, _chat_file(of)]},
            {"role": "assistant", "content": of.answered, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "call_1", "content": json.dumps({"found": of.result})},
            {"role": "user", "content": of.asked},
        ],
        "user": of.user,
        "max_tokens": 9000,
        "tools": [
            {
                "type": "function",
                "function": {
                    "name": "look_up",
                    "description": of.described,
                    "parameters": schema(of.choice),
                },
            }
        ],
        "tool_choice": "auto" if reply == "tool" else "none",
    }
    if reply == "schema":
        form = {"name": "person", "strict": True, "schema": schema(of.choice)}
        body["response_format"] = {"type": "json_schema", "json_schema": form}
    return body


def _chat_file(of: Planted) -> dict[str, Any]:
    return {
        "type": "file",
        "file": {
            "filename": of.file_name,
            "file_data": f"data:text/plain;base64,{_coded(of.file)}",
        },
    }


def responses(of: Planted, reply: str) -> dict[str, Any]:
    """A response."""
    file = {
        "type": "input_file",
        "filename": of.file_name,
        "file_data": f"data:text/plain;base64,{_coded(of.file)}",
    }
    body = {
        "instructions": of.system,
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": of.said}, file]},
            {
                "type": "function_call",
                "call_id": "call_1",
                "name": "look_up",
                "arguments": json.dumps({"notes": [{"who": of.given}]}),
            },
            {
                "type": "function_call_output",
                "call_id": "call_1",
                "output": json.dumps({"found": of.result}),
            },
            {"role": "assistant", "content": of.answered},
            {"role": "user", "content": of.asked},
        ],
        "user": of.user,
        "max_output_tokens": 9000,
        "tools": [
            {
                "type": "function",
                "name": "look_up",
                "description": of.described,
                "parameters": schema(of.choice),
                "strict": True,
            }
        ],
        "tool_choice": "auto" if reply == "tool" else "none",
    }
    if reply == "schema":
        form = {"type": "json_schema", "name": "person", "strict": True}
        body["text"] = {"format": {**form, "schema": schema(of.choice)}}
    return body


def messages(of: Planted, reply: str) -> dict[str, Any]:
    """A message."""
    source = {"type": "base64", "media_type": "text/plain", "data": _coded(of.file)}
    source = {"type": "text", "media_type": "text/plain", "data": of.file}
    body = {
        "max_tokens": 9000,
        "system": [{"type": "text", "text": of.system}],
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": of.said},
                    {"type": "document", "title": of.file_name, "source": source},
                ],
            },
            {
                "role": "assistant",
                "content": [
                    {"type": "text", "text": of.answered},
                    {
                        "type": "tool_use",
                        "id": "toolu_1",
                        "name": "look_up",
                        "input": {"notes": [{"who": of.given}]},
                    },
                ],
            },
            {
                "role": "user",
                "content": [
                    {
                        "type": "tool_result",
                        "tool_use_id": "toolu_1",
                        "content": [{"type": "text", "text": of.result}],
                    }
                ],
            },
            {"role": "assistant", "content": "I have looked."},
            {"role": "user", "content": of.asked},
        ],
        "metadata": {"user_id": of.user},
        "tools": [
            {
                "name": "look_up",
                "description": of.described,
                "input_schema": schema(of.choice),
            }
        ],
        "tool_choice": {"type": "auto" if reply == "tool" else "none"},
    }
    if reply == "schema":
        body["output_config"] = {"format": {"type": "json_schema", "schema": schema(of.choice)}}
    return body


BODIES = {"chat": chat, "responses": responses, "messages": messages}


def said(surface: str, raw: bytes, *, stream: bool) -> tuple[str, str]:
    """Text and tool-call arguments of a reply."""
    if stream:
        events = [
            json.loads(line[5:])
            for line in raw.split(b"\n")
            if line[:6] in (b"data: ",) and line[6:] != b"[DONE]"
        ]
        return _STREAMS[surface](events)
    return _WHOLE[surface](json.loads(raw))


def _chat_whole(body: Any) -> tuple[str, str]:
    message = body["choices"][0]["message"]
    calls = message.get("tool_calls") or []
    return message.get("content") or "", "".join(c["function"]["arguments"] for c in calls)


def _chat_stream(events: Any) -> tuple[str, str]:
    text, arguments = "", ""
    for event in events:
        for choice in event["choices"]:
            delta = choice["delta"]
            text += delta.get("content") or ""
            for call in delta.get("tool_calls") or ():
                arguments += call["function"].get("arguments") or ""
    return text, arguments


def _responses_whole(body: Any) -> tuple[str, str]:
    text, arguments = "", ""
    for item in body["output"]:
        if item["type"] == "message":
            text += "".join(part.get("text", "") for part in item["content"])
        arguments += item.get("arguments", "")
    return text, arguments


def _responses_stream(events: Any) -> tuple[str, str]:
    pieces = {"response.output_text.delta": "", "response.function_call_arguments.delta": ""}
    whole = None
    for event in events:
        if event["type"] in pieces:
            pieces[event["type"]] += event["delta"]
        if event["type"] == "response.completed":
            whole = _responses_whole(event["response"])
    streamed = tuple(pieces.values())
    assert whole == streamed, "the pieces and the whole differ"
    return streamed


def _messages_whole(body: Any) -> tuple[str, str]:
    text = "".join(block["text"] for block in body["content"] if block["type"] == "text")
    given = [json.dumps(b["input"]) for b in body["content"] if b["type"] == "tool_use"]
    return text, "".join(given)


def _messages_stream(events: Any) -> tuple[str, str]:
    text, arguments = "", ""
    for event in events:
        delta = event.get("delta", {})
        text += delta.get("text", "")
        arguments += delta.get("partial_json", "")
    return text, arguments


_WHOLE = {"chat": _chat_whole, "responses": _responses_whole, "messages": _messages_whole}
_STREAMS = {"chat": _chat_stream, "responses": _responses_stream, "messages": _messages_stream}


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
