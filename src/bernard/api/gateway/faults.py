"""Every error in the shape that the caller's own protocol gives errors.

Source: OpenAI API reference, "Error codes", https://platform.openai.com/docs/guides/error-codes;
Anthropic API reference, "Errors", https://docs.anthropic.com/en/api/errors.
"""

from __future__ import annotations

import math
import re
from typing import Any

import msgspec

from bernard.api.gateway.types import Header, Protocols
from bernard.errors import Busy, Error, FieldInvalid, ModelMissing
from bernard.text.clean import clean

OPENAI_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
}
ANTHROPIC_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
}
# The official clients send a call again by themselves; after this long a wait it is in vain.
MOST_RETRY_S = 60
BUSY_S = 1.0
FAULT = "Bernard failed. Whoever runs it finds the reason in its log under this request's id."


class Fault(msgspec.Struct, frozen=True):
    """What to tell the caller.

    Attributes:
        code: the kind of error in snake case: `over_budget`.
        param: the field at fault, if it is one.
        retry_after_s: when it is worth trying again; 0 never, None where nobody knows.
    """

    status: int
    code: str
    message: str
    param: str | None = None
    retry_after_s: float | None = None


def of(error: BaseException) -> Fault:
    """What to tell the caller of this error; of one that is not ours, nothing but that it was."""
    if not isinstance(error, Error):
        return Fault(500, "error", FAULT)
    field = error.field.removeprefix("#/") or None if isinstance(error, FieldInvalid) else None
    if isinstance(error, ModelMissing):
        return Fault(404, "model_not_found", clean(str(error)), "model")
    wait = BUSY_S if isinstance(error, Busy) else getattr(error, "retry_after_s", None)
    return Fault(int(error.status), code(type(error)), clean(str(error)), field, wait)


def code(error: type[Error]) -> str:
    """The kind of error as programs read it: `model_missing`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", error.__name__).lower()


def body(fault: Fault, protocol: Protocols, request_id: str) -> bytes:
    """The body of the answer."""
    return msgspec.json.encode(_shape(fault, protocol, request_id))


def event(fault: Fault, protocol: Protocols, request_id: str, sent: int = 0) -> bytes:
    """The event that ends a stream which cannot go on.

    Args:
        sent: how many events went before; the responses protocol numbers them.
    """
    if protocol == "anthropic":
        return b"event: error\ndata: %b\n\n" % body(fault, protocol, request_id)
    if protocol == "openai-responses":
        said = {
            "type": "error",
            "code": fault.code,
            "message": fault.message,
            "param": fault.param,
            "sequence_number": sent,
        }
        return b"event: error\ndata: %b\n\n" % msgspec.json.encode(said)
    return b"data: %b\n\n" % body(fault, protocol, request_id)


def headers(fault: Fault) -> list[Header]:
    """What the status says besides: when to come back, and how to say who calls."""
    said: list[Header] = []
    if fault.status == 401:
        said.append((b"www-authenticate", b"Bearer"))
    wait = fault.retry_after_s
    if wait:
        said.append((b"retry-after", b"%d" % math.ceil(wait)))
    if wait is not None and not 0 < wait <= MOST_RETRY_S:
        said.append((b"x-should-retry", b"false"))
    return said


def _shape(fault: Fault, protocol: Protocols, request_id: str) -> dict[str, Any]:
    if protocol == "anthropic":
        kind = ANTHROPIC_TYPES.get(fault.status, _kind(fault.status, "api_error"))
        error = {"type": kind, "message": fault.message}
        return {"type": "error", "error": error, "request_id": request_id}
    kind = OPENAI_TYPES.get(fault.status, _kind(fault.status, "server_error"))
    return {
        "error": {
            "message": fault.message,
            "type": kind,
            "param": fault.param,
            "code": fault.code,
        }
    }


def _kind(status: int, server: str) -> str:
    return server if status >= 500 else "invalid_request_error"
