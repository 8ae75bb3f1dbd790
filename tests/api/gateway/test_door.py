"""One call through the door on a real server: who may, what is taken, what comes back."""

import contextlib
import socket
import time

import msgspec
import pytest

from bernard import errors
from bernard.config import Settings

CHAT = {"model": "m", "messages": [{"role": "user", "content": "Hello"}]}
PATHS = ("/v1/chat/completions", "/v1/responses", "/v1/messages", "/v1/embeddings")


def test_a_call_reaches_the_exchange_and_its_answer_the_caller(raw, exchange):
    exchange.body = b'{"ok":true}'
    status, headers, body = raw.ask(CHAT)
    assert (status, body) == (200, {"ok": True})
    assert headers["x-bernard-receipt"] == "1"
    assert headers["x-request-id"].startswith("req_")
    (asked,) = exchange.asked
    assert (asked.model, asked.dialect, asked.stream) == ("m", "openai-chat", False)
    assert (asked.caller.service, asked.caller.purpose) == ("service", "answer-questions")


def test_a_call_is_marked_official_sensitive_until_something_else_is_declared(raw, exchange):
    raw.ask(CHAT)
    assert exchange.asked[0].caller.marking == "OFFICIAL-SENSITIVE"


def test_a_call_declares_what_its_headers_say(raw, exchange):
    declared = {
        "X-Bernard-Purpose": "evaluate",
        "X-Bernard-Marking": "OFFICIAL",
        "X-Bernard-Categories": "contact, names",
        "x-bernard-categories": "",
        "X-Bernard-Human": "before-use",
        "X-Bernard-Effect": "support",
        "X-Bernard-Offence": "no",
        "X-Bernard-Outside-Effects": "yes",
    }
    declared["X-Bernard-Categories"] = ",".join(sorted(_some("categories")))
    status, _, body = raw.ask(CHAT, headers=declared)
    assert status == 200, body
    caller = exchange.asked[0].caller
    assert (caller.purpose, caller.marking) == ("evaluate", "OFFICIAL")
    assert caller.categories == tuple(sorted(_some("categories")))
    assert (caller.involvement, caller.effect) == ("before-use", "support")
    assert (caller.offence, caller.outside_effects) == (False, True)


def _some(kind):
    from bernard.agreements.vocabulary import words

    return sorted(words(kind))[:2]


@pytest.mark.parametrize(
    ("header", "value", "status", "named"),
    [
        ("X-Bernard-Purpose", "sell-data", 403, "answer-questions, evaluate"),
        ("X-Bernard-Marking", "official", 422, "OFFICIAL-SENSITIVE"),
        ("X-Bernard-Categories", "gossip", 422, "'gossip'"),
        ("X-Bernard-Offence", "maybe", 422, "neither yes nor no"),
        ("X-Bernard-Effect", "large", 422, "significant"),
        ("X-Bernard-Purpse", "evaluate", 422, "x-bernard-purpse"),
        ("X-Bernard-Subjects", "caf\xe9", 422, "Subjects"),
    ],
)
def test_what_cannot_be_declared_is_refused(raw, exchange, header, value, status, named):
    answer = raw.ask(CHAT, headers={header: value})
    assert (answer[1].get("x-bernard-receipt") == "41") == (status == 403) == bool(exchange.refused)
    assert answer[0] == status
    assert named in answer[2]["error"]["message"]
    assert not exchange.asked


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"authorization": ""}, "Send a key"),
        ({"authorization": "Bearer wrong"}, "not known"),
        ({"authorization": "Bearer " + "x" * 5000}, "Send a key"),
        ({"authorization": "", "x-api-key": "b\xe4d"}, "not known"),
    ],
)
def test_nobody_gets_in_without_a_key(raw, exchange, path, headers, said):
    status, answered, body = raw.ask(CHAT, path, headers)
    assert status == 401
    assert answered["www-authenticate"] == "Bearer"
    assert said in body["error"]["message"]
    assert "wrong" not in body["error"]["message"]
    assert (body.get("type") == "error") == (path == "/v1/messages")
    assert not exchange.asked


def test_the_key_may_come_as_x_api_key(raw, exchange):
    assert raw.ask(CHAT, headers={"authorization": "", "x-api-key": "bernard_test"})[0] == 200


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b'{"model": "\\ud800"}', "not JSON"),
        (b'{"model": NaN}', "not JSON"),
        (b'{"model": 1e999}', "JSON"),
        (b"[1]", "JSON object"),
        (b"null", "JSON object"),
        (b"{}", "model"),
        (b'{"model": 3}', "model"),
        (b'{"model": ""}', "model"),
        (b'{"model": "m", "stream": "yes"}', "stream"),
        (b'{"a":' * 40_000, "deep"),
        (b'{"model":"m","a":' + b"[" * 70 + b"]" * 70 + b"}", "deeper than 64"),
        (b'{"model":"m","a":' + b"[" * 15_000 + b"]" * 15_000 + b"}", "deeper than 64"),
    ],
)
@pytest.mark.parametrize("path", PATHS)
def test_a_body_that_cannot_be_read_gets_a_clear_error(raw, exchange, path, body, said):
    if path == "/v1/embeddings" and b"stream" in body:
        pytest.skip("nothing streams there")
    status, headers, answer = raw.ask(body[:90_000], path)
    assert status == 422
    assert said in answer["error"]["message"]
    assert headers["x-request-id"]
    assert not exchange.asked
    exchange.body = b"{}"
    assert raw.ask(CHAT, path)[0] == 200, "the connection still works"


def test_wide_bodies_are_not_deep_ones(raw):
    wide = {**CHAT, "tools": [{"a": [{"b": [i]}]} for i in range(500)]}
    assert raw.ask(wide)[0] == 200


def test_of_a_name_that_stands_twice_the_last_counts_everywhere(raw, exchange):
    raw.ask(b'{"model":"a","messages":[],"model":"b"}')
    assert exchange.asked[0].model == exchange.asked[0].body["model"] == "b"


def test_a_body_that_says_it_is_too_large_is_not_read(raw, exchange):
    head = (
        "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n"
        "authorization: Bearer bernard_test\r\ncontent-length: 99999999999\r\n\r\n"
    )
    raw.socket.sendall(head.encode())
    status, _, body = raw.read()
    assert status == 413
    assert "BERNARD_MAX_REQUEST_MB" in body["error"]["message"]
    assert not exchange.asked


def test_a_body_without_a_length_is_refused_as_soon_as_it_is_too_large(raw):
    head = (
        "POST /v1/messages HTTP/1.1\r\nhost: localhost\r\n"
        "authorization: Bearer bernard_test\r\ntransfer-encoding: chunked\r\n\r\n"
    )
    raw.socket.sendall(head.encode())
    for _ in range(4):
        raw.socket.sendall(b"8000\r\n" + b" " * 0x8000 + b"\r\n")
    status, _, body = raw.read()
    assert (status, body["error"]["type"]) == (413, "request_too_large")


def test_a_compressed_body_is_named_as_such(raw):
    status, _, body = raw.ask(b"\x1f\x8b", headers={"content-encoding": "gzip"})
    assert (status, "compressed" in body["error"]["message"]) == (422, True)


@pytest.mark.parametrize(
    ("error", "status", "openai", "anthropic"),
    [
        (errors.Refused("No."), 403, "permission_error", "permission_error"),
        (errors.ModelMissing("No."), 404, "not_found_error", "not_found_error"),
        (errors.FieldInvalid("No.", "#/x"), 422, "invalid_request_error", "invalid_request_error"),
        (errors.Untranslatable("No."), 422, "invalid_request_error", "invalid_request_error"),
        (errors.OverBudget("No.", 7), 429, "rate_limit_error", "rate_limit_error"),
        (errors.Busy("No."), 429, "rate_limit_error", "rate_limit_error"),
        (errors.ModelFailed("No."), 502, "server_error", "api_error"),
        (errors.LogUnwritable("No."), 503, "server_error", "overloaded_error"),
        (errors.ModelTimeout("No."), 504, "server_error", "timeout_error"),
    ],
)
def test_errors_are_said_in_the_callers_own_protocol(
    raw, exchange, error, status, openai, anthropic
):
    exchange.error = error
    got, headers, body = raw.ask(CHAT)
    assert (got, body["error"]["type"], body["error"]["message"]) == (status, openai, "No.")
    assert ("retry-after" in headers) == (status == 429)
    got, _, body = raw.ask(CHAT, "/v1/messages")
    assert (got, body["type"], body["error"]["type"]) == (status, "error", anthropic)
    assert body["request_id"].startswith("req_")


def test_a_budget_that_begins_anew_next_month_is_not_worth_a_retry(raw, exchange):
    exchange.error = errors.OverBudget("No.", 86_400)
    _, headers, _ = raw.ask(CHAT)
    assert (headers["retry-after"], headers["x-should-retry"]) == ("86400", "false")
    exchange.error = errors.OverBudget("No.", 0)
    _, headers, _ = raw.ask(CHAT)
    assert "retry-after" not in headers
    assert headers["x-should-retry"] == "false"


def test_a_fault_of_ours_tells_the_caller_nothing_of_its_inside(raw, exchange, caplog):
    exchange.error = ValueError("a secret place")
    status, headers, body = raw.ask(CHAT)
    assert (status, "secret" in str(body)) == (500, False)
    assert headers["x-request-id"] in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/chat/completions", 405), ("POST", "/v1/models", 405), ("GET", "/v1/x", 404)],
)
def test_paths_and_methods_that_are_not_there(raw, method, path, status):
    raw.socket.sendall(
        f"{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n"
        "authorization: Bearer bernard_test\r\n\r\n".encode()
    )
    got, _, body = raw.read()
    assert (got, path in body["error"]["message"]) == (status, True)


def test_more_calls_than_may_run_at_once_are_told_to_come_back(port, connect, exchange, settings):
    exchange.wait_s = 0.5
    waiting = [connect(port) for _ in range(settings.max_calls)]
    for one in waiting:
        one.send(CHAT)
    time.sleep(0.2)
    status, headers, body = connect(port).ask(CHAT)
    assert (status, headers["retry-after"], body["error"]["code"]) == (429, "1", "busy")
    assert [one.read()[0] for one in waiting] == [200] * settings.max_calls
    assert connect(port).ask(CHAT)[0] == 200


def test_a_client_that_goes_stops_its_call_at_once(port, connect, exchange, door, until):
    exchange.wait_s = 30.0
    client = connect(port)
    client.send(CHAT)
    until(lambda: exchange.asked)
    client.socket.close()
    until(lambda: exchange.closed == ["cancelled"])
    until(lambda: not door.running)


def test_a_client_that_sends_half_a_request_and_goes_leaves_nothing(port, connect, door, until):
    client = connect(port)
    client.socket.sendall(
        b"POST /v1/messages HTTP/1.1\r\nhost: x\r\nauthorization: Bearer bernard_test\r\n"
        b'content-length: 500\r\n\r\n{"model"'
    )
    until(lambda: door.running)
    client.socket.close()
    until(lambda: not door.running)


def test_headers_without_end_are_not_kept(port, connect):
    client = connect(port)
    client.socket.sendall(b"GET /healthz HTTP/1.1\r\n")
    with pytest.raises((ConnectionError, AssertionError, socket.timeout)):
        for i in range(100):
            client.socket.sendall(b"x-%d: " % i + b"y" * 4000 + b"\r\n")
        assert client.socket.recv(10).startswith(b"HTTP/1.1 2")


def test_the_answer_is_one_json_document_with_its_length(raw, exchange):
    exchange.body = msgspec.json.encode({"text": "£" * 1000})
    _, headers, body = raw.ask(CHAT)
    assert body["text"] == "£" * 1000
    assert headers["content-type"] == "application/json"


class TestSlowClients:
    """A client that takes too long to send is let go, whatever it has sent."""

    @pytest.fixture
    def settings(self, tmp_path):
        return Settings(home=tmp_path, request_timeout_s=0.5)

    @pytest.mark.parametrize(
        "sent",
        [
            b"",
            b"POST /v1/chat",
            b"POST /v1/messages HTTP/1.1\r\nhost: x\r\n",
            b"POST /v1/messages HTTP/1.1\r\nauthorization: Bearer bernard_test\r\n"
            b'content-length: 99\r\n\r\n{"mod',
        ],
    )
    def test_half_a_request_is_not_waited_for(self, port, connect, door, sent, until):
        client = connect(port)
        client.socket.sendall(sent)
        began = time.monotonic()
        with contextlib.suppress(ConnectionError):
            assert client.socket.recv(100) == b""
        assert time.monotonic() - began < 5
        until(lambda: not door.running)

    def test_an_answer_may_take_longer_than_a_request(self, raw, exchange):
        exchange.wait_s = 2.0
        assert raw.ask(CHAT)[0] == 200

    def test_an_idle_connection_is_not_a_slow_one(self, raw):
        assert raw.ask(CHAT)[0] == 200
        time.sleep(2.0)
        assert raw.ask(CHAT)[0] == 200


def test_requests_one_after_the_other_on_one_connection(raw, exchange):
    for number in range(5):
        raw.send({**CHAT, "model": f"m{number}"})
    assert [raw.read()[0] for _ in range(5)] == [200] * 5
    assert [asked.model for asked in exchange.asked] == [f"m{number}" for number in range(5)]


def test_a_client_that_wants_the_connection_closed_gets_the_whole_answer(raw, exchange):
    exchange.body = b'{"text":"' + b"x" * 300_000 + b'"}'
    status, headers, body = raw.ask(CHAT, headers={"connection": "close"})
    assert (status, len(body["text"]), headers["connection"]) == (200, 300_000, "close")
    assert raw.socket.recv(10) == b""


CASES = [
    ("/v1/chat/completions", {"model": "m", "messages": []}),
    ("/v1/responses", {"model": "m", "input": "x"}),
    ("/v1/messages", {"model": "m", "messages": [], "max_tokens": 9}),
    ("/v1/embeddings", {"model": "m", "input": "x"}),
    ("/v1/moderations", {"input": "x"}),
]


@pytest.mark.parametrize(("path", "body"), CASES)
def test_a_call_of_every_surface_may_name_its_case(raw, exchange, path, body):
    assert (
        raw.ask(body, path, {"X-Bernard-Case": "2026/0017, Tŷ".encode().decode("latin-1")})[0]
        == 200
    )
    assert raw.ask(body, path)[0] == 200
    assert [asked.case for asked in exchange.asked] == ["2026/0017, Tŷ", ""]


@pytest.mark.parametrize("value", ["", " ", "a" * 201, "\xff\xfe", "a\u00adb"])
def test_a_case_that_cannot_be_named_so_is_refused(raw, exchange, value):
    status, _, body = raw.ask(CASES[0][1], headers={"X-Bernard-Case": value})
    assert status == 422 and body["error"]["param"] == "X-Bernard-Case" and not exchange.asked


def test_a_call_names_one_case(raw, exchange):
    headers = {"X-Bernard-Case": "1", "x-bernard-case": "2"}
    assert raw.ask(CASES[0][1], headers=headers)[0] == 422 and not exchange.asked
