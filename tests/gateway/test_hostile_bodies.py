"""Personal data in every odd place of a request: none of it leaves, whatever a part is said to be."""

import base64
import json

import pytest

from bernard.gateway.minimise import Seen, minimise
from bernard.gateway.parts import has_untrusted, tool_names, untrusted_texts
from bernard.privacy import StructuredDetector

EMAIL = "a.person@example.org"
TEXT = f"Write to {EMAIL} about 943 476 5919, NI AB123456C."
CODED = base64.b64encode(TEXT.encode()).decode()
SAID_TO_BE = {
    "prose that begins as an address does": "data: " + TEXT,
    "such prose with a comma": "data:x," + TEXT,
    "a drawing": "data:image/svg+xml,<svg>" + TEXT.replace(" ", "%20") + "</svg>",
    "a drawing as it is": "data:image/svg+xml;utf8,<svg>" + TEXT + "</svg>",
    "an address in capitals": "DATA:text/plain," + TEXT,
    "a picture that is a text": "data:image/png;base64," + CODED,
}
PARTS = {
    "a text document": {"source": {"type": "text", "media_type": "text/plain", "data": TEXT}},
    "a text as a file": {"file": {"filename": "x", "file_data": TEXT}},
    "a text as a sound": {"input_audio": {"data": TEXT, "format": "wav"}},
    "a text as a PDF": {
        "source": {"type": "base64", "media_type": "application/pdf", "data": CODED}
    },
    "a name that stands twice": {"arguments": f'{{"to": "{EMAIL}", "to": "x"}}'},
    "such a name further in": {"text": f'{{"x": {{"to": "{EMAIL}"}}, "x": 1}}'},
    "a number with a point": {"metadata": {"nhs_number": 9434765919.0}},
    "a number below nought": {"metadata": {"nhs_number": -9434765919}},
    "a list of numbers": {"nhs_number": [9434765919]},
    "a list of figures": {"metadata": {"nhs_number": ["9434765919"]}},
    "a long name": {"name": "contact_943-476-5919_a.person@example.org_and_more_than_48_signs"},
}


def sent(body):
    return json.dumps(minimise(body, StructuredDetector(), Seen()).body, ensure_ascii=False)


@pytest.mark.parametrize("text", SAID_TO_BE.values(), ids=SAID_TO_BE)
def test_a_text_is_a_text_whatever_it_is_called(text):
    body = sent({"messages": [{"role": "user", "content": [{"image_url": {"url": text}}, text]}]})
    for secret in (EMAIL, "a.person", "943 476 5919", "AB123456C", CODED[:40]):
        assert secret not in body


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_odd_parts(part):
    try:
        body = sent({"messages": [{"role": "user", "content": [part]}]})
    except Exception as error:
        assert "Nothing was sent" in str(error)
        return
    for secret in (EMAIL, "943 476 5919", "9434765919", "AB123456C", CODED[:40]):
        assert secret not in body


def test_json_in_a_text_stays_as_it_was_written_where_nothing_is_in_it():
    for text in ('{"a": 1.50, "b": "\\u00e9"}', '{"a": 1, "a": 2}', "[1,\n 2]"):
        assert json.loads(sent({"text": text}))["text"] == text


def test_a_marking_in_data_counts():
    body = {"messages": [{"role": "tool", "content": '{"classification": "SECRET"}'}]}
    assert minimise(body, StructuredDetector(), Seen()).marking.tier == "SECRET"


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({"tools": [{"name": "a"}], "functions": [{"name": "b"}]}, {"a", "b"}),
        ({"tools": {"name": "a"}}, {"unknown"}),
        ({"tools": [{"name": {"to": EMAIL}}]}, {"unknown"}),
        ({"tools": [{"type": "function", "function": {"name": EMAIL}}]}, {"unknown"}),
        ({"tools": [{"name": "x" * 129}]}, {"unknown"}),
        ({"web_search_options": {}}, {"web_search"}),
        ({"tools": [], "mcp_servers": [{"url": "https://example.org"}]}, {"mcp"}),
        ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, {"web_search"}),
    ],
)
def test_every_way_to_offer_a_tool_is_seen_and_only_names_are_noted(body, names):
    assert tool_names(body) == names


@pytest.mark.parametrize("odd", [["x"], {"a": 1}, 5, None, True])
def test_a_word_of_the_protocol_may_be_anything(odd):
    part = {"type": odd, "content": [{"type": odd, "text": odd}]}
    body = {"messages": [{"role": odd, "content": [part]}, part, odd], "input": odd, "tools": odd}
    assert has_untrusted(body) is False
    assert list(untrusted_texts(body)) == []
    assert tool_names(body) <= {"unknown"}
