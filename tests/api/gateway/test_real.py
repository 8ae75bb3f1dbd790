"""The whole gateway, doors to suppliers: what goes wrong on either side."""

import re
import threading
import time
from functools import partial

import anthropic
import httpx
import openai
import pytest

from bernard.accounts import keys
from bernard.accounts.budgets import Limit
from bernard.accounts.keys import Key
from bernard.models.suppliers.doubles import Fault

HELLO = [{"role": "user", "content": "Hello there"}]
LONG = "word " * 400


@pytest.fixture
def mock(real):
    """The double of an OpenAI-compatible server, put right again afterwards."""
    mock = real.mocks["openai-compatible"]
    before = mock.answer, mock.pace_s
    yield mock
    mock.answer, mock.pace_s = before
    mock.fault = None


def _make(real, **options):
    made = keys.make(
        real.house._store, Key("", options.pop("name"), "tester", ("evaluate",), **options)
    )
    real.house.keys.refresh()
    return made


def _client(real, secret):
    return openai.OpenAI(base_url=f"{real.origin}/v1", api_key=secret, max_retries=0)


@pytest.mark.parametrize("path", ["chat", "responses", "messages"])
def test_a_client_that_goes_breaks_off_the_supplier_at_once(real, mock, until, path):
    mock.answer, mock.pace_s = LONG, 0.02
    before, runs = mock.broken_off, real.app.door.running
    model = "at-openai-compatible"
    if path == "chat":
        stream = real.openai.chat.completions.create(model=model, messages=HELLO, stream=True)
    elif path == "responses":
        stream = real.openai.responses.create(model=model, input="Hello", stream=True)
    else:
        stream = real.anthropic.messages.create(
            model=model, max_tokens=900, messages=HELLO, stream=True
        )
    next(iter(stream))
    stream.close()
    until(lambda: mock.broken_off == before + 1, 2)
    until(lambda: not runs)


def test_an_answer_that_nobody_waits_for_is_broken_off(real, mock, until):
    mock.fault = Fault("hang")
    before = mock.broken_off
    with pytest.raises(openai.APITimeoutError):
        real.openai.with_options(timeout=0.3).chat.completions.create(
            model="at-openai-compatible", messages=HELLO
        )
    until(lambda: mock.broken_off == before + 1, 2)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("refuse", status=500), openai.InternalServerError),
        (Fault("refuse", status=429, retry_after_s=60), openai.APIStatusError),
        (Fault("refuse", status=400, message="Too long"), openai.APIStatusError),
        (Fault("refuse", status=401), openai.APIStatusError),
        (Fault("drop"), openai.APIStatusError),
        (Fault("garbage"), openai.APIStatusError),
        (Fault("cut"), openai.APIStatusError),
    ],
    ids=lambda value: getattr(value, "do", "") + str(getattr(value, "status", "")),
)
def test_a_supplier_that_fails_gets_the_caller_a_clear_error(real, mock, fault, error):
    mock.fault = fault
    real.house.routes._breakers.clear()
    with pytest.raises(error) as raised:
        real.openai.chat.completions.create(model="at-openai-compatible", messages=HELLO)
    assert raised.value.status_code in (400, 422, 429, 502, 503)
    assert raised.value.body["message"]
    assert raised.value.response.headers["x-bernard-receipt"]
    real.house.routes._breakers.clear()


@pytest.mark.parametrize("do", ["cut", "error", "garbage"])
def test_a_stream_that_breaks_ends_with_an_error(real, mock, do):
    real.house.routes._breakers.clear()
    mock.fault = Fault(do)
    with pytest.raises(openai.APIError) as raised:
        list(
            real.openai.chat.completions.create(
                model="at-openai-compatible", messages=HELLO, stream=True
            )
        )
    assert str(raised.value)
    real.house.routes._breakers.clear()
    with pytest.raises(anthropic.APIStatusError):
        list(
            real.anthropic.messages.create(
                model="at-openai-compatible", max_tokens=50, messages=HELLO, stream=True
            )
        )
    real.house.routes._breakers.clear()


def test_a_key_that_was_taken_back_is_refused_within_a_second(real):
    made = _make(real, name="short-lived")
    with _client(real, made.secret) as client:
        client.chat.completions.create(model="first", messages=HELLO)
        keys.revoke(real.house._store, "short-lived")
        time.sleep(1.1)
        with pytest.raises(openai.AuthenticationError):
            client.chat.completions.create(model="first", messages=HELLO)


def test_a_budget_that_is_used_up_says_when_it_begins_anew(real):
    made = _make(real, name="poor", limits=(Limit("day", calls=2),))
    before = len(real.mocks["openai"].requests)
    with _client(real, made.secret) as client:
        for _ in range(2):
            client.chat.completions.create(model="at-openai", messages=HELLO)
        with pytest.raises(openai.RateLimitError) as raised:
            client.chat.completions.create(model="at-openai", messages=HELLO)
    headers = raised.value.response.headers
    assert raised.value.code == "over_budget"
    assert 0 < int(headers["retry-after"]) <= 86_400
    assert headers["x-bernard-receipt"]
    assert len(real.mocks["openai"].requests) == before + 2


def test_a_key_for_some_models_sees_and_uses_no_others(real):
    made = _make(real, name="narrow", models=("at-gemini",))
    with _client(real, made.secret) as client:
        assert [model.id for model in client.models.list()] == ["at-gemini"]
        client.chat.completions.create(model="at-gemini", messages=HELLO)
        with pytest.raises(openai.PermissionDeniedError) as raised:
            client.chat.completions.create(model="at-openai", messages=HELLO)
        assert "only for: at-gemini" in str(raised.value)
        number = raised.value.response.headers["x-bernard-receipt"]
        entry = client.get(f"/receipts/{number}", cast_to=dict)["entry"]["body"]
    assert (entry["event"], entry["service"]) == ("refusal", "tester")
    assert "at-openai" not in str(entry)


def test_a_changed_register_is_taken_up_without_dropping_a_stream(real, mock, until):
    mock.answer, mock.pace_s = "word " * 60, 0.05
    register = real.home / "deployments.yaml"
    before = register.read_text()
    heard = []

    def listen():
        stream = real.openai.chat.completions.create(
            model="at-openai-compatible", messages=HELLO, stream=True
        )
        heard.append("".join(c.choices[0].delta.content or "" for c in stream if c.choices))

    thread = threading.Thread(target=listen)
    thread.start()
    time.sleep(0.3)
    register.write_text(before.replace("  first:", "  second:"))
    try:
        until(lambda: "second" in [model.id for model in real.openai.models.list()])
        thread.join(10)
        assert heard == [mock.answer]
    finally:
        register.write_text(before)
    until(lambda: "first" in [model.id for model in real.openai.models.list()])


def test_a_register_with_a_fault_changes_nothing(real, until):
    register = real.home / "deployments.yaml"
    before = register.read_text()
    register.write_text(before + "\nnonsense: true\n")
    try:
        until(lambda: "nonsense" in real.house.fault)
        real.openai.chat.completions.create(model="first", messages=HELLO)
        notes = real.get("/readyz")["notes"]
        assert "nonsense" in notes["deployments"]
    finally:
        register.write_text(before)
    until(lambda: not real.house.fault)


def test_readiness_and_numbers_tell_of_it(real):
    real.openai.chat.completions.create(model="first", messages=HELLO)
    ready = real.get("/readyz")
    assert ready["status"] == "ready"
    assert ready["checks"] == {"log": "ok", "agreements": "ok"}
    numbers = real.text("/metrics")
    assert (
        'bernard_gateway_call_seconds_count{status="200",surface="/v1/chat/completions"}' in numbers
    )
    assert (
        'bernard_gateway_used_total{model="double",supplier="openai",what="prompt_tokens"}'
        in numbers
    )


def test_a_client_that_reads_nothing_and_goes_breaks_off_the_supplier(real, mock, connect, until):
    mock.answer = "word " * 150_000
    before = mock.broken_off
    raw = connect(real.port)
    raw.send(
        {"model": "at-openai-compatible", "messages": HELLO, "stream": True},
        headers={"authorization": f"Bearer {real.secret}"},
    )
    until(lambda: real.app.door.streams)
    time.sleep(2.0)
    raw.socket.close()
    until(lambda: mock.broken_off > before, 20)


def test_a_case_has_one_stand_in_on_every_surface_and_for_its_service_alone(real, mock):
    text, case = "Write to case.person@example.org", {"X-Bernard-Case": "2026/17"}
    model, heard = "at-openai-compatible", []

    def ask(client, headers):
        return client.chat.completions.create(
            model=model, messages=[{"role": "user", "content": text}], extra_headers=headers
        )

    def last():
        return mock.requests[-1].body.decode()

    before = len(mock.requests)
    ask(real.openai, case)
    heard.append(last())
    real.openai.responses.create(model=model, input=text, extra_headers=case)
    heard.append(last())
    real.anthropic.messages.create(
        model=model,
        max_tokens=99,
        messages=[{"role": "user", "content": text}],
        extra_headers=case,
    )
    heard.append(last())
    other = keys.make(real.house._store, Key("", "another's", "another", ("evaluate",)))
    real.house.keys.refresh()
    with _client(real, other.secret) as client:
        ask(client, case)
        heard.append(last())
    assert len(mock.requests) == before + 4
    marks = [re.search(r"EMAIL-\d+", one).group() for one in heard]
    assert marks[0] == marks[1] == marks[2] != marks[3] and "case.person" not in str(heard)


def test_a_service_ends_its_own_case(real, mock):
    case = {"X-Bernard-Case": "to be ended"}
    ask = partial(
        real.openai.chat.completions.create,
        model="at-openai-compatible",
        messages=[{"role": "user", "content": "Write to end.person@example.org"}],
        extra_headers=case,
    )

    def mark():
        ask()
        return re.search(r"EMAIL-\d+", mock.requests[-1].body.decode()).group()

    def end(secret):
        headers = {"Authorization": f"Bearer {secret}", **case}
        return httpx.delete(f"{real.origin}/v1/case", headers=headers)

    first = mark()
    other = keys.make(real.house._store, Key("", "who may not", "other", ("evaluate",)))
    real.house.keys.refresh()
    assert end(other.secret).status_code == 404 and mark() == first
    assert end(real.secret).json() == {"destroyed": True} and mark() != first
    end(real.secret)
    assert end(real.secret).status_code == 404
    without = httpx.delete(
        f"{real.origin}/v1/case", headers={"Authorization": f"Bearer {real.secret}"}
    )
    assert without.status_code == 422
    assert (
        httpx.get(f"{real.origin}/v1/case", headers={"x-api-key": real.secret}).status_code == 405
    )
