"""A caller who leaves a stream stops the model."""

import socket
import threading
import time

import httpx
import pytest
import uvicorn

from bernard.api import site
from bernard.gateway import Deployment
from bernard.models.types import ChatDelta

QUESTION = "What if I renew my mooring permit late?"


class Endless:
    """A chat model that is in no hurry to end."""

    deployment = Deployment("endless", "embedded", "this-machine")

    def __init__(self):
        self.began, self.stopped = threading.Event(), threading.Event()
        self.ended = False

    def chat(self, request):
        try:
            yield ChatDelta('{"covered": true, "claims": [')
            # Not for ever, so that a test that fails ends.
            for _ in range(600):
                self.began.set()
                yield ChatDelta('{"text": "Nothing.", "quote": "", "source": "a"}, ')
                time.sleep(0.05)
            self.ended = True
        finally:
            self.stopped.set()


@pytest.fixture
def endless(bernard, gateway_over):
    model = Endless()
    object.__setattr__(bernard, "gateway", gateway_over(bernard.store, model))
    return model


@pytest.fixture
def address(bernard):
    """The address of the API on a real server: the test client cannot leave in the middle."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(site.app(bernard), log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def test_who_leaves_stops_the_model(alice, put, page, endless, address):
    put(alice, "a", [("mooring-permits.html", page)])
    headers = {"Authorization": f"Bearer {alice.token}", "Accept": "text/event-stream"}
    with httpx.stream(
        "POST", f"{address}/ask", json={"question": QUESTION}, headers=headers
    ) as answer:
        assert answer.status_code == 200
        assert endless.began.wait(10)
        assert not endless.stopped.is_set()
    assert endless.stopped.wait(20)
    assert not endless.ended
