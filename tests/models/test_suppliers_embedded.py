"""The models on this machine as suppliers: chunks, bodies, vectors, and what stops them."""

import asyncio
import base64
import hashlib
import json
import struct

import numpy as np
import pytest

from bernard.errors import FieldInvalid, ModelFailed, PromptTooLong
from bernard.models.embedding import open_shipped, shipped
from bernard.models.llama import LlamaChat
from bernard.models.llama_process import LlamaOptions
from bernard.models.manifest import find
from bernard.models.scripted import ScriptedChat
from bernard.models.suppliers.embedded import EmbeddedChat, EmbeddedEmbedder
from bernard.models.suppliers.types import Attested, SupplierFailed
from bernard.wire.fold import fold
from bernard.wire.registry import dialect
from bernard.wire.types import Text

MINILM = find("all-minilm-l6-v2")
FACTS = Attested("here", "embedded", "here", ("this-machine",), ("chat", "embed"))


def body(text="abc", **more):
    return {"messages": [{"role": "user", "content": text}], "max_tokens": 5, **more}


def ask(supplier, request, stream):
    async def run():
        answer = await supplier.send("chat", "openai-chat", request, stream=stream)
        voice = dialect("openai-chat")
        if not stream:
            return voice.read_reply(answer.body)
        reader = voice.stream_reader()
        return fold([d async for event in answer.events for d in reader.feed(event)])

    return asyncio.run(run())


@pytest.fixture(scope="module")
def engine(alphabet_gguf):
    sha256 = hashlib.sha256(alphabet_gguf.read_bytes()).hexdigest()
    model = LlamaChat("alphabet", alphabet_gguf, sha256, LlamaOptions(threads=1, timeout_s=30))
    yield model
    model.close()


@pytest.mark.parametrize("stream", [False, True])
def test_the_engine_goes_on_from_the_prompt(engine, stream):
    supplier = EmbeddedChat(FACTS, lambda: engine)
    assert supplier.dialect("chat", "gemini") == "openai-chat"
    assert supplier.dialect("embed", "openai-embeddings") == ""
    reply = ask(supplier, body(), stream)
    assert reply.choices[0].parts == (Text("defgh"),)
    assert reply.choices[0].stop_reason == "length"
    assert reply.usage.completion_tokens == 5
    assert reply.model == "alphabet"


def test_a_form_of_the_reply_reaches_the_engine(engine):
    schema = {"type": "object", "properties": {"a": {"enum": ["x"]}}, "required": ["a"]}
    form = {"type": "json_schema", "json_schema": {"name": "r", "schema": schema}}
    # It writes at random as far as the form lets it, and that is gaps between the words too.
    asked = body(response_format=form, max_tokens=200, seed=1)
    reply = ask(EmbeddedChat(FACTS, lambda: engine), asked, False)
    assert json.loads(reply.choices[0].parts[0].text) == {"a": "x"}


def test_what_the_engine_refuses(engine):
    supplier = EmbeddedChat(FACTS, lambda: engine)
    with pytest.raises(PromptTooLong):
        ask(supplier, body("x" * 9000), False)
    with pytest.raises(SupplierFailed, match="'n'") as caught:
        ask(supplier, body(n=2), True)
    assert caught.value.upstream_status == 400
    with pytest.raises(SupplierFailed, match="messages"):
        ask(supplier, {"messages": "x"}, False)


@pytest.mark.parametrize("stream", [False, True])
def test_the_scripted_double_is_a_supplier_too(stream):
    script = ScriptedChat(["one two three four five six"])
    reply = ask(EmbeddedChat(FACTS, lambda: script), body("hi"), stream)
    assert reply.choices[0].parts == (Text("one two three four five"),)
    assert reply.choices[0].stop_reason == "length"
    assert script.requests[0].messages[0].text == "hi"


def test_an_error_before_the_first_word_and_one_of_another_kind():
    supplier = EmbeddedChat(FACTS, lambda: ScriptedChat([ModelFailed("burnt")]))
    with pytest.raises(ModelFailed, match="burnt"):
        ask(supplier, body(), True)

    def broken():
        raise ZeroDivisionError("oh")

    with pytest.raises(ModelFailed, match="stopped: oh"):
        ask(EmbeddedChat(FACTS, broken), body(), False)


def test_closing_a_stream_stops_the_engine(wait_until):
    script = ScriptedChat(["word " * 200_000])

    async def run():
        supplier = EmbeddedChat(FACTS, lambda: script)
        answer = await supplier.send("chat", "openai-chat", body(max_tokens=200_000), stream=True)
        await answer.events.__anext__()
        await answer.close()

    asyncio.run(run())
    wait_until(lambda: script.stopped == 1)


def test_too_many_who_wait_are_told_to_come_back():
    async def run():
        script = ScriptedChat(lambda request: "word")
        supplier = EmbeddedChat(FACTS, lambda: script)
        supplier._count(32)
        with pytest.raises(SupplierFailed, match="Try again later") as caught:
            await supplier.send("chat", "openai-chat", body(), stream=False)
        assert (caught.value.upstream_status, caught.value.sent) == (429, False)
        supplier._count(-1)
        await supplier.send("chat", "openai-chat", body(), stream=False)
        await asyncio.sleep(0.05)
        assert supplier._waiting == 31

    asyncio.run(run())


@pytest.mark.weights
def test_vectors_come_as_an_array_and_in_the_body():
    if not shipped(MINILM).present:
        pytest.skip("the embedding model is not built; `make setup` builds it")
    embedder = open_shipped(MINILM, threads=1)
    supplier = EmbeddedEmbedder(FACTS, lambda: embedder)

    def send(request):
        return asyncio.run(supplier.send("embed", "openai-embeddings", request, stream=False))

    answer = send({"input": ["a tree", "a house"]})
    assert answer.vectors.shape == (2, 384)
    assert answer.body["usage"]["prompt_tokens"] == 8
    assert np.allclose(answer.body["data"][1]["embedding"], answer.vectors[1])
    packed = send({"input": "a tree", "encoding_format": "base64"}).body["data"][0]["embedding"]
    assert struct.unpack("<384f", base64.b64decode(packed)) == tuple(answer.vectors[0].tolist())
    for wrong in ({"input": [1, 2]}, {"input": None}, {"input": "x", "dimensions": 10}):
        with pytest.raises(FieldInvalid):
            send(wrong)


LOOK = {
    "type": "function",
    "function": {
        "name": "look",
        "parameters": {
            "type": "object",
            "properties": {"city": {"enum": ["Leeds"]}},
            "required": ["city"],
        },
    },
}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    "said",
    [
        '{"name": "look", "arguments": {"city": "Leeds"}}',
        '```json\n{\n "name": "look",\n "arguments": {"city": "Leeds"}\n}\n```',
        '<tool_call>\n{"name": "look", "arguments": {"city": "Leeds"}}\n</tool_call>',
        ' {"name": "look", "parameters": {"city": "Leeds"}}',
    ],
)
def test_a_call_that_is_said_as_text_is_a_call(said, stream):
    supplier = EmbeddedChat(FACTS, lambda: ScriptedChat([said]))
    reply = ask(supplier, body(tools=[LOOK], max_tokens=100), stream)
    [call] = reply.choices[0].parts
    assert (call.name, json.loads(call.arguments)) == ("look", {"city": "Leeds"})
    assert call.id.startswith("call_")
    assert reply.choices[0].stop_reason == "tool_call"


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    "said",
    [
        '{"name": "delete", "arguments": {"city": "Leeds"}}',
        '{"name": "look", "arguments": "Leeds"}',
        '{"name": "look", "arguments": {}} is what I would say',
        "{ braces are text too",
        "Leeds is in Yorkshire.",
        "```json\n[1, 2]\n```",
    ],
)
def test_what_is_no_call_stays_text(said, stream):
    supplier = EmbeddedChat(FACTS, lambda: ScriptedChat([said]))
    reply = ask(supplier, body(tools=[LOOK], max_tokens=100), stream)
    assert reply.choices[0].parts == (Text(said),)
    assert reply.choices[0].stop_reason == "end"


def test_two_calls_at_once():
    said = '{"name": "look", "arguments": {"city": "Leeds"}}\n' * 2
    reply = ask(
        EmbeddedChat(FACTS, lambda: ScriptedChat([said])), body(tools=[LOOK], max_tokens=99), True
    )
    assert len(reply.choices[0].parts) == 2


@pytest.mark.parametrize("choice", ["required", {"type": "function", "function": {"name": "look"}}])
def test_a_call_that_is_demanded_is_made_whatever_the_model_would_say(engine, choice):
    request = body(tools=[LOOK], tool_choice=choice, max_tokens=200)
    reply = ask(EmbeddedChat(FACTS, lambda: engine), request, True)
    [call] = reply.choices[0].parts
    assert (call.name, json.loads(call.arguments)) == ("look", {"city": "Leeds"})
    assert reply.choices[0].stop_reason == "tool_call"


def test_tools_that_may_not_be_called_are_not_shown():
    asked = []

    class Engine:
        def ask(self, body):
            asked.append(body)
            yield from ScriptedChat(["no"]).ask(body)

    ask(EmbeddedChat(FACTS, Engine), body(tools=[LOOK], tool_choice="none"), False)
    assert "tools" not in asked[0]
