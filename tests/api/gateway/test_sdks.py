"""The official clients' own calls, through a real server, to every kind of supplier."""

import asyncio

import anthropic
import openai
import pytest
from pydantic import BaseModel

KINDS = ("openai", "azure", "anthropic", "gemini", "mistral", "openai-compatible")
CHATS = pytest.mark.parametrize("model", [*(f"at-{kind}" for kind in KINDS), "scripted"])
TOOLERS = pytest.mark.parametrize("model", [f"at-{kind}" for kind in KINDS])
SAID = "The double has heard you."
HELLO = [{"role": "user", "content": "Hello there"}]
PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city", "days"],
    "additionalProperties": False,
}
CALLED = {"city": "example", "days": 1}


class Weather(BaseModel):
    """What a structured reply must be."""

    city: str
    days: int


def expected(model):
    return "Heard on this machine." if model == "scripted" else SAID


@CHATS
def test_chat(real, model):
    reply = real.openai.chat.completions.create(
        model=model, messages=HELLO, temperature=0.2, max_tokens=50, top_p=0.9
    )
    assert reply.choices[0].message.content == expected(model)
    assert reply.choices[0].finish_reason == "stop"
    assert reply.usage.completion_tokens > 0
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens


@CHATS
def test_chat_streams(real, model):
    chunks = list(
        real.openai.chat.completions.create(
            model=model, messages=HELLO, stream=True, stream_options={"include_usage": True}
        )
    )
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == expected(model)
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"
    assert chunks[-1].usage.completion_tokens > 0


@CHATS
def test_chat_from_an_asynchronous_client(real, model):
    async def ask():
        async with real.new(openai.AsyncOpenAI) as client:
            stream = await client.chat.completions.create(model=model, messages=HELLO, stream=True)
            return "".join([c.choices[0].delta.content or "" async for c in stream if c.choices])

    assert asyncio.run(ask()) == expected(model)


@TOOLERS
@pytest.mark.parametrize("stream", [False, True])
def test_chat_tools(real, model, stream):
    tools = [{"type": "function", "function": {"name": "weather", "parameters": PARAMETERS}}]
    client = real.openai
    if stream:
        with client.chat.completions.stream(model=model, messages=HELLO, tools=tools) as events:
            message = events.get_final_completion().choices[0].message
    else:
        reply = client.chat.completions.create(model=model, messages=HELLO, tools=tools)
        message = reply.choices[0].message
        assert reply.choices[0].finish_reason == "tool_calls"
    (call,) = message.tool_calls
    assert call.function.name == "weather"
    assert Weather.model_validate_json(call.function.arguments).model_dump() == CALLED
    # The tool's result goes back, and the model ends in words.
    asked = {"role": "assistant", "content": None, "tool_calls": [
        {"id": call.id, "type": "function",
         "function": {"name": "weather", "arguments": call.function.arguments}}]}  # fmt: skip
    result = {"role": "tool", "tool_call_id": call.id, "content": "Rain."}
    reply = client.chat.completions.create(
        model=model,
        messages=[*HELLO, asked, result],
        tools=tools,
        extra_headers={"X-Bernard-Outside-Effects": "no", "X-Bernard-Marking": "OFFICIAL"},
    )
    assert reply.choices[0].message.content == SAID


@TOOLERS
def test_chat_of_several_tool_calls_at_once(real, model):
    calls = [
        {"id": f"call_{n}", "type": "function",
         "function": {"name": "weather", "arguments": f'{{"city":"{n}","days":{n}}}'}}
        for n in range(2)
    ]  # fmt: skip
    tools = [{"type": "function", "function": {"name": "weather", "parameters": PARAMETERS}}]
    results = [
        {"role": "tool", "tool_call_id": f"call_{n}", "content": f"Rain {n}."} for n in range(2)
    ]
    reply = real.openai.chat.completions.create(
        model=model,
        messages=[
            *HELLO,
            {"role": "assistant", "content": None, "tool_calls": calls},
            *results,
        ],
        tools=tools,
        parallel_tool_calls=True,
        tool_choice="auto",
        extra_headers={"X-Bernard-Outside-Effects": "no", "X-Bernard-Marking": "OFFICIAL"},
    )
    assert reply.choices[0].message.content == SAID
    sent = real.mocks[model.removeprefix("at-")].requests[-1].body
    assert b"Rain 0." in sent
    assert b"Rain 1." in sent


@TOOLERS
def test_chat_of_a_given_form(real, model):
    reply = real.openai.chat.completions.parse(model=model, messages=HELLO, response_format=Weather)
    assert reply.choices[0].message.parsed == Weather(**CALLED)


@CHATS
def test_responses(real, model):
    reply = real.openai.responses.create(
        model=model, input="Hello there", instructions="Be brief.", store=False
    )
    assert reply.output_text == expected(model)
    assert reply.status == "completed"
    assert reply.usage.output_tokens > 0


@CHATS
def test_responses_stream(real, model):
    events = list(
        real.openai.responses.create(model=model, input="Hello there", stream=True, store=False)
    )
    text = "".join(e.delta for e in events if e.type == "response.output_text.delta")
    assert text == expected(model)
    assert events[0].type == "response.created"
    assert events[-1].type == "response.completed"
    assert events[-1].response.output_text == expected(model)
    assert [e.sequence_number for e in events] == list(range(len(events)))


@TOOLERS
@pytest.mark.parametrize("stream", [False, True])
def test_responses_tools(real, model, stream):
    tools = [{"type": "function", "name": "weather", "parameters": PARAMETERS, "strict": True}]
    client = real.openai
    if stream:
        with client.responses.stream(
            model=model, input="Hello there", tools=tools, store=False
        ) as events:
            reply = events.get_final_response()
    else:
        reply = client.responses.create(model=model, input="Hello there", tools=tools, store=False)
    (call,) = [item for item in reply.output if item.type == "function_call"]
    assert call.name == "weather"
    assert Weather.model_validate_json(call.arguments).model_dump() == CALLED


@TOOLERS
def test_responses_of_a_given_form(real, model):
    reply = real.openai.responses.parse(
        model=model, input="Hello there", text_format=Weather, store=False
    )
    assert reply.output_parsed == Weather(**CALLED)


@CHATS
def test_messages(real, model):
    reply = real.anthropic.messages.create(
        model=model, max_tokens=50, messages=HELLO, system="Be brief."
    )
    assert reply.content[0].text == expected(model)
    assert reply.stop_reason == "end_turn"
    assert reply.usage.output_tokens > 0


@CHATS
def test_messages_stream(real, model):
    with real.anthropic.messages.stream(model=model, max_tokens=50, messages=HELLO) as stream:
        assert "".join(stream.text_stream) == expected(model)
        final = stream.get_final_message()
    assert final.stop_reason == "end_turn"
    assert final.usage.output_tokens > 0


@CHATS
def test_messages_from_an_asynchronous_client(real, model):
    async def ask():
        async with real.new(anthropic.AsyncAnthropic) as client:
            reply = await client.messages.create(model=model, max_tokens=50, messages=HELLO)
            return reply.content[0].text

    assert asyncio.run(ask()) == expected(model)


@TOOLERS
@pytest.mark.parametrize("stream", [False, True])
def test_messages_tools(real, model, stream):
    tools = [{"name": "weather", "description": "Tells it.", "input_schema": PARAMETERS}]
    asked = {"model": model, "max_tokens": 50, "messages": HELLO, "tools": tools}
    client = real.anthropic
    if stream:
        with client.messages.stream(**asked) as events:
            reply = events.get_final_message()
    else:
        reply = client.messages.create(**asked)
    assert reply.stop_reason == "tool_use"
    (call,) = [block for block in reply.content if block.type == "tool_use"]
    assert (call.name, call.input) == ("weather", CALLED)
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "Rain."}
    asked["messages"] = [
        *HELLO,
        {"role": "assistant", "content": reply.content},
        {"role": "user", "content": [result]},
    ]
    said = client.messages.create(
        **asked,
        extra_headers={"X-Bernard-Outside-Effects": "no", "X-Bernard-Marking": "OFFICIAL"},
    )
    assert said.content[0].text == SAID


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "anthropic"])
@pytest.mark.parametrize("form", ["float", "base64"])
def test_embeddings(real, kind, form):
    reply = real.openai.embeddings.create(
        model=f"at-{kind}", input=["one", "two"], encoding_format=form
    )
    assert [item.index for item in reply.data] == [0, 1]
    vector = reply.data[0].embedding
    assert len(vector) == 16 or form == "base64"
    assert reply.usage.prompt_tokens > 0


@pytest.mark.parametrize("model", ["omni-moderation-latest", None])
def test_moderations(real, model):
    named = {"model": model} if model else {}
    reply = real.openai.moderations.create(input=["a kind word", "an attack"], **named)
    assert [result.flagged for result in reply.results] == [False, True]


def test_models(real):
    client = real.openai
    names = [model.id for model in client.models.list()]
    assert {"first", "scripted", *(f"at-{kind}" for kind in KINDS)} <= set(names)
    assert client.models.retrieve("first").owned_by == "openai"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("none")


def test_models_as_anthropics_clients_list_them(real):
    names = [model.id for model in real.anthropic.models.list()]
    assert "first" in names
    assert real.anthropic.models.retrieve("at-gemini").type == "model"


def test_tokens_are_estimated_and_nothing_is_sent(real):
    before = sum(len(mock.requests) for mock in real.mocks.values())
    counted = real.anthropic.messages.count_tokens(model="at-anthropic", messages=HELLO)
    assert 5 < counted.input_tokens < 40
    assert sum(len(mock.requests) for mock in real.mocks.values()) == before


def test_an_image_reaches_the_supplier(real):
    url = "data:image/png;base64,iVBORw0KGgo="
    content = [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": url}},
    ]
    for kind in KINDS:
        reply = real.openai.chat.completions.create(
            model=f"at-{kind}", messages=[{"role": "user", "content": content}]
        )
        assert reply.choices[0].message.content == SAID
        assert b"iVBORw0KGgo=" in real.mocks[kind].requests[-1].body


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"model": "none"}, openai.NotFoundError),
        ({"messages": "hello"}, openai.UnprocessableEntityError),
        ({"messages": []}, openai.APIStatusError),
        ({"extra_headers": {"X-Bernard-Purpose": "evaluate"}}, openai.PermissionDeniedError),
        ({"extra_headers": {"X-Bernard-Marking": "SECRET"}}, openai.PermissionDeniedError),
        ({"extra_headers": {"Authorization": "Bearer no"}}, openai.AuthenticationError),
    ],
)
def test_errors_are_the_clients_own(real, change, error):
    before = len(real.mocks["gemini"].requests)
    asked = {"model": "at-gemini", "messages": HELLO, **change}
    with pytest.raises(error) as raised:
        real.openai.chat.completions.create(**asked)
    assert raised.value.request_id.startswith("req_")
    assert len(real.mocks["gemini"].requests) == before


def test_a_refusal_says_why_and_stands_in_the_log(real):
    with pytest.raises(anthropic.PermissionDeniedError) as raised:
        real.anthropic.messages.create(
            model="first", max_tokens=5, messages=HELLO,
            extra_headers={"X-Bernard-Marking": "SECRET"},
        )  # fmt: skip
    assert "Nothing was sent" in str(raised.value)
    number = raised.value.response.headers["x-bernard-receipt"]
    got = real.openai.get(f"/receipts/{number}", cast_to=dict)
    assert got["entry"]["body"]["event"] == "refusal"
    assert got["outcome"] is None


def test_a_receipt_holds_the_call_and_its_outcome(real, until):
    raw = real.openai.chat.completions.with_raw_response.create(model="first", messages=HELLO)
    number = raw.headers["x-bernard-receipt"]

    def outcome():
        return real.openai.get(f"/receipts/{number}", cast_to=dict)["outcome"]

    until(outcome)
    assert outcome()["body"]["outcome"] == "finished"
    entry = real.openai.get(f"/receipts/{number}", cast_to=dict)["entry"]
    assert (entry["body"]["service"], entry["body"]["model"]) == ("tester", "double")
    with pytest.raises(openai.NotFoundError):
        real.openai.get("/receipts/999999", cast_to=dict)
    with pytest.raises(openai.NotFoundError):
        real.openai.get(f"/receipts/{outcome()['number']}", cast_to=dict)
