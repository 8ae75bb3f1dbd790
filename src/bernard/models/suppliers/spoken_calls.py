"""Tool calls that a small model says as JSON text, made into tool calls.

Models of a few hundred million parameters write `{"name": ..., "arguments": {...}}`, in a fence or bare,
where the engine's reader expects tags around it. A reply that is nothing but calls of offered tools
is one; all other text is passed on as it is. Where a call is demanded, the engine is held to the
form of one, so that it cannot say anything else.
"""

from __future__ import annotations

import secrets
from collections.abc import Generator, Iterable, Mapping
from typing import Any

import msgspec

from bernard.wire.types import Body

_BEGINNINGS = ("{", "[", "```json", "```\n", "<tool_call>")
_MARKS = ("<tool_call>", "</tool_call>", "```json", "```")


def with_calls(body: Body) -> tuple[Body, frozenset[str]]:
    """The body as the engine should have it, and the names of tools to look for in its reply."""
    tools = body.get("tools")
    if not tools:
        return body, frozenset()
    choice = body.get("tool_choice")
    if choice == "none":
        # The engine would show them to the model all the same.
        return {k: v for k, v in body.items() if k not in ("tools", "tool_choice")}, frozenset()
    named = choice.get("function", {}).get("name") if isinstance(choice, dict) else ""
    if named:
        tools = [tool for tool in tools if _function(tool).get("name") == named] or tools
    names = frozenset(str(_function(tool).get("name", "")) for tool in tools)
    if named or choice == "required":
        form = {"name": "call", "strict": True, "schema": {"anyOf": [_form(t) for t in tools]}}
        body = {k: v for k, v in body.items() if k != "tool_choice"} | {
            "tools": tools,
            "response_format": {"type": "json_schema", "json_schema": form},
        }
    return body, names


def heard(chunks: Iterable[Body], names: frozenset[str]) -> Generator[Body, None, None]:
    """The chunks of a reply with calls of these tools in their place."""
    held: list[Body] = []
    text = ""
    listening = bool(names)
    for chunk in chunks:
        if not listening:
            yield chunk
            continue
        delta, reason = _said(chunk)
        if delta.get("tool_calls"):
            listening = False
            yield from (*held, chunk)
        elif delta.get("content"):
            held.append(chunk)
            text += delta["content"]
            if not _may_be_calls(text):
                listening = False
                yield from held
        elif reason and held:
            listening = False
            calls = read_calls(text, names) if reason == "stop" else []
            yield from _as_calls(chunk, calls) if calls else (*held, chunk)
        else:
            yield chunk


def read_calls(text: str, names: frozenset[str]) -> list[tuple[str, str]]:
    """The name and the arguments of each call, where the text is calls and nothing else."""
    for mark in _MARKS:
        text = text.replace(mark, "\n")
    found = []
    for value in _values(text.strip()):
        arguments = value.get("arguments", value.get("parameters"))
        if value.get("name") not in names or not isinstance(arguments, dict):
            return []
        found.append((value["name"], msgspec.json.encode(arguments).decode()))
    return found


def _values(text: str) -> list[Body]:
    """The objects in the text: one, a list of them, or one a line. None if there is more to it."""
    for candidate in (text, f"[{','.join(filter(str.strip, text.splitlines()))}]"):
        try:
            found = msgspec.json.decode(candidate)
        except (msgspec.DecodeError, RecursionError):
            continue
        values = found if isinstance(found, list) else [found]
        if all(isinstance(value, dict) for value in values):
            return values
    return []


def _may_be_calls(text: str) -> bool:
    begun = text.lstrip()
    return any(begun.startswith(b) or b.startswith(begun) for b in _BEGINNINGS)


def _as_calls(last: Body, calls: list[tuple[str, str]]) -> Generator[Body, None, None]:
    said = [
        {
            "index": index,
            "id": f"call_{secrets.token_hex(12)}",
            "type": "function",
            "function": {"name": name, "arguments": arguments},
        }
        for index, (name, arguments) in enumerate(calls)
    ]
    yield {**last, "choices": [{"index": 0, "delta": {"tool_calls": said}, "finish_reason": None}]}
    yield {**last, "choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}


def _said(chunk: Body) -> tuple[Mapping[str, Any], str]:
    for choice in chunk.get("choices") or ():
        return choice.get("delta") or {}, choice.get("finish_reason") or ""
    return {}, ""


def _function(tool: Any) -> Mapping[str, Any]:
    function = tool.get("function") if isinstance(tool, dict) else None
    return function if isinstance(function, dict) else {}


def _form(tool: Any) -> Body:
    function = _function(tool)
    parameters = function.get("parameters") or {"type": "object"}
    return {
        "type": "object",
        "properties": {"name": {"const": function.get("name", "")}, "arguments": parameters},
        "required": ["name", "arguments"],
        "additionalProperties": False,
    }
