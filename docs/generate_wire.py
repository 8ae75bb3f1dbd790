"""What cog puts into the page on dialects: each table is what the code does when it is tried."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import astuple, replace

from bernard.errors import Untranslatable
from bernard.wire.leftover import ANY, HARMLESS
from bernard.wire.registry import DIALECTS
from bernard.wire.types import (
    ChatCall,
    ChatReply,
    Choice,
    Dialect,
    File,
    Format,
    Image,
    Text,
    Thinking,
    Tool,
    ToolCall,
    ToolResult,
    Turn,
    Usage,
)

_ASK = Turn("user", (Text("hello"),))
_TOOL = Tool("look", {"type": "object", "properties": {}}, "Looks.", True)
_USED = Turn("assistant", (ToolCall("c1", "look", "{}"), ToolCall("c2", "look", "{}")))
_SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}
_CALL = ChatCall("gemini-3", (_ASK,), max_tokens=100)


def _results(first: ToolResult) -> tuple[Turn, ...]:
    second = ToolResult("c2", (Text("b"),))
    return (_ASK, _USED, Turn("tool", (first,)), Turn("tool", (second,)))


_CALLS: Mapping[str, ChatCall] = {
    "system message at the start": replace(_CALL, turns=(Turn("system", (Text("s"),)), _ASK)),
    "system message later": replace(_CALL, turns=(_ASK, Turn("system", (Text("s"),)), _ASK)),
    "picture inline": replace(_CALL, turns=(Turn("user", (Image("image/png", "AAAA"),)),)),
    "picture at a URL": replace(
        _CALL, turns=(Turn("user", (Image(url="https://example.gov.uk/a.png"),)),)
    ),
    "PDF inline": replace(
        _CALL, turns=(Turn("user", (File("application/pdf", "JVBERg==", "a.pdf"),)),)
    ),
    "other file inline": replace(
        _CALL, turns=(Turn("user", (File("application/msword", "AAAA", "a.doc"),)),)
    ),
    "file at a URL": replace(
        _CALL,
        turns=(Turn("user", (File("application/pdf", "", "", "https://example.gov.uk/a.pdf"),)),),
    ),
    "name of a speaker": replace(_CALL, turns=(Turn("user", (Text("hello"),), "ann"),)),
    "tools": replace(_CALL, tools=(replace(_TOOL, strict=None),)),
    "strict tools": replace(_CALL, tools=(_TOOL,)),
    "one tool forced": replace(
        _CALL, tools=(replace(_TOOL, strict=None),), tool_choice="tool:look"
    ),
    "no parallel calls": replace(_CALL, tools=(replace(_TOOL, strict=None),), parallel_tools=False),
    "results of parallel calls": replace(_CALL, turns=_results(ToolResult("c1", (Text("a"),)))),
    "result that is an error": replace(_CALL, turns=_results(ToolResult("c1", (Text("a"),), True))),
    "result with a picture": replace(
        _CALL, turns=_results(ToolResult("c1", (Text("a"), Image("image/png", "AAAA"))))
    ),
    "reply as JSON of a schema": replace(_CALL, format=Format(_SCHEMA)),
    "reply as JSON of any kind": replace(_CALL, format=Format()),
    "effort": replace(_CALL, effort="high"),
    "tokens to think with": replace(_CALL, thinking_tokens=2048),
    "temperature to 1": replace(_CALL, temperature=0.5),
    "temperature over 1": replace(_CALL, temperature=1.5),
    "`top_p`": replace(_CALL, top_p=0.5),
    "`top_k`": replace(_CALL, top_k=5),
    "`seed`": replace(_CALL, seed=5),
    "stop sequences": replace(_CALL, stop=("END",)),
    "frequency and presence penalty": replace(_CALL, frequency_penalty=0.5, presence_penalty=0.5),
    "several answers (`n`)": replace(_CALL, choices=2),
    "`logprobs`": replace(_CALL, extra={"logprobs": True}),
    "id of a user": replace(_CALL, user="u-1"),
}

_REPLY = ChatReply("id-1", "m", (Choice((Text("a"),)),))
_REPLIES: Mapping[str, ChatReply] = {
    "text": _REPLY,
    "parallel tool calls": replace(_REPLY, choices=(Choice(_USED.parts, "tool_call"),)),
    "text after a tool call": replace(
        _REPLY, choices=(Choice((*_USED.parts, Text("a")), "tool_call"),)
    ),
    "thinking": replace(_REPLY, choices=(Choice((Thinking("t"), Text("a"))),)),
    "signature of thinking": replace(
        _REPLY, choices=(Choice((Thinking("t", "anthropic:s"), Text("a"))),)
    ),
    "signature of a tool call": replace(
        _REPLY, choices=(Choice((ToolCall("c", "f", "{}", "gemini:s"),), "tool_call"),)
    ),
    "which stop sequence was met": replace(_REPLY, choices=(Choice((Text("a"),), "stop", "END"),)),
    "cut at the limit of tokens": replace(_REPLY, choices=(Choice((Text("a"),), "length"),)),
    "stopped by a filter": replace(_REPLY, choices=(Choice((Text("a"),), "filtered"),)),
    "tokens from the cache": replace(_REPLY, usage=Usage(5, 2, 3)),
    "tokens of thinking": replace(_REPLY, usage=Usage(5, 2, 0, 1)),
    "several answers": replace(_REPLY, choices=(_REPLY.choices[0],) * 2),
}


def calls() -> str:
    """What of a call each dialect can say."""
    return _table("In a call", {name: _said(call) for name, call in _CALLS.items()})


def replies() -> str:
    """What of a reply each dialect can say."""
    return _table("In a reply", {name: _answered(reply) for name, reply in _REPLIES.items()})


def harmless() -> str:
    """The fields that may be left out."""
    lines = ["| Field | Left out where it is |", "|---|---|"]
    for name, values in sorted(HARMLESS.items()):
        said = "anything" if values is ANY else ", ".join(f"`{value}`" for value in values)
        lines.append(f"| `{name}` | {said} |")
    return "\n".join(lines) + "\n"


def _table(title: str, rows: Mapping[str, list[str]]) -> str:
    lines = [f"| {title} | {' | '.join(f'`{name}`' for name in DIALECTS)} |"]
    lines.append("|---" * (len(DIALECTS) + 1) + "|")
    lines += [f"| {name} | {' | '.join(cells)} |" for name, cells in rows.items()]
    return "\n".join(lines) + "\n"


def _said(call: ChatCall) -> list[str]:
    return [_said_in(dialect, call) for dialect in DIALECTS.values()]


def _said_in(dialect: Dialect, call: ChatCall) -> str:
    try:
        body = dialect.write_request(call)
    except Untranslatable:
        return "no"
    plain = dialect.write_request(_CALL)
    if body == plain:
        return "left out"
    again, call = _loose(dialect.read_request(body)), _loose(call)
    changed = [f for f in call.__struct_fields__ if getattr(call, f) != getattr(_CALL, f)]
    same = all(getattr(again, field) == getattr(call, field) for field in changed)
    return "yes" if same else "in other words"


def _loose(call: ChatCall) -> ChatCall:
    """The call with "not strict" for what does not say whether it is."""
    tools = tuple(replace(tool, strict=bool(tool.strict)) for tool in call.tools)
    form = replace(call.format, strict=bool(call.format.strict)) if call.format else None
    return replace(call, tools=tools, format=form)


def _answered(reply: ChatReply) -> list[str]:
    cells = []
    for dialect in DIALECTS.values():
        again = replace(dialect.read_reply(dialect.write_reply(reply)), created=0)
        all_there = len(again.choices) == len(reply.choices) and _words(reply) <= _words(again)
        cells.append("yes" if again == reply else "in other words" if all_there else "no")
    return cells


def _words(reply: ChatReply) -> set[str]:
    """Every text in the parts of a reply, whatever the part is."""
    return {
        value
        for choice in reply.choices
        for part in choice.parts
        for value in astuple(part)
        if isinstance(value, str)
    }
