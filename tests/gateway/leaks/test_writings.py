"""Canaries in every way to write a text, in the places where people and tools write them."""

import base64
import json

import pytest


def _message(text):
    return {"messages": [{"role": "user", "content": text}]}


def _parts(*parts):
    return {"messages": [{"role": "user", "content": list(parts)}]}


def _coded(text):
    return base64.b64encode(text.encode()).decode()


def _call(arguments):
    call = {
        "id": "call_1",
        "type": "function",
        "function": {"name": "look", "arguments": arguments},
    }
    return {"messages": [{"role": "assistant", "tool_calls": [call]}]}


PLACES = {
    "a message": _message,
    "a part": lambda text: _parts({"type": "text", "text": text}),
    "the system's words": lambda text: {"system": [{"type": "text", "text": text}], "messages": []},
    "instructions": lambda text: {"instructions": text, "input": "Hello"},
    "a tool's result": lambda text: {
        "messages": [{"role": "tool", "tool_call_id": "call_1", "content": text}]
    },
    "a tool's result in blocks": lambda text: _parts(
        {"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": text}]}
    ),
    "a tool's result as JSON": lambda text: {
        "input": [
            {"type": "function_call_output", "call_id": "c", "output": json.dumps({"said": text})}
        ]
    },
    "what a tool was given": lambda text: _call(json.dumps({"note": text})),
    "what a tool was given, further in": lambda text: _call(
        json.dumps({"case": [{"notes": {"first": [text]}}]})
    ),
    "what a tool was given, as an object": lambda text: _parts(
        {"type": "tool_use", "id": "t", "name": "look", "input": {"notes": [{"note": text}]}}
    ),
    "a name in what a tool was given": lambda text: _call(json.dumps({text: True})),
    "the description of a tool": lambda text: {
        "tools": [{"type": "function", "function": {"name": "look", "description": text}}]
    },
    "a choice that a tool offers": lambda text: {
        "tools": [
            {"name": "look", "input_schema": {"properties": {"who": {"enum": ["all", text]}}}}
        ]
    },
    "an example of a schema": lambda text: {
        "response_format": {"json_schema": {"schema": {"examples": [{"who": text}]}}}
    },
    "the name of a file": lambda text: _parts(
        {"type": "input_file", "filename": text, "file_data": _coded("Nothing in here.")}
    ),
    "a file": lambda text: _parts(
        {"type": "input_file", "filename": "x.txt", "file_data": _coded(text)}
    ),
    "a file as an address": lambda text: _parts(
        {"type": "file", "file": {"file_data": f"data:text/plain;base64,{_coded(text)}"}}
    ),
    "a document": lambda text: _parts(
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": text}}
    ),
    "a document in base64": lambda text: _parts(
        {
            "type": "document",
            "source": {"type": "base64", "media_type": "text/plain", "data": _coded(text)},
        }
    ),
    "the title of a document": lambda text: _parts(
        {
            "type": "document",
            "title": text,
            "context": text,
            "source": {"type": "text", "data": "x"},
        }
    ),
    "metadata": lambda text: {"metadata": {"note": text}},
    "the name of a member of metadata": lambda text: {"metadata": {text: "x"}},
    "a field that nobody knows": lambda text: {"x_further": {"deep": [[{"er": text}]]}},
    "words to stop at": lambda text: {"stop": [text], "messages": []},
    "a prediction": lambda text: {"prediction": {"type": "content", "content": text}},
    "a search result": lambda text: _parts(
        {
            "type": "search_result",
            "source": text,
            "title": "x",
            "content": [{"type": "text", "text": text}],
        }
    ),
    "texts to embed": lambda text: {"input": ["One.", text, "Two."]},
}
# What is no such value any more when its letters are made large.
NOT_IN_CAPITALS = {"CRYPTO-ADDRESS"}
# In one run; the long variant writes every canary in each way in each place.
EACH = 2


@pytest.mark.parametrize("place", PLACES)
def test_no_writing_leaks(place, all_canaries, all_writings, sent, leaks, every_one):
    make, found, refused = PLACES[place], [], []
    for number, (name, write) in enumerate(all_writings.items()):
        for step in range(len(all_canaries) if every_one else EACH):
            canary = all_canaries[(number * 5 + step * 31 + len(place)) % len(all_canaries)]
            if name == "in capitals" and canary.kind in NOT_IN_CAPITALS:
                continue
            body, error = sent(make(write(canary.text)))
            refused += [(name, str(error))] if error else []
            found += [(name, canary.text) for _ in leaks(body, canary)]
    assert not found, (len(found), found[:5])
    assert not refused, refused[:3]


def test_every_canary_in_every_writing(all_canaries, all_writings, sent, leaks):
    found = []
    for name, write in all_writings.items():
        for canary in all_canaries:
            if name == "in capitals" and canary.kind in NOT_IN_CAPITALS:
                continue
            body, error = sent(_message(write(canary.text)))
            assert error is None
            found += [(name, canary.text) for _ in leaks(body, canary)]
    assert not found, (len(found), found[:8])
