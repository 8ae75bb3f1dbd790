"""Errors on the wire: those that come within a stream, and the words that each dialect has."""

from __future__ import annotations

from bernard.errors import ModelFailed
from bernard.wire.types import Body


def said_failure(error: object) -> ModelFailed:
    """The error for one that a supplier says within a stream; its words are data."""
    message = error.get("message") if isinstance(error, dict) else error
    said = repr(message[:200]) if isinstance(message, str) else "an error without a message"
    return ModelFailed(f"The model's server broke off the reply and said {said}. Try again.")


def kind_of(data: Body) -> str:
    """The type of an event.

    Raises:
        ModelFailed: it says none.
    """
    kind = data.get("type")
    if type(kind) is not str:
        raise ModelFailed("The model's stream holds an event without a type. Try again.")
    return kind


def openai_error(status: int, kind: str, message: str) -> Body:
    """An error as OpenAI's chat, responses, embeddings and moderations say it."""
    return {
        "error": {
            "message": message,
            "type": OPENAI_TYPES.get(status, "server_error" if status >= 500 else _REQUEST),
            "param": None,
            "code": kind or None,
        }
    }


_REQUEST = "invalid_request_error"
OPENAI_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
