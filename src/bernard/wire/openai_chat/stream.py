"""Streams of chat completions: read from a supplier, written for a client."""

from __future__ import annotations

import time

from bernard.errors import ModelFailed
from bernard.wire.failure import said_failure
from bernard.wire.openai_chat import shapes
from bernard.wire.openai_chat.reply import (
    FINISH_REASONS,
    arguments,
    new_id,
    signed,
    stopped,
    usage,
    words,
    written_usage,
)
from bernard.wire.openai_chat.request import tool_signature
from bernard.wire.shape import read_answer
from bernard.wire.signatures import marked
from bernard.wire.types import Body, ChatCall, Delta, Event, Usage


class Reader:
    """Reads the chunks of one stream."""

    def __init__(self) -> None:
        """Start a stream."""
        self._begun = False
        self._parts: dict[tuple[int, str | int], int] = {}
        self._counts: dict[int, int] = {}

    def feed(self, event: Event) -> list[Delta]:
        """The pieces in this chunk.

        Raises:
            ModelFailed: it is no chunk, or says an error.
        """
        if event.data is None:
            return []
        if event.data.get("error"):
            raise said_failure(event.data["error"])
        chunk = read_answer(event.data, shapes.ChunkShape)
        deltas = []
        if not self._begun and (chunk.id or chunk.model):
            self._begun = True
            deltas.append(Delta(id=chunk.id or "", model=chunk.model or ""))
        for piece in chunk.choices:
            deltas += self._piece(piece)
        if chunk.usage:
            deltas.append(Delta(usage=usage(chunk.usage)))
        return deltas

    def _piece(self, piece: shapes.PieceShape) -> list[Delta]:
        choice, said = piece.index, piece.delta
        deltas = []
        thinking, text = words(said)
        if thinking:
            part = self._part(choice, "thinking")
            deltas.append(Delta(choice=choice, part=part, thinking=thinking))
        if text:
            deltas.append(Delta(choice=choice, part=self._part(choice, "text"), text=text))
        for number, call in enumerate(said.tool_calls or ()):
            deltas += self._call(choice, number if call.index is None else call.index, call)
        if said.function_call:
            call = shapes.CallReply(id="function_0", function=said.function_call)
            deltas += self._call(choice, 0, call)
        if piece.finish_reason:
            called = any(c == choice and type(kind) is int for c, kind in self._parts)
            reason, sequence = stopped(piece.finish_reason, piece.stop_reason, called)
            deltas.append(Delta(choice=choice, stop_reason=reason, stop_sequence=sequence))
        return deltas

    def _part(self, choice: int, kind: str | int) -> int:
        """The number of the part, counted in the order in which parts begin."""
        key = (choice, kind)
        part = self._parts.get(key)
        if part is None:
            part = self._parts[key] = self._counts.get(choice, 0)
            self._counts[choice] = part + 1
        return part

    def _call(self, choice: int, index: int, call: shapes.CallReply) -> list[Delta]:
        begins = (choice, index) not in self._parts
        if begins and not call.function.name:
            raise ModelFailed("The model's stream holds a tool call without a name. Try again.")
        part, given = self._part(choice, index), arguments(call.function)
        if not begins:
            return [Delta(choice=choice, part=part, arguments=given)] if given else []
        return [
            Delta(
                choice=choice,
                part=part,
                tool_id=call.id or f"call_{index}",
                tool_name=call.function.name or "",
                arguments=given,
                signature=marked(tool_signature(call.extra_content), "gemini:"),
            )
        ]


class Writer:
    """Writes one stream as chunks."""

    def __init__(self, call: ChatCall) -> None:
        """Start a stream that answers this call."""
        self._id = ""
        self._model = call.model
        self._created = int(time.time())
        self._legacy = call.legacy_functions
        options = call.extra.get("stream_options")
        self._counts = isinstance(options, dict) and options.get("include_usage") is True
        self._begun: set[int] = set()
        self._calls: dict[tuple[int, int], int] = {}
        self._usage = Usage()

    def feed(self, delta: Delta) -> list[Event]:
        """The chunks that say this piece."""
        self._id = self._id or delta.id
        self._model = delta.model or self._model
        if delta.usage:
            self._usage = delta.usage
        said = self._said(delta)
        if not said and delta.stop_reason is None:
            return []
        events = []
        if delta.choice not in self._begun:
            self._begun.add(delta.choice)
            events.append(self._chunk(delta.choice, {"role": "assistant", "content": ""}))
        if said:
            events.append(self._chunk(delta.choice, said))
        if delta.stop_reason is not None:
            finish = FINISH_REASONS[delta.stop_reason]
            if self._legacy and finish == "tool_calls":
                finish = "function_call"
            events.append(self._chunk(delta.choice, {}, finish))
        return events

    def finish(self) -> list[Event]:
        """The counts, where the client asked for them, and the mark that ends the stream."""
        end = Event("", None)
        if not self._counts:
            return [end]
        chunk = {**self._base(), "choices": [], "usage": written_usage(self._usage)}
        return [Event("", chunk), end]

    def _said(self, delta: Delta) -> Body:
        said: Body = {}
        if delta.text:
            said["content"] = delta.text
        if delta.thinking:
            said["reasoning_content"] = delta.thinking
        if delta.tool_name or delta.arguments:
            said.update(self._call(delta))
        return said

    def _call(self, delta: Delta) -> Body:
        key = (delta.choice, delta.part)
        begins = key not in self._calls
        if begins:
            self._calls[key] = sum(choice == delta.choice for choice, _ in self._calls)
        index = self._calls[key]
        function: Body = {"arguments": delta.arguments}
        if begins:
            function = {"name": delta.tool_name, "arguments": delta.arguments}
        if self._legacy:
            return {"function_call": function} if index == 0 else {}
        call: Body = {"index": index, "function": function}
        if begins:
            call = {"index": index, "id": delta.tool_id, "type": "function", "function": function}
            call.update(signed(delta.signature))
        return {"tool_calls": [call]}

    def _base(self) -> Body:
        self._id = self._id or new_id()
        return {
            "id": self._id,
            "object": "chat.completion.chunk",
            "created": self._created,
            "model": self._model,
        }

    def _chunk(self, choice: int, said: Body, finish: str | None = None) -> Event:
        piece = {"index": choice, "delta": said, "logprobs": None, "finish_reason": finish}
        chunk = self._base()
        chunk["choices"] = [piece]
        return Event("", chunk)
