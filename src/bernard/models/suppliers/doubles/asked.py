"""What the double makes of a request in any dialect, and what it says to it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from bernard.wire.types import Body


class Asked(msgspec.Struct, frozen=True):
    """A chat request, read.

    Attributes:
        text: of the last message.
        prompt: all the text there is, for counting.
        tools: name and parameters of each tool.
        forced: the name of the tool that must be called, `any`, `none`, or empty.
        schema: that the reply must follow.
        answered: the last message is a tool's result.
    """

    text: str
    prompt: str
    tools: tuple[tuple[str, Body], ...] = ()
    forced: str = ""
    schema: Body | None = None
    answered: bool = False
    max_tokens: int = 0


class Said(msgspec.Struct, frozen=True):
    """A reply, in no dialect: text, or a tool call whose `arguments` are JSON text."""

    text: str = ""
    tool: str = ""
    arguments: str = ""
    cut: bool = False
    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def stop(self) -> str:
        """Why it ends: end, tool or length."""
        return "tool" if self.tool else "length" if self.cut else "end"


Answer = Callable[[Asked], str]


def echo(asked: Asked) -> str:
    """The last message back, to see what arrived."""
    return asked.text


def reply(asked: Asked, answer: Answer | str) -> Said:
    """What the double says.

    It calls the first tool that it is offered, unless told not to or given its result; to a schema
    it gives an example; else it gives the answer, cut at `max_tokens` words.
    """
    prompt_tokens = _words(asked.prompt)
    tool = _tool(asked)
    if tool:
        arguments = msgspec.json.encode(example(tool[1])).decode()
        return Said("", tool[0], arguments, False, prompt_tokens, _words(arguments))
    if asked.schema is not None:
        text = msgspec.json.encode(example(asked.schema)).decode()
    else:
        text = answer(asked) if callable(answer) else answer
    words = text.split(" ")
    cut = 0 < asked.max_tokens < len(words)
    text = " ".join(words[: asked.max_tokens]) if cut else text
    return Said(text, cut=cut, prompt_tokens=prompt_tokens, completion_tokens=_words(text))


def example(schema: Any) -> Any:
    """A value that follows a JSON Schema: the first choice, the shortest list, plain words."""
    if not isinstance(schema, dict):
        return "example"
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    for word in ("anyOf", "oneOf", "allOf"):
        if schema.get(word):
            return example(schema[word][0])
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = str(kind[0] if isinstance(kind, list) else kind).lower()
    if kind == "object":
        return {name: example(of) for name, of in schema.get("properties", {}).items()}
    if kind == "array":
        return [example(schema.get("items", {}))]
    return {"integer": 1, "number": 1.5, "boolean": True, "null": None}.get(kind, "example")


def pieces(text: str, size: int) -> Iterator[str]:
    """The text in pieces of so many characters; word by word for 0."""
    if size:
        yield from (text[start : start + size] for start in range(0, len(text), size))
        return
    for number, word in enumerate(text.split(" ")):
        yield word if number == 0 else f" {word}"


def vector(text: str, dimensions: int) -> list[float]:
    """A vector of length 1 that is always the same for a text."""
    seed = hashlib.shake_256(text.encode("utf-8", "replace")).digest(2 * dimensions)
    found = [int.from_bytes(seed[2 * i : 2 * i + 2], "big") - 32_767.5 for i in range(dimensions)]
    length = sum(number * number for number in found) ** 0.5
    return [number / length for number in found]


def text_of(content: Any) -> str:
    """All text in a message's content, whatever its shape."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(filter(None, map(text_of, content)))
    if isinstance(content, dict):
        found = (content.get(field) for field in ("text", "content", "output", "parts", "response"))
        return "\n".join(filter(None, (text_of(value) for value in found if value is not None)))
    return ""


def _tool(asked: Asked) -> tuple[str, Body] | None:
    if not asked.tools or asked.forced == "none" or (asked.answered and asked.forced != "any"):
        return None
    named = (tool for tool in asked.tools if tool[0] == asked.forced)
    return next(named, asked.tools[0])


def _words(text: str) -> int:
    return len(text.split())
