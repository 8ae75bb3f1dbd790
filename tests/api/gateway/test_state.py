"""Health, readiness, numbers, traces and logs: who sees them, and what is in them."""

import io
import json
import logging
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request

import msgspec
import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bernard import errors
from bernard.api.gateway import logs, prometheus
from bernard.api.gateway.door import Door
from bernard.api.gateway.meter import Meter, Numbers
from bernard.api.gateway.tracing import Tracing, is_wanted
from bernard.config import Settings
from bernard.errors import SettingInvalid
from bernard.gateway.types import Spent
from bernard.wire.types import Usage

CHAT = {"model": "m", "messages": [{"role": "user", "content": "A secret word"}]}


def _get(port, path, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=named)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_health_asks_nobody_who_they_are(port):
    assert _get(port, "/healthz") == (200, '{"status":"ok"}')


def test_readiness_says_what_is_in_the_way(port, house):
    assert _get(port, "/readyz")[0] == 200
    house.found["log"] = "The disk is full."
    status, body = _get(port, "/readyz")
    assert status == 503
    assert json.loads(body)["checks"] == {"log": "The disk is full."}


def test_others_see_that_it_is_not_ready_and_not_why(port, house):
    house.found["log"] = "The disk is full."
    status, body = _get(port, "/readyz", X_Forwarded_For="192.0.2.1")
    assert (status, json.loads(body)) == (503, {"status": "not ready"})


def test_numbers_are_for_this_machine(port, raw):
    raw.ask(CHAT)
    status, text = _get(port, "/metrics")
    assert status == 200
    counted = 'bernard_gateway_call_seconds_count{status="200",surface="/v1/chat/completions"} 1.0'
    assert counted in text
    assert _get(port, "/metrics", X_Forwarded_For="192.0.2.1")[0] == 403
    assert _get(port, "/metrics", Host=f"elsewhere.example:{port}")[0] == 403
    assert _get(port, "/metrics", Host=f"localhost:{port}")[0] == 200
    assert _get(port, "/metrics", Forwarded="for=192.0.2.1", Authorization="Bearer ")[0] == 403


class TestWithAToken:
    @pytest.fixture
    def settings(self, tmp_path):
        return Settings(home=tmp_path, metrics_token="open sesame")

    def test_others_see_numbers_with_it(self, port):
        forwarded = {"X_Forwarded_For": "192.0.2.1"}
        assert _get(port, "/metrics", **forwarded, Authorization="Bearer open sesame")[0] == 200
        assert _get(port, "/metrics", **forwarded, Authorization="Bearer open")[0] == 403


def test_paths_that_callers_make_up_are_not_counted_one_by_one(port):
    for number in range(5):
        _get(port, f"/v1/made-up-{number}")
    text = _get(port, "/metrics")[1]
    assert "made-up" not in text
    assert 'bernard_gateway_errors_total{error="key_invalid",surface="other"} 5.0' in text


def test_the_numbers_of_workers_are_added_up_and_those_of_the_dead_kept(tmp_path):
    meter = Meter(tmp_path)
    other = Numbers()
    # A process that has ended: its counts stay, and what ran in it runs no more.
    child = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"],
                           capture_output=True, check=True)  # fmt: skip
    dead = Meter(tmp_path)
    dead.finished("/v1/x", 200, 0.02)
    dead.numbers.calls_now = 7
    (tmp_path / f"{int(child.stdout)}.numbers").write_bytes(msgspec.msgpack.encode(dead.numbers))
    meter.finished("/v1/x", 200, 0.3)
    meter.used("pence", "m", "s", 0.5)
    meter.share()
    assert (tmp_path / f"{os.getpid()}.numbers").exists()
    every = meter.together()
    assert sum(every.calls["/v1/x", "200"].counts) == 2
    assert (every.calls_now, every.used["pence", "m", "s"]) == (0, 0.5)
    assert other == Numbers()
    assert sum(meter.numbers.calls["/v1/x", "200"].counts) == 1


def test_buckets_hold_all_that_took_no_longer():
    meter = Meter()
    for seconds in (0.0005, 0.001, 0.02, 1000.0):
        meter.finished("/v1/x", 200, seconds)
    text = prometheus.render(meter.numbers, {}).decode()
    found = dict(re.findall(r'seconds_bucket{le="([^"]+)",[^}]*} (\S+)', text))
    assert (found["0.001"], found["0.025"], found["60.0"], found["+Inf"]) == (
        "2.0", "3.0", "3.0", "4.0")  # fmt: skip


class TestTraces:
    @pytest.fixture
    def exporter(self):
        return InMemorySpanExporter()

    @pytest.fixture
    def door(self, exchange, key, settings, keys_of, exporter):
        return Door(exchange, keys_of(key), Meter(), settings, Tracing(exporter))

    def test_a_call_is_one_span_without_content(self, raw, exchange, door, exporter):
        exchange.spent = Spent()
        exchange.spent.usage = Usage(11, 22)
        parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        raw.ask(CHAT, headers={"traceparent": parent})
        door.close()
        (span,) = exporter.get_finished_spans()
        told = dict(span.attributes)
        assert (span.name, told["gen_ai.operation.name"]) == ("chat m", "chat")
        tokens = told["gen_ai.usage.input_tokens"], told["gen_ai.usage.output_tokens"]
        assert tokens == (11, 22)
        assert told["bernard.receipt"] == 1
        assert format(span.parent.trace_id, "032x") == "0af7651916cd43dd8448eb211c80319c"
        assert "secret" not in span.to_json()

    def test_a_call_that_fails_says_how(self, raw, exchange, door, exporter):
        exchange.error = errors.Refused("Because of a secret word.")
        raw.ask(CHAT)
        door.close()
        (span,) = exporter.get_finished_spans()
        assert span.attributes["error.type"] == "refused"
        assert span.status.status_code.name == "ERROR"
        assert "secret" not in span.to_json()


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, True),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_TRACES_EXPORTER": "none"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_SDK_DISABLED": "true"}, False),
    ],
)
def test_traces_are_sent_where_the_usual_variables_ask(environ, wanted):
    assert is_wanted(environ) is wanted


def test_nothing_heavy_is_imported_to_serve_calls():
    heavy = ("opentelemetry", "prometheus_client", "numpy", "onnxruntime", "h11", "websockets",
             "httpx", "jinja2", "sklearn", "scipy", "xlsxwriter")  # fmt: skip
    code = f"import sys, bernard.cli.gateway; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_log_lines_are_json_and_quote_no_error(caplog):
    stream, root = io.StringIO(), logging.getLogger()
    before = root.handlers[:], root.level, logging.getLogger("bernard").level
    try:
        logs.set_up("info", stream)
        log = logging.getLogger("bernard.gateway")
        log.info("call", extra={logs.FIELDS: {"ms": 1.5}})
        try:
            raise ValueError("a secret word")
        except ValueError:
            log.exception("Request %s failed.", "req_1")
        logging.getLogger("elsewhere").info("not shown")
    finally:
        root.handlers, root.level = before[0], before[1]
        logging.getLogger("bernard").setLevel(before[2])
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert (first["message"], first["ms"], first["level"]) == ("call", 1.5, "info")
    assert (second["error"], second["message"]) == ("ValueError", "Request req_1 failed.")
    assert "test_state.py" in second["where"][0]
    assert "secret" not in stream.getvalue()


def test_a_level_that_there_is_not_is_a_fault():
    with pytest.raises(SettingInvalid, match="error, warning, info"):
        logs.set_up("loud")
