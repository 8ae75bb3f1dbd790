"""The official SDKs read what the doors write, and their types take what is sent to suppliers."""

import anthropic
import httpx
import httpx2
import msgspec
import openai
import pytest
from anthropic.types import MessageCreateParams
from openai.types.chat.completion_create_params import CompletionCreateParams
from openai.types.responses.response_create_params import ResponseCreateParams
from pydantic import TypeAdapter

from bernard.wire import embeddings, moderations
from bernard.wire.registry import dialect
from bernard.wire.sse import encode
from bernard.wire.types import (
    ChatCall,
    ChatReply,
    Choice,
    File,
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

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}
CALL = ChatCall(
    "model-1",
    (
        Turn("system", (Text("Be brief."),)),
        Turn("user", (Text("What is this?"), Image("image/png", "AAAA"))),
        Turn("assistant", (Text("Wait."), ToolCall("c1", "look", '{"a":1}'))),
        Turn("tool", (ToolResult("c1", (Text("a cat"),)),)),
        Turn("user", (Text("Sure?"), File("application/pdf", "JVBERg==", "a.pdf"))),
    ),
    tools=(Tool("look", SCHEMA, "Looks."),),
    tool_choice="auto",
    format=Format(SCHEMA),
    max_tokens=100,
    temperature=0.5,
    effort="low",
    extra={"stream_options": {"include_usage": True}},
)
REPLY = ChatReply(
    "id-1",
    "model-1",
    (
        Choice(
            (
                Thinking("Hm."),
                Text("Two calls."),
                ToolCall("c1", "look", '{"a":1}'),
                ToolCall("c2", "look", '{"a":2}'),
            ),
            "tool_call",
        ),
    ),
    Usage(10, 5, 2, 1),
)
PARAMS = {
    "openai-chat": CompletionCreateParams,
    "openai-responses": ResponseCreateParams,
    "anthropic-messages": MessageCreateParams,
}


def http(library, answer):
    """A client of that library whose every request goes to `answer`; each SDK has its own."""

    def handle(request):
        status, body, kind = answer(request)
        return library.Response(status, content=body, headers={"content-type": kind})

    return library.Client(transport=library.MockTransport(handle))


def answers(name, deltas):
    """What the door of that dialect answers."""
    one = dialect(name)

    def answer(request):
        if b'"stream":true' not in request.read().replace(b" ", b""):
            return 200, msgspec.json.encode(one.write_reply(REPLY, CALL)), JSON
        writer = one.stream_writer(CALL)
        events = [event for delta in deltas(REPLY, 3) for event in writer.feed(delta)]
        return 200, b"".join(map(encode, events + writer.finish())), EVENTS

    return answer


def client_of(name, answer):
    """The official SDK's client for that dialect."""
    if name == "anthropic-messages":
        found = anthropic.Anthropic
        return found(api_key="k", http_client=http(httpx2, answer), max_retries=0)
    base = "http://bernard/v1"
    transport = http(httpx, answer)
    return openai.OpenAI(api_key="k", base_url=base, http_client=transport, max_retries=0)


def ask(client, name, **more):
    """The plainest call of that dialect."""
    if name == "anthropic-messages":
        return client.messages.create(model="m", max_tokens=9, messages=MESSAGES, **more)
    if name == "openai-chat":
        return client.chat.completions.create(model="m", messages=MESSAGES, **more)
    return client.responses.create(model="m", input="hello", **more)


@pytest.fixture
def openai_client(deltas):
    return lambda name: client_of(name, answers(name, deltas))


@pytest.fixture
def anthropic_client(deltas):
    return client_of("anthropic-messages", answers("anthropic-messages", deltas))


JSON, EVENTS = "application/json", "text/event-stream"
MESSAGES = [{"role": "user", "content": "hello"}]


def test_openai_reads_a_chat(openai_client):
    done = openai_client("openai-chat").chat.completions.create(model="m", messages=MESSAGES)
    assert type(done).model_validate(done.model_dump(), strict=True)
    message = done.choices[0].message
    assert (message.content, done.choices[0].finish_reason) == ("Two calls.", "tool_calls")
    assert [call.function.arguments for call in message.tool_calls] == ['{"a":1}', '{"a":2}']
    assert done.usage.total_tokens == 15
    assert done.usage.prompt_tokens_details.cached_tokens == 2


def test_openai_reads_a_chat_stream(openai_client):
    chat = openai_client("openai-chat").chat.completions
    with chat.stream(model="m", messages=MESSAGES) as stream:
        done = stream.get_final_completion()
    message = done.choices[0].message
    assert message.content == "Two calls."
    assert [(c.id, c.function.arguments) for c in message.tool_calls] == [
        ("c1", '{"a":1}'),
        ("c2", '{"a":2}'),
    ]
    assert done.usage.completion_tokens_details.reasoning_tokens == 1


def test_openai_reads_a_response(openai_client):
    done = openai_client("openai-responses").responses.create(model="m", input="hello")
    assert type(done).model_validate(done.model_dump(by_alias=True))
    assert done.output_text == "Two calls."
    assert [item.type for item in done.output] == [
        "reasoning",
        "message",
        "function_call",
        "function_call",
    ]
    assert done.usage.input_tokens_details.cached_tokens == 2


def test_openai_reads_a_response_stream(openai_client):
    kinds = []
    with openai_client("openai-responses").responses.stream(model="m", input="hello") as stream:
        for event in stream:
            kinds.append(event.type)
            assert type(event).model_validate(event.model_dump(by_alias=True, warnings=False))
        done = stream.get_final_response()
    assert (kinds[0], kinds[-1]) == ("response.created", "response.completed")
    assert done.output_text == "Two calls."
    assert [i.arguments for i in done.output if i.type == "function_call"] == [
        '{"a":1}',
        '{"a":2}',
    ]


def test_anthropic_reads_a_message(anthropic_client):
    done = anthropic_client.messages.create(model="m", max_tokens=9, messages=MESSAGES)
    assert type(done).model_validate(done.model_dump())
    assert [block.type for block in done.content] == ["thinking", "text", "tool_use", "tool_use"]
    assert (done.stop_reason, done.content[3].input) == ("tool_use", {"a": 2})
    assert (done.usage.input_tokens, done.usage.cache_read_input_tokens) == (8, 2)


def test_anthropic_reads_a_message_stream(anthropic_client):
    with anthropic_client.messages.stream(model="m", max_tokens=9, messages=MESSAGES) as stream:
        done = stream.get_final_message()
    assert done.content[0].thinking == "Hm."
    assert done.content[1].text == "Two calls."
    assert [block.input for block in done.content[2:]] == [{"a": 1}, {"a": 2}]
    assert (done.stop_reason, done.usage.input_tokens) == ("tool_use", 8)


@pytest.mark.parametrize("name", sorted(PARAMS))
@pytest.mark.parametrize("stream", [False, True])
def test_requests_are_what_the_sdks_would_send(name, stream, replace):
    call = replace(CALL, stream=stream, extra={})
    body = dialect(name).write_request(call)
    TypeAdapter(PARAMS[name]).validate_python(body)
    assert dialect(name).read_request(body).turns == CALL.turns


@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("openai-chat", 400, openai.BadRequestError),
        ("openai-chat", 403, openai.PermissionDeniedError),
        ("openai-chat", 429, openai.RateLimitError),
        ("openai-responses", 422, openai.UnprocessableEntityError),
        ("anthropic-messages", 400, anthropic.BadRequestError),
        ("anthropic-messages", 403, anthropic.PermissionDeniedError),
        ("anthropic-messages", 529, anthropic.APIStatusError),
    ],
)
def test_the_sdks_raise_our_errors(name, status, kind):
    body = msgspec.json.encode(dialect(name).error(status, "refused", "The agreement says no."))
    client = client_of(name, lambda request: (status, body, JSON))
    with pytest.raises(kind, match="The agreement says no"):
        ask(client, name)


@pytest.mark.parametrize("name", ["openai-chat", "anthropic-messages"])
def test_the_sdks_raise_an_error_within_a_stream(name):
    event = dialect(name).error_event(502, "model_failed", "The supplier broke off.")
    client = client_of(name, lambda request: (200, encode(event), EVENTS))
    with pytest.raises((openai.APIError, anthropic.APIError), match="The supplier broke off"):
        list(ask(client, name, stream=True))


def test_openai_gives_an_error_within_a_stream_of_responses():
    name = "openai-responses"
    event = dialect(name).error_event(502, "model_failed", "The supplier broke off.")
    client = client_of(name, lambda request: (200, encode(event), EVENTS))
    try:
        found = list(ask(client, name, stream=True))
        assert (found[0].type, found[0].message) == ("error", "The supplier broke off.")
    except openai.APIError as error:
        assert "The supplier broke off." in str(error)


def test_openai_reads_embeddings_and_moderations():
    vectors = embeddings.Embedded(((0.5, -1.0),), "e-1", Usage(3))
    found = moderations.Judged({"violence": 0.9, "hate": 0.1}, ("violence",))

    def answer(request):
        body = moderations.write_reply(moderations.Moderated((found,), "m-1"))
        if request.url.path.endswith("embeddings"):
            call = embeddings.read_request(msgspec.json.decode(request.read()))
            body = embeddings.write_reply(vectors, call.encoding)
        return 200, msgspec.json.encode(body), JSON

    client = client_of("openai-embeddings", answer)
    for encoding in ("float", "base64", None):
        given = {"encoding_format": encoding} if encoding else {}
        done = client.embeddings.create(model="e", input=["a"], **given)
        expected = "AAAAPwAAgL8=" if encoding == "base64" else [0.5, -1.0]
        assert done.data[0].embedding == expected
        assert done.usage.total_tokens == 3
    judged = client.moderations.create(input="a").results[0]
    assert judged.flagged and judged.categories.violence and not judged.categories.hate
