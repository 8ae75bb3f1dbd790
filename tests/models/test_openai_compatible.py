"""A server may be anything: slow, broken, rude, or not a model server at all."""

import json

import httpx
import numpy as np
import pytest

from bernard.errors import InputInvalid, ModelFailed, ModelTimeout, PromptTooLong
from bernard.models.openai_compatible import ServerChat, ServerEmbedder
from bernard.models.server import Server, check_address, models_served
from bernard.models.types import ChatRequest, Deployment, Message

WHERE = Deployment("served", "own-server", "own-network")
REQUEST = ChatRequest(
    [Message("system", "Be short."), Message("user", "Hello")],
    max_tokens=5,
    temperature=0.5,
    seed=3,
    stop=["\n"],
)
EVENTS = {"Content-Type": "text/event-stream"}


def event(**chunk):
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def says(text):
    return event(choices=[{"index": 0, "delta": {"content": text}}])


ENDS = event(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}])
DONE = b"data: [DONE]\n\n"


@pytest.fixture
def chat(model_server):
    """Asks a server that answers with these pieces."""

    def chat(*pieces, status=200, headers=EVENTS, **server):
        model_server.answer = lambda path, body: (status, headers, pieces)
        server = {"timeout_s": 5, **server}
        model = ServerChat(WHERE, Server(model_server.url, "llama", **server))
        return list(model.chat(REQUEST))

    return chat


def test_the_request_is_in_openais_shape(chat, model_server):
    reply = chat(
        says("Hi"),
        ENDS,
        event(choices=[], usage={"prompt_tokens": 9, "completion_tokens": 1}),
        DONE,
    )
    assert [d.text for d in reply] == ["Hi", ""]
    assert (reply[-1].usage.prompt_tokens, reply[-1].usage.completion_tokens) == (9, 1)
    body, headers = model_server.seen[0]
    assert body == {
        "model": "llama",
        "messages": [
            {"role": "system", "content": "Be short."},
            {"role": "user", "content": "Hello"},
        ],
        "max_tokens": 5,
        "temperature": 0.5,
        "seed": 3,
        "stream": True,
        "stream_options": {"include_usage": True},
        "stop": ["\n"],
    }
    assert "Authorization" not in headers


def test_a_key_comes_from_a_variable_or_a_file_at_each_call(
    chat, model_server, monkeypatch, tmp_path
):
    monkeypatch.setenv("THE_KEY", " sk-1\n")
    chat(says("Hi"), ENDS, DONE, key_env="THE_KEY")
    (tmp_path / "key").write_text("sk-2\n")
    chat(says("Hi"), ENDS, DONE, key_file=str(tmp_path / "key"))
    assert [headers["Authorization"] for _, headers in model_server.seen] == [
        "Bearer sk-1",
        "Bearer sk-2",
    ]


def test_a_key_that_is_missing_is_said_and_nothing_is_sent(chat, model_server, monkeypatch):
    monkeypatch.delenv("NO_KEY", raising=False)
    with pytest.raises(ModelFailed, match="should be in the variable NO_KEY"):
        chat(key_env="NO_KEY")
    with pytest.raises(ModelFailed, match=r"should be in the file '/no/such'"):
        chat(key_file="/no/such")
    monkeypatch.setenv("NO_KEY", "a\nInjected: header")
    with pytest.raises(ModelFailed, match="NO_KEY"):
        chat(key_env="NO_KEY")
    assert model_server.seen == []


@pytest.mark.parametrize(
    ("status", "headers", "body", "error", "message"),
    [
        (401, {}, b'{"error": {"message": "bad key"}}', ModelFailed, "let us in.*'bad key'"),
        (403, {}, b"", ModelFailed, "did not let us in"),
        (404, {}, b"", ModelFailed, "no model 'llama'"),
        (429, {"Retry-After": "17"}, b"", ModelFailed, "Try again in 17 seconds"),
        (429, {"Retry-After": "\x1b[31m"}, b"", ModelFailed, "Try again later"),
        (400, {}, b'{"error": {"message": "context length"}}', PromptTooLong, "'context len"),
        (400, {}, b'{"error": "no such thing"}', ModelFailed, "answered 400.*'no such thing'"),
        (500, {}, b"<html>", ModelFailed, "fault of its own"),
        (503, {}, b"[1]", ModelFailed, "fault of its own"),
        (302, {"Location": "http://elsewhere.example"}, b"", ModelFailed, "answered 302"),
    ],
)
def test_refusals_are_plain_and_name_the_host(chat, status, headers, body, error, message):
    with pytest.raises(error, match=f"127.0.0.1.*{message}"):
        chat(body, status=status, headers=headers)


@pytest.mark.parametrize(
    "piece",
    [
        b"<html>hello</html>\n\n",
        b"data: {\n\n",
        b"data: [1]\n\n",
        event(choices=[1]),
        event(choices=[{"delta": {"content": 5}}]),
        event(choices=[], usage={"prompt_tokens": "many"}),
    ],
)
def test_garbage_is_named_as_such(chat, piece):
    with pytest.raises(ModelFailed, match="not OpenAI's protocol"):
        chat(piece, ENDS)


@pytest.mark.parametrize("pieces", [(), (says("Hi"),), (says("Hi"), None), (DONE,)])
def test_a_stream_that_is_cut_is_not_taken_for_a_reply(chat, pieces):
    with pytest.raises(ModelFailed, match="broke off"):
        chat(*pieces)


def test_a_chunked_stream_that_is_cut_is_not_taken_for_a_reply(chat):
    with pytest.raises(ModelFailed, match="broke off"):
        chat(b"5\r\nda", None, headers={**EVENTS, "Transfer-Encoding": "chunked"})


def test_an_error_inside_the_stream_is_passed_on(chat):
    with pytest.raises(ModelFailed, match="out of memory"):
        chat(says("Hi"), event(error={"message": "out of memory"}))


def test_silence_is_a_timeout(chat):
    with pytest.raises(ModelTimeout, match=r"127\.0\.0\.1 gave no answer within 0\.3 seconds"):
        chat(1, says("Hi"), timeout_s=0.3)


def test_comments_do_not_count_as_an_answer(chat):
    with pytest.raises(ModelTimeout):
        chat(*[b": still here\n\n", 0.1] * 10, says("Hi"), timeout_s=0.4)


def test_a_slow_but_steady_reply_is_not_a_timeout(chat):
    reply = chat(*[says("a"), 0.15] * 5, ENDS, DONE, timeout_s=0.5)
    assert "".join(d.text for d in reply) == "aaaaa"


def test_a_host_that_is_not_there_is_named():
    model = ServerChat(WHERE, Server("http://127.0.0.1:9/v1", "llama", timeout_s=2))
    with pytest.raises(ModelFailed, match=r"127\.0\.0\.1 cannot be reached"):
        list(model.chat(REQUEST))


def test_a_schema_is_sent_as_a_response_format():
    seen = []

    def answer(request):
        seen.append(json.loads(request.content))
        return httpx.Response(200, content=says("{}") + ENDS + DONE)

    transport = httpx.MockTransport(answer)
    model = ServerChat(WHERE, Server("https://api.example/v1", "llama"), transport)
    list(model.chat(ChatRequest([Message("user", "x")], schema={"type": "object"})))
    assert seen[0]["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "reply", "strict": True, "schema": {"type": "object"}},
    }


@pytest.mark.parametrize(
    ("reason", "ours"), [("length", "length"), ("tool_calls", "tool_call"), ("odd", "stop")]
)
def test_reasons_to_stop(chat, reason, ours):
    reply = chat(says("Hi"), event(choices=[{"delta": None, "finish_reason": reason}]), DONE)
    assert reply[-1].stop_reason == ours


@pytest.mark.parametrize(
    "data",
    [
        {"data": [{"embedding": [1, 0]}]},
        {"data": [{"embedding": [1, 0, 0]}] * 3},
        {"data": [{"embedding": [1, 0, float("nan")]}] * 2},
        {"data": [{"embedding": ["a", 0, 1]}] * 2},
        {"data": 5},
        {},
        [],
    ],
)
def test_vectors_that_are_not_what_was_asked_for_are_refused(data):
    transport = httpx.MockTransport(
        lambda request: httpx.Response(200, content=json.dumps(data).encode())
    )
    model = ServerEmbedder(WHERE, Server("https://api.example/v1", "e"), 3, transport)
    with pytest.raises(ModelFailed, match=r"api\.example"):
        model.embed(["a", "b"])


def test_vectors_are_asked_for_in_batches():
    sizes = []

    def answer(request):
        texts = json.loads(request.content)["input"]
        sizes.append(len(texts))
        data = [{"index": i, "embedding": [0, len(t), 0]} for i, t in enumerate(texts)]
        return httpx.Response(200, json={"data": data})

    model = ServerEmbedder(
        WHERE, Server("https://api.example/v1", "e"), 3, httpx.MockTransport(answer)
    )
    vectors = model.embed(["text"] * 130)
    assert sizes == [64, 64, 2]
    assert np.allclose(vectors, [0, 1, 0])


def test_the_models_of_a_server_are_listed(model_server):
    model_server.answer = lambda path, body: (200, {}, [b'{"data": [{"id": "llama"}, 5]}'])
    assert models_served(Server(model_server.url, "llama")) == ["llama"]
    model_server.answer = lambda path, body: (200, {}, [b'{"data": 5}'])
    with pytest.raises(ModelFailed, match="not OpenAI's protocol"):
        models_served(Server(model_server.url, "llama"))


@pytest.mark.parametrize(
    "url",
    ["ftp://x", "http://", "nothing", "https://a:b@host/v1", "http://host:port", "http://[x"],
)
def test_an_address_that_cannot_be_used_is_refused(url):
    with pytest.raises(InputInvalid):
        check_address(url)
