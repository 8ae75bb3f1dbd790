"""Bodies as each supplier documents them are read for what they mean.

Sources: the API references of OpenAI, Anthropic, Google and Mistral, and vLLM's, November 2026.
"""

import msgspec
import pytest

from bernard.errors import FieldInvalid, ModelFailed
from bernard.wire.fold import fold
from bernard.wire.registry import dialect
from bernard.wire.types import (
    Choice,
    Event,
    File,
    Format,
    Image,
    Text,
    Thinking,
    Tool,
    ToolCall,
    ToolResult,
    Turn,
    Usage,
)

chat, responses = dialect("openai-chat"), dialect("openai-responses")
messages, gemini = dialect("anthropic-messages"), dialect("gemini")
ASK = [{"role": "user", "content": "hello"}]
NOTHING = {"type": "object", "properties": {}}


def folded(one, events):
    reader = one.stream_reader()
    return fold(delta for data in events for delta in reader.feed(Event("", data)))


def test_chat_legacy_functions_become_tools():
    call = chat.read_request(
        {
            "model": "m",
            "messages": [
                *ASK,
                {
                    "role": "assistant",
                    "content": None,
                    "function_call": {"name": "f", "arguments": "{}"},
                },
                {"role": "function", "name": "f", "content": "42"},
            ],
            "functions": [{"name": "f", "description": "d", "parameters": NOTHING}],
            "function_call": {"name": "f"},
        }
    )
    assert call.legacy_functions
    assert (call.tools, call.tool_choice) == ((Tool("f", NOTHING, "d"),), "tool:f")
    assert call.turns[1].parts == (ToolCall("function_0", "f", "{}"),)
    assert call.turns[2].parts == (ToolResult("function_0", (Text("42"),)),)
    reply = messages.read_reply(
        {
            "content": [{"type": "tool_use", "id": "t", "name": "f", "input": {"a": 1}}],
            "stop_reason": "tool_use",
        }
    )
    choice = chat.write_reply(reply, call)["choices"][0]
    assert choice["finish_reason"] == "function_call"
    assert choice["message"]["function_call"] == {"name": "f", "arguments": '{"a":1}'}
    assert "tool_calls" not in choice["message"]


def test_chat_fields_of_every_age_are_read():
    call = chat.read_request(
        {
            "model": "m",
            "messages": [
                {"role": "developer", "content": "Be brief."},
                {"role": "user", "name": "ann", "content": "hello"},
                {
                    "role": "user",
                    "content": [
                        {
                            "type": "image_url",
                            "image_url": {"url": "https://a.uk/b.png", "detail": "low"},
                        },
                        {
                            "type": "file",
                            "file": {
                                "file_data": "data:application/pdf;base64,JVBE",
                                "filename": "a.pdf",
                            },
                        },
                    ],
                },
            ],
            "max_tokens": 5,
            "stop": "END",
            "n": 2,
            "seed": 7,
            "reasoning_effort": "minimal",
            "response_format": {
                "type": "json_schema",
                "json_schema": {
                    "name": "x",
                    "schema": NOTHING,
                    "strict": True,
                    "description": "A thing.",
                },
            },
            "tools": [
                {"type": "function", "function": {"name": "f", "strict": True}},
                {"type": "function", "function": {"name": "g"}},
            ],
            "tool_choice": {
                "type": "allowed_tools",
                "allowed_tools": {
                    "mode": "required",
                    "tools": [{"type": "function", "function": {"name": "g"}}],
                },
            },
            "logprobs": True,
            "metadata": None,
            "min_p": 0.1,
        }
    )
    assert call.turns[0] == Turn("system", (Text("Be brief."),))
    assert call.turns[1].name == "ann"
    assert call.turns[2].parts == (
        Image(url="https://a.uk/b.png", detail="low"),
        File("application/pdf", "JVBE", "a.pdf"),
    )
    assert (call.max_tokens, call.stop, call.choices, call.seed) == (5, ("END",), 2, 7)
    assert call.effort == "minimal"
    assert call.format == Format({"description": "A thing.", **NOTHING}, "x", True)
    assert [tool.name for tool in call.tools] == ["g"]
    assert call.tool_choice == "required"
    assert call.extra == {"logprobs": True, "min_p": 0.1}


def test_chat_reply_of_a_forced_tool_says_that_it_called():
    reply = chat.read_reply(
        {
            "id": "c",
            "model": "m",
            "created": 1,
            "choices": [
                {
                    "index": 0,
                    "finish_reason": "stop",
                    "message": {
                        "role": "assistant",
                        "content": None,
                        "tool_calls": [
                            {
                                "id": "t",
                                "type": "function",
                                "function": {"name": "f", "arguments": "{}"},
                            }
                        ],
                    },
                }
            ],
            "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3},
        }
    )
    assert reply.choices == (Choice((ToolCall("t", "f", "{}"),), "tool_call"),)
    assert (reply.usage, reply.created) == (Usage(1, 2), 1)


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ({"content": "a", "reasoning_content": "hm"}, (Thinking("hm"), Text("a"))),
        ({"content": "a", "reasoning": "hm"}, (Thinking("hm"), Text("a"))),
        ({"content": None, "refusal": "No."}, (Text("No."),)),
        (
            {
                "content": [
                    {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
                    {"type": "text", "text": "a"},
                ]
            },
            (Thinking("hm"), Text("a")),
        ),
        (
            {"tool_calls": [{"function": {"name": "f", "arguments": {"a": 1}}}]},
            (ToolCall("call_0", "f", '{"a":1}'),),
        ),
    ],
)
def test_chat_replies_of_compatible_servers_are_read(message, parts):
    body = {"choices": [{"message": {"role": "assistant", **message}}]}
    assert chat.read_reply(body).choices[0].parts == parts


def test_chat_stop_sequence_of_vllm_is_said():
    body = {
        "choices": [{"message": {"content": "a"}, "finish_reason": "stop", "stop_reason": "END"}]
    }
    assert chat.read_reply(body).choices[0] == Choice((Text("a"),), "stop", "END")


def test_chat_stream_with_parallel_tool_calls_and_two_answers():
    def chunk(**piece):
        return {"id": "c", "model": "m", "choices": [{"index": 0, **piece}]}

    def call(index, **function):
        return {"tool_calls": [{"index": index, "function": function}]}

    begun = {"tool_calls": [{"index": 0, "id": "a", "function": {"name": "f", "arguments": ""}}]}
    second = {"tool_calls": [{"index": 1, "id": "b", "function": {"name": "g", "arguments": "{"}}]}
    reply = folded(
        chat,
        [
            chunk(delta={"role": "assistant", "content": ""}),
            chunk(delta={"content": "x"}),
            chunk(delta=begun),
            chunk(delta=call(0, arguments='{"q"')),
            chunk(delta=second),
            # A server may go back to an earlier call.
            chunk(delta=call(0, arguments=":1}")),
            chunk(delta=call(1, arguments="}")),
            chunk(index=1, delta={"content": "y"}),
            chunk(delta={}, finish_reason="tool_calls"),
            chunk(index=1, delta={}, finish_reason="length"),
            {"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}},
            None,
        ],
    )
    assert reply.choices == (
        Choice((Text("x"), ToolCall("a", "f", '{"q":1}'), ToolCall("b", "g", "{}")), "tool_call"),
        Choice((Text("y"),), "length"),
    )
    assert reply.usage == Usage(1, 2)


def test_anthropic_request_is_read(replace):
    call = messages.read_request(
        {
            "model": "m",
            "max_tokens": 1024,
            "system": [{"type": "text", "text": "S", "cache_control": {"type": "ephemeral"}}],
            "messages": [
                {"role": "user", "content": "hello"},
                {
                    "role": "assistant",
                    "content": [
                        {"type": "thinking", "thinking": "hm", "signature": "sig"},
                        {"type": "redacted_thinking", "data": "xx"},
                        {"type": "tool_use", "id": "t", "name": "f", "input": {"a": 1}},
                    ],
                },
                {
                    "role": "user",
                    "content": [
                        {
                            "type": "tool_result",
                            "tool_use_id": "t",
                            "is_error": True,
                            "content": [
                                {"type": "text", "text": "no"},
                                {
                                    "type": "image",
                                    "source": {
                                        "type": "base64",
                                        "media_type": "image/png",
                                        "data": "AAAA",
                                    },
                                },
                            ],
                        },
                        {"type": "text", "text": "again"},
                        {
                            "type": "document",
                            "title": "d",
                            "source": {"type": "text", "media_type": "text/plain", "data": "hi"},
                        },
                    ],
                },
            ],
            "thinking": {"type": "enabled", "budget_tokens": 2048},
            "tools": [{"name": "f", "input_schema": NOTHING, "cache_control": None}],
            "tool_choice": {"type": "any", "disable_parallel_tool_use": True},
            "stop_sequences": ["END"],
            "top_k": 5,
            "metadata": {"user_id": "u"},
            "service_tier": "auto",
        }
    )
    assert call.turns == (
        Turn("system", (Text("S"),)),
        Turn("user", (Text("hello"),)),
        Turn(
            "assistant",
            (
                Thinking("hm", "anthropic:sig"),
                Thinking("", "anthropic-redacted:xx"),
                ToolCall("t", "f", '{"a":1}'),
            ),
        ),
        Turn("tool", (ToolResult("t", (Text("no"), Image("image/png", "AAAA")), True),)),
        Turn("user", (Text("again"), File("text/plain", "aGk=", "d"))),
    )
    assert (call.tool_choice, call.parallel_tools, call.thinking_tokens) == (
        "required",
        False,
        2048,
    )
    assert (call.top_k, call.user, call.extra) == (5, "u", {})
    assert messages.write_request(call)["messages"][2]["content"][0]["is_error"] is True
    call = replace(call, parallel_tools=None)
    assert gemini.write_request(call)["generationConfig"]["thinkingConfig"] == {
        "thinkingBudget": 2048,
        "includeThoughts": True,
    }
    part = gemini.write_request(call)["contents"][2]["parts"][0]["functionResponse"]
    assert part["response"] == {"error": "no"}
    assert part["parts"] == [{"inlineData": {"mimeType": "image/png", "data": "AAAA"}}]


def test_anthropic_stream_counts_and_thinks():
    events = [
        {
            "type": "message_start",
            "message": {
                "id": "msg_1",
                "type": "message",
                "role": "assistant",
                "model": "m",
                "content": [],
                "usage": {
                    "input_tokens": 10,
                    "cache_read_input_tokens": 5,
                    "cache_creation_input_tokens": 2,
                    "output_tokens": 1,
                },
            },
        },
        {
            "type": "content_block_start",
            "index": 0,
            "content_block": {"type": "thinking", "thinking": "", "signature": ""},
        },
        {"type": "ping"},
        {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "thinking_delta", "thinking": "hm"},
        },
        {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "signature_delta", "signature": "sig"},
        },
        {"type": "content_block_stop", "index": 0},
        {
            "type": "content_block_start",
            "index": 1,
            "content_block": {"type": "tool_use", "id": "t", "name": "f", "input": {}},
        },
        {
            "type": "content_block_delta",
            "index": 1,
            "delta": {"type": "input_json_delta", "partial_json": ""},
        },
        {
            "type": "content_block_delta",
            "index": 1,
            "delta": {"type": "input_json_delta", "partial_json": '{"a":1}'},
        },
        {"type": "content_block_stop", "index": 1},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "tool_use", "stop_sequence": None},
            "usage": {"output_tokens": 15, "output_tokens_details": {"thinking_tokens": 4}},
        },
        {"type": "message_stop"},
        {"type": "an_event_to_come", "x": 1},
    ]
    reply = folded(messages, events)
    assert reply.id == "msg_1"
    parts = (Thinking("hm", "anthropic:sig"), ToolCall("t", "f", '{"a":1}'))
    assert reply.choices == (Choice(parts, "tool_call"),)
    assert reply.usage == Usage(17, 15, 5, 4)


def test_json_of_no_schema_is_a_forced_tool_on_anthropic_and_comes_back_as_text():
    call = chat.read_request({"messages": ASK, "response_format": {"type": "json_object"}})
    body = messages.write_request(call)
    name = body["tools"][0]["name"]
    assert body["tool_choice"] == {"type": "tool", "name": name}
    said = {"type": "tool_use", "id": "t", "name": name, "input": {"a": 1}}
    reply = messages.read_reply({"content": [said], "stop_reason": "tool_use"})
    assert reply.choices == (Choice((Text('{"a":1}'),), "end"),)
    events = [
        {"type": "content_block_start", "index": 0, "content_block": {**said, "input": {}}},
        {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "input_json_delta", "partial_json": '{"a":1}'},
        },
        {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {}},
    ]
    assert folded(messages, events).choices == reply.choices


def test_gemini_request_is_read():
    call = gemini.read_request(
        {
            "systemInstruction": {"parts": [{"text": "S"}]},
            "contents": [
                {
                    "role": "user",
                    "parts": [
                        {"text": "hello"},
                        {"inlineData": {"mimeType": "image/png", "data": "AAAA"}},
                        {"fileData": {"mimeType": "application/pdf", "fileUri": "https://a.uk/b"}},
                    ],
                },
                {
                    "role": "model",
                    "parts": [
                        {"text": "hm", "thought": True},
                        {
                            "functionCall": {"name": "f", "args": {"a": 1}},
                            "thoughtSignature": "sig",
                        },
                    ],
                },
                {
                    "role": "user",
                    "parts": [{"functionResponse": {"name": "f", "response": {"output": "42"}}}],
                },
            ],
            "tools": [
                {
                    "functionDeclarations": [
                        {
                            "name": "f",
                            "parameters": {
                                "type": "OBJECT",
                                "properties": {
                                    "a": {"type": "INTEGER", "nullable": True},
                                    "b": {"type": "ARRAY", "items": {"type": "STRING"}},
                                },
                            },
                        }
                    ]
                }
            ],
            "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["f"]}},
            "generationConfig": {
                "responseMimeType": "application/json",
                "responseSchema": {"type": "STRING"},
                "thinkingConfig": {"thinkingLevel": "LOW"},
                "candidateCount": 2,
                "mediaResolution": "MEDIA_RESOLUTION_LOW",
            },
            "safetySettings": [],
        }
    )
    assert call.turns[1].parts == (
        Text("hello"),
        Image("image/png", "AAAA"),
        File("application/pdf", "", "", "https://a.uk/b"),
    )
    thinking, used = call.turns[2].parts
    assert thinking == Thinking("hm")
    assert (used.name, used.arguments, used.signature) == ("f", '{"a":1}', "gemini:sig")
    assert call.turns[3].parts == (ToolResult(used.id, (Text("42"),)),)
    assert call.tools[0].parameters == {
        "type": "object",
        "properties": {
            "a": {"type": ["integer", "null"]},
            "b": {"type": "array", "items": {"type": "string"}},
        },
    }
    assert (call.tool_choice, call.effort, call.choices) == ("tool:f", "low", 2)
    assert call.format == Format({"type": "string"})
    assert call.extra == {
        "safetySettings": [],
        "generationConfig.mediaResolution": "MEDIA_RESOLUTION_LOW",
    }
    again = gemini.write_request(call)
    assert again["contents"][1]["parts"][0]["thoughtSignature"] == "sig"
    assert again["generationConfig"]["mediaResolution"] == "MEDIA_RESOLUTION_LOW"


def test_gemini_stream_of_thoughts_text_and_calls():
    def event(*parts, **more):
        return {
            "candidates": [{"content": {"role": "model", "parts": list(parts)}, **more}],
            "usageMetadata": {
                "promptTokenCount": 8,
                "candidatesTokenCount": 3,
                "thoughtsTokenCount": 2,
                "cachedContentTokenCount": 1,
            },
            "modelVersion": "g",
            "responseId": "r",
        }

    call = {"functionCall": {"name": "f", "args": {"a": 1}}}
    events = [
        event({"text": "h", "thought": True}),
        event({"text": "m", "thought": True}),
        event({"text": "a"}),
        event({"text": "b"}),
        event({**call, "thoughtSignature": "s"}, call),
        event({"text": "", "thoughtSignature": "t"}, finishReason="STOP"),
    ]
    reply = folded(gemini, events)
    assert reply.usage == Usage(8, 5, 1, 2)
    thinking, text, first, second, seal = reply.choices[0].parts
    assert (thinking, text) == (Thinking("hm"), Text("ab"))
    assert (first.signature, second.signature) == ("gemini:s", "")
    assert first.id != second.id
    assert seal == Thinking("", "gemini:t")
    assert reply.choices[0].stop_reason == "tool_call"
    whole = event(
        {"text": "hm", "thought": True},
        {"text": "ab"},
        {**call, "thoughtSignature": "s"},
        call,
        {"text": "", "thoughtSignature": "t"},
        finishReason="STOP",
    )
    assert gemini.read_reply(whole) == reply


def test_gemini_that_blocks_a_prompt_has_filtered_it():
    reply = gemini.read_reply({"promptFeedback": {"blockReason": "SAFETY"}})
    assert reply.choices == (Choice((), "filtered"),)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"candidates": []},
        {"candidates": [{"finishReason": "MALFORMED_FUNCTION_CALL"}]},
    ],
)
def test_gemini_without_an_answer_failed(body):
    with pytest.raises(ModelFailed):
        gemini.read_reply(body)


@pytest.mark.parametrize(
    ("model", "effort", "said"),
    [
        ("gemini-2.5-pro", "medium", {"thinkingBudget": 8192, "includeThoughts": True}),
        ("gemini-2.5-flash", "none", {"thinkingBudget": 0, "includeThoughts": False}),
        ("gemini-3-pro", "high", {"thinkingLevel": "HIGH", "includeThoughts": True}),
    ],
)
def test_gemini_is_told_how_hard_to_think_in_its_own_words(model, effort, said):
    body = {"model": model, "messages": ASK, "reasoning_effort": effort}
    written = gemini.write_request(chat.read_request(body))
    assert written["generationConfig"]["thinkingConfig"] == said


def test_gemini_3_is_told_that_a_call_of_another_model_is_not_signed():
    calls = [
        {"id": i, "type": "function", "function": {"name": "f", "arguments": "{}"}} for i in "ab"
    ]
    body = {"model": "gemini-3-pro", "messages": [*ASK, {"role": "assistant", "tool_calls": calls}]}
    parts = gemini.write_request(chat.read_request(body))["contents"][1]["parts"]
    assert ["thoughtSignature" in part for part in parts] == [True, False]


def test_responses_request_is_read():
    call = responses.read_request(
        {
            "model": "m",
            "instructions": "S",
            "input": [
                {"role": "developer", "content": "D"},
                {
                    "role": "user",
                    "content": [
                        {"type": "input_text", "text": "hello"},
                        {"type": "input_image", "image_url": "https://a.uk/b.png"},
                        {
                            "type": "input_file",
                            "filename": "a.pdf",
                            "file_data": "data:application/pdf;base64,JVBE",
                        },
                    ],
                },
                {
                    "type": "reasoning",
                    "id": "rs_1",
                    "summary": [
                        {"type": "summary_text", "text": "a"},
                        {"type": "summary_text", "text": "b"},
                    ],
                    "encrypted_content": "enc",
                },
                {
                    "type": "message",
                    "id": "msg_1",
                    "role": "assistant",
                    "status": "completed",
                    "content": [{"type": "output_text", "text": "Wait.", "annotations": []}],
                },
                {
                    "type": "function_call",
                    "id": "fc_1",
                    "call_id": "c1",
                    "name": "f",
                    "arguments": "{}",
                },
                {"type": "function_call_output", "call_id": "c1", "output": "42"},
            ],
            "tools": [{"type": "function", "name": "f", "parameters": NOTHING, "strict": True}],
            "tool_choice": {"type": "function", "name": "f"},
            "text": {"format": {"type": "json_object"}, "verbosity": "low"},
            "reasoning": {"effort": "high", "summary": "auto"},
            "max_output_tokens": 9,
            "store": False,
        }
    )
    assert call.turns == (
        Turn("system", (Text("S"),)),
        Turn("system", (Text("D"),)),
        Turn(
            "user",
            (
                Text("hello"),
                Image(url="https://a.uk/b.png"),
                File("application/pdf", "JVBE", "a.pdf"),
            ),
        ),
        Turn(
            "assistant",
            (Thinking("a\n\nb", "responses:rs_1|enc"), Text("Wait."), ToolCall("c1", "f", "{}")),
        ),
        Turn("tool", (ToolResult("c1", (Text("42"),)),)),
    )
    assert (call.tool_choice, call.format, call.effort) == ("tool:f", Format(), "high")
    assert call.extra == {"store": False, "verbosity": "low"}
    again = responses.write_request(call)
    assert again["text"]["verbosity"] == "low"
    assert again["input"][2]["encrypted_content"] == "enc"
    assert again["include"] == ["reasoning.encrypted_content"]
    assert chat.write_request(call)["verbosity"] == "low"


def test_responses_stream_with_thinking_in_parts():
    def about(kind, **more):
        return {"type": f"response.{kind}", "output_index": 0, **more}

    item = {"type": "reasoning", "id": "rs_1", "summary": []}
    call = {"type": "function_call", "id": "fc", "call_id": "c", "name": "f", "arguments": ""}
    reply = {"id": "r", "model": "m", "output": [], "status": "incomplete"}
    usage = {
        "input_tokens": 4,
        "output_tokens": 3,
        "input_tokens_details": {"cached_tokens": 1},
        "output_tokens_details": {"reasoning_tokens": 2},
    }
    events = [
        about("created", response={**reply, "status": "in_progress"}),
        about("output_item.added", item=item),
        about("reasoning_summary_text.delta", summary_index=0, delta="a"),
        about("reasoning_summary_text.delta", summary_index=1, delta="b"),
        about("output_item.done", item={**item, "encrypted_content": "enc"}),
        {"type": "response.refusal.delta", "output_index": 1, "content_index": 0, "delta": "No."},
        {"type": "response.output_item.added", "output_index": 2, "item": call},
        {
            "type": "response.output_item.done",
            "output_index": 2,
            "item": {**call, "arguments": "{}"},
        },
        about("web_search_call.completed"),
        about(
            "incomplete",
            response={
                **reply,
                "incomplete_details": {"reason": "max_output_tokens"},
                "usage": usage,
            },
        ),
    ]
    done = folded(responses, events)
    assert done.choices == (
        Choice(
            (
                Thinking("a\n\nb", "responses:rs_1|enc"),
                Text("No."),
                ToolCall("c", "f", "{}"),
            ),
            "length",
        ),
    )
    assert (done.id, done.usage) == ("r", Usage(4, 3, 1, 2))


def test_a_response_that_failed_is_an_error():
    body = {"id": "r", "output": [], "status": "failed", "error": {"message": "too busy"}}
    with pytest.raises(ModelFailed, match="too busy"):
        responses.read_reply(body)


def test_usage_is_found_in_bodies_and_events():
    one = {"usage": {"prompt_tokens": 1, "completion_tokens": 2}}
    assert chat.usage(one) == Usage(1, 2)
    assert chat.usage({"usage": None}) is None
    start = {"type": "message_start", "message": {"usage": {"input_tokens": 3}}}
    assert messages.usage(start) == Usage(3)
    assert messages.usage({"type": "ping"}) is None
    done = {"type": "response.completed", "response": {"usage": {"input_tokens": 3}}}
    assert responses.usage(done) == Usage(3)
    assert gemini.usage({"usageMetadata": {"promptTokenCount": 3}}) == Usage(3)


@pytest.mark.parametrize(
    ("one", "body", "field"),
    [
        (chat, {"messages": []}, "#/messages"),
        (chat, {"messages": [{"role": "user", "content": 3}]}, "#/messages/0/content"),
        (chat, {"messages": [{"role": "pope", "content": ""}]}, "#/messages/0/role"),
        (
            chat,
            {"messages": [{"role": "user", "content": [{"type": "input_audio"}]}]},
            "#/messages/0/content/0/type",
        ),
        (
            chat,
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [{"type": "image_url", "image_url": {"url": "file:///etc"}}],
                    }
                ]
            },
            "#/messages/0/content/0/image_url",
        ),
        (chat, {"messages": ASK, "n": 0}, "#/n"),
        (chat, {"messages": ASK, "temperature": "hot"}, "#/temperature"),
        (responses, {"input": []}, "#/input"),
        (responses, {"input": [{"type": "item_reference", "id": "x"}]}, "#/input/0/type"),
        (responses, {"input": "a", "tools": [{"type": "web_search"}]}, "#/tools/0"),
        (messages, {"messages": ASK, "tool_choice": {"type": "tool"}}, "#/tool_choice/name"),
        (messages, {"messages": [{"role": "user", "content": [{}]}]}, "#/messages/0/content/0"),
        (
            messages,
            {"messages": ASK, "tools": [{"name": "w", "type": "web_search_20250305"}]},
            "#/tools/0",
        ),
        (gemini, {"contents": [{"parts": [{"executableCode": {}}]}]}, "#/contents/0/parts/0"),
        (gemini, {"contents": []}, "#/contents"),
    ],
)
def test_what_cannot_be_read_says_where(one, body, field):
    with pytest.raises(FieldInvalid) as caught:
        one.read_request(body)
    assert caught.value.field.startswith(field)
    assert caught.value.field in str(caught.value)


def test_replies_are_json():
    for one in (chat, responses, messages, gemini):
        reply = chat.read_reply({"choices": [{"message": {"content": "a"}}]})
        assert msgspec.json.encode(one.write_reply(reply))
