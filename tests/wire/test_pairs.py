"""Every dialect says what every other says."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bernard.wire.fold import fold
from bernard.wire.sse import EventParser, encode
from bernard.wire.types import ChatCall, ChatReply, Choice, Text, Thinking, Turn

SOME = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def sayable(call, name, replace):
    """The call without what that dialect has no place for."""
    if name == "gemini":
        return replace(call, model="", stream=False, user="")
    if name == "openai-responses":
        tools = tuple(replace(tool, strict=bool(tool.strict)) for tool in call.tools)
        form = replace(call.format, strict=bool(call.format.strict)) if call.format else None
        return replace(call, tools=tools, format=form, extra={})
    return replace(call, extra={})


def through(call, dialect, replace):
    """The call as a door of that dialect reads what was written for it."""
    body = dialect.write_request(call)
    if dialect.name == "gemini":
        return replace(dialect.read_request(body), model=call.model, stream=call.stream)
    return dialect.read_request(body)


def plain(call, replace):
    """The call without what dialects add or leave out, for comparing across two of them."""
    tools = tuple(replace(tool, strict=None) for tool in call.tools)
    form = replace(call.format, strict=None) if call.format else None
    return replace(call, tools=tools, format=form, user="", extra={})


@SOME
@given(data=st.data())
def test_a_call_is_read_as_it_was_written(dialect, calls, replace, data):
    call = data.draw(calls)
    again = dialect.read_request(dialect.write_request(call))
    assert sayable(again, dialect.name, replace) == sayable(call, dialect.name, replace)


@SOME
@given(data=st.data())
def test_a_call_goes_through_two_dialects(dialect, other, calls, replace, data):
    call = data.draw(calls)
    again = through(through(call, dialect, replace), other, replace)
    assert plain(again, replace) == plain(call, replace)


def heard(reply, replace):
    """The reply without what differs by the moment."""
    return replace(reply, created=0)


@SOME
@given(data=st.data())
def test_a_reply_is_read_as_it_was_written(dialect, replies, replace, data):
    reply = data.draw(replies)
    assert heard(dialect.read_reply(dialect.write_reply(reply)), replace) == reply


def streamed(dialect, call, pieces):
    """What a client of that dialect gets, as bytes, and reads again."""
    writer, reader, parser = dialect.stream_writer(call), dialect.stream_reader(), EventParser()
    events = [event for piece in pieces for event in writer.feed(piece)] + writer.finish()
    sent = b"".join(map(encode, events))
    read = [d for event in parser.feed(sent) for d in reader.feed(event)]
    assert parser.finish() == []
    return fold(read)


@SOME
@given(data=st.data(), size=st.integers(1, 5))
def test_a_stream_comes_to_the_whole_reply(dialect, calls, replies, deltas, replace, data, size):
    reply = data.draw(replies)
    options = {"stream_options": {"include_usage": True}}
    call = replace(data.draw(calls), extra=options)
    assert streamed(dialect, call, deltas(reply, size)) == reply


@SOME
@given(data=st.data(), size=st.integers(1, 5))
def test_a_stream_goes_through_two_dialects(
    dialect, other, calls, replies, deltas, replace, data, size
):
    reply = data.draw(replies)
    call = replace(data.draw(calls), extra={"stream_options": {"include_usage": True}})
    writer, reader = dialect.stream_writer(call), dialect.stream_reader()
    events = [e for d in deltas(reply, size) for e in writer.feed(d)] + writer.finish()
    pieces = [d for event in events for d in reader.feed(event)]
    assert streamed(other, call, pieces) == reply


@pytest.mark.parametrize(
    "mark", ["gemini:", "anthropic:", "anthropic-redacted:", "responses:rs_1|"]
)
def test_a_signature_comes_back_through_a_client_of_another_dialect(
    dialect, mark, calls, deltas, replace
):
    """A client sends back what it was given; only the supplier that signed gets its signature."""
    if dialect.name == "openai-chat":
        pytest.skip("OpenAI's chat has no place for a signature of thinking")
    words = "" if mark == "anthropic-redacted:" else "hm"
    part = Thinking(words, f"{mark}sealed")
    reply = ChatReply("id-1", "m", (Choice((part, Text("yes"))),))
    read = dialect.read_reply(dialect.write_reply(reply))
    assert read.choices[0].parts == (part, Text("yes"))
    call = ChatCall("m", (Turn("user", (Text("a"),)), Turn("assistant", read.choices[0].parts)))
    written = str(dialect.write_request(call))
    own = mark.startswith(dialect.name.rpartition("openai-")[2].partition("-")[0])
    assert ("sealed" in written) == own
    # A reply of the same dialect passes through as it came, and is never written again.
    assert own or streamed(dialect, call, deltas(reply, 2)).choices == reply.choices
