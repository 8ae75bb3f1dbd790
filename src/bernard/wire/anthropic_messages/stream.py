"""Streams of messages: read from a supplier, written for a client."""

from __future__ import annotations

from bernard.errors import ModelFailed
from bernard.wire.anthropic_messages import shapes
from bernard.wire.anthropic_messages.asking import JSON_TOOL
from bernard.wire.anthropic_messages.reply import (
    WRITTEN_REASONS,
    empty_message,
    stopped,
    thinking_block,
    usage,
    written_usage,
)
from bernard.wire.anthropic_messages.request import MARK, REDACTED
from bernard.wire.failure import kind_of, said_failure
from bernard.wire.shape import json_text, read_answer
from bernard.wire.signatures import marked, shown
from bernard.wire.types import Body, ChatCall, Delta, Event, StopReason, Thinking, Usage
from bernard.wire.usage import merged


class Reader:
    """Reads the events of one stream."""

    def __init__(self) -> None:
        """Start a stream."""
        self._usage: Usage | None = None
        self._calls: set[int] = set()
        self._as_text: set[int] = set()

    def feed(self, event: Event) -> list[Delta]:
        """The pieces in this event; events of kinds to come are passed over, as Anthropic asks.

        Raises:
            ModelFailed: it does not fit its kind, or says an error.
        """
        if event.data is None:
            return []
        data = event.data
        kind = kind_of(data)
        if kind == "error":
            raise said_failure(data.get("error"))
        shape = _SHAPES.get(kind)
        if shape is None:
            return []
        said = read_answer(data, shape)
        if isinstance(said, shapes.BlockDelta):
            return self._piece(said)
        if isinstance(said, shapes.BlockStart):
            return self._block(said)
        if isinstance(said, shapes.MessageStart):
            self._usage = usage(said.message.usage)
            return [Delta(id=said.message.id, model=said.message.model)]
        return [self._stop(said)]

    def _stop(self, said: shapes.MessageDelta) -> Delta:
        self._usage = merged(self._usage, usage(said.usage))
        reason = said.delta.stop_reason
        return Delta(
            stop_reason=stopped(reason, bool(self._calls)) if reason else None,
            stop_sequence=said.delta.stop_sequence or "",
            usage=self._usage,
        )

    def _block(self, said: shapes.BlockStart) -> list[Delta]:
        index, block = said.index, said.content_block
        if isinstance(block, shapes.SaidText):
            return [Delta(part=index, text=block.text)] if block.text else []
        if isinstance(block, shapes.SaidThinking):
            signature = marked(block.signature, MARK)
            whole = Delta(part=index, thinking=block.thinking, signature=signature)
            return [whole] if block.thinking or signature else []
        if isinstance(block, shapes.SaidRedacted):
            return [Delta(part=index, signature=marked(block.data, REDACTED))]
        given = json_text(block.input) if block.input else ""
        if block.name == JSON_TOOL:
            self._as_text.add(index)
            return [Delta(part=index, text=given)] if given else []
        self._calls.add(index)
        return [Delta(part=index, tool_id=block.id, tool_name=block.name, arguments=given)]

    def _piece(self, said: shapes.BlockDelta) -> list[Delta]:
        index, piece = said.index, said.delta
        if isinstance(piece, shapes.TextDelta):
            return [Delta(part=index, text=piece.text)]
        if isinstance(piece, shapes.ThinkingDelta):
            return [Delta(part=index, thinking=piece.thinking)]
        if isinstance(piece, shapes.SignatureDelta):
            return [Delta(part=index, signature=marked(piece.signature, MARK))]
        if not isinstance(piece, shapes.InputDelta) or not piece.partial_json:
            return []
        if index in self._as_text:
            return [Delta(part=index, text=piece.partial_json)]
        return [Delta(part=index, arguments=piece.partial_json)]


_SHAPES: dict[str, type[shapes.EventShape]] = {
    "message_start": shapes.MessageStart,
    "content_block_start": shapes.BlockStart,
    "content_block_delta": shapes.BlockDelta,
    "message_delta": shapes.MessageDelta,
}
"""The events that say something; those of other kinds are passed over."""


class Writer:
    """Writes one stream as events: a message of blocks, one after the other."""

    def __init__(self, call: ChatCall) -> None:
        """Start a stream that answers this call."""
        self._model = call.model
        self._begun = False
        self._index = -1
        self._open: tuple[int, str] | None = None
        self._usage = Usage()
        self._reason: StopReason = "end"
        self._sequence = ""

    def feed(self, delta: Delta) -> list[Event]:
        """The events that say this piece."""
        events = [] if self._begun else [self._start(delta)]
        if delta.choice:
            return events
        self._usage = delta.usage or self._usage
        if delta.stop_reason is not None:
            self._reason, self._sequence = delta.stop_reason, delta.stop_sequence
        if delta.tool_name:
            events += self._tool(delta)
        elif delta.thinking or delta.signature:
            events += self._thinking(delta)
        if delta.text:
            events += self._into(delta.part, "text", {"type": "text", "text": ""})
            events.append(self._piece({"type": "text_delta", "text": delta.text}))
        if delta.arguments:
            events.append(self._arguments(delta))
        return events

    def finish(self) -> list[Event]:
        """The events that end the stream."""
        events = [] if self._begun else [self._start(Delta())]
        events += self._close()
        stop = {
            "stop_reason": WRITTEN_REASONS[self._reason],
            "stop_sequence": self._sequence or None,
        }
        usage = written_usage(self._usage)
        return [
            *events,
            _event({"type": "message_delta", "delta": stop, "usage": usage}),
            _event({"type": "message_stop"}),
        ]

    def _start(self, delta: Delta) -> Event:
        self._begun = True
        message = empty_message(delta.id, delta.model or self._model)
        return _event({"type": "message_start", "message": message})

    def _tool(self, delta: Delta) -> list[Event]:
        before = self._sealed(Thinking("", delta.signature)) if delta.signature else []
        block: Body = {"type": "tool_use", "id": delta.tool_id, "name": delta.tool_name}
        return [*before, *self._into(delta.part, "tool", {**block, "input": {}})]

    def _arguments(self, delta: Delta) -> Event:
        if self._open != (delta.part, "tool"):
            raise ModelFailed("The model's stream mixes the arguments of tool calls. Try again.")
        return self._piece({"type": "input_json_delta", "partial_json": delta.arguments})

    def _thinking(self, delta: Delta) -> list[Event]:
        if delta.signature.startswith(REDACTED):
            return self._sealed(Thinking("", delta.signature))
        empty = {"type": "thinking", "thinking": "", "signature": ""}
        events = self._into(delta.part, "thinking", empty)
        if delta.thinking:
            events.append(self._piece({"type": "thinking_delta", "thinking": delta.thinking}))
        if delta.signature:
            signature = shown(delta.signature, MARK)
            events.append(self._piece({"type": "signature_delta", "signature": signature}))
        return events

    def _sealed(self, part: Thinking) -> list[Event]:
        """A block that comes whole."""
        return [*self._into(-1, "sealed", thinking_block(part)), *self._close()]

    def _into(self, part: int, kind: str, block: Body) -> list[Event]:
        """The events after which a block of this part is open."""
        if self._open == (part, kind):
            return []
        events = self._close()
        self._open = (part, kind)
        self._index += 1
        start = {"type": "content_block_start", "index": self._index, "content_block": block}
        return [*events, _event(start)]

    def _close(self) -> list[Event]:
        if self._open is None:
            return []
        self._open = None
        return [_event({"type": "content_block_stop", "index": self._index})]

    def _piece(self, delta: Body) -> Event:
        return _event({"type": "content_block_delta", "index": self._index, "delta": delta})


def _event(data: Body) -> Event:
    return Event(data["type"], data)
