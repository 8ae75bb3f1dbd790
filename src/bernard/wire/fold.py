"""The whole reply that the pieces of a stream come to."""

from __future__ import annotations

from collections.abc import Iterable

from bernard.wire.types import (
    ChatReply,
    Choice,
    Delta,
    Part,
    StopReason,
    Text,
    Thinking,
    ToolCall,
    Usage,
)


class _Part:
    """One part as it grows."""

    __slots__ = ("arguments", "signature", "text", "thinking", "tool_id", "tool_name")

    def __init__(self) -> None:
        self.text: list[str] = []
        self.thinking: list[str] = []
        self.arguments: list[str] = []
        self.signature = ""
        self.tool_id = ""
        self.tool_name = ""

    def take(self, delta: Delta) -> None:
        if delta.text:
            self.text.append(delta.text)
        if delta.thinking:
            self.thinking.append(delta.thinking)
        if delta.arguments:
            self.arguments.append(delta.arguments)
        self.signature += delta.signature
        self.tool_id = self.tool_id or delta.tool_id
        self.tool_name = self.tool_name or delta.tool_name

    def whole(self) -> Part:
        if self.tool_name:
            return ToolCall(self.tool_id, self.tool_name, "".join(self.arguments), self.signature)
        if self.text:
            return Text("".join(self.text))
        return Thinking("".join(self.thinking), self.signature)


class Fold:
    """Takes the pieces of one stream, and gives the reply so far."""

    def __init__(self) -> None:
        """Start with no reply."""
        self._parts: dict[tuple[int, int], _Part] = {}
        self._stops: dict[int, tuple[StopReason, str]] = {}
        self.id = ""
        self.model = ""
        self.usage = Usage()

    def take(self, delta: Delta) -> None:
        """Add a piece."""
        self.id = self.id or delta.id
        self.model = self.model or delta.model
        self.usage = delta.usage or self.usage
        if delta.stop_reason is not None:
            self._stops[delta.choice] = (delta.stop_reason, delta.stop_sequence)
        if delta.text or delta.thinking or delta.arguments or delta.tool_name or delta.signature:
            key = (delta.choice, delta.part)
            part = self._parts.get(key)
            if part is None:
                part = self._parts[key] = _Part()
            part.take(delta)

    def part(self, choice: int, part: int) -> Part:
        """One part as far as it has come."""
        return self._parts[choice, part].whole()

    def reply(self) -> ChatReply:
        """The reply as far as it has come."""
        numbers = sorted({choice for choice, _ in self._parts} | set(self._stops) or {0})
        return ChatReply(
            self.id, self.model, tuple(self._choice(number) for number in numbers), self.usage
        )

    def _choice(self, number: int) -> Choice:
        keys = sorted(key for key in self._parts if key[0] == number)
        reason, sequence = self._stops.get(number, ("end", ""))
        return Choice(tuple(self._parts[key].whole() for key in keys), reason, sequence)


def fold(deltas: Iterable[Delta]) -> ChatReply:
    """The reply that these pieces come to."""
    folded = Fold()
    for delta in deltas:
        folded.take(delta)
    return folded.reply()
