"""What the names of members in a request say of their values, in all the protocols that we speak."""

from __future__ import annotations

# Values that the protocols of OpenAI, Anthropic and Google read and that no person reads.
STRUCTURAL = frozenset(
    {
        *("type", "role", "model", "id", "object", "tool_call_id", "tool_use_id", "call_id"),
        *("finish_reason", "stop_reason", "name", "media_type", "mime_type", "mimeType", "detail"),
        *("encoding_format", "service_tier", "tool_choice", "effort", "reasoning_effort", "format"),
        *("signature", "encrypted_content", "thoughtSignature", "$schema", "$ref", "status"),
        *("previous_response_id", "truncation", "verbosity", "modality", "voice", "syntax"),
    }
)
# Under these, an object is what a tool takes or gave back: nothing in it is the protocol's.
DATA = frozenset({"input", "args", "arguments", "response", "metadata"})
# Keys whose text is JSON itself, where an original goes back in with its quotes escaped.
JSON_TEXT = frozenset({"arguments", "partial_json"})
# Texts for a person: their key says nothing about what they hold.
PROSE = frozenset({"content", "text", "input", "prompt", "system", "instructions", "description"})
OPAQUE = frozenset({"data", "file_data", "b64_json"})
# What a supplier or a client has drawn at random, where one in 50,000 has a personal form by chance.
IDS = frozenset({"id", "tool_call_id", "tool_use_id", "call_id", "previous_response_id"})
# What a supplier has enciphered or signed.
SEALS = frozenset({"signature", "encrypted_content", "thoughtSignature"})
# Settings that a supplier reads, with values of one word: rules look through them, and what was found
# elsewhere is found in them, but no tagger of sentences takes `24h` for a reference.
SETTINGS = frozenset(
    {
        *("required", "propertyOrdering", "property_ordering", "pattern", "$id", "$anchor", "ttl"),
        *("include", "modalities", "responseModalities", "response_modalities", "betas", "mode"),
        *("stop", "stop_sequences", "stopSequences", "allowed_tools", "allowedFunctionNames"),
        *("allowed_function_names", "allowed_callers", "anthropic_version", "anthropic_beta"),
        *("voiceName", "voice_name", "languageCode", "language_code", "language", "input_type"),
        *("server_label", "server_url", "connector_id", "require_approval", "allowed_domains"),
        *("blocked_domains", "vector_store_ids", "file_ids", "file_id", "conversation", "summary"),
        *("container", "memory_limit", "prompt_cache_retention", "size", "quality", "background"),
        *("output_format", "moderation", "input_fidelity", "response_format", "display"),
        *("responseMimeType", "response_mime_type", "thinkingLevel", "thinking_level", "category"),
        *("threshold", "mediaResolution", "media_resolution", "cachedContent", "cached_content"),
        *("search_context_size", "ranker", "taskType", "task_type", "timestamp_granularities"),
        *("environment", "order", "country", "timezone", "speed", "inference_geo", "context_size"),
    }
)
# Choices that whoever wrote a tool thought of, in the schema of what it takes.
CHOICES = frozenset({"enum", "const", "default", "examples"})
# Under these, the names are those of fields and types of a schema.
NAMES_OF_FIELDS = frozenset({"properties", "$defs", "definitions", "patternProperties"})
