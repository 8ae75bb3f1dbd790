"""A whole request is masked, wherever a text stands in it, and comes back whole."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bernard.errors import InputInvalid
from bernard.privacy import Pseudonyms, StructuredDetector
from bernard.privacy.tree import mask_tree, restore_tree

DETECTOR = StructuredDetector()
CANARY = "jo.canary@example.org"


def masked(body):
    pseudonyms = Pseudonyms(DETECTOR)
    return mask_tree(body, pseudonyms), pseudonyms


PLACES = {
    "system": {"messages": [{"role": "system", "content": CANARY}]},
    "part": {"messages": [{"role": "user", "content": [{"type": "text", "text": CANARY}]}]},
    "anthropic": {"system": [{"type": "text", "text": f"x {CANARY}"}], "messages": []},
    "gemini": {"contents": [{"role": "user", "parts": [{"text": CANARY}]}]},
    "responses": {"input": [{"role": "user", "content": CANARY}], "instructions": CANARY},
    "embeddings": {"input": ["x", CANARY]},
    "unknown field": {"something_new": {"deep": [[{"er": CANARY}]]}},
    "arguments": {
        "messages": [{"tool_calls": [{"function": {"arguments": json.dumps({"to": CANARY})}}]}]
    },
    "tool use": {"content": [{"type": "tool_use", "input": {"name": CANARY, "id": CANARY}}]},
    "tool result": {"messages": [{"role": "tool", "content": json.dumps([{"a": CANARY}])}]},
    "name in data": {"content": [{"type": "tool_use", "input": {CANARY: 1}}]},
    "function call": {"parts": [{"functionCall": {"name": "f", "args": {"type": CANARY}}}]},
    "tool": {"tools": [{"function": {"name": "f", "description": CANARY}}]},
    "enumeration": {"tools": [{"function": {"parameters": {"enum": [CANARY]}}}]},
    "file name": {"content": [{"type": "file", "filename": f"{CANARY}.pdf", "file_data": "AAAA"}]},
    "metadata": {"metadata": {"type": CANARY}},
    "user": {"user": CANARY},
    "stop": {"stop": [CANARY]},
    "text document": {
        "source": {
            "type": "base64",
            "media_type": "text/plain",
            "data": base64.b64encode(CANARY.encode()).decode(),
        }
    },
    "data address": {
        "image_url": {"url": "data:text/plain;base64," + base64.b64encode(CANARY.encode()).decode()}
    },
    "coded address": {"url": "data:text/plain,jo.canary%40example.org"},
    "web address": {"url": "https://example.org/?q=jo.canary%40example.org"},
    "base64 in prose": {"content": "see " + base64.b64encode(f"I am {CANARY}".encode()).decode()},
}


@pytest.mark.parametrize("place", PLACES)
def test_nothing_personal_is_left(place):
    body = PLACES[place]
    before = json.dumps(body)
    (tree, binary), pseudonyms = masked(body)
    sent = json.dumps(tree)
    assert json.dumps(body) == before
    assert "canary" not in sent
    assert base64.b64encode(CANARY.encode())[:20].decode() not in sent
    assert binary == (place == "file name")
    assert sum(pseudonyms.taken_out.values()) == 1
    if "document" not in place and "address" not in place:
        restored = restore_tree(tree, pseudonyms.restore)
        assert json.loads(json.dumps(restored)) == _compact(body)


def _compact(body):
    """The body with JSON in texts written as we write it."""
    return json.loads(json.dumps(body).replace('\\": \\"', '\\":\\"'))


@pytest.mark.parametrize("key", ["role", "model", "id", "tool_call_id", "name", "type"])
def test_personal_data_in_a_word_of_the_protocol_stops_the_call(key):
    with pytest.raises(InputInvalid, match=key):
        masked({"messages": [{key: CANARY}]})


def test_a_clean_body_is_as_it_was():
    body = {"model": "m", "messages": [{"role": "user", "content": "Hello"}], "seed": 123456789}
    assert masked(body)[0] == (body, 0)


def test_a_number_is_masked_where_its_name_says_what_it_is():
    arguments = json.dumps({"nhs_number": 9434765919, "page": 9434765})
    (tree, _), _ = masked({"arguments": arguments})
    assert json.loads(tree["arguments"]) == {"nhs_number": "⟦NHS-NUMBER-1⟧", "page": 9434765}


def test_a_value_found_late_is_masked_in_earlier_texts():
    body = {"messages": [{"content": "Is 1123456789 right?"}, {"content": "My UTR is 1123456789"}]}
    (tree, _), _ = masked(body)
    assert tree["messages"][0]["content"] == "Is ⟦UTR-1⟧ right?"


def test_pictures_and_tokens_are_counted_not_read():
    body = {
        "input": [[1, 2, 3]],
        "a": {"url": "data:image/png;base64,AAAA"},
        "b": {"type": "base64", "media_type": "image/png", "data": "AAAA"},
    }
    assert masked(body)[0] == (body, 3)


def test_json_in_a_text_stays_json_when_it_comes_back():
    address = '12 "The" High Street\nLeeds\nLS1 4AB'
    body = {"arguments": json.dumps({"to": address, "say": 'a "b" \\ c'})}
    (tree, _), pseudonyms = masked(body)
    assert "Leeds" not in tree["arguments"]
    back = restore_tree(tree, pseudonyms.restore)
    assert json.loads(back["arguments"]) == json.loads(body["arguments"])


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.sampled_from([CANARY, "AB123456C", "text", '{"a": "AB123456C"}', "[1]", "{", "⟦EMAIL-1⟧"]),
)
TREES = st.dictionaries(
    st.sampled_from(["content", "input", "arguments", "x", "metadata", "text"]),
    st.recursive(
        LEAVES,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["a", "type", CANARY]), inner, max_size=2)
        ),
        max_leaves=8,
    ),
    max_size=4,
)


@given(TREES)
def test_any_tree_comes_back_whole(body):
    try:
        (tree, _), pseudonyms = masked(body)
    except InputInvalid:
        return
    assert "canary" not in json.dumps(tree)
    assert "AB123456C" not in json.dumps(tree)
    back = json.dumps(restore_tree(tree, pseudonyms.restore))
    assert back.replace('\\": \\"', '\\":\\"') == json.dumps(body).replace('\\": \\"', '\\":\\"')


WORDS = [
    "gpt-4o-2024-08-06",
    "claude-3-5-sonnet-20241022",
    "models/gemini-2.0-flash",
    "mistral-large-2411",
    "llama3.1:8b",
    "meta-llama/Llama-3.3-70B-Instruct",
    "text-embedding-3-large",
    "o1-preview-2024-09-12",
    "call_abc123DEF456ghi789JKL012",
    "toolu_01A09q90qw90lq917835lq9",
    "chatcmpl-9nYX3kJb0Zx2aQ1wE4rT7yU8",
    "resp_67ccd2bed1ec8190b14f964abc054267",
    "msg_01XFDUDYJgAACzvnptvVoYEL",
    "123e4567-e89b-12d3-a456-426614174000",
    "get_user_by_email",
    "image/png",
    "user",
    "assistant",
    "json_schema",
    "auto",
    "none",
    "application/pdf",
    "ft:gpt-4o-mini:org::7p4lURel",
    "medium",
    "req_011CSHoEeqs5C35K2UUqR7Fy",
    "fs_2024.10.22",
    "v1beta1",
    "2023-06-01",
    "20241022",
    "pcm16",
    "alloy",
    "base64",
    "float",
    "1024x1024",
]


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("key", ["id", "model", "name"])
def test_words_of_protocols_pass(word, key):
    assert masked({"messages": [{key: word}]})[0].tree == {"messages": [{key: word}]}
