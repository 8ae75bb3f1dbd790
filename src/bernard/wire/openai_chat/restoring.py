"""Originals put back into the chunks of a stream that stays in OpenAI's chat."""

from __future__ import annotations

from typing import Any

from bernard.errors import ModelFailed
from bernard.wire.failure import said_failure
from bernard.wire.types import Body, Event, Restore

_TEXTS = ("content", "reasoning_content", "reasoning", "refusal")
# What is put back piece by piece; anything else in a chunk comes whole, such as citations.
_IN_PIECES = frozenset({*_TEXTS, "tool_calls", "function_call", "delta"})

# Index, delta and finish_reason: most choices have no more.
_USUAL = 3


def restore_event(event: Event, restore: Restore) -> list[Event]:
    """The chunk with originals back; before the end of an answer, what was held back of it.

    Raises:
        ModelFailed: it is no chunk, or says an error.
    """
    data = event.data
    if data is None:
        return [event]
    choices = data.get("choices")
    if type(choices) is not list:
        if data.get("error"):
            raise said_failure(data["error"])
        return [event] if choices is None else _unreadable()
    before: list[Event] = []
    for choice in choices:
        try:
            index = choice.get("index", 0)
            delta = choice.get("delta")
            if delta:
                _restore_delta(delta, index, restore)
            if len(choice) > _USUAL:
                _restore_rest(choice, restore)
            if choice.get("finish_reason") is not None:
                before += _held(data, index, restore)
        except (AttributeError, TypeError, KeyError, ValueError) as error:
            raise ModelFailed("The model's stream holds a chunk that cannot be read.") from error
    return [*before, event] if before else [event]


def _restore_delta(delta: Body, index: int, restore: Restore) -> None:
    text = delta.get("content")
    if text and type(text) is str:
        delta["content"] = restore.channel((index, "content"), json=False).feed(text)
        if len(delta) == 1:
            return
    elif text:
        delta["content"] = restore.tree({"content": text})["content"]
    for name in _TEXTS[1:]:
        if (text := delta.get(name)) and type(text) is str:
            delta[name] = restore.channel((index, name), json=False).feed(text)
    for call in delta.get("tool_calls") or ():
        _restore_call(call.get("function"), (index, "tool_calls", call.get("index") or 0), restore)
    _restore_call(delta.get("function_call"), (index, "function_call"), restore)
    _restore_rest(delta, restore)


def _restore_rest(holder: Body, restore: Restore) -> None:
    """Lists and objects that come whole."""
    for name, value in holder.items():
        if (type(value) is list or type(value) is dict) and name not in _IN_PIECES:
            holder[name] = restore.tree({name: value})[name]


def _restore_call(function: Any, key: tuple[int | str, ...], restore: Restore) -> None:
    text = function.get("arguments") if function else None
    if type(text) is str:
        function["arguments"] = restore.channel(key, json=True).feed(text)
    elif text:
        function["arguments"] = restore.tree(text)


def _held(data: Body, index: int, restore: Restore) -> list[Event]:
    """A chunk for each run of the answer that still holds text back."""
    chunks = []
    for key, text in restore.finish(index):
        piece = {"index": index, "delta": _delta(key, text), "finish_reason": None}
        chunks.append(Event("", {**data, "choices": [piece], "usage": None}))
    return chunks


def _delta(key: tuple[int | str, ...], text: str) -> Body:
    name = str(key[1])
    if name == "tool_calls":
        return {"tool_calls": [{"index": key[2], "function": {"arguments": text}}]}
    if name == "function_call":
        return {"function_call": {"arguments": text}}
    return {name: text}


def _unreadable() -> list[Event]:
    raise ModelFailed("The model's stream holds a chunk whose choices are no list.")
