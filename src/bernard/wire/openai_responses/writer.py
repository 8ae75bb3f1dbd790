"""Streams of responses as a client is given them."""

from __future__ import annotations

import time

from bernard.errors import ModelFailed
from bernard.wire.fold import Fold
from bernard.wire.openai_responses.reply import (
    item,
    item_id,
    new_id,
    said_again,
    text_content,
    write,
)
from bernard.wire.types import Body, ChatCall, Delta, Event, Part, Text, Thinking, ToolCall


class _Item:
    """The output item that is open."""

    __slots__ = ("id", "index", "part")

    def __init__(self, item_id_: str, index: int, part: int) -> None:
        self.id = item_id_
        self.index = index
        self.part = part


class Writer:
    """Writes one stream as events: items one after the other, each said again when it is whole."""

    def __init__(self, call: ChatCall) -> None:
        """Start a stream that answers this call."""
        self._call = call
        self._id = ""
        self._model = call.model
        self._created = int(time.time())
        self._number = -1
        self._items = 0
        self._open: _Item | None = None
        self._folded = Fold()

    def feed(self, delta: Delta) -> list[Event]:
        """The events that say this piece."""
        events = [] if self._id else self._start(delta)
        if delta.choice:
            return events
        if delta.tool_name and delta.signature:
            events += self._seal(delta.signature)
        self._folded.take(delta)
        if not (delta.text or delta.thinking or delta.tool_name or delta.arguments):
            if delta.signature:
                events += self._into(delta.part, Thinking("", delta.signature))
            return events
        if delta.thinking:
            events += self._into(delta.part, Thinking(delta.thinking, delta.signature))
            events.append(self._piece("response.reasoning_summary_text.delta", delta.thinking))
        elif delta.text:
            events += self._into(delta.part, Text(""))
            events.append(self._piece("response.output_text.delta", delta.text))
        else:
            events += self._arguments(delta)
        return events

    def finish(self) -> list[Event]:
        """The events that end the stream, the last with the whole response."""
        events = [] if self._id else self._start(Delta())
        events += self._close()
        folded = self._folded.reply()
        body = {**write(folded, self._call), **self._same()}
        whole = body["status"] == "completed"
        kind = "response.completed" if whole else "response.incomplete"
        return [*events, self._event(kind, {"response": body})]

    def _same(self) -> Body:
        return {"id": self._id, "model": self._model, "created_at": self._created}

    def _start(self, delta: Delta) -> list[Event]:
        self._id = delta.id or new_id()
        self._folded.id = self._id
        self._model = delta.model or self._model
        body = said_again(self._id, self._model, self._created, self._call)
        return [
            self._event("response.created", {"response": body}),
            self._event("response.in_progress", {"response": body}),
        ]

    def _arguments(self, delta: Delta) -> list[Event]:
        if delta.tool_name:
            events = self._into(delta.part, ToolCall(delta.tool_id, delta.tool_name, ""))
        elif self._open is None or self._open.part != delta.part:
            raise ModelFailed("The model's stream mixes the arguments of tool calls. Try again.")
        else:
            events = []
        if delta.arguments:
            kind = "response.function_call_arguments.delta"
            events.append(self._piece(kind, delta.arguments))
        return events

    def _seal(self, signature: str) -> list[Event]:
        """An item for the signature of the tool call after it."""
        seal = Thinking("", signature)
        return [*self._begin(-1, seal), *self._end(seal)]

    def _into(self, number: int, part: Part) -> list[Event]:
        """The events after which an item of this part is open."""
        if self._open is not None and self._open.part == number:
            return []
        return [*self._close(), *self._begin(number, part)]

    def _begin(self, number: int, part: Part) -> list[Event]:
        events = self._close()
        self._open = _Item(item_id(part, self._id, self._items), self._items, number)
        self._items += 1
        if isinstance(part, Text):
            shown = {**item(part, self._open.id, "in_progress"), "content": []}
        elif isinstance(part, ToolCall):
            shown = item(part, self._open.id, "in_progress")
        else:
            shown = item(Thinking(""), self._open.id, "in_progress")
        added = {"output_index": self._open.index, "item": shown}
        events.append(self._event("response.output_item.added", added))
        if isinstance(part, Text):
            said = {"content_index": 0, "part": text_content("")}
            events.append(self._said("response.content_part.added", said))
        elif isinstance(part, Thinking) and part.text:
            said = {"summary_index": 0, "part": {"type": "summary_text", "text": ""}}
            events.append(self._said("response.reasoning_summary_part.added", said))
        return events

    def _close(self) -> list[Event]:
        if self._open is None:
            return []
        return self._end(self._folded.part(0, self._open.part))

    def _end(self, part: Part) -> list[Event]:
        """The events that say again the whole of an item."""
        assert self._open is not None
        events = []
        if isinstance(part, Text):
            text: Body = {"content_index": 0, "text": part.text, "logprobs": []}
            events.append(self._said("response.output_text.done", text))
            said: Body = {"content_index": 0, "part": text_content(part.text)}
            events.append(self._said("response.content_part.done", said))
        elif isinstance(part, ToolCall):
            said = {"arguments": part.arguments, "name": part.name}
            events.append(self._said("response.function_call_arguments.done", said))
        elif isinstance(part, Thinking) and part.text:
            said = {"summary_index": 0, "text": part.text}
            events.append(self._said("response.reasoning_summary_text.done", said))
            summary = {"type": "summary_text", "text": part.text}
            said = {"summary_index": 0, "part": summary}
            events.append(self._said("response.reasoning_summary_part.done", said))
        done = {
            "output_index": self._open.index,
            "item": item(part, self._open.id, "completed"),
        }
        events.append(self._event("response.output_item.done", done))
        self._open = None
        return events

    def _piece(self, kind: str, text: str) -> Event:
        said: Body = {"delta": text}
        if kind == "response.output_text.delta":
            said.update(content_index=0, logprobs=[])
        elif kind == "response.reasoning_summary_text.delta":
            said["summary_index"] = 0
        return self._said(kind, said)

    def _said(self, kind: str, said: Body) -> Event:
        """An event about the open item."""
        assert self._open is not None
        return self._event(
            kind, {"item_id": self._open.id, "output_index": self._open.index, **said}
        )

    def _event(self, kind: str, data: Body) -> Event:
        self._number += 1
        return Event(kind, {"type": kind, "sequence_number": self._number, **data})
