"""`bernard gateway` as a program: its processes, what stops and restarts them, what it prints."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from bernard.accounts import keys
from bernard.accounts.keys import Key
from bernard.store.database import open_store

CHAT = json.dumps({"model": "none", "messages": []}).encode()


class Program:
    """A gateway that runs in processes of its own."""

    def __init__(self, home, secret, *options, **environ):
        command = [sys.executable, "-m", "bernard", "gateway", "--port", "0", *options]
        environ = {
            **os.environ, "BERNARD_HOME": str(home), "BERNARD_CHAT_MODEL": "none",
            "BERNARD_EMBEDDING_MODEL": "none", "BERNARD_SHUTDOWN_S": "2", **environ,
        }  # fmt: skip
        self.secret = secret
        self.errors = home / "errors.txt"
        with self.errors.open("w") as errors:
            self.process = subprocess.Popen(command, env=environ, stderr=errors)
        self.origin = self._origin()
        self.until(lambda: self.get("/healthz")[0] == 200)

    def _origin(self):
        found = []
        self.until(lambda: found.extend(re.findall(r"http://[\d.:]+", self.said())) or found)
        return found[0]

    def said(self):
        return self.errors.read_text()

    def get(self, path, data=None, **headers):
        request = urllib.request.Request(self.origin + path, data, headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except (ConnectionError, urllib.error.URLError):
            return 0, ""

    def ask(self):
        return self.get("/v1/chat/completions", CHAT, Authorization=f"Bearer {self.secret}")

    def workers(self):
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def until(self, holds, seconds=60):
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, self.said()
            assert self.process.poll() is None, self.said()
            time.sleep(0.05)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(30)


@pytest.fixture
def start(sqlite_settings):
    """Starts gateways in a home with one key, and stops them."""
    store = open_store(sqlite_settings)
    secret = keys.make(store, Key("", "test", "tester", ("evaluate",))).secret
    store.close()
    started = []

    def start(*options, **environ):
        started.append(Program(sqlite_settings.home, secret, *options, **environ))
        return started[-1]

    yield start
    for program in started:
        program.stop()


def test_it_answers_until_it_is_told_to_stop(start):
    program = start()
    status, body = program.ask()
    assert (status, "There is no model 'none'" in body) == (404, True)
    assert program.get("/readyz")[0] == 200
    assert "bernard keys make" in program.said()
    assert program.stop() == 0
    assert "Traceback" not in program.said()


def test_a_line_for_each_call_if_asked_and_never_what_was_said(start):
    program = start(BERNARD_LOG_LEVEL="info")
    program.ask()
    program.stop()
    lines = [json.loads(line) for line in program.said().splitlines() if line.startswith("{")]
    (call,) = [line for line in lines if line["logger"] == "bernard.gateway.calls"]
    assert (call["status"], call["error"], call["service"]) == (404, "model_not_found", "tester")
    assert program.secret not in program.said()
    assert "'none'" not in str(call)


def test_workers_share_a_port_and_one_that_dies_is_replaced(start):
    program = start("--workers", "2")
    program.until(lambda: len(program.workers()) == 2)
    program.until(lambda: program.ask()[0] == 404)
    first = program.workers()
    os.kill(first[0], signal.SIGKILL)
    program.until(lambda: len(program.workers()) == 2 and program.workers() != first)
    for _ in range(20):
        assert program.ask()[0] == 404
    assert "another takes its place" in program.said()
    # Whichever is asked tells the numbers of all; each leaves its own every second.
    counted = r'call_seconds_count\{status="404",surface="/v1/chat/completions"\} 2[01]'
    program.until(lambda: re.search(counted, program.get("/metrics")[1]), 10)
    assert program.stop() == 0


def test_workers_end_when_their_parent_is_killed(start):
    program = start("--workers", "2")
    program.until(lambda: len(program.workers()) == 2)
    workers = program.workers()
    program.until(lambda: program.ask()[0] == 404)
    program.process.kill()
    program.process.wait()
    end = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() and _runs(pid) for pid in workers):
        assert time.monotonic() < end, "a worker lives on"
        time.sleep(0.05)


def _runs(pid):
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


@pytest.mark.parametrize("workers", ["1", "2"])
def test_sighup_stops_nothing(start, workers):
    program = start("--workers", workers)
    program.until(lambda: program.ask()[0] == 404)
    program.process.send_signal(signal.SIGHUP)
    program.until(lambda: "The deployments were read again" in program.said())
    assert program.ask()[0] == 404


def _run(home, *words, **environ):
    environ = {**os.environ, "BERNARD_HOME": str(home), **environ}
    return subprocess.run(
        [sys.executable, "-m", "bernard", *words], env=environ, capture_output=True, text=True
    )


def test_a_port_in_use_is_said(start):
    port = start().origin.rpartition(":")[2]
    for workers in ("1", "2"):
        ended = _run("/nonexistent", "gateway", "--port", port, "--workers", workers)
        assert ended.returncode == 1
        assert "another program listens there" in ended.stderr


def test_the_configuration_is_checked_whole(sqlite_settings):
    home = sqlite_settings.home
    agreement, register = home / "agreement.yaml", home / "deployments.yaml"
    agreement.write_text("schema: bernard-agreement/1\nid: x\nstatus: maybe\n")
    register.write_text(
        'version: "1"\nsuppliers:\n  one: {kind: nothing}\ndeployments:\n  a: {at: two}\n'
    )
    store = open_store(sqlite_settings)
    keys.make(store, Key("", "k", "s", ("evaluate",), agreement="other"))
    store.close()
    named = {"BERNARD_AGREEMENT": str(agreement), "BERNARD_DEPLOYMENTS": str(register)}
    ended = _run(home, "config", "check", "--json", **named)
    assert ended.returncode == 1, ended.stderr
    found = json.loads(ended.stdout)
    files = {fault["file"] for fault in found["faults"]}
    assert {str(agreement), str(register), "key k"} <= files
    assert all(fault["line"] > 0 for fault in found["faults"] if fault["file"] != "key k")
    assert not found["ok"]


def test_a_model_that_no_agreement_allows_is_warned_of(sqlite_settings):
    home = sqlite_settings.home
    register = home / "deployments.yaml"
    register.write_text(
        'version: "1"\nsuppliers:\n  openai: {kind: openai}\ndeployments:\n'
        "  far: {at: openai, model: far, places: [US], training: never, human_review: never, "
        "retention_s: 0, source: a test}\n"
    )
    ended = _run(home, "config", "check", BERNARD_DEPLOYMENTS=str(register))
    assert ended.returncode == 0, ended.stdout
    assert "No agreement allows the model 'far'" in ended.stdout


def test_settings_that_hold_are_said_to(sqlite_settings):
    ended = _run(sqlite_settings.home, "config", "check")
    assert (ended.returncode, "The configuration holds" in ended.stdout) == (0, True)
    ended = _run(sqlite_settings.home, "config", "check", BERNARD_MAX_CALLS="many")
    assert (ended.returncode, "BERNARD_MAX_CALLS" in ended.stdout) == (1, True)
    ended = _run(sqlite_settings.home, "config", "check", BERNARD_LOG_LEVEL="loud")
    assert (ended.returncode, "BERNARD_LOG_LEVEL" in ended.stdout) == (1, True)
