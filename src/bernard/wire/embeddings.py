"""Calls for embeddings: OpenAI's and Gemini's, with vectors as numbers or as base64.

Source: OpenAI API reference, Create embeddings; Gemini API reference, v1beta,
models.batchEmbedContents.
"""

from __future__ import annotations

import base64
import binascii
from array import array
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from bernard.errors import FieldInvalid, ModelFailed
from bernard.wire.leftover import carry
from bernard.wire.shape import Shape, others, read_answer, read_call
from bernard.wire.types import Body, Usage

NAME, GEMINI = "openai-embeddings", "gemini"
Encoding = Literal["float", "base64"]
Vector = Sequence[float]


class EmbedCall(msgspec.Struct, frozen=True):
    """A call for embeddings, in no supplier's dialect."""

    model: str
    texts: tuple[str, ...]
    dimensions: int | None = None
    encoding: Encoding = "float"
    user: str = ""
    extra: Body = {}


class Embedded(msgspec.Struct, frozen=True):
    """A vector for each text, in their order."""

    vectors: tuple[Vector, ...]
    model: str = ""
    usage: Usage = Usage()


class _Request(Shape):
    input: str | list[str]
    model: str = ""
    dimensions: int | None = None
    encoding_format: Encoding | None = None
    user: str | None = None


class _Item(Shape):
    embedding: list[float] | str
    index: int = 0


class _Usage(Shape):
    prompt_tokens: int | None = None


class _Reply(Shape):
    data: list[_Item]
    model: str | None = None
    usage: _Usage | None = None


class _Values(Shape):
    values: list[float]


class _GeminiReply(Shape):
    embeddings: list[_Values]


def read_request(body: Body) -> EmbedCall:
    """The call that a client sent.

    Raises:
        FieldInvalid: it cannot be read. Lists of tokens cannot: nobody can see what they hold.
    """
    asked = read_call(body, _Request)
    texts = (asked.input,) if isinstance(asked.input, str) else tuple(asked.input)
    if not texts:
        raise FieldInvalid("#/input: there is no text.", "#/input")
    return EmbedCall(
        asked.model,
        texts,
        asked.dimensions,
        asked.encoding_format or "float",
        asked.user or "",
        others(body, _Request),
    )


def write_request(call: EmbedCall) -> Body:
    """The call as OpenAI says it; the vectors are asked for as base64, the shorter form."""
    body: Body = {"model": call.model, "input": list(call.texts), "encoding_format": "base64"}
    if call.dimensions is not None:
        body["dimensions"] = call.dimensions
    if call.user:
        body["user"] = call.user
    return {**body, **call.extra}


def write_gemini_request(call: EmbedCall) -> Body:
    """The call as Gemini's `:batchEmbedContents` says it.

    Raises:
        Untranslatable: it holds a field that Gemini has no words for.
    """
    model = call.model if call.model.startswith("models/") else f"models/{call.model}"
    one: Body = {"model": model}
    if call.dimensions is not None:
        one["outputDimensionality"] = call.dimensions
    carry(call.extra, one, ("taskType", "title"), GEMINI)
    return {"requests": [{**one, "content": {"parts": [{"text": t}]}} for t in call.texts]}


def read_reply(body: Body) -> Embedded:
    """The reply that OpenAI, or a server like it, sent.

    Raises:
        ModelFailed: it is no such reply.
    """
    answered = read_answer(body, _Reply)
    items = sorted(answered.data, key=lambda item: item.index)
    tokens = (answered.usage.prompt_tokens if answered.usage else 0) or 0
    vectors = tuple(_vector(item.embedding) for item in items)
    return Embedded(_alike(vectors), answered.model or "", Usage(prompt_tokens=tokens))


def read_gemini_reply(body: Body, model: str = "") -> Embedded:
    """The reply that Gemini sent, which counts no tokens.

    Raises:
        ModelFailed: it is no such reply.
    """
    answered = read_answer(body, _GeminiReply)
    return Embedded(_alike(tuple(item.values for item in answered.embeddings)), model)


def write_reply(embedded: Embedded, encoding: Encoding) -> Body:
    """The reply as OpenAI says it."""
    return _written([_said(v, encoding) for v in embedded.vectors], embedded.model, embedded.usage)


def write_vectors(vectors: Any, model: str, usage: Usage, encoding: Encoding) -> Body:
    """The reply as OpenAI says it, for an array of float32 with one row a text.

    Args:
        vectors: what gives its bytes as a two-dimensional buffer, such as a NumPy array.
    """
    view = memoryview(vectors)
    assert view.format == "f" and view.ndim == 2, "vectors must be rows of float32"
    if encoding == "float":
        return _written(view.tolist(), model, usage)
    width = view.shape[1] * view.itemsize if view.shape else 0
    flat = view.tobytes()
    rows = (flat[n * width : (n + 1) * width] for n in range(view.shape[0] if view.shape else 0))
    return _written([base64.b64encode(row).decode() for row in rows], model, usage)


def _written(vectors: Sequence[object], model: str, usage: Usage) -> Body:
    return {
        "object": "list",
        "data": [
            {"object": "embedding", "index": number, "embedding": vector}
            for number, vector in enumerate(vectors)
        ],
        "model": model,
        "usage": {"prompt_tokens": usage.prompt_tokens, "total_tokens": usage.prompt_tokens},
    }


def _said(vector: Vector, encoding: Encoding) -> list[float] | str:
    if encoding == "float":
        return list(vector)
    return base64.b64encode(_little_endian(array("f", vector)).tobytes()).decode()


def _vector(said: list[float] | str) -> Vector:
    if isinstance(said, list):
        return said
    try:
        vector = array("f", base64.b64decode(said, validate=True))
    except (binascii.Error, ValueError) as error:
        raise ModelFailed("The model's reply holds a vector that is not base64.") from error
    return _little_endian(vector)


def _little_endian(vector: array[float]) -> array[float]:
    """The numbers turned round on a machine that keeps them the other way."""
    if memoryview(b"\1\0").cast("H")[0] != 1:
        vector.byteswap()
    return vector


def _alike(vectors: tuple[Vector, ...]) -> tuple[Vector, ...]:
    if not vectors or len({len(vector) for vector in vectors}) != 1:
        raise ModelFailed("The model's reply holds no vectors of one length. Try again.")
    return vectors


def usage(body: Body) -> Usage | None:
    """The usage in a reply's body, None where it says none."""
    found = body.get("usage")
    return Usage(read_answer(found, _Usage).prompt_tokens or 0) if found else None
