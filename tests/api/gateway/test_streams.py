"""Streams through the door: pieces as they come, errors within, clients that dawdle or go."""

import time

import msgspec
import pytest

from bernard import errors
from bernard.api.gateway import streams

CHAT = {"model": "m", "messages": [{"role": "user", "content": "Hello"}], "stream": True}
FRAMES = (b'data: {"n":1}\n\n', b'data: {"n":2}\n\n', b"data: [DONE]\n\n")


def _read(connection, until=b"0\r\n\r\n"):
    """Everything up to the end of the stream, the chunks of HTTP taken apart."""
    data = b""
    while not data.endswith(until):
        more = connection.socket.recv(65536)
        if not more:
            break
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    content = b""
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        content += rest[: int(size, 16)]
        rest = rest[int(size, 16) + 2 :]
    return head.decode().casefold(), content


def test_frames_are_passed_on_as_they_come(raw, exchange):
    exchange.frames = FRAMES
    raw.send(CHAT)
    head, content = _read(raw)
    assert content == b"".join(FRAMES)
    assert "content-type: text/event-stream" in head
    assert "x-bernard-receipt: 1" in head
    assert exchange.closed == ["stream"]


def test_the_first_piece_does_not_wait_for_the_second(raw, exchange):
    exchange.frames, exchange.wait_s = FRAMES, 0.3
    began = time.monotonic()
    raw.send(CHAT)
    _read(raw, until=b'{"n":1}\n\n\r\n')
    assert time.monotonic() - began < 0.85


@pytest.mark.parametrize(
    ("path", "last"),
    [
        ("/v1/chat/completions", b'data: {"error":{"message":"Gone."'),
        ("/v1/responses", b'event: error\ndata: {"type":"error","code":"model_failed"'),
        ("/v1/messages", b'event: error\ndata: {"type":"error","error":{"type":"api_error"'),
    ],
)
def test_an_error_within_a_stream_is_its_last_event(raw, exchange, path, last):
    exchange.frames, exchange.at_end = FRAMES[:2], errors.ModelFailed("Gone.")
    raw.send(CHAT, path)
    _, content = _read(raw)
    assert content.startswith(b"".join(FRAMES[:2]) + last)
    assert b"[DONE]" not in content


def test_the_number_of_the_last_event_follows_the_others(raw, exchange):
    exchange.frames, exchange.at_end = FRAMES[:2], errors.ModelFailed("Gone.")
    raw.send(CHAT, "/v1/responses")
    _, content = _read(raw)
    last = content.rpartition(b"data: ")[2]
    assert msgspec.json.decode(last)["sequence_number"] == 2


def test_a_client_that_goes_stops_the_model(raw, exchange, door, until):
    exchange.frames, exchange.wait_s = FRAMES * 1000, 0.02
    raw.send(CHAT)
    _read(raw, until=b'{"n":2}\n\n\r\n')
    raw.socket.close()
    until(lambda: exchange.closed == ["stream"])
    until(lambda: not door.running and not door.streams)


def test_a_client_that_does_not_read_stops_the_model_from_running_ahead(raw, exchange, until):
    sent = []

    class Endless:
        def __aiter__(self):
            return self

        async def __anext__(self):
            sent.append(1)
            return b"data: " + b"x" * 65_536 + b"\n\n"

        async def aclose(self):
            exchange.closed.append("stream")

    exchange._stream = Endless
    raw.send(CHAT)
    time.sleep(0.5)
    waiting = len(sent)
    time.sleep(0.5)
    # What lies in the kernel's buffers is a few megabytes; nothing more is taken from the model.
    assert len(sent) == waiting < 200
    # And after `write_timeout_s` the client is let go.
    until(lambda: exchange.closed == ["stream"], 8)


def test_a_silent_stream_is_kept_open(raw, exchange, monkeypatch):
    monkeypatch.setattr(streams, "SILENT_S", 0.5)
    exchange.frames, exchange.wait_s = FRAMES[:1], 1.6
    raw.send(CHAT)
    _, content = _read(raw)
    assert content.startswith(b": still working\n\n")
    assert content.endswith(FRAMES[0])


def test_anthropics_clients_get_their_own_sign_of_life(raw, exchange, monkeypatch):
    monkeypatch.setattr(streams, "SILENT_S", 0.5)
    exchange.frames, exchange.wait_s = FRAMES[:1], 1.6
    raw.send(CHAT, "/v1/messages")
    assert _read(raw)[1].startswith(b"event: ping\n")


def test_a_stream_that_ends_in_time_outlasts_the_order_to_stop(raw, exchange, server):
    exchange.frames, exchange.wait_s = FRAMES, 0.1
    raw.send(CHAT)
    _read(raw, until=b'{"n":1}\n\n\r\n')
    server.should_exit = True
    data = b""
    while more := raw.socket.recv(65536):
        data += more
    assert b"[DONE]" in data


@pytest.mark.parametrize("stream", [True, False])
def test_what_does_not_end_in_time_is_told_why(raw, exchange, server, stream):
    exchange.frames, exchange.wait_s = FRAMES * 100, 5.0
    raw.send({**CHAT, "stream": stream})
    time.sleep(0.3)
    server.should_exit = True
    data = b""
    while more := raw.socket.recv(65536):
        data += more
    assert b"being stopped" in data
    assert b"503" in data.partition(b"\r\n")[0] or stream
    assert exchange.closed
