"""Every kind of supplier: what is sent at the socket, what comes back, and what its errors mean."""

import asyncio
import base64
import struct

import anthropic
import openai
import pytest

from bernard.errors import InputInvalid, ModelFailed, ModelTimeout, PromptTooLong
from bernard.models.suppliers.doubles import Fault, MockSupplier, echo
from bernard.models.suppliers.http import Client
from bernard.models.suppliers.keys import Key, read_key
from bernard.models.suppliers.kinds import KIND_NAMES, KINDS, kind_of
from bernard.models.suppliers.limits import Limits
from bernard.models.suppliers.remote import RemoteSupplier
from bernard.models.suppliers.types import Attested, SupplierFailed
from bernard.wire.fold import fold
from bernard.wire.registry import dialect
from bernard.wire.types import Text, ToolCall

SECRET = "sk-very-secret-123"
OPERATIONS = ("chat", "embed", "moderate")
NATIVE = {"anthropic": "anthropic-messages", "gemini": "gemini"}
TOOL = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


def chat_body(name, text="What is it like?", tool=False):
    if name == "anthropic-messages":
        body = {"messages": [{"role": "user", "content": text}], "max_tokens": 100}
        return body | ({"tools": [{"name": "look", "input_schema": TOOL}]} if tool else {})
    if name == "gemini":
        body = {"contents": [{"role": "user", "parts": [{"text": text}]}]}
        look = {"name": "look", "parameters": TOOL}
        return body | ({"tools": [{"functionDeclarations": [look]}]} if tool else {})
    if name == "openai-responses":
        body = {"input": text}
        look = {"type": "function", "name": "look", "parameters": TOOL}
        return body | ({"tools": [look]} if tool else {})
    body = {"messages": [{"role": "user", "content": text}]}
    look = {"type": "function", "function": {"name": "look", "parameters": TOOL}}
    return body | ({"tools": [look]} if tool else {})


def made(mock, kind, client, version="", key=SECRET):
    return RemoteSupplier(
        Attested("d", "them", "m", ("GB",), OPERATIONS),
        kind_of(kind, version),
        client,
        mock.url,
        "served-model",
        Key(key),
        version,
    )


def talk(test, kind="openai-compatible", version="", limits=None, **options):
    async def run():
        options.setdefault("key", SECRET)
        async with MockSupplier(kind, **options) as mock:
            client = Client(limits or Limits(), environ={})
            try:
                return await test(made(mock, kind, client, version), mock)
            finally:
                await client.close()

    return asyncio.run(run())


async def read(supplier, body, name, stream, operation="chat"):
    """The whole reply, in no dialect."""
    answer = await supplier.send(operation, name, body, stream=stream)
    if not stream:
        return dialect(name).read_reply(answer.body)
    reader = dialect(name).stream_reader()
    return fold([delta async for event in answer.events for delta in reader.feed(event)])


ROUTES = [
    (kind, version, route.dialect)
    for kind in KIND_NAMES
    for version in (("", "2025-04-01") if kind == "azure" else ("",))
    for route in kind_of(kind, version).routes
    if route.operation == "chat"
]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("kind", "version", "name"), ROUTES)
def test_a_chat_with_each_kind(kind, version, name, stream):
    async def test(supplier, mock):
        body = chat_body(name, "pay Ann £5")
        before = repr(body)
        reply = await read(supplier, body, name, stream)
        assert repr(body) == before
        assert reply.choices[0].parts == (Text("pay Ann £5"),)
        assert reply.choices[0].stop_reason == "end"
        assert reply.usage.completion_tokens == 3
        assert supplier.dialect("chat", name) == name
        assert supplier.dialect("chat", "no-such") == NATIVE.get(kind, "openai-chat")
        reply = await read(supplier, chat_body(name, tool=True), name, stream)
        [call] = reply.choices[0].parts
        assert isinstance(call, ToolCall)
        assert (call.name, call.arguments.replace(" ", "")) == ("look", '{"city":"example"}')
        assert mock.connections == 1

    talk(test, kind, version, answer=echo, piece=3)


@pytest.mark.parametrize(
    ("kind", "version", "stream", "target", "header"),
    [
        ("openai", "", False, "/v1/chat/completions", "authorization"),
        ("azure", "", False, "/openai/v1/chat/completions", "api-key"),
        ("azure", "2025-04-01", True,
         "/openai/deployments/served-model/chat/completions?api-version=2025-04-01", "api-key"),
        ("anthropic", "", True, "/v1/messages", "x-api-key"),
        ("gemini", "", False, "/v1beta/models/served-model:generateContent", "x-goog-api-key"),
        ("gemini", "", True, "/v1beta/models/served-model:streamGenerateContent?alt=sse",
         "x-goog-api-key"),
        ("mistral", "", False, "/v1/chat/completions", "authorization"),
    ],
)  # fmt: skip
def test_what_stands_on_the_wire(kind, version, stream, target, header):
    async def test(supplier, mock):
        name = NATIVE.get(kind, "openai-chat")
        answer = await supplier.send("chat", name, chat_body(name), stream=stream)
        await answer.close()
        [request] = mock.requests
        assert request.target == target
        assert request.headers[header] in (SECRET, f"Bearer {SECRET}")
        assert request.headers["content-type"] == "application/json"
        if kind == "anthropic":
            assert request.headers["anthropic-version"] == "2023-06-01"
        if kind == "gemini":
            assert "model" not in request.json
            assert "stream" not in request.json
        else:
            assert request.json["model"] == "served-model"
            assert request.json["stream"] is stream

    talk(test, kind, version)


def test_mistral_is_given_only_what_it_knows():
    async def test(supplier, mock):
        body = chat_body("openai-chat") | {
            "seed": 7, "max_completion_tokens": 50, "user": "u", "store": False,
            "stream_options": {"include_usage": True}, "temperature": 0.5,
        }  # fmt: skip
        body["messages"].insert(0, {"role": "developer", "content": "Be brief."})
        reply = await read(supplier, body, "openai-chat", True)
        assert reply.usage.prompt_tokens
        sent = mock.requests[0].json
        assert (sent["random_seed"], sent["max_tokens"]) == (7, 50)
        assert sent["messages"][0]["role"] == "system"
        assert body["messages"][0]["role"] == "developer"
        with pytest.raises(SupplierFailed, match="logit_bias: Extra inputs") as caught:
            await supplier.send("chat", "openai-chat", body | {"logit_bias": {}}, stream=False)
        assert caught.value.upstream_status == 422
        assert not caught.value.retry

    talk(test, "mistral")


def test_tokens_are_counted_in_every_stream():
    async def test(supplier, mock):
        await read(supplier, chat_body("openai-chat"), "openai-chat", True)
        assert mock.requests[0].json["stream_options"] == {"include_usage": True}
        body = chat_body("openai-chat") | {"stream_options": {"include_usage": False}}
        await supplier.send("chat", "openai-chat", body, stream=False)
        assert "stream_options" not in mock.requests[1].json

    talk(test, "openai")


@pytest.mark.parametrize("kind", [kind for kind in KIND_NAMES if kind != "anthropic"])
def test_embeddings(kind):
    async def test(supplier, mock):
        assert supplier.dialect("embed", "openai-embeddings") == "openai-embeddings"
        body = {"input": ["a", "b"], "encoding_format": "base64"}
        answer = await supplier.send("embed", "openai-embeddings", body, stream=False)
        packed = base64.b64decode(answer.body["data"][1]["embedding"])
        assert sum(x * x for x in struct.unpack("<16f", packed)) == pytest.approx(1, rel=1e-5)
        assert "stream" not in mock.requests[0].json

    talk(test, kind)


def test_moderations():
    async def test(supplier, mock):
        body = {"input": ["hello", "attack"]}
        answer = await supplier.send("moderate", "openai-moderations", body, stream=False)
        assert [r["flagged"] for r in answer.body["results"]] == [False, True]

    talk(test, "openai")


def test_what_a_supplier_or_a_deployment_does_not_do():
    async def test(supplier, mock):
        assert supplier.dialect("embed", "openai-embeddings") == ""
        assert supplier.dialect("moderate", "openai-moderations") == ""
        assert supplier.dialect("speak", "openai-chat") == ""
        client = Client(environ={})
        only_chat = RemoteSupplier(
            Attested("d", "s", "m", ("GB",)), KINDS["openai"], client, mock.url, "m", Key()
        )
        assert only_chat.dialect("embed", "openai-embeddings") == ""

    talk(test, "anthropic")


@pytest.mark.parametrize("kind", KIND_NAMES)
@pytest.mark.parametrize(
    ("status", "retry"),
    [(400, False), (401, False), (403, False), (404, False), (429, True), (500, True), (503, True)],
)
def test_errors_of_each_kind(kind, status, retry):
    async def test(supplier, mock):
        name = NATIVE.get(kind, "openai-chat")
        for stream in (False, True):
            mock.spoil(
                Fault(
                    "refuse", status=status, retry_after_s=7, message=f"No {SECRET}\x1b[31m\u202e!"
                )
            )
            with pytest.raises(SupplierFailed) as caught:
                await supplier.send("chat", name, chat_body(name), stream=stream)
            error = caught.value
            assert error.upstream_status == status
            assert error.retry is retry
            assert error.retry_after_s == 7
            assert "No [key][31m!" in str(error)
            assert SECRET not in str(error)
        await read(supplier, chat_body(name), name, True)
        assert mock.connections <= 2

    talk(test, kind)


@pytest.mark.parametrize(
    ("headers", "retry", "after"),
    [
        ({"x-should-retry": "false"}, False, None),
        ({"retry-after": "1.5"}, True, 1.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, True, 0.25),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, True, 0.0),
        ({"retry-after": "soon"}, True, None),
        ({"retry-after": "-1"}, True, None),
        ({"retry-after": "inf"}, True, None),
    ],
)
def test_what_a_supplier_says_of_another_try(headers, retry, after):
    async def test(supplier, mock):
        mock.spoil(Fault("refuse", status=429, headers=headers))
        with pytest.raises(SupplierFailed) as caught:
            await supplier.send("chat", "openai-chat", chat_body("openai-chat"), stream=False)
        assert (caught.value.retry, caught.value.retry_after_s) == (retry, after)

    talk(test)


def test_a_prompt_that_is_too_long_is_told_apart():
    async def test(supplier, mock):
        mock.spoil(
            Fault("refuse", status=400, message="This model's maximum context length is 8192")
        )
        with pytest.raises(PromptTooLong) as caught:
            await supplier.send("chat", "openai-chat", chat_body("openai-chat"), stream=False)
        assert caught.value.status == 422

    talk(test)


@pytest.mark.parametrize("kind", ["openai", "anthropic", "gemini", "mistral"])
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("cut"), "broke off"),
        (Fault("end", after=2), "broke off"),
        (Fault("error", status=500), "fault of its own"),
        (Fault("drop"), "without an answer"),
        (Fault("redirect"), "elsewhere"),
        (Fault("garbage"), "broke off|protocol|cannot be read|without a type"),
        (Fault("stall"), "nothing more within"),
    ],
)
def test_a_stream_that_is_spoilt(kind, fault, words):
    async def test(supplier, mock):
        name = NATIVE.get(kind, "openai-chat")
        with pytest.raises(ModelFailed, match=words):
            await read(supplier, chat_body(name), name, True)

    answer = "one two three four five six"
    talk(test, kind, fault=fault, answer=answer, limits=Limits(idle_s=0.2, first_byte_s=2))


@pytest.mark.parametrize("kind", ["openai", "anthropic", "gemini"])
def test_a_body_that_is_spoilt(kind):
    async def test(supplier, mock):
        name = NATIVE.get(kind, "openai-chat")
        for fault, words in (
            (Fault("garbage"), "not JSON"),
            (Fault("cut"), "broke off"),
            (Fault("huge", size=2_000_000), "more than"),
            (Fault("hang"), "no answer"),
        ):
            mock.spoil(fault)
            with pytest.raises(SupplierFailed, match=words) as caught:
                await supplier.send("chat", name, chat_body(name), stream=False)
            assert isinstance(caught.value, ModelTimeout) is (fault.do == "hang")

    talk(test, kind, limits=Limits(first_byte_s=0.3, max_body_mb=1))


def test_a_server_that_does_not_stream_although_asked():
    async def run():
        async with MockSupplier("openai") as mock:
            client = Client(environ={})
            supplier = made(mock, "openai", client)
            ask = supplier._asks["embed", "openai-embeddings"]
            supplier._asks["chat", "openai-chat"] = ask
            with pytest.raises(SupplierFailed, match="no stream although"):
                await supplier.send("chat", "openai-chat", {"input": "x"}, stream=True)
            await client.close()

    asyncio.run(run())


def test_nothing_is_sent_without_its_key():
    async def run():
        async with MockSupplier("openai") as mock:
            client = Client(environ={})
            key = read_key("NO_SUCH_KEY", "", {})
            supplier = RemoteSupplier(
                Attested("d", "s", "m", ("GB",)), KINDS["openai"], client, mock.url, "m", key
            )
            with pytest.raises(SupplierFailed, match="NO_SUCH_KEY") as caught:
                await supplier.send("chat", "openai-chat", chat_body("openai-chat"), stream=False)
            assert not caught.value.sent
            assert not mock.received
            assert mock.connections == 0
            await client.close()

    asyncio.run(run())


def test_half_a_character_is_refused_and_nothing_sent():
    async def test(supplier, mock):
        with pytest.raises(InputInvalid, match="half a character"):
            await supplier.send(
                "chat", "openai-chat", chat_body("openai-chat", "\ud800"), stream=False
            )
        assert not mock.received

    talk(test)


def test_a_key_is_read_from_a_file_and_never_shown(tmp_path):
    path = tmp_path / "key"
    path.write_text(f"  {SECRET}\n")
    key = read_key("", str(path))
    assert key.secret == SECRET
    assert SECRET not in repr(key)
    assert read_key("", str(tmp_path / "none")).fault
    assert read_key("", "").fault == ""

    async def test(supplier, mock):
        assert SECRET not in repr(supplier)
        assert SECRET not in repr(vars(supplier)["_asks"])

    talk(test)


def test_stopping_a_stream_stops_the_supplier():
    async def test(supplier, mock):
        body = chat_body("openai-chat")
        answer = await supplier.send("chat", "openai-chat", body, stream=True)
        await answer.events.__anext__()
        await answer.close()
        async with asyncio.timeout(5):
            while not mock.broken_off:
                await asyncio.sleep(0.01)

    talk(test, pace_s=0.2)


def test_the_doubles_speak_as_the_official_clients_expect():
    """What the double says is held against the suppliers' own clients, which check every field."""

    async def run():
        async with MockSupplier("openai") as mock, MockSupplier("anthropic") as claude:
            options = {"max_retries": 0, "timeout": 10}
            async with openai.AsyncOpenAI(api_key="k", base_url=mock.url, **options) as client:
                messages = [{"role": "user", "content": "hello"}]
                reply = await client.chat.completions.create(model="m", messages=messages)
                assert reply.choices[0].message.content == "The double has heard you."
                async with client.chat.completions.stream(model="m", messages=messages) as stream:
                    final = await stream.get_final_completion()
                assert final.choices[0].message.content == "The double has heard you."
                response = await client.responses.create(model="m", input="hello")
                assert response.output_text == "The double has heard you."
                async with client.responses.stream(model="m", input="hello") as stream:
                    final = await stream.get_final_response()
                assert final.output_text == "The double has heard you."
                tool = {"type": "function", "name": "look", "parameters": TOOL, "strict": False}
                async with client.responses.stream(model="m", input="x", tools=[tool]) as stream:
                    final = await stream.get_final_response()
                assert final.output[0].arguments == '{"city":"example"}'
                found = await client.embeddings.create(model="m", input=["a"])
                assert len(found.data[0].embedding) == 16
                assert (await client.moderations.create(input="hello")).results[0].flagged is False
                mock.spoil(Fault("refuse", status=429))
                with pytest.raises(openai.RateLimitError, match="refuses with 429"):
                    await client.responses.create(model="m", input="hello")
            base = claude.url.removesuffix("/v1")
            async with anthropic.AsyncAnthropic(api_key="k", base_url=base, **options) as client:
                call = {"model": "m", "max_tokens": 100, "messages": messages}
                reply = await client.messages.create(**call)
                assert reply.content[0].text == "The double has heard you."
                tools = [{"name": "look", "input_schema": TOOL}]
                async with client.messages.stream(**call, tools=tools) as stream:
                    final = await stream.get_final_message()
                assert final.content[0].input == {"city": "example"}
                claude.spoil(Fault("refuse", status=529))
                with pytest.raises(anthropic.APIStatusError):
                    await client.messages.create(**call)

    asyncio.run(run())
