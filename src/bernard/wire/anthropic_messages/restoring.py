"""Originals put back into the events of a stream that stays in Anthropic's messages."""

from __future__ import annotations

from bernard.errors import ModelFailed
from bernard.wire.failure import kind_of, said_failure
from bernard.wire.types import Body, Event, Restore

_FIELDS = {
    "text_delta": ("text", False),
    "thinking_delta": ("thinking", False),
    "input_json_delta": ("partial_json", True),
}
_BLOCKS = {"text": ("text_delta", "text"), "thinking": ("thinking_delta", "thinking")}


def restore_event(event: Event, restore: Restore) -> list[Event]:
    """The event with originals back; before the end of a block, what was held back of it.

    Raises:
        ModelFailed: it does not fit its kind, or says an error.
    """
    data = event.data
    if data is None:
        return [event]
    kind = kind_of(data)
    try:
        if kind == "content_block_delta":
            return _delta(event, data, restore)
        if kind == "content_block_stop":
            return [*_held(data["index"], restore), event]
        if kind == "content_block_start":
            return [Event(event.name, _start(data, restore))]
    except (AttributeError, TypeError, KeyError) as error:
        raise ModelFailed(f"The model's stream holds a {kind} that cannot be read.") from error
    if kind == "error":
        raise said_failure(data.get("error"))
    if kind in ("ping", "message_stop"):
        return [event]
    return [Event(event.name, restore.tree(data))]


def _delta(event: Event, data: Body, restore: Restore) -> list[Event]:
    delta = data["delta"]
    kind = delta["type"]
    found = _FIELDS.get(kind)
    if found is None:
        return [event if kind == "signature_delta" else Event(event.name, restore.tree(data))]
    field, json = found
    delta[field] = restore.channel((data["index"], kind), json=json).feed(delta[field])
    return [event]


def _held(index: int, restore: Restore) -> list[Event]:
    events = []
    for key, text in restore.finish(index):
        kind = str(key[1])
        delta = {"type": kind, _FIELDS[kind][0]: text}
        data = {"type": "content_block_delta", "index": index, "delta": delta}
        events.append(Event("content_block_delta", data))
    return events


def _start(data: Body, restore: Restore) -> Body:
    """The start of a block, whose text may already be there."""
    block = data["content_block"]
    found = _BLOCKS.get(block["type"])
    if found is None:
        return restore.tree(data)
    kind, field = found
    if block.get(field):
        block[field] = restore.channel((data["index"], kind), json=False).feed(block[field])
    return data
