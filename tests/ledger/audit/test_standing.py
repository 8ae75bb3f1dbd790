"""Agreements that are edited, suspended and put back while calls go on leave a log without findings."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bernard.agreements import Agreements, default_path
from bernard.errors import Refused
from bernard.gateway import Caller, ChatRequest, Exchange, Gateway, Message, Recorder
from bernard.gateway.standing import Standing
from bernard.ledger import open_ledger
from bernard.privacy import StructuredDetector


@pytest.fixture
def standing_gateway(sqlite_settings, sqlite_store, gateway_over, here_model, tmp_path):
    """A gateway that tells the log of its agreements; and the file of the one in force."""
    path = tmp_path / "agreement.yaml"
    path.write_text(default_path().read_text())
    ledger = open_ledger(sqlite_settings, sqlite_store)
    # Its suppliers are those that the shared fixture makes of a model.
    plain = gateway_over(sqlite_store, here_model, agreement=path, ledger=ledger)
    routes = plain._exchange.routes
    agreements = Agreements(path)
    recorder = Recorder(sqlite_store, ledger)
    standing = Standing(sqlite_store, recorder.writer, agreements)
    exchange = Exchange(routes, agreements, StructuredDetector(), recorder, standing=standing)
    gateway = Gateway(exchange)
    gateway.standing, gateway.ledger, gateway.path = standing, ledger, path
    yield gateway
    gateway.close()
    recorder.close()


def edit(gateway, old, new):
    text = gateway.path.read_text()
    assert old in text
    gateway.path.write_text(text.replace(old, new, 1))


def ask(gateway):
    return gateway.chat(Caller("ask", "answer-questions"), ChatRequest([Message("user", "Hello")]))


def bodies(gateway, count):
    """The log, once it has so many entries; outcomes come a moment later."""
    until = time.monotonic() + 5
    while True:
        found = [logged.body.encode() for logged in gateway.ledger.all()]
        if len(found) >= count or time.monotonic() > until:
            return found
        time.sleep(0.01)


def test_versions_that_come_and_go(standing_gateway, audited):
    for old, new in (("version: 1", "version: 2"), ("version: 2", "version: 1")):
        ask(standing_gateway)
        edit(standing_gateway, old, new)
    ask(standing_gateway)
    report = audited(bodies(standing_gateway, 9))
    assert report.findings == ()
    assert [(use.version, use.intents, use.standing) for use in report.agreements] == [
        (1, 2, "in force"),
        (2, 1, "replaced"),
    ]


@pytest.mark.parametrize("looks", [True, False])
def test_a_suspended_agreement_that_is_resumed(looks, standing_gateway, audited):
    ask(standing_gateway)
    edit(standing_gateway, "status: signed", "status: suspended")
    if looks:
        standing_gateway.standing.look([])
    with pytest.raises(Refused):
        ask(standing_gateway)
    edit(standing_gateway, "status: suspended", "status: signed")
    ask(standing_gateway)
    report = audited(bodies(standing_gateway, 6))
    assert report.findings == ()
    assert report.events["intent"] == 2


def test_a_text_too_long_for_one_entry(standing_gateway, audited):
    edit(
        standing_gateway,
        "  Bernard's tools may use",
        "  " + "Ünd so on. " * 7000 + "Bernard's tools may use",
    )
    ask(standing_gateway)
    found = bodies(standing_gateway, 5)
    assert len([body for body in found if b'"event":"agreement"' in body]) > 2
    report = audited(found)
    assert report.findings == ()
    assert report.agreements[0].first > 1


def test_many_calls_at_once(standing_gateway, audited):
    """Whoever writes what when, each key's numbers come one after another."""
    callers = [Caller("ask", "answer-questions", key=f"k-{number}") for number in range(4)]

    def calls(caller):
        for _ in range(10):
            standing_gateway.chat(caller, ChatRequest([Message("user", "Hello")]))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(calls, callers * 2))
    report = audited(bodies(standing_gateway, 161))
    assert report.findings == ()
    assert {use.key: use.last for use in report.keys} == {f"k-{n}": 20 for n in range(4)}
    assert report.open == 0


def test_one_that_was_never_in_force(standing_gateway, audited):
    edit(standing_gateway, "status: signed", "status: suspended")
    standing_gateway.standing.look([])
    report = audited(bodies(standing_gateway, 1))
    assert (report.entries, report.findings) == (1, ())
