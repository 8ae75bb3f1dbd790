"""Requests for generateContent: read from a client, written for a supplier."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bernard.errors import FieldInvalid
from bernard.wire import media
from bernard.wire.gemini import shapes
from bernard.wire.gemini.schema import json_schema
from bernard.wire.leftover import cannot_say, carry
from bernard.wire.shape import json_object, json_text, others, read_call
from bernard.wire.signatures import marked, unmarked
from bernard.wire.types import (
    Body,
    ChatCall,
    File,
    Format,
    Image,
    Part,
    Text,
    Thinking,
    Tool,
    ToolCall,
    ToolResult,
    Turn,
)

NAME = "gemini"
MARK = "gemini:"
UNSIGNED = "skip_thought_signature_validator"
"""What Google documents for a tool call of another model: Gemini 3 refuses one without it."""
TAKES = frozenset({"safetySettings", "cachedContent", "labels", "serviceTier"})
"""Fields without a place in a `ChatCall` that Gemini has."""
_CONFIG = "generationConfig."
BUDGETS = {"none": 0, "minimal": 1024, "low": 1024, "medium": 8192}
MOST_THINKING = 24_576
"""Tokens that stand for an effort with models before Gemini 3, as in Google's own OpenAI server."""


def read(body: Body) -> ChatCall:
    """The call that a client sent."""
    asked = read_call(body, shapes.RequestShape)
    config = asked.generation_config or shapes.GenerationConfig()
    tools, choice = _tools(asked)
    extra = others(body, shapes.RequestShape)
    given = body.get("generationConfig") or {}
    extra.update({_CONFIG + k: v for k, v in others(given, shapes.GenerationConfig).items()})
    thinking = config.thinking_config or shapes.ThinkingConfig()
    return ChatCall(
        model=asked.model,
        turns=tuple(_turns(asked)),
        tools=tools,
        tool_choice=choice,
        format=_format(config),
        stream=asked.stream,
        choices=config.candidate_count or 1,
        max_tokens=config.max_output_tokens,
        temperature=config.temperature,
        top_p=config.top_p,
        top_k=None if config.top_k is None else int(config.top_k),
        seed=config.seed,
        stop=tuple(config.stop_sequences or ()),
        frequency_penalty=config.frequency_penalty,
        presence_penalty=config.presence_penalty,
        effort=(thinking.thinking_level or "").lower(),
        thinking_tokens=thinking.thinking_budget,
        extra=extra,
    )


def _tools(asked: shapes.RequestShape) -> tuple[tuple[Tool, ...], str]:
    declared = (d for tool in asked.tools or () for d in tool.function_declarations)
    tools = tuple(_tool(d, f"#/tools/{n}") for n, d in enumerate(declared))
    config = asked.tool_config.function_calling_config if asked.tool_config else None
    if config is None:
        return tools, ""
    names = config.allowed_function_names
    if names and config.mode == "ANY" and len(names) == 1:
        return tools, f"tool:{names[0]}"
    if names:
        tools = tuple(tool for tool in tools if tool.name in names)
    return tools, {"ANY": "required", "NONE": "none"}.get(config.mode, "auto")


def _tool(declared: shapes.Declaration, where: str) -> Tool:
    schema = declared.parameters_json_schema
    if schema is None:
        schema = json_schema(declared.parameters or {"type": "object", "properties": {}}, where)
    return Tool(declared.name, schema, declared.description or "")


def _format(config: shapes.GenerationConfig) -> Format | None:
    if config.response_json_schema is not None:
        return Format(config.response_json_schema)
    if config.response_schema is not None:
        return Format(json_schema(config.response_schema, "#/generationConfig/responseSchema"))
    return Format() if config.response_mime_type == "application/json" else None


def _turns(asked: shapes.RequestShape) -> Iterable[Turn]:
    if not asked.contents:
        raise FieldInvalid("#/contents: there is no message.", "#/contents")
    if asked.system_instruction:
        parts = asked.system_instruction.parts
        yield Turn("system", tuple(Text(part.text or "") for part in parts))
    calls: list[ToolCall] = []
    for number, content in enumerate(asked.contents):
        parts_read: list[Part] = []
        for n, part in enumerate(content.parts):
            for read_part in _parts(part, f"#/contents/{number}/parts/{n}", calls):
                if isinstance(read_part, ToolResult):
                    yield Turn("tool", (read_part,))
                else:
                    parts_read.append(read_part)
        if parts_read:
            yield Turn("assistant" if content.role == "model" else "user", tuple(parts_read))


def _parts(part: shapes.PartShape, where: str, calls: list[ToolCall]) -> Iterable[Part]:
    """What one part says; `calls` holds the tool calls that wait for a result."""
    signature = marked((part.thought_signature or "").removeprefix(UNSIGNED), MARK)
    if part.function_call:
        used = part.function_call
        call_id = used.id or f"call_{len(calls)}_{where.rpartition('/')[2]}"
        call = ToolCall(call_id, used.name, json_text(used.args or {}), signature)
        calls.append(call)
        yield call
    elif part.thought:
        yield Thinking(part.text or "", signature)
    else:
        if signature:
            yield Thinking("", signature)
        if part.function_response:
            yield _result(part.function_response, calls)
        elif part.inline_data or part.file_data:
            yield _media(part, where)
        elif part.text or not signature:
            yield Text(part.text or "")


def _result(given: shapes.FunctionResponse, calls: list[ToolCall]) -> ToolResult:
    call_id = given.id
    if call_id is None:
        waiting = next((call for call in calls if call.name == given.name), None)
        call_id = waiting.id if waiting else given.name
    calls[:] = [call for call in calls if call.id != call_id]
    blobs = (part.inline_data for part in given.parts or ())
    parts = (Text(_output(given.response)), *(_blob(blob) for blob in blobs))
    return ToolResult(call_id, parts, set(given.response) == {"error"})


def _output(response: Body) -> str:
    """The words of a tool's response: the one text it holds, or all of it as JSON."""
    for name in ("output", "error"):
        if set(response) == {name} and isinstance(response[name], str):
            return str(response[name])
    return json_text(response)


def _media(part: shapes.PartShape, where: str) -> Image | File:
    if part.inline_data:
        return _blob(part.inline_data)
    assert part.file_data
    url = part.file_data.file_uri
    media_type = part.file_data.mime_type or media.guessed_type(url)
    if media_type.startswith("image/"):
        return media.image(url, "", f"{where}/fileData/fileUri")
    return File(media_type, "", part.file_data.display_name or "", url)


def _blob(blob: shapes.Blob) -> Image | File:
    if blob.mime_type.startswith("image/"):
        return Image(blob.mime_type, blob.data)
    return File(blob.mime_type, blob.data, blob.display_name or "")


def write(call: ChatCall) -> Body:
    """The call as Gemini says it, without its model and stream, which stand in the URL.

    Raises:
        Untranslatable: it holds something that Gemini has no words for.
    """
    if call.parallel_tools is False and call.tools:
        raise cannot_say("parallel_tool_calls", NAME)
    if any(turn.name for turn in call.turns):
        raise cannot_say("name", NAME, "Its messages name no speakers.")
    body: Body = {"contents": _contents(call)}
    system = [
        {"text": part.text}
        for turn in call.turns
        if turn.role == "system"
        for part in turn.parts
        if isinstance(part, Text)
    ]
    if system:
        body["systemInstruction"] = {"parts": system}
    if call.tools:
        body["tools"] = [{"functionDeclarations": [_declared(tool) for tool in call.tools]}]
        if choice := _choice(call):
            body["toolConfig"] = {"functionCallingConfig": choice}
    config = _config(call)
    plain = {k: v for k, v in call.extra.items() if not k.startswith(_CONFIG)}
    config.update(
        {k.removeprefix(_CONFIG): v for k, v in call.extra.items() if k.startswith(_CONFIG)}
    )
    if config:
        body["generationConfig"] = config
    carry(plain, body, TAKES, NAME)
    return body


def _declared(tool: Tool) -> Body:
    declared: Body = {"name": tool.name, "parametersJsonSchema": tool.parameters}
    if tool.description:
        declared["description"] = tool.description
    return declared


def _choice(call: ChatCall) -> Body:
    wish = call.tool_choice
    if wish.startswith("tool:"):
        return {"mode": "ANY", "allowedFunctionNames": [wish.removeprefix("tool:")]}
    if wish in ("required", "none"):
        return {"mode": "ANY" if wish == "required" else "NONE"}
    if any(tool.strict for tool in call.tools):
        return {"mode": "VALIDATED"}
    return {"mode": "AUTO"} if wish else {}


_SAME = {
    "max_tokens": "maxOutputTokens",
    "temperature": "temperature",
    "top_p": "topP",
    "top_k": "topK",
    "seed": "seed",
    "frequency_penalty": "frequencyPenalty",
    "presence_penalty": "presencePenalty",
}


def _config(call: ChatCall) -> Body:
    config = {
        said: value for name, said in _SAME.items() if (value := getattr(call, name)) is not None
    }
    if call.choices != 1:
        config["candidateCount"] = call.choices
    if call.stop:
        config["stopSequences"] = list(call.stop)
    if call.format:
        config["responseMimeType"] = "application/json"
        if call.format.schema is not None:
            config["responseJsonSchema"] = call.format.schema
    if thinking := _thinking(call):
        config["thinkingConfig"] = thinking
    return config


def _thinking(call: ChatCall) -> Body:
    """How much to think: a level for Gemini 3 and after, a number of tokens before."""
    if call.thinking_tokens is not None:
        return _budget(call.thinking_tokens)
    if not call.effort:
        return {}
    if "gemini-2" in call.model:
        return _budget(BUDGETS.get(call.effort, MOST_THINKING))
    level = {"none": "minimal", "max": "xhigh"}.get(call.effort, call.effort)
    return {"thinkingLevel": level.upper(), "includeThoughts": call.effort != "none"}


def _budget(tokens: int) -> Body:
    return {"thinkingBudget": tokens, "includeThoughts": tokens != 0}


def _contents(call: ChatCall) -> list[Body]:
    names: dict[str, str] = {}
    contents: list[Body] = []
    after_tool = False
    for turn in call.turns:
        if turn.role == "system":
            continue
        names.update({p.id: p.name for p in turn.parts if isinstance(p, ToolCall)})
        parts = _written_parts(turn.parts, names, call.model)
        if turn.role == "tool" and after_tool:
            contents[-1]["parts"] += parts
        elif parts:
            role = "model" if turn.role == "assistant" else "user"
            contents.append({"role": role, "parts": parts})
        after_tool = turn.role == "tool"
    return contents


def _written_parts(parts: Sequence[Part], names: dict[str, str], model: str) -> list[Body]:
    """The parts of one turn; a signature without words belongs to the part after it."""
    written: list[Body] = []
    signature = ""
    signed_call = "gemini-3" not in model
    for part in parts:
        if isinstance(part, Thinking):
            own = unmarked(part.signature, MARK)
            if part.text and own:
                written.append({"text": part.text, "thought": True, "thoughtSignature": own})
            signature = own if not part.text else ""
            continue
        body = _part(part, names)
        if isinstance(part, ToolCall):
            signature = unmarked(part.signature, MARK) or signature
            # Only the first of parallel calls is signed.
            signature = signature or ("" if signed_call else UNSIGNED)
            signed_call = True
        if signature:
            body["thoughtSignature"] = signature
            signature = ""
        written.append(body)
    if signature:
        written.append({"text": "", "thoughtSignature": signature})
    return written


def _part(part: Part, names: dict[str, str]) -> Body:
    if isinstance(part, Text):
        return {"text": part.text}
    if isinstance(part, ToolCall):
        return {"functionCall": {"id": part.id, "name": part.name, "args": _args(part)}}
    if isinstance(part, ToolResult):
        return {"functionResponse": _response(part, names)}
    assert isinstance(part, Image | File)
    if part.url:
        media_type = part.media_type or media.guessed_type(part.url)
        known = {"mimeType": media_type} if media_type else {}
        return {"fileData": {"fileUri": part.url, **known}}
    return {"inlineData": _inline(part)}


def _args(call: ToolCall) -> Body:
    try:
        return json_object(call.arguments, "#")
    except FieldInvalid as error:
        why = "Its arguments are not a JSON object."
        raise cannot_say(f"tool call {call.name}", NAME, why) from error


def _inline(part: Image | File) -> Body:
    named = {"displayName": part.name} if isinstance(part, File) and part.name else {}
    return {"mimeType": part.media_type, "data": part.data, **named}


def _response(result: ToolResult, names: dict[str, str]) -> Body:
    name = names.get(result.call_id)
    if name is None:
        why = "No message before it holds the call."
        raise cannot_say(f"tool result {result.call_id}", NAME, why)
    text = "\n".join(part.text for part in result.parts if isinstance(part, Text))
    response: Body = {
        "id": result.call_id,
        "name": name,
        "response": {"error" if result.is_error else "output": text},
    }
    blobs = [part for part in result.parts if not isinstance(part, Text)]
    if any(blob.url for blob in blobs):
        raise cannot_say("tool result", NAME, "It holds a picture or a file that is not inline.")
    if blobs:
        response["parts"] = [{"inlineData": _inline(blob)} for blob in blobs]
    return response
