"""Replies that a client sends back as its SDK wrote them, with empty fields that we do not know."""

import json

import pytest

from bernard.errors import FieldInvalid
from bernard.wire.registry import dialect


def history(**more):
    use = {"type": "tool_use", "id": "a", "name": "t", "input": {"size": None}, **more}
    result = {"type": "tool_result", "tool_use_id": "a", "content": "r"}
    return {
        "model": "m",
        "max_tokens": 5,
        "messages": [
            {"role": "user", "content": "x"},
            {"role": "assistant", "content": [use]},
            {"role": "user", "content": [result]},
        ],
    }


def test_an_unknown_field_that_is_null_is_let_pass_and_nulls_in_data_stay():
    call = dialect("anthropic-messages").read_request(history(toolset_name=None, caller=None))
    said = dialect("openai-chat").write_request(call)
    [tool_call] = said["messages"][1]["tool_calls"]
    assert json.loads(tool_call["function"]["arguments"]) == {"size": None}


def test_one_that_says_something_is_still_an_error():
    with pytest.raises(FieldInvalid, match="toolset_name"):
        dialect("anthropic-messages").read_request(history(toolset_name="kit"))
