"""Originals put back into the events of a stream that stays in OpenAI's responses."""

from __future__ import annotations

from typing import NamedTuple

from bernard.errors import ModelFailed
from bernard.wire.failure import kind_of, said_failure
from bernard.wire.types import Body, Event, Restore


class _Run(NamedTuple):
    """A run of text that comes in pieces, and then whole in the field `whole`."""

    name: str
    place: str
    whole: str
    json: bool = False


_RUNS = {
    "response.output_text": _Run("text", "content_index", "text"),
    "response.refusal": _Run("refusal", "content_index", "refusal"),
    "response.reasoning_text": _Run("thought", "content_index", "text"),
    "response.reasoning_summary_text": _Run("summary", "summary_index", "text"),
    "response.function_call_arguments": _Run("arguments", "output_index", "arguments", True),
    "response.mcp_call_arguments": _Run("arguments", "output_index", "arguments", True),
    "response.custom_tool_call_input": _Run("input", "output_index", "input"),
    "response.code_interpreter_call_code": _Run("code", "output_index", "code"),
}
_PIECES = {f"{kind}.delta": run for kind, run in _RUNS.items()}
_WHOLES = {f"{kind}.done": (f"{kind}.delta", run) for kind, run in _RUNS.items()}


def restore_event(event: Event, restore: Restore) -> list[Event]:
    """The event with originals back; before the whole of a text, what was held back of its pieces.

    Raises:
        ModelFailed: it does not fit its kind, or says an error.
    """
    data = event.data
    if data is None:
        return [event]
    kind = kind_of(data)
    run = _PIECES.get(kind)
    try:
        if run is not None:
            key = (data["output_index"], run.name, data.get(run.place, 0))
            data["delta"] = restore.channel(key, json=run.json).feed(data["delta"])
            return [event]
        if kind in _WHOLES:
            return [*_whole(data, restore), event]
    except (AttributeError, TypeError, KeyError) as error:
        raise ModelFailed(f"The model's stream holds a {kind} that cannot be read.") from error
    if kind == "error":
        raise said_failure(data.get("error") or data)
    if kind == "response.failed":
        response = data.get("response")
        raise said_failure(response.get("error") if isinstance(response, dict) else None)
    return [Event(event.name, restore.tree(data))]


def _whole(data: Body, restore: Restore) -> list[Event]:
    kind, run = _WHOLES[data["type"]]
    place = data.get(run.place, 0)
    held = restore.finish(data["output_index"], run.name, place)
    events = []
    for _, text in held:
        piece: Body = {"type": kind, "output_index": data["output_index"], "delta": text}
        piece.update({k: data[k] for k in _SAME if k in data})
        events.append(Event(kind, piece))
    data[run.whole] = restore.text(data[run.whole], json=run.json)
    return events


_SAME = ("item_id", "content_index", "summary_index", "sequence_number", "logprobs")
