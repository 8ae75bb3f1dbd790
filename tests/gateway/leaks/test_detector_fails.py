"""Where the detector fails or takes too long, nothing is sent: small texts, large ones, anywhere in a conversation."""

import time

import pytest

from bernard.errors import DetectorFailed
from bernard.gateway.looking import Looks
from bernard.privacy import StructuredDetector
from bernard.privacy.types import Finding

SECRET = "wilhelmina.okonkwo@example.org"
TRACE = "wilhelminaokonkwo"
LARGE = "The register office opens at nine. " * 3000


class Broken:
    """Fails at one text, with a message that quotes it."""

    def __init__(self, after=0):
        self.after, self._rules = after, StructuredDetector()

    def find(self, text):
        if SECRET in text:
            self.after -= 1
            if self.after < 0:
                raise RuntimeError(f"cannot read {text!r}")
        return self._rules.find(text)


class Mad:
    """Gives findings that cannot be."""

    def find(self, text):
        return [Finding(5, len(text) + 900, "PERSON", 2.0, "mad", "x"), None]


class Slow:
    """Runs out of time, as the detectors here say it."""

    def find(self, text):
        time.sleep(0.01)
        raise DetectorFailed("It took too long. Nothing was sent. Send less text at a time.")


class Hungry:
    """Runs out of memory."""

    def find(self, text):
        raise MemoryError(text)


DETECTORS = {"broken": Broken, "mad": Mad, "slow": Slow, "hungry": Hungry}


def _conversation(size):
    turns = [{"role": "user", "content": f"Question {n}."} for n in range(4)]
    turns.insert(2, {"role": "user", "content": f"{size}Write to {SECRET}."})
    return {"messages": turns}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("size", ["", LARGE], ids=["small", "large"])
@pytest.mark.parametrize("name", DETECTORS)
def test_nothing_is_sent(served, name, size, stream, found_in):
    served.doubles.received()
    exchange = served.front.door._call.__self__
    before = exchange._looks
    exchange._looks = Looks(DETECTORS[name]())
    try:
        status, raw = served.ask(
            "/v1/chat/completions", {"model": "tried", "stream": stream, **_conversation(size)}
        )
    finally:
        exchange._looks = before
    assert status in (500, 503), raw
    assert served.doubles.received() == b""
    assert not found_in(raw, [TRACE])
    assert not found_in(served.logs.getvalue().encode(), [TRACE])


def test_it_may_fail_in_the_middle(served, found_in):
    """Once it has found something and then fails, what it found counts for nothing."""
    exchange = served.front.door._call.__self__
    before = exchange._looks
    exchange._looks = Looks(Broken(after=1))
    try:
        status, _ = served.ask(
            "/v1/messages", {"model": "at-anthropic", "max_tokens": 9, **_conversation("")}
        )
    finally:
        exchange._looks = before
    assert status in (500, 503)
    assert served.doubles.received() == b""
