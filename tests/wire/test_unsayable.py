"""What changes the meaning of a call is never dropped in silence."""

import pytest

from bernard.errors import ModelFailed, Untranslatable
from bernard.wire.leftover import HARMLESS
from bernard.wire.registry import DIALECTS, dialect
from bernard.wire.types import (
    ChatCall,
    Delta,
    File,
    Format,
    Image,
    Text,
    Tool,
    ToolCall,
    ToolResult,
    Turn,
)

TURNS = (Turn("user", (Text("hello"),)),)
TOOL = Tool("f", {"type": "object"})
ALL = set(DIALECTS)


def with_result(*parts, call_id="c"):
    call = Turn("assistant", (ToolCall("c", "f", "{}"),))
    return {"turns": (*TURNS, call, Turn("tool", (ToolResult(call_id, parts),)))}


CASES = [
    ({"choices": 2}, "'n'", {"openai-responses", "anthropic-messages"}),
    ({"top_k": 5}, "'top_k'", {"openai-chat", "openai-responses"}),
    ({"seed": 5}, "'seed'", {"openai-responses", "anthropic-messages"}),
    ({"stop": ("x",)}, "'stop'", {"openai-responses"}),
    (
        {"frequency_penalty": 0.5},
        "'frequency_penalty'",
        {"openai-responses", "anthropic-messages"},
    ),
    ({"presence_penalty": 0.5}, "'presence_penalty'", {"openai-responses", "anthropic-messages"}),
    ({"temperature": 1.5}, "'temperature'", {"anthropic-messages"}),
    ({"parallel_tools": False, "tools": (TOOL,)}, "'parallel_tool_calls'", {"gemini"}),
    ({"format": Format(), "tools": (TOOL,)}, "'response_format'", {"anthropic-messages"}),
    ({"extra": {"logprobs": True}}, "'logprobs'", ALL - {"openai-chat"}),
    ({"extra": {"logit_bias": {"50256": -100}}}, "'logit_bias'", ALL - {"openai-chat"}),
    ({"extra": {"store": True}}, "'store'", ALL - {"openai-chat", "openai-responses"}),
    (
        {"extra": {"previous_response_id": "r"}},
        "'previous_response_id'",
        ALL - {"openai-responses"},
    ),
    ({"extra": {"guided_json": {}}}, "'guided_json'", ALL),
    ({"extra": {"inference_geo": "us"}}, "'inference_geo'", ALL - {"anthropic-messages"}),
    (
        {"turns": (Turn("user", (Text("hello"),), "ann"),)},
        "'name'",
        ALL - {"openai-chat"},
    ),
    (
        {"turns": (*TURNS, Turn("user", (Image("image/tiff", "AAAA"),)))},
        "image/tiff",
        {"anthropic-messages"},
    ),
    (
        {"turns": (*TURNS, Turn("user", (File("application/msword", "AAAA"),)))},
        "application/msword",
        {"anthropic-messages"},
    ),
    (
        {"turns": (*TURNS, Turn("user", (File("application/pdf", "", "", "https://a.uk/b"),)))},
        "'file'",
        {"openai-chat"},
    ),
    (
        with_result(Text("see"), Image("image/png", "AAAA")),
        "'tool result'",
        {"openai-chat"},
    ),
    (with_result(Text("x"), call_id="other"), "tool result other", {"gemini"}),
    (
        {"turns": (*TURNS, Turn("assistant", (ToolCall("c", "f", "[1"),)))},
        "tool call f",
        {"anthropic-messages", "gemini"},
    ),
]


@pytest.mark.parametrize(("fields", "named", "unsayable"), CASES)
def test_what_a_dialect_cannot_say_is_named(fields, named, unsayable, dialect):
    call = ChatCall(**{"model": "m", "turns": TURNS, **fields})
    if dialect.name not in unsayable:
        assert dialect.write_request(call)
        return
    with pytest.raises(Untranslatable) as caught:
        dialect.write_request(call)
    assert named in str(caught.value)
    assert dialect.name in str(caught.value)


def test_harmless_fields_are_left_out_or_said(dialect):
    extra = {
        "user": "u",
        "metadata": {"a": "b"},
        "store": False,
        "service_tier": "auto",
        "prompt_cache_key": "k",
        "stream_options": {"include_usage": True},
        "logprobs": False,
        "truncation": "disabled",
    }
    assert set(extra) <= set(HARMLESS)
    assert dialect.write_request(ChatCall("m", TURNS, extra=extra))


def test_an_error_of_a_tool_is_said_in_words_where_there_is_no_field():
    result = ToolResult("c", (Text("no such file"),), True)
    call = ChatCall(
        "m", (*TURNS, Turn("assistant", (ToolCall("c", "f", "{}"),)), Turn("tool", (result,)))
    )
    for name in ("openai-chat", "openai-responses"):
        assert "The tool failed:" in str(dialect(name).write_request(call))
    assert "'is_error': True" in str(dialect("anthropic-messages").write_request(call))
    assert "'error': 'no such file'" in str(dialect("gemini").write_request(call))


def test_a_tool_call_whose_arguments_come_mixed_is_an_error():
    pieces = [
        Delta(part=0, tool_id="a", tool_name="f", arguments="{"),
        Delta(part=1, tool_id="b", tool_name="g", arguments="{"),
        Delta(part=0, arguments="}"),
    ]
    for name in ("anthropic-messages", "openai-responses"):
        writer = dialect(name).stream_writer(ChatCall("m", TURNS))
        with pytest.raises(ModelFailed, match="mixes"):
            for piece in pieces:
                writer.feed(piece)
