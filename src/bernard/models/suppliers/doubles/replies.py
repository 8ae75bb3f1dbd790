"""Which reply belongs to a request, in the shape of the supplier that is doubled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import msgspec

from bernard.models.suppliers.doubles import anthropic, gemini, openai
from bernard.models.suppliers.doubles.asked import reply
from bernard.wire.types import Body, Event

if TYPE_CHECKING:
    from bernard.models.suppliers.doubles.server import MockSupplier, Request

# The fields that Mistral's API takes; it refuses all others.
_MISTRAL = frozenset(
    [
        "model",
        "messages",
        "temperature",
        "top_p",
        "max_tokens",
        "stream",
        "stop",
        "random_seed",
        "metadata",
        "response_format",
        "tools",
        "tool_choice",
        "presence_penalty",
        "frequency_penalty",
        "n",
        "prediction",
        "parallel_tool_calls",
        "prompt_mode",
        "reasoning_effort",
        "safe_prompt",
    ]
)
_KEY_HEADERS = {"azure": "api-key", "anthropic": "x-api-key", "gemini": "x-goog-api-key"}
_WORDS = {
    400: ("invalid_request_error", "INVALID_ARGUMENT"),
    401: ("authentication_error", "UNAUTHENTICATED"),
    404: ("not_found_error", "NOT_FOUND"),
    429: ("rate_limit_error", "RESOURCE_EXHAUSTED"),
    503: ("overloaded_error", "UNAVAILABLE"),
    529: ("overloaded_error", "UNAVAILABLE"),
}


class Reply(msgspec.Struct):
    """A status and a body, or a stream."""

    status: int
    body: bytes
    headers: dict[str, str] = {}
    events: Iterable[Event] | None = None


def respond(mock: MockSupplier, request: Request) -> Reply:
    """The reply to a request, when nothing is spoilt."""
    if mock.key and _key(mock.kind, request.headers) != mock.key:
        return refuse(mock.kind, 401, "Incorrect API key provided.")
    path = unquote(urlsplit(request.target).path)
    if request.method == "GET" and path.endswith("/models"):
        return _json(openai.models(mock.models))
    try:
        body = msgspec.json.decode(request.body, type=Body)
    except msgspec.MsgspecError:
        return refuse(mock.kind, 400, "The body is not a JSON object.")
    return _answer(mock, path, body)


def refuse(kind: str, status: int, message: str = "", retry_after_s: float | None = None) -> Reply:
    """An error in the shape of the supplier."""
    word, google = _WORDS.get(status, ("server_error", "INTERNAL"))
    message = message or f"The double refuses with {status}."
    headers = {} if retry_after_s is None else {"retry-after": f"{retry_after_s:g}"}
    if kind == "anthropic":
        body = anthropic.error(message, word if status != 500 else "api_error")
    elif kind == "gemini":
        body, headers = gemini.error(message, status, google, retry_after_s), {}
    elif kind == "mistral":
        body = {"object": "error", "message": message, "type": word, "param": None, "code": None}
    else:
        body = openai.error(message, word, None)
    return Reply(status, msgspec.json.encode(body), headers)


def _answer(mock: MockSupplier, path: str, body: Body) -> Reply:
    stream, model = bool(body.get("stream")), str(body.get("model", ""))
    if path.endswith("/chat/completions"):
        return _chat(mock, body, stream, model)
    if path.endswith("/responses"):
        said = reply(openai.read_responses(body), mock.answer)
        if stream:
            return Reply(200, b"", events=openai.responses_events(said, model, mock.piece))
        return _json(openai.responses(said, model))
    if path.endswith("/messages"):
        if not body.get("max_tokens"):
            return refuse(mock.kind, 400, "max_tokens: Field required")
        said = reply(anthropic.read(body), mock.answer)
        if stream:
            return Reply(200, b"", events=anthropic.events(said, model, mock.piece))
        return _json(anthropic.message(said, model))
    if path.endswith("/embeddings"):
        return _json(openai.embeddings(body, mock.dimensions))
    if path.endswith("/moderations"):
        return _json(openai.moderations(body))
    return _gemini(mock, path, body)


def _chat(mock: MockSupplier, body: Body, stream: bool, model: str) -> Reply:
    mistral = mock.kind == "mistral"
    unknown = [field for field in body if mistral and field not in _MISTRAL]
    if unknown:
        faults = [
            {"type": "extra_forbidden", "loc": ["body", f], "msg": "Extra inputs are not permitted"}
            for f in unknown
        ]
        said = {"object": "error", "message": {"detail": faults}, "type": "invalid_request_error"}
        return Reply(422, msgspec.json.encode(said))
    said_ = reply(openai.read_chat(body), mock.answer)
    if not stream:
        return _json(openai.chat(said_, model))
    wished = (body.get("stream_options") or {}).get("include_usage")
    usage = "last" if mistral else "apart" if wished else "none"
    return Reply(200, b"", events=openai.chat_events(said_, model, mock.piece, usage))


def _gemini(mock: MockSupplier, path: str, body: Body) -> Reply:
    name, _, verb = path.rpartition("/")[2].partition(":")
    unknown = [field for field in ("model", "stream", "messages") if field in body]
    if verb not in ("generateContent", "streamGenerateContent"):
        return refuse(mock.kind, 404, f"There is nothing at {path}.")
    if unknown:
        return refuse(mock.kind, 400, f'Unknown name "{unknown[0]}": Cannot find field.')
    said = reply(gemini.read(body), mock.answer)
    if verb == "streamGenerateContent":
        return Reply(200, b"", events=gemini.events(said, name, mock.piece))
    return _json(gemini.content(said, name))


def _key(kind: str, headers: dict[str, str]) -> str:
    bearer = headers.get("authorization", "").removeprefix("Bearer ")
    return headers.get(_KEY_HEADERS.get(kind, ""), "") or bearer


def _json(body: Body) -> Reply:
    return Reply(200, msgspec.json.encode(body))
