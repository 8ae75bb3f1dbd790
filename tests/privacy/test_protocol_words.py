"""Words that a supplier reads are left as they are, whatever a tagger of sentences takes them for."""

import pytest

from bernard.errors import InputInvalid
from bernard.gateway.minimise import Seen, minimise
from bernard.privacy import Finding, StructuredDetector

SCHEMA = {
    "type": "object",
    "$defs": {"Step": {"type": ["string", "null"]}},
    "properties": {
        "Surname": {"$ref": "#/$defs/Step"},
        "unit": {"type": "string", "enum": ["celsius", "kelvin"], "default": "kelvin"},
    },
    "required": ["Surname", "unit"],
}
CALLS = [
    {
        "model": "Qwen/Qwen2.5-7B-Instruct",
        "prompt_cache_retention": "24h",
        "stop": ["Human:"],
        "logit_bias": {"50256": -100},
        "modalities": ["text", "audio"],
        "tools": [{"type": "function", "function": {"name": "Grep", "parameters": SCHEMA}}],
        "tool_choice": {"type": "function", "function": {"name": "Grep"}},
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "Sum", "schema": SCHEMA},
        },
    },
    {
        "model": "gpt-5",
        "include": ["reasoning.encrypted_content"],
        "tools": [
            {
                "type": "mcp",
                "server_label": "deepwiki",
                "server_url": "https://mcp.deepwiki.com/mcp",
            },
            {"type": "file_search", "vector_store_ids": ["vs_1234567890"]},
            {"type": "image_generation", "size": "1024x1024", "quality": "high"},
        ],
    },
    {
        "generationConfig": {
            "responseModalities": ["AUDIO"],
            "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}},
            "responseSchema": {"type": "OBJECT", "propertyOrdering": ["recipeName"]},
        },
    },
]


class Eager(StructuredDetector):
    """A tagger that takes every word for a reference, as a network may of a word that stands alone."""

    def find(self, text):
        rules = super().find(text)
        return rules or [Finding(0, len(text), "CODE", 0.9, "fast", "by its place")]


@pytest.mark.parametrize("call", CALLS)
def test_words_of_the_protocols_stay(call):
    assert minimise(call, Eager(), Seen()).body == call


def test_what_rules_find_among_them_does_not():
    sent = minimise({"stop": ["a.person@example.org"]}, StructuredDetector(), Seen()).body
    assert sent == {"stop": ["⟦EMAIL-1⟧"]}
    body = {"tools": [{"type": "function", "name": "a.person@example.org"}]}
    with pytest.raises(InputInvalid):
        minimise(body, StructuredDetector(), Seen())


def test_who_wrote_a_message_is_looked_at():
    body = {"messages": [{"role": "user", "name": "Amara", "content": []}]}
    seen = Seen()
    minimise({"tools": [{"type": "function", "name": "Amara"}]}, Eager(), seen)
    with pytest.raises(InputInvalid):
        minimise(body, Eager(), seen)


def test_a_label_that_looks_like_a_name_is_no_value():
    class OfLabels(StructuredDetector):
        def find(self, text):
            end = text.find(":")
            return [Finding(0, end, "CODE", 0.9, "fast", "by its place")] if end > 0 else []

    body = {"hint_of_case": "short", "text": "the hint_of_case is no secret"}
    assert minimise(body, OfLabels(), Seen()).body == body


def test_a_choice_that_is_a_name_does_not_stay():
    body = {"tools": [{"parameters": {"properties": {"to": {"enum": ["Amara Okafor"]}}}}]}
    assert "Amara" not in str(minimise(body, Eager(), Seen()).body)


def test_what_a_tagger_finds_across_names_and_values_of_data_goes():
    class Across(StructuredDetector):
        def find(self, text):
            return [Finding(0, len(text), "PERSON", 0.9, "fast", "by its place")]

    arguments = '{"given": "Amara", "family": "Okafor"}'
    body = {"messages": [{"tool_calls": [{"function": {"arguments": arguments}}]}]}
    sent = str(minimise(body, Across(), Seen()).body)
    assert "Amara" not in sent and "Okafor" not in sent
