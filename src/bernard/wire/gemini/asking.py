"""Requests for generateContent as a supplier is sent them."""

from __future__ import annotations

from collections.abc import Sequence

from bernard.errors import FieldInvalid
from bernard.wire import media
from bernard.wire.gemini.request import CONFIG, MARK, NAME, UNSIGNED
from bernard.wire.leftover import cannot_say, carry
from bernard.wire.shape import json_object
from bernard.wire.signatures import unmarked
from bernard.wire.types import (
    Body,
    ChatCall,
    File,
    Image,
    Part,
    Text,
    Thinking,
    Tool,
    ToolCall,
    ToolResult,
)

TAKES = frozenset({"safetySettings", "cachedContent", "labels", "serviceTier"})
"""Fields without a place in a `ChatCall` that Gemini has."""
BUDGETS = {"none": 0, "minimal": 1024, "low": 1024, "medium": 8192}
MOST_THINKING = 24_576
"""Tokens that stand for an effort with models before Gemini 3, as in Google's own OpenAI server."""


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
    plain = {k: v for k, v in call.extra.items() if not k.startswith(CONFIG)}
    config.update(
        {k.removeprefix(CONFIG): v for k, v in call.extra.items() if k.startswith(CONFIG)}
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
