"""Calls, replies and originals for the tests of the dialects."""

import msgspec
import pytest
from hypothesis import strategies as st

from bernard.wire.registry import DIALECTS
from bernard.wire.shape import json_text
from bernard.wire.types import (
    ChatCall,
    ChatReply,
    Choice,
    Delta,
    Format,
    Image,
    Text,
    Thinking,
    Tool,
    ToolCall,
    ToolResult,
    Turn,
    Usage,
)

WORDS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30).filter(
    lambda text: text.strip()
)
NAMES = st.from_regex(r"[a-z][a-z_]{0,9}", fullmatch=True)
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
ARGUMENTS = st.dictionaries(NAMES, WORDS | st.integers(-9, 9), max_size=2).map(json_text)
IMAGES = st.builds(Image, st.just("image/png"), st.sampled_from(["AAAA", "iVBORw0K"])) | st.just(
    Image(url="https://example.gov.uk/a.png")
)


@st.composite
def _turns(draw):
    turns = []
    if draw(st.booleans()):
        turns.append(Turn("system", (Text(draw(WORDS)),)))
    number = 0
    for _ in range(draw(st.integers(1, 3))):
        parts = draw(st.lists(st.builds(Text, WORDS) | IMAGES, min_size=1, max_size=3))
        turns.append(Turn("user", tuple(parts)))
        calls = []
        for _ in range(draw(st.integers(0, 2))):
            number += 1
            calls.append(ToolCall(f"call_{number}", draw(NAMES), draw(ARGUMENTS)))
        said = draw(st.lists(st.builds(Text, WORDS), min_size=0 if calls else 1, max_size=1))
        turns.append(Turn("assistant", (*said, *calls)))
        for call in calls:
            turns.append(Turn("tool", (ToolResult(call.id, (Text(draw(WORDS)),)),)))
    turns.append(Turn("user", (Text(draw(WORDS)),)))
    return tuple(turns)


@st.composite
def _calls(draw):
    names = draw(st.lists(NAMES, max_size=3, unique=True))
    tools = tuple(Tool(name, SCHEMA, draw(WORDS | st.just(""))) for name in names)
    choices = ["", "auto", "required", "none", f"tool:{names[0]}"] if names else [""]
    return ChatCall(
        model="model-1",
        turns=draw(_turns()),
        tools=tools,
        tool_choice=draw(st.sampled_from(choices)),
        format=draw(st.none() | st.just(Format(SCHEMA))),
        stream=draw(st.booleans()),
        max_tokens=draw(st.integers(1, 9999)),
        temperature=draw(st.none() | st.floats(0, 1)),
        top_p=draw(st.none() | st.floats(0.01, 1)),
        effort=draw(st.sampled_from(["", "low", "medium", "high"])),
        user=draw(st.sampled_from(["", "u-1"])),
    )


@st.composite
def _replies(draw):
    thinking = draw(st.lists(st.builds(Thinking, WORDS), max_size=1))
    text = draw(st.lists(st.builds(Text, WORDS), max_size=1))
    names = draw(st.lists(NAMES, max_size=2))
    calls = [ToolCall(f"call_{n}", name, draw(ARGUMENTS)) for n, name in enumerate(names)]
    stop = "tool_call" if calls else draw(st.sampled_from(["end", "length", "filtered"]))
    read, written = draw(st.integers(0, 999)), draw(st.integers(0, 999))
    usage = Usage(read, written, draw(st.integers(0, read)), draw(st.integers(0, written)))
    parts = (*thinking, *text, *calls)
    return ChatReply("id-1", "model-1", (Choice(parts or (Text("x"),), stop),), usage)


def _pieces(text, size):
    return [text[start : start + size] for start in range(0, len(text), size)]


def _deltas(reply, size):
    """The reply as a supplier might stream it, in pieces of that many characters."""
    deltas = [Delta(id=reply.id, model=reply.model)]
    for number, choice in enumerate(reply.choices):
        for place, part in enumerate(choice.parts):
            at = {"choice": number, "part": place}
            if isinstance(part, Text):
                deltas += [Delta(text=piece, **at) for piece in _pieces(part.text, size)]
            elif isinstance(part, Thinking):
                deltas += [Delta(thinking=piece, **at) for piece in _pieces(part.text, size)]
                if part.signature:
                    deltas.append(Delta(signature=part.signature, **at))
            else:
                named = {"tool_id": part.id, "tool_name": part.name, "signature": part.signature}
                deltas.append(Delta(**named, **at))
                deltas += [Delta(arguments=p, **at) for p in _pieces(part.arguments, size)]
        stop = {"stop_reason": choice.stop_reason, "stop_sequence": choice.stop_sequence}
        deltas.append(Delta(choice=number, **stop))
    return [*deltas, Delta(usage=reply.usage)]


class _Channel:
    """Holds back what may be half a stand-in, such as `⟦A-1⟧`."""

    def __init__(self, originals, json):
        self._originals, self._json, self._held = originals, json, ""

    def feed(self, piece):
        text = self._held + piece
        at = text.rfind("⟦")
        cut = at if at >= 0 and "⟧" not in text[at:] else len(text)
        self._held = text[cut:]
        return self._originals.text(text[:cut], json=self._json)

    def finish(self):
        held, self._held = self._held, ""
        return self._originals.text(held, json=self._json)


class Originals:
    """What puts originals back, as small as it can be."""

    def __init__(self, originals):
        self._originals = originals
        self._channels = {}

    def channel(self, key, *, json):
        if key not in self._channels:
            self._channels[key] = _Channel(self, json)
        return self._channels[key]

    def finish(self, *key):
        found = []
        for one, channel in self._channels.items():
            if one[: len(key)] == key and (text := channel.finish()):
                found.append((one, text))
        return found

    def text(self, text, *, json):
        for stand_in, original in self._originals.items():
            text = text.replace(stand_in, json_text(original)[1:-1] if json else original)
        return text

    def tree(self, body):
        if isinstance(body, str):
            return self.text(body, json=False)
        if isinstance(body, list):
            return [self.tree(item) for item in body]
        if isinstance(body, dict):
            return {
                key: self.text(value, json=True)
                if key in ("arguments", "partial_json") and isinstance(value, str)
                else self.tree(value)
                for key, value in body.items()
            }
        return body


@pytest.fixture(scope="session")
def calls():
    return _calls()


@pytest.fixture(scope="session")
def replies():
    return _replies()


@pytest.fixture(scope="session")
def deltas():
    return _deltas


@pytest.fixture(scope="session")
def originals():
    return Originals


@pytest.fixture(scope="session")
def words():
    return WORDS


@pytest.fixture(params=sorted(DIALECTS))
def dialect(request):
    return DIALECTS[request.param]


@pytest.fixture(params=sorted(DIALECTS))
def other(request):
    return DIALECTS[request.param]


@pytest.fixture(scope="session")
def replace():
    return msgspec.structs.replace
