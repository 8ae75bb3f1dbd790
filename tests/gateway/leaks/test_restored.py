"""Replies of every supplier to every surface: originals in thoughts, texts and arguments, cut anywhere.

What arrives at the caller is what the model would have written had it seen the originals: exactly.
"""

import asyncio

import msgspec
import pytest

from bernard.gateway import reply
from bernard.gateway.minimise import Originals, Seen, minimise
from bernard.gateway.types import Asked, Caller, Spent
from bernard.wire.fold import fold
from bernard.wire.registry import DIALECTS
from bernard.wire.sse import EventParser, encode
from bernard.wire.types import (
    ChatCall,
    ChatReply,
    Choice,
    Delta,
    Event,
    Text,
    Thinking,
    ToolCall,
    Turn,
)

CALL = ChatCall("m", (Turn("user", (Text("hello"),)),))
SIZES = (1, 2, 3, 50)
SURFACES = sorted(name for name in DIALECTS if name != "gemini")
CALLER = Caller("test", "answer-questions")


@pytest.fixture(scope="module")
def masked(detector, all_canaries):
    """Texts with canaries, the same with stand-ins, and what puts the originals back."""
    some = [c.text for c in all_canaries if "\n" not in c.text and '"' not in c.text][::14]
    sent = minimise({"input": some}, detector, Seen())
    return some, sent.body["input"], sent.pseudonyms


def _reply(texts):
    said = " / ".join(f"{text}, and **{text}**; `{text}`." for text in texts)
    given = msgspec.json.encode({"notes": [{"who": text} for text in texts], texts[0]: 1}).decode()
    parts = (Thinking(f"Think of {said}"), Text(said), ToolCall("call_1", "look_up", given))
    return ChatReply("id-1", "m", (Choice(parts, "tool_call"),))


def _deltas(whole, size):
    thought, text, call = whole.choices[0].parts
    yield Delta(id=whole.id, model=whole.model)
    for piece in _cut(thought.text, size):
        yield Delta(thinking=piece, part=0)
    for piece in _cut(text.text, size):
        yield Delta(text=piece, part=1)
    yield Delta(tool_id=call.id, tool_name=call.name, part=2)
    for piece in _cut(call.arguments, size):
        yield Delta(arguments=piece, part=2)
    yield Delta(stop_reason="tool_call")


def _cut(text, size):
    return [text[start : start + size] for start in range(0, len(text), size)]


def _events(spoken, whole, size):
    """The stream as the supplier sends it, its bytes read in pieces of a few."""
    writer = DIALECTS[spoken].stream_writer(CALL)
    events = [event for delta in _deltas(whole, size) for event in writer.feed(delta)]
    raw = b"".join(map(encode, events + writer.finish()))
    parser = EventParser()
    return [event for piece in _bytes(raw, size) for event in parser.feed(piece)]


def _bytes(raw, size):
    return (raw[start : start + size] for start in range(0, len(raw), size))


async def _answered(events, spoken, wanted, originals):
    async def stream():
        for event in events:
            yield event

    asked = Asked(CALLER, "chat", wanted, "m", {"model": "m"}, True)
    back = reply.restored(stream(), spoken, originals, Spent(), 0.0)
    call = None if spoken == wanted else CALL
    return b"".join([frame async for frame in reply.frames(back, spoken, asked, call)])


def _parts(whole):
    """Thought, text and arguments of a reply; some surfaces have no place for the first."""
    found = whole.choices[0].parts
    thought = "".join(p.text for p in found if isinstance(p, Thinking))
    text = "".join(p.text for p in found if isinstance(p, Text))
    return (
        thought,
        text,
        [msgspec.json.decode(p.arguments) for p in found if isinstance(p, ToolCall)],
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("wanted", SURFACES)
@pytest.mark.parametrize("spoken", sorted(DIALECTS))
def test_a_stream_comes_back_as_it_would_have_been(masked, spoken, wanted, size):
    texts, stand_ins, pseudonyms = masked
    events = _events(spoken, _reply(stand_ins), size)
    assert "⟦" in str(events)
    raw = asyncio.run(_answered(events, spoken, wanted, Originals(pseudonyms, ("any",))))
    assert "⟦" not in raw.decode()
    reader = DIALECTS[wanted].stream_reader()
    again = fold(d for event in EventParser().feed(raw) for d in reader.feed(event))
    assert _parts(again) == _parts(_reply(texts))


@pytest.mark.parametrize("wanted", SURFACES)
@pytest.mark.parametrize("spoken", sorted(DIALECTS))
def test_a_whole_reply_comes_back_so_too(masked, spoken, wanted):
    texts, stand_ins, pseudonyms = masked
    body = DIALECTS[spoken].write_reply(_reply(stand_ins), CALL)
    body = Originals(pseudonyms, ("any",)).tree(msgspec.json.decode(msgspec.json.encode(body)))
    if spoken != wanted:
        body = reply.translated(body, spoken, wanted, CALL)
    assert "⟦" not in str(body)
    assert _parts(DIALECTS[wanted].read_reply(body)) == _parts(_reply(texts))


CITED = {
    "openai-chat": {
        "choices": [
            {"index": 0, "delta": {"annotations": [{"type": "url_citation", "url_citation": {"title": "{}", "url": "https://x.example/?q={}"}}]}}
        ]
    },
    "openai-responses": {
        "type": "response.output_text.annotation.added",
        "output_index": 0,
        "content_index": 0,
        "annotation": {"type": "file_citation", "filename": "{}", "quote": "{}"},
    },
    "anthropic-messages": {
        "type": "content_block_delta",
        "index": 0,
        "delta": {"type": "citations_delta", "citation": {"cited_text": "{}", "document_title": "{}"}},
    },
    "gemini": {
        "candidates": [
            {"index": 0, "content": {"parts": []}, "groundingMetadata": {"groundingChunks": [{"web": {"title": "{}"}}]}}
        ]
    },
}  # fmt: skip


@pytest.mark.parametrize("spoken", sorted(CITED))
def test_what_is_cited_comes_back(masked, spoken):
    """Citations come whole, and stay in the supplier's own dialect."""
    texts, stand_ins, pseudonyms = masked
    written = msgspec.json.encode(CITED[spoken]).decode()
    event = msgspec.json.decode(written.replace("{}", stand_ins[0]))
    from_supplier = Event(event.get("type", ""), event)
    back = DIALECTS[spoken].restore_event(from_supplier, Originals(pseudonyms, ("any",)))
    assert "⟦" not in str(back)
    assert texts[0] in str(back)
