"""Replies of generateContent, whole and as streams, whose events have the shape of replies."""

from __future__ import annotations

import secrets

from bernard.errors import FieldInvalid, ModelFailed
from bernard.wire.failure import said_failure
from bernard.wire.fold import fold
from bernard.wire.gemini import shapes
from bernard.wire.gemini.request import MARK
from bernard.wire.shape import json_object, json_text, read_answer
from bernard.wire.signatures import marked, shown
from bernard.wire.types import (
    Body,
    ChatCall,
    ChatReply,
    Choice,
    Delta,
    Event,
    Part,
    StopReason,
    Text,
    Thinking,
    ToolCall,
    Usage,
)

STOP_REASONS: dict[str, StopReason] = {
    "STOP": "end",
    "MAX_TOKENS": "length",
    **dict.fromkeys(
        (
            "SAFETY",
            "RECITATION",
            "LANGUAGE",
            "BLOCKLIST",
            "PROHIBITED_CONTENT",
            "SPII",
            "IMAGE_SAFETY",
            "IMAGE_PROHIBITED_CONTENT",
            "IMAGE_RECITATION",
            "MODEL_ARMOR",
        ),
        "filtered",
    ),
}
BROKEN = frozenset(
    {
        "MALFORMED_FUNCTION_CALL",
        "UNEXPECTED_TOOL_CALL",
        "TOO_MANY_TOOL_CALLS",
        "MISSING_THOUGHT_SIGNATURE",
        "MALFORMED_RESPONSE",
    }
)
WRITTEN_REASONS: dict[StopReason, str] = {
    "end": "STOP",
    "length": "MAX_TOKENS",
    "stop": "STOP",
    "tool_call": "STOP",
    "filtered": "SAFETY",
}


def read(body: Body) -> ChatReply:
    """The reply that a supplier sent."""
    deltas = Reader().feed(Event("", body))
    if not any(delta.stop_reason for delta in deltas) and not body.get("candidates"):
        raise ModelFailed("The model's reply holds no answer. Try again.")
    return fold(deltas)


class Reader:
    """Reads the events of one stream."""

    def __init__(self) -> None:
        """Start a stream."""
        self._begun = False
        self._id = ""
        self._last: dict[int, tuple[int, str]] = {}
        self._called: set[int] = set()

    def feed(self, event: Event) -> list[Delta]:
        """The pieces in this event.

        Raises:
            ModelFailed: it is no reply, or says an error.
        """
        if event.data is None:
            return []
        if event.data.get("error"):
            raise said_failure(event.data["error"])
        said = read_answer(event.data, shapes.ReplyShape)
        deltas = [] if self._begun else [self._begin(said)]
        for candidate in said.candidates or ():
            for part in candidate.content.parts or ():
                deltas += self._part(candidate.index, part)
            if candidate.finish_reason:
                reason = self._stopped(candidate.index, candidate.finish_reason)
                deltas.append(Delta(choice=candidate.index, stop_reason=reason))
        if said.prompt_feedback and said.prompt_feedback.block_reason:
            deltas.append(Delta(stop_reason="filtered"))
        if said.usage_metadata:
            # Each event counts so far; only the last counts all.
            ended = any(delta.stop_reason for delta in deltas) or not said.candidates
            deltas += [Delta(usage=usage(said.usage_metadata))] if ended else []
        return deltas

    def _begin(self, said: shapes.ReplyShape) -> Delta:
        self._begun = True
        self._id = said.response_id or ""
        return Delta(id=self._id, model=said.model_version or "")

    def _part(self, choice: int, part: shapes.SaidPart) -> list[Delta]:
        signature = marked(part.thought_signature or "", MARK)
        if part.function_call:
            return [self._call(choice, part.function_call, signature)]
        if part.thought:
            number = self._number(choice, "thought")
            return [
                Delta(choice=choice, part=number, thinking=part.text or "", signature=signature)
            ]
        deltas = []
        if signature:
            number = self._number(choice, "signature")
            deltas.append(Delta(choice=choice, part=number, signature=signature))
        if part.text:
            number = self._number(choice, "text")
            deltas.append(Delta(choice=choice, part=number, text=part.text))
        return deltas

    def _call(self, choice: int, call: shapes.SaidCall, signature: str) -> Delta:
        self._called.add(choice)
        number = self._number(choice, "call")
        return Delta(
            choice=choice,
            part=number,
            tool_id=call.id or f"call_{self._id or secrets.token_hex(8)}_{choice}_{number}",
            tool_name=call.name,
            arguments=json_text(call.args or {}),
            signature=signature,
        )

    def _number(self, choice: int, kind: str) -> int:
        """The number of the part: words of one kind in a row are one part."""
        number, last = self._last.get(choice, (-1, ""))
        if kind != last or kind in ("call", "signature"):
            number += 1
            self._last[choice] = (number, kind)
        return number

    def _stopped(self, choice: int, finish: str) -> StopReason:
        if finish in BROKEN:
            raise ModelFailed(f"The model stopped without an answer ({finish}). Try again.")
        reason = STOP_REASONS.get(finish, "end")
        return "tool_call" if reason == "end" and choice in self._called else reason


def usage(said: shapes.UsageShape) -> Usage:
    """The token counts, thoughts among those written."""
    thoughts = said.thoughts_token_count or 0
    return Usage(
        (said.prompt_token_count or 0) + (said.tool_use_prompt_token_count or 0),
        (said.candidates_token_count or 0) + thoughts,
        said.cached_content_token_count or 0,
        thoughts,
    )


def write(reply: ChatReply, call: ChatCall | None = None) -> Body:
    """The reply as Gemini says it."""
    return {
        "candidates": [_candidate(choice, n) for n, choice in enumerate(reply.choices)],
        "usageMetadata": written_usage(reply.usage),
        "modelVersion": reply.model or (call.model if call else ""),
        "responseId": reply.id or secrets.token_hex(12),
    }


def _candidate(choice: Choice, number: int) -> Body:
    return {
        "content": {"role": "model", "parts": [written_part(part) for part in choice.parts]},
        "finishReason": WRITTEN_REASONS[choice.stop_reason],
        "index": number,
    }


def written_part(part: Part) -> Body:
    """A part of a reply as Gemini says it."""
    if isinstance(part, Text):
        return {"text": part.text}
    if isinstance(part, Thinking):
        signed = {"thoughtSignature": shown(part.signature, MARK)} if part.signature else {}
        return (
            {"text": part.text, "thought": True, **signed} if part.text else {"text": "", **signed}
        )
    assert isinstance(part, ToolCall)
    signed = {"thoughtSignature": shown(part.signature, MARK)} if part.signature else {}
    return {"functionCall": {"id": part.id, "name": part.name, "args": _args(part)}, **signed}


def _args(call: ToolCall) -> Body:
    try:
        return json_object(call.arguments, "arguments")
    except FieldInvalid as error:
        raise ModelFailed(
            f"The model called the tool {call.name!r} with arguments that are no JSON object. "
            "Try again."
        ) from error


def written_usage(usage: Usage) -> Body:
    """Token counts as Gemini says them."""
    return {
        "promptTokenCount": usage.prompt_tokens,
        "candidatesTokenCount": max(usage.completion_tokens - usage.reasoning_tokens, 0),
        "thoughtsTokenCount": usage.reasoning_tokens,
        "cachedContentTokenCount": usage.cached_tokens,
        "totalTokenCount": usage.prompt_tokens + usage.completion_tokens,
    }
