"""Streams of generateContent as a client is given them."""

from __future__ import annotations

import secrets

from bernard.wire.fold import Fold
from bernard.wire.gemini.reply import WRITTEN_REASONS, written_part, written_usage
from bernard.wire.types import Body, ChatCall, Delta, Event, StopReason, Text, Thinking


class Writer:
    """Writes one stream as events; a tool call goes out when it is whole."""

    def __init__(self, call: ChatCall) -> None:
        """Start a stream that answers this call."""
        self._model = call.model
        self._id = ""
        self._folded = Fold()
        self._calls: list[tuple[int, int]] = []
        self._stops: dict[int, StopReason] = {}

    def feed(self, delta: Delta) -> list[Event]:
        """The events that say this piece."""
        self._id = self._id or delta.id
        self._model = delta.model or self._model
        self._folded.take(delta)
        if delta.stop_reason is not None:
            self._stops[delta.choice] = delta.stop_reason
        if delta.tool_name:
            events = self._whole_calls()
            self._calls.append((delta.choice, delta.part))
            return events
        return [self._event(delta.choice, part) for part in self._said(delta)]

    def finish(self) -> list[Event]:
        """The events that end the stream."""
        events = self._whole_calls()
        stops = self._stops or {0: "end"}
        last = {
            "candidates": [
                {
                    "content": {"role": "model", "parts": []},
                    "finishReason": WRITTEN_REASONS[reason],
                    "index": choice,
                }
                for choice, reason in sorted(stops.items())
            ],
            "usageMetadata": written_usage(self._folded.usage),
            **self._base(),
        }
        return [*events, Event("", last)]

    def _said(self, delta: Delta) -> list[Body]:
        parts = []
        if delta.thinking or delta.signature:
            part = written_part(Thinking(delta.thinking, delta.signature))
            so_far = self._folded.part(delta.choice, delta.part)
            if isinstance(so_far, Thinking) and so_far.text:
                part["thought"] = True
            parts.append(part)
        if delta.text:
            parts.append(written_part(Text(delta.text)))
        return parts

    def _whole_calls(self) -> list[Event]:
        calls, self._calls = self._calls, []
        return [self._event(c, written_part(self._folded.part(c, n))) for c, n in calls]

    def _event(self, choice: int, part: Body) -> Event:
        candidate = {"content": {"role": "model", "parts": [part]}, "index": choice}
        return Event("", {"candidates": [candidate], **self._base()})

    def _base(self) -> Body:
        self._id = self._id or secrets.token_hex(12)
        return {"modelVersion": self._model, "responseId": self._id}
