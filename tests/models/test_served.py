"""What a server says it has, asked without sending any text."""

import asyncio
import threading
from contextlib import contextmanager

import pytest

from bernard.errors import InputInvalid, ModelFailed
from bernard.models.added import AddedModel, add_server
from bernard.models.served import models_served
from bernard.models.suppliers.doubles import Fault, MockSupplier


@contextmanager
def serving(**options):
    """A double in a thread of its own, for callers that have no event loop."""
    mock, loop = MockSupplier(**options), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(mock.start(), loop).result(10)
    try:
        yield mock
    finally:
        asyncio.run_coroutine_threadsafe(mock.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def model(url, **more):
    return AddedModel("ours", "chat", url=url, served_as="llama", place="own-network", **more)


def test_the_models_of_a_server_are_listed(monkeypatch):
    monkeypatch.setenv("THE_KEY", "k")
    with serving(models=("llama", "phi"), key="k") as mock:
        assert models_served(model(mock.url, key_env="THE_KEY"), 5) == ["llama", "phi"]
        assert mock.requests[0].method == "GET"
        assert mock.requests[0].body == b""
        with pytest.raises(ModelFailed, match="did not let us in"):
            models_served(model(mock.url), 5)
        with pytest.raises(ModelFailed, match="NO_KEY"):
            models_served(model(mock.url, key_env="NO_KEY"), 5)
        mock.spoil(Fault("garbage"))
        with pytest.raises(ModelFailed, match="not OpenAI's protocol"):
            models_served(model(mock.url, key_env="THE_KEY"), 5)


@pytest.mark.parametrize(
    "url",
    ["ftp://x", "http://", "nothing", "https://a:b@host/v1", "http://host:port", "http://[x"],
)
def test_an_address_that_cannot_be_used_is_refused(url, tmp_path):
    with pytest.raises(InputInvalid):
        add_server(tmp_path, model(url))
