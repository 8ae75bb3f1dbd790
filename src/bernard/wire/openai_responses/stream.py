"""Streams of responses as a supplier sends them."""

from __future__ import annotations

from bernard.wire.failure import kind_of, said_failure
from bernard.wire.openai_responses import shapes
from bernard.wire.openai_responses.reply import stopped, usage
from bernard.wire.openai_responses.request import sealed
from bernard.wire.shape import read_answer
from bernard.wire.types import Delta, Event

TEXTS = frozenset({"response.output_text.delta", "response.refusal.delta"})
THOUGHTS = frozenset({"response.reasoning_summary_text.delta", "response.reasoning_text.delta"})
ENDS = frozenset({"response.completed", "response.incomplete"})
READ = frozenset(
    {
        *TEXTS,
        *THOUGHTS,
        *ENDS,
        "response.created",
        "response.output_item.added",
        "response.output_item.done",
        "response.function_call_arguments.delta",
    }
)


class Reader:
    """Reads the events of one stream."""

    def __init__(self) -> None:
        """Start a stream."""
        self._parts: dict[tuple[int, int], int] = {}
        self._thoughts: dict[int, int] = {}
        self._calls: set[int] = set()
        self._argued: set[int] = set()

    def feed(self, event: Event) -> list[Delta]:
        """The pieces in this event; events that only say again what was said are passed over.

        Raises:
            ModelFailed: it does not fit its kind, or says an error.
        """
        if event.data is None:
            return []
        data = event.data
        kind = kind_of(data)
        if kind == "error":
            raise said_failure(data.get("error") or data)
        if kind == "response.failed":
            response = data.get("response")
            raise said_failure(response.get("error") if isinstance(response, dict) else None)
        if kind not in READ:
            return []
        return self._read(read_answer(data, shapes.EventShape))

    def _read(self, said: shapes.EventShape) -> list[Delta]:
        if said.type in TEXTS:
            part = self._part(said.output_index, said.content_index)
            return [Delta(part=part, text=said.delta)] if said.delta else []
        if said.type in THOUGHTS:
            return self._thought(said)
        if said.type == "response.function_call_arguments.delta":
            self._argued.add(said.output_index)
            part = self._part(said.output_index)
            return [Delta(part=part, arguments=said.delta)] if said.delta else []
        if said.item:
            return self._item(said, said.item)
        if said.response and said.type in ENDS:
            reason = stopped(said.response, bool(self._calls))
            return [Delta(stop_reason=reason, usage=usage(said.response.usage))]
        if said.response:
            return [Delta(id=said.response.id, model=said.response.model)]
        return []

    def _thought(self, said: shapes.EventShape) -> list[Delta]:
        """A piece of thinking, with a blank line where another part of it begins."""
        number = max(said.summary_index, said.content_index)
        before = self._thoughts.get(said.output_index, number)
        self._thoughts[said.output_index] = number
        text = said.delta if before == number else f"\n\n{said.delta}"
        return [Delta(part=self._part(said.output_index), thinking=text)] if text else []

    def _item(self, said: shapes.EventShape, item: shapes.SaidItem) -> list[Delta]:
        index = said.output_index
        if item.type == "function_call":
            return self._call(index, item)
        seal = sealed(item.id, item.encrypted_content) if item.type == "reasoning" else ""
        if seal and said.type == "response.output_item.done":
            return [Delta(part=self._part(index), signature=seal)]
        return []

    def _call(self, index: int, item: shapes.SaidItem) -> list[Delta]:
        """A tool call as it begins, or at its end what did not come in pieces."""
        part, given = self._part(index), item.arguments
        begins = index not in self._calls
        self._calls.add(index)
        if index in self._argued:
            given = ""
        elif given:
            self._argued.add(index)
        if begins:
            return [Delta(part=part, tool_id=item.call_id, tool_name=item.name, arguments=given)]
        return [Delta(part=part, arguments=given)] if given else []

    def _part(self, output: int, content: int = 0) -> int:
        """The number of the part, counted in the order in which parts begin."""
        return self._parts.setdefault((output, content), len(self._parts))
