"""Calls for moderation, in OpenAI's dialect.

Source: OpenAI API reference, Create moderation.
"""

from __future__ import annotations

import secrets
from typing import Any

import msgspec

from bernard.errors import FieldInvalid
from bernard.wire import media
from bernard.wire.shape import Shape, Strict, others, read_answer, read_call
from bernard.wire.types import Body, Image, Text

NAME = "openai-moderations"


class ModerateCall(msgspec.Struct, frozen=True):
    """A call for moderation.

    Attributes:
        inputs: each is judged by itself; one of several parts is judged as a whole.
    """

    model: str
    inputs: tuple[tuple[Text | Image, ...], ...]
    extra: Body = {}


class Judged(msgspec.Struct, frozen=True):
    """What was found in one input: a score from 0 to 1 for each category, and those over the line."""

    scores: dict[str, float]
    over: tuple[str, ...] = ()


class Moderated(msgspec.Struct, frozen=True):
    """What was found in each input, in their order."""

    judged: tuple[Judged, ...]
    model: str = ""
    id: str = ""


class _TextPart(Strict, tag_field="type", tag="text"):
    text: str


class _ImageUrl(Strict):
    url: str


class _ImagePart(Strict, tag_field="type", tag="image_url"):
    image_url: _ImageUrl


class _Request(Shape):
    input: str | list[Any]
    model: str = ""


class _Texts(Shape):
    input: list[str]


class _Parts(Shape):
    input: list[_TextPart | _ImagePart]


class _Result(Shape):
    categories: dict[str, bool | None]
    category_scores: dict[str, float | None]


class _Reply(Shape):
    results: list[_Result]
    id: str | None = None
    model: str | None = None


def read_request(body: Body) -> ModerateCall:
    """The call that a client sent.

    Raises:
        FieldInvalid: it cannot be read.
    """
    asked = read_call(body, _Request)
    return ModerateCall(asked.model, _inputs(asked.input, body), others(body, _Request))


def _inputs(given: str | list[Any], body: Body) -> tuple[tuple[Text | Image, ...], ...]:
    if isinstance(given, str):
        return ((Text(given),),)
    if not given:
        raise FieldInvalid("#/input: there is nothing to judge.", "#/input")
    if isinstance(given[0], str):
        return tuple((Text(text),) for text in read_call(body, _Texts).input)
    parts = read_call(body, _Parts).input
    return (tuple(_part(part, f"#/input/{n}") for n, part in enumerate(parts)),)


def _part(part: _TextPart | _ImagePart, where: str) -> Text | Image:
    if isinstance(part, _TextPart):
        return Text(part.text)
    return media.image(part.image_url.url, "", f"{where}/image_url/url")


def write_request(call: ModerateCall) -> Body:
    """The call as OpenAI says it."""
    if all(len(parts) == 1 and isinstance(parts[0], Text) for parts in call.inputs):
        written: list[Any] = [part.text for (part,) in call.inputs if isinstance(part, Text)]
    else:
        written = [_written(part) for parts in call.inputs for part in parts]
    return {**({"model": call.model} if call.model else {}), "input": written, **call.extra}


def _written(part: Text | Image) -> Body:
    if isinstance(part, Text):
        return {"type": "text", "text": part.text}
    return {"type": "image_url", "image_url": {"url": media.as_url(part)}}


def read_reply(body: Body) -> Moderated:
    """The reply that a supplier sent.

    Raises:
        ModelFailed: it is no such reply.
    """
    answered = read_answer(body, _Reply)
    judged = tuple(
        Judged(
            {name: score or 0.0 for name, score in result.category_scores.items()},
            tuple(name for name, over in result.categories.items() if over),
        )
        for result in answered.results
    )
    return Moderated(judged, answered.model or "", answered.id or "")


def write_reply(moderated: Moderated) -> Body:
    """The reply as OpenAI says it."""
    return {
        "id": moderated.id or f"modr-{secrets.token_hex(12)}",
        "model": moderated.model,
        "results": [_result(judged) for judged in moderated.judged],
    }


def _result(judged: Judged) -> Body:
    return {
        "flagged": bool(judged.over),
        "categories": {name: name in judged.over for name in judged.scores},
        "category_scores": judged.scores,
        "category_applied_input_types": {name: ["text"] for name in judged.scores},
    }
