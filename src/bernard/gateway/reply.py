"""Step four: originals back into a reply, whole or while it streams, in the caller's dialect."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

from msgspec.json import encode

from bernard.gateway.minimise import Originals
from bernard.gateway.parts import wants_usage
from bernard.gateway.types import Asked, Spent
from bernard.ledger.commitments import Received, Whole
from bernard.models.suppliers.types import Answer
from bernard.wire import embeddings
from bernard.wire.registry import DIALECTS, dialect
from bernard.wire.sse import encode as encode_event
from bernard.wire.types import Body, ChatCall, Event, Usage
from bernard.wire.usage import merged

# Events by which a supplier says, inside a stream that began well, that the answer failed.
_FAILURES = frozenset({"response.failed", "error"})
# Where an event has text of the answer.
_TEXTS = frozenset(
    {
        *("content", "text", "arguments", "partial_json", "thinking", "reasoning", "refusal"),
        "reasoning_content",
    }
)


def whole(answer: Answer, spoken: str, originals: Originals, spent: Spent) -> Body:
    """The body of a reply with originals back, and its usage noted."""
    body = answer.body or {}
    spent.usage = _usage(spoken, body)
    spent.content = Whole(body)
    if spoken == embeddings.NAME or not originals.needed:
        return body  # vectors hold no text, and there are many numbers to walk through
    return originals.tree(body)


def _usage(spoken: str, body: Body) -> Usage | None:
    if spoken == embeddings.NAME:
        return embeddings.usage(body)
    return dialect(spoken).usage(body) if spoken in DIALECTS else None


def translated(body: Body, spoken: str, wanted: str, call: ChatCall) -> Body:
    """A reply in the dialect that the caller asked in."""
    return dialect(wanted).write_reply(dialect(spoken).read_reply(body), call)


async def restored(
    events: AsyncIterator[Event], spoken: str, originals: Originals, spent: Spent, started: float
) -> AsyncGenerator[Event, None]:
    """The events of a stream with originals back, its usage noted."""
    voice = dialect(spoken)
    added = 0
    spent.content = received = Received()
    try:
        async for event in events:
            if not spent.first_ms:
                spent.first_ms = int((time.perf_counter() - started) * 1000)
            if event.data is not None:
                received.add(event.data)
                spent.usage = merged(spent.usage, voice.usage(event.data))
                spent.bytes += _written(event.data)
            if not originals.needed and event.name not in _FAILURES:
                yield event
                continue
            said = voice.restore_event(event, originals)
            if event.data is not None and (number := event.data.get("sequence_number")) is not None:
                _number(said, number + added)
                added += len(said) - 1
            for one in said:
                yield one
    finally:
        # Whoever stops reading here stops the model; nobody else holds the events.
        if (close := getattr(events, "aclose", None)) is not None:
            await close()


def _written(data: Body) -> int:
    """How much text an event brings, in any dialect."""
    delta = data.get("delta")
    if type(delta) is str:
        return len(delta)
    return _letters(delta or data.get("choices") or data.get("candidates"), 6)


def _letters(value: Any, depth: int) -> int:
    if not depth:
        return 0
    if type(value) is list:
        return sum(_letters(one, depth - 1) for one in value)
    if type(value) is not dict:
        return 0
    return sum(
        (len(one) if name in _TEXTS else 0) if type(one) is str else _letters(one, depth - 1)
        for name, one in value.items()
        if one
    )


def _number(events: list[Event], first: int) -> None:
    """Number events in order, as what was held back and comes out now makes some more of them."""
    for number, event in enumerate(events, first):
        if event.data is not None:
            event.data["sequence_number"] = number


async def frames(
    events: AsyncGenerator[Event, None], spoken: str, asked: Asked, call: ChatCall | None
) -> AsyncGenerator[bytes, None]:
    """The events as bytes to send, in the dialect that the caller asked in."""
    async with aclosing(events):
        if call is None:
            # We ask OpenAI's kind for the count, which a caller who did not ask may not expect.
            unasked = spoken == "openai-chat" and not wants_usage(asked.body)
            async for event in events:
                if not (unasked and _is_count(event)):
                    yield encode_event(event)
            return
        reader = dialect(spoken).stream_reader()
        writer = dialect(asked.dialect).stream_writer(call)
        async for event in events:
            said = [one for delta in reader.feed(event) for one in writer.feed(delta)]
            if said:
                yield b"".join(map(encode_event, said))
        yield b"".join(map(encode_event, writer.finish()))


def _is_count(event: Event) -> bool:
    data = event.data
    return data is not None and not data.get("choices") and bool(data.get("usage"))


def as_json(body: Body) -> bytes:
    """A body as it is sent."""
    return encode(body)
