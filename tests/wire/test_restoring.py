"""Originals come back into streams that stay in one dialect."""

import msgspec
import pytest

from bernard.errors import ModelFailed
from bernard.wire.fold import fold
from bernard.wire.sse import EventParser, encode
from bernard.wire.types import (
    ChatCall,
    ChatReply,
    Choice,
    Event,
    Text,
    Thinking,
    ToolCall,
    Turn,
    Usage,
)

TABLE = {"⟦NAME-1⟧": 'Zoë "Zed" Shah', "⟦EMAIL-1⟧": "z@example.gov.uk"}
CALL = ChatCall("m", (Turn("user", (Text("hello"),)),))
ARGUMENTS = '{"to":"⟦EMAIL-1⟧","who":"⟦NAME-1⟧"}'
MASKED = ChatReply(
    "id-1",
    "m",
    (
        Choice(
            (
                Thinking("It is ⟦NAME-1⟧."),
                Text("Dear ⟦NAME-1⟧, write to ⟦EMAIL-1⟧"),
                ToolCall("c1", "send", ARGUMENTS),
                ToolCall("c2", "send", ARGUMENTS),
            ),
            "tool_call",
        ),
    ),
    Usage(3, 4),
)


def events_of(dialect, reply, size, deltas):
    writer = dialect.stream_writer(CALL)
    events = [event for piece in deltas(reply, size) for event in writer.feed(piece)]
    sent = b"".join(map(encode, events + writer.finish()))
    return EventParser().feed(sent)


def restored(dialect, events, restore):
    reader = dialect.stream_reader()
    out = [event for one in events for event in dialect.restore_event(one, restore)]
    return fold(delta for event in out for delta in reader.feed(event)), out


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_originals_come_back_in_text_thinking_and_arguments(dialect, size, deltas, originals):
    reply, out = restored(dialect, events_of(dialect, MASKED, size, deltas), originals(TABLE))
    thinking, text, first, second = reply.choices[0].parts
    assert thinking.text == 'It is Zoë "Zed" Shah.'
    assert text.text == 'Dear Zoë "Zed" Shah, write to z@example.gov.uk'
    assert msgspec.json.decode(first.arguments) == {
        "to": "z@example.gov.uk",
        "who": 'Zoë "Zed" Shah',
    }
    assert first.arguments == second.arguments
    assert "⟦" not in str(out)


@pytest.mark.parametrize("size", [1, 3, 100])
def test_text_held_back_comes_out_before_its_run_ends(dialect, size, deltas, originals):
    parts = (Thinking("hm ⟦NAME"), Text("half ⟦EMAIL-"), ToolCall("c1", "f", '{"a":1}'))
    reply = ChatReply("id-1", "m", (Choice(parts, "tool_call"),))
    again, _ = restored(dialect, events_of(dialect, reply, size, deltas), originals(TABLE))
    assert again.choices[0].parts == parts


def test_arguments_cut_short_lose_nothing(deltas, originals):
    from bernard.wire.registry import dialect

    parts = (ToolCall("c1", "f", '{"a":"⟦EM'), ToolCall("c2", "g", '{"b":"⟦NA'))
    reply = ChatReply("id-1", "m", (Choice(parts, "length"),))
    for name in ("openai-chat", "anthropic-messages", "openai-responses"):
        one = dialect(name)
        again, _ = restored(one, events_of(one, reply, 3, deltas), originals(TABLE))
        assert again.choices[0].parts == parts, name


def test_several_answers_are_kept_apart(deltas, originals):
    from bernard.wire.registry import dialect

    choices = (Choice((Text("a ⟦NAME-1"),), "length"), Choice((Text("⟧ b ⟦EMAIL-1⟧"),)))
    reply = ChatReply("id-1", "m", choices)
    for name in ("openai-chat", "gemini"):
        one = dialect(name)
        again, _ = restored(one, events_of(one, reply, 2, deltas), originals(TABLE))
        texts = [choice.parts[0].text for choice in again.choices]
        assert texts == ["a ⟦NAME-1", "⟧ b z@example.gov.uk"], name


def test_whole_texts_at_the_end_of_a_response_are_restored(deltas, originals):
    from bernard.wire.registry import dialect

    one = dialect("openai-responses")
    _, out = restored(one, events_of(one, MASKED, 4, deltas), originals(TABLE))
    last = out[-1].data["response"]["output"]
    assert last[1]["content"][0]["text"].endswith("z@example.gov.uk")
    assert msgspec.json.decode(last[2]["arguments"])["who"] == 'Zoë "Zed" Shah'


@pytest.mark.parametrize(
    "data",
    [
        {"error": {"message": "overloaded"}},
        {"type": "error", "error": {"type": "overloaded_error", "message": "overloaded"}},
        {"type": "response.failed", "response": {"error": {"message": "overloaded"}}},
        {"type": "error", "message": "overloaded", "code": "x"},
    ],
)
def test_an_error_within_a_stream_is_raised(data, originals):
    from bernard.wire.registry import DIALECTS

    raised = 0
    for dialect in DIALECTS.values():
        for act in (
            lambda d=dialect: d.restore_event(Event("error", dict(data)), originals({})),
            lambda d=dialect: d.stream_reader().feed(Event("error", dict(data))),
        ):
            try:
                act()
            except ModelFailed as error:
                raised += "overloaded" in str(error)
    assert raised >= 2
