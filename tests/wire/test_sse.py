"""Server-sent events: any bytes in any pieces."""

import timeit
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bernard.errors import ModelFailed
from bernard.wire.sse import EventParser, encode
from bernard.wire.types import Event

EVENTS = [
    Event("", {"a": "é😀\n\r\n"}),
    Event("message_start", {"type": "message_start"}),
    Event("", {}),
    Event("", None),
]


def parsed(pieces, limit=1 << 20):
    parser = EventParser(limit)
    found = [event for piece in pieces for event in parser.feed(piece)]
    return found + parser.finish()


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_events_come_back_whatever_the_line_ends_and_the_pieces(end, size):
    stream = b"".join(map(encode, EVENTS)).replace(b"\n", end)
    pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
    assert parsed(pieces) == EVENTS


@given(st.lists(st.integers(0, 200), max_size=8))
def test_events_come_back_cut_anywhere(cuts):
    stream = b"\xef\xbb\xbf: hello\n\n" + b"".join(map(encode, EVENTS)).replace(b"\n", b"\r\n")
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    pieces = [stream[a:b] for a, b in pairwise(edges)]
    assert parsed(pieces) == EVENTS


def test_comments_other_fields_and_events_without_data_say_nothing():
    stream = b": ping\n\nid: 7\nretry: 10\nevent: x\n\n\n\ndata\n\ndata:\n\ndata:{}\n\n"
    assert parsed([stream]) == [Event("", {})]


def test_data_of_several_lines_is_one():
    assert parsed([b'data: {"a":\ndata: 1}\nevent: b\n\n']) == [Event("b", {"a": 1})]


def test_a_stream_that_ends_without_a_blank_line_gives_its_last_event():
    assert parsed([b"data: {}\n\ndata: [DONE]\n"]) == [Event("", {}), Event("", None)]
    assert parsed([b"data: {}"]) == [Event("", {})]


@pytest.mark.parametrize(
    "data",
    [b"{", b"[1]", b"nothing", b"\xff\xfe", b'{"a":"\xff"}', b"[" * 100_000, b'{"a":"\\ud800"}'],
)
def test_garbage_is_an_error(data):
    with pytest.raises(ModelFailed, match="no JSON object"):
        parsed([b"data: " + data + b"\n\n"])


def test_a_stream_cut_in_an_event_is_an_error():
    with pytest.raises(ModelFailed):
        parsed([b'data: {"a": 1}\n\ndata: {"b'])


@pytest.mark.parametrize("end", [b"", b"\n\n"])
def test_an_event_over_the_limit_is_an_error(end):
    with pytest.raises(ModelFailed, match="over 50 bytes"):
        parsed([b'data: {"a":"', b"x" * 60, b'"}' + end], limit=50)


def test_a_large_event_in_small_pieces_takes_linear_time():
    stream = b'data: {"a":"' + b"x" * 400_000 + b'"}\n\n'
    pieces = [stream[at : at + 16] for at in range(0, len(stream), 16)]
    assert timeit.timeit(lambda: parsed(pieces), number=1) < 2


@given(st.binary(max_size=200), st.integers(1, 9))
def test_any_bytes_give_events_or_a_clear_error(noise, size):
    with suppress(ModelFailed):
        parsed([noise[at : at + size] for at in range(0, len(noise), size)])


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
def test_what_is_encoded_is_parsed(data):
    assert parsed([encode(Event("x", data))]) == [Event("x", data)]
