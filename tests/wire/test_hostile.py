"""Whatever is sent, the answer is a call, a reply or a clear error."""

import random
from contextlib import suppress

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bernard.errors import FieldInvalid, InputInvalid, ModelFailed
from bernard.wire import embeddings, moderations
from bernard.wire.registry import DIALECTS
from bernard.wire.types import ChatCall, Event, Text, Turn

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
SEEDS = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def broken(body, random_source, junk):
    """The body with one place of it replaced, removed or doubled."""
    places = []

    def walk(node, path):
        places.append(path)
        items = node.items() if isinstance(node, dict) else enumerate(node)
        for key, value in items:
            places.append((*path, key))
            if isinstance(value, dict | list):
                walk(value, (*path, key))

    body = msgspec.json.decode(msgspec.json.encode(body))
    walk(body, ())
    places = [place for place in places if place]
    if not places:
        return body
    path = random_source.choice(places)
    node = body
    for key in path[:-1]:
        node = node[key]
    if random_source.random() < 0.3:
        del node[path[-1]]
    else:
        node[path[-1]] = junk
    return body


def deep(levels=5000):
    nested = {}
    for _ in range(levels):
        nested = {"properties": nested, "items": nested, "content": [nested], "a": nested}
    return nested


@SEEDS
@given(data=st.data(), junk=JUNK, seed=st.integers(0, 2**32))
def test_broken_requests(dialect, calls, data, junk, seed):
    body = dialect.write_request(data.draw(calls))
    for _ in range(3):
        body = broken(body, random.Random(seed), junk) or {}
        try:
            call = dialect.read_request(body)
        except FieldInvalid as error:
            assert error.field.startswith("#")
            continue
        for other in DIALECTS.values():
            with suppress(InputInvalid):
                other.write_request(call)


@SEEDS
@given(data=st.data(), junk=JUNK, seed=st.integers(0, 2**32))
def test_broken_replies(dialect, replies, data, junk, seed):
    body = broken(dialect.write_reply(data.draw(replies)), random.Random(seed), junk)
    try:
        reply = dialect.read_reply(body)
    except ModelFailed:
        return
    for other in DIALECTS.values():
        with suppress(ModelFailed):
            other.write_reply(reply)


@SEEDS
@given(data=st.data(), junk=JUNK, seed=st.integers(0, 2**32))
def test_broken_streams(dialect, replies, deltas, originals, data, junk, seed):
    writer = dialect.stream_writer(ChatCall("m", (Turn("user", (Text("a"),)),)))
    events = [e for d in deltas(data.draw(replies), 9) for e in writer.feed(d)] + writer.finish()
    place = random.Random(seed).randrange(len(events))
    while events[place].data is None:
        place -= 1
    spoilt = broken(events[place].data, random.Random(seed), junk)
    events[place] = Event(events[place].name, spoilt)
    for act in (dialect.stream_reader().feed, lambda e: dialect.restore_event(e, originals({}))):
        for event in events:
            try:
                act(event)
                dialect.usage(event.data or {})
            except ModelFailed:
                pass


@SEEDS
@given(
    junk=st.dictionaries(
        st.sampled_from(
            [
                "choices",
                "candidates",
                "error",
                "type",
                "index",
                "delta",
                "content_block",
                "response",
                "item",
                "output_index",
                "usage",
                "usageMetadata",
                "message",
                "input",
                "messages",
                "contents",
                "model",
                "content",
                "output",
            ]
        ),
        JUNK,
    )
)
def test_junk(dialect, junk, originals):
    for act in (
        dialect.read_request,
        dialect.read_reply,
        dialect.usage,
        embeddings.read_request,
        embeddings.read_reply,
        embeddings.read_gemini_reply,
        embeddings.usage,
        moderations.read_request,
        moderations.read_reply,
        lambda body: dialect.stream_reader().feed(Event("", body)),
        lambda body: dialect.restore_event(Event("", body), originals({})),
    ):
        with suppress(FieldInvalid, ModelFailed):
            act(msgspec.json.decode(msgspec.json.encode(junk)))


@pytest.mark.parametrize("where", ["tools", "response_format", "messages", "contents", "input"])
def test_deep_bodies(dialect, where):
    for value in (deep(), [deep()]):
        try:
            call = dialect.read_request(
                {"messages": [], "contents": [], "input": "a", where: value}
            )
            dialect.write_request(call)
        except InputInvalid:
            pass


def test_a_deep_schema_of_gemini_is_refused():
    nested = {"type": "STRING"}
    for _ in range(5000):
        nested = {"type": "ARRAY", "items": nested}
    body = {
        "contents": [{"parts": [{"text": "a"}]}],
        "generationConfig": {"responseSchema": nested},
    }
    with pytest.raises(FieldInvalid, match="too deeply"):
        DIALECTS["gemini"].read_request(body)


@pytest.mark.parametrize(
    "part",
    [{"functionCall": {"name": "a", "args": {}}}, {"text": "I wonder", "thought": True}],
    ids=["call", "thought"],
)
def test_a_person_in_gemini_neither_calls_nor_thinks(part):
    body = {"contents": [{"role": "user", "parts": [{"text": "a"}, part]}]}
    with pytest.raises(FieldInvalid, match="only the role 'model'") as refused:
        DIALECTS["gemini"].read_request(body)
    assert refused.value.field == "#/contents/0/parts/1"
