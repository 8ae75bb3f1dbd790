"""What a request holds, read from its body: whose words, which tools, anything nobody can read.

Parts of a message carry where they came from. A system prompt is the service's; what a person wrote
is theirs; what a tool or a document brought in comes from somebody whom nobody vouches for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bernard.wire.types import Body

Holder = tuple[dict[str, Any], str]

# Kinds of part, in all dialects, that bring in what neither the service nor the person wrote.
_BROUGHT_IN = frozenset(
    {
        "tool_result",
        "function_call_output",
        "custom_tool_call_output",
        "document",
        "search_result",
        "file",
        "input_file",
        "image",
        "image_url",
        "input_image",
        "input_audio",
    }
)
UNKNOWN = "unknown"
_OFFERS = frozenset({"tools", "functions", "web_search_options", "mcp_servers"})
_NAME = re.compile(r"[A-Za-z0-9_.:/-]{1,128}")
_TOOL_ROLES = frozenset({"tool", "function"})
_TOOL_PARTS = frozenset({"tool_result", "function_call_output", "custom_tool_call_output"})


def offers_tools(body: Body) -> bool:
    """Whether the model is offered any, by whichever field."""
    return not body.keys().isdisjoint(_OFFERS)


def tool_names(body: Body) -> frozenset[str]:
    """The tools that the model is offered; a supplier's own tool by its type.

    Every field that offers tools is read, since a supplier may look at any of them.
    """
    names: set[str] = set()
    for field in ("tools", "functions"):
        offered = body.get(field)
        if isinstance(offered, list):
            names.update(map(_tool_name, offered))
        elif offered:
            names.add(UNKNOWN)
    if body.get("web_search_options") is not None:
        names.add("web_search")
    if body.get("mcp_servers"):
        names.add("mcp")
    return frozenset(names)


def _tool_name(tool: Any) -> str:
    """Its name, which goes into the log; what cannot be a name may be anything, so it does not."""
    if not isinstance(tool, dict):
        return UNKNOWN
    function = tool.get("function")
    named = function if isinstance(function, dict) else tool
    name = named.get("name") or tool.get("type")
    return name if isinstance(name, str) and _NAME.fullmatch(name) else UNKNOWN


def has_untrusted(body: Body) -> bool:
    """Whether any part came from a tool or a document."""
    for key in ("messages", "input"):
        turns = body.get(key)
        if type(turns) is not list:
            continue
        for turn in turns:
            if type(turn) is dict and (
                _among(turn.get("role"), _TOOL_ROLES)
                or _among(turn.get("type"), _BROUGHT_IN)
                or (type(turn.get("content")) is list and _any_brought_in(turn["content"]))
            ):
                return True
    return False


def _any_brought_in(parts: list[Any]) -> bool:
    return any(type(part) is dict and _among(part.get("type"), _BROUGHT_IN) for part in parts)


def _among(word: Any, words: frozenset[str]) -> bool:
    """Whether it is one of the words; anything may stand in a request, a list too."""
    return type(word) is str and word in words


def wants_json(body: Body) -> bool:
    """Whether the reply is to be JSON, so that its text is escaped as JSON is."""
    text = body.get("text")
    forms = (
        body.get("response_format"),
        text.get("format") if isinstance(text, dict) else None,
        body.get("output_format"),
        body.get("output_config"),
    )
    return any(isinstance(form, dict) and _is_json(form) for form in forms)


def _is_json(form: dict[str, Any]) -> bool:
    kind = form.get("type")
    inner = form.get("format")
    return str(kind).startswith("json") or (isinstance(inner, dict) and _is_json(inner))


def wants_usage(body: Body) -> bool:
    """Whether a chat client asked for the count of tokens at the end of a stream."""
    options = body.get("stream_options")
    return isinstance(options, dict) and bool(options.get("include_usage"))


def untrusted_texts(body: Body) -> Iterator[Holder]:
    """Where each text of a tool or a document stands: the object that holds it, and the key."""
    for turn in _turns(body):
        if _among(turn.get("role"), _TOOL_ROLES):
            yield from _texts(turn, "content")
        elif _among(turn.get("type"), _TOOL_PARTS):
            yield from _texts(turn, "output")
        else:
            for part in _list(turn.get("content")):
                yield from _part_texts(part)


def instruct(body: Body, dialect: str, words: str) -> None:
    """Add an instruction of ours where the dialect has the system's words, before any other."""
    key = {"openai-responses": "instructions", "anthropic-messages": "system"}.get(dialect)
    if key:
        body[key] = _before(words, body.get(key))
    elif isinstance(body.get("messages"), list):
        body["messages"].insert(0, {"role": "system", "content": words})


def _before(words: str, rest: Any) -> Any:
    if isinstance(rest, list):
        return [{"type": "text", "text": words}, *rest]
    return f"{words}\n\n{rest}" if rest else words


def _part_texts(part: dict[str, Any]) -> Iterator[Holder]:
    kind = part.get("type")
    if _among(kind, _TOOL_PARTS):
        yield from _texts(part, "content")
    elif kind in ("document", "search_result"):
        source = part.get("source")
        if isinstance(source, dict) and source.get("type") == "text":
            yield from _texts(source, "data")
        yield from _texts(part, "content")


def _texts(holder: dict[str, Any], key: str) -> Iterator[Holder]:
    value = holder.get(key)
    if isinstance(value, str):
        yield holder, key
    for part in _list(value):
        if isinstance(part.get("text"), str):
            yield part, "text"


def _turns(body: Body) -> Iterator[dict[str, Any]]:
    yield from _list(body.get("messages"))
    yield from _list(body.get("input"))


def _list(value: Any) -> list[dict[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []
