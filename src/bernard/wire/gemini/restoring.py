"""Originals put back into the events of a stream that stays in Gemini's dialect."""

from __future__ import annotations

from bernard.errors import ModelFailed
from bernard.wire.failure import said_failure
from bernard.wire.types import Body, Event, Restore


def restore_event(event: Event, restore: Restore) -> list[Event]:
    """The event with originals back; what was held back stands in it where its run ends.

    Raises:
        ModelFailed: it is no reply, or says an error.
    """
    data = event.data
    if data is None:
        return [event]
    if data.get("error"):
        raise said_failure(data["error"])
    try:
        for candidate in data.get("candidates") or ():
            _restore(candidate, restore)
            _restore_rest(candidate, restore)
    except (AttributeError, TypeError, KeyError) as error:
        raise ModelFailed("The model's stream holds an event that cannot be read.") from error
    return [event]


def _restore(candidate: Body, restore: Restore) -> None:
    index = candidate.get("index", 0)
    content = candidate.get("content")
    parts: list[Body] = []
    for part in (content.get("parts") if content else None) or ():
        _part(part, index, parts, restore)
    if candidate.get("finishReason"):
        parts += _held(restore, index)
    if content:
        content["parts"] = parts
    elif parts:
        candidate["content"] = {"role": "model", "parts": parts}


def _restore_rest(candidate: Body, restore: Restore) -> None:
    """What comes whole beside the content: where it is from, what it cites."""
    for name, value in candidate.items():
        if (type(value) is list or type(value) is dict) and name != "content":
            candidate[name] = restore.tree({name: value})[name]


def _part(part: Body, index: int, parts: list[Body], restore: Restore) -> None:
    text = part.get("text")
    if type(text) is not str:
        parts += _held(restore, index)
        parts.append(restore.tree(part))
        return
    kind, other = ("thought", "text") if part.get("thought") else ("text", "thought")
    parts += _held(restore, index, other)
    part["text"] = restore.channel((index, kind), json=False).feed(text)
    parts.append(part)


def _held(restore: Restore, *key: int | str) -> list[Body]:
    return [
        {"text": text, "thought": True} if found[1] == "thought" else {"text": text}
        for found, text in restore.finish(*key)
    ]
