"""What a supplier's refusal means: whether to try again, when, and what it said, made safe."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import msgspec

from bernard.errors import PromptTooLong
from bernard.models.suppliers.response import Response
from bernard.models.suppliers.types import SupplierFailed
from bernard.text.clean import clean

_LONGEST = 300
_MAX_ERROR = 1_000_000
# 529 is Anthropic's word for overloaded.
_TRY_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
# The caller's client knows what to do about these; anything else is between us and the supplier.
_FOR_THE_CALLER = frozenset({400, 413, 415, 422, 429})
# A quota that is used up does not come back in seconds.
_USED_UP = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
_TOO_LONG = frozenset(
    {"context_length_exceeded", "exceed_context_size_error", "string_above_max_length"}
)
_TOO_LONG_WORDS = ("context length", "context window", "prompt is too long", "maximum context")


class SupplierPromptTooLong(SupplierFailed, PromptTooLong):
    """The text does not fit the supplier's model. Send less of it, or use another model."""


async def refusal(host: str, response: Response, secret: str) -> SupplierFailed:
    """The error in a response whose status is not 200.

    Args:
        secret: the key, which is taken out of what the supplier said.
    """
    body = b""
    try:
        async for chunk in response:
            body += chunk
            if len(body) > _MAX_ERROR:
                break
    except SupplierFailed:
        pass  # its status says enough
    finally:
        response.close()
    kind, said, delay = read_error(_decoded(body), secret)
    asked = retry_after_s(response)
    error = failure(host, response.status, kind, said, asked if asked is not None else delay)
    # OpenAI and Anthropic know better than their status whether another try is of use.
    wish = response.header(b"x-should-retry")
    if wish in ("true", "false"):
        error.retry = wish == "true"
    return error


def failure(
    host: str, status: int, kind: str, said: str, retry_after: float | None = None
) -> SupplierFailed:
    """The error for a status, with what to do about it."""
    told = f" It said: {said!r}" if said else ""
    text = f"{_meaning(host, status)}{told}"
    if is_too_long(status, kind, said):
        text = f"The text is too long for the model on {host}.{told}"
        return SupplierPromptTooLong(text, upstream_status=status, kind=kind)
    error = SupplierFailed(
        text,
        retry=status in _TRY_AGAIN and kind not in _USED_UP,
        retry_after_s=retry_after,
        upstream_status=status,
        kind=kind,
    )
    if status in _FOR_THE_CALLER:
        error.status = HTTPStatus(status)
    return error


def is_too_long(status: int, kind: str, said: str) -> bool:
    """Whether the supplier means that the prompt does not fit."""
    if status not in (400, 413, 422):
        return False
    return kind in _TOO_LONG or any(words in said.lower() for words in _TOO_LONG_WORDS)


def read_error(body: Any, secret: str) -> tuple[str, str, float | None]:
    """The kind, the message and the wished delay in an error of any supplier's shape."""
    if isinstance(body, list) and body:
        body = body[0]
    if not isinstance(body, dict):
        return "", "", None
    error = body.get("error", body)
    if not isinstance(error, dict):
        return "", safe(error, secret), None
    kind = error.get("code") or error.get("type") or error.get("status") or ""
    if not isinstance(kind, str):
        kind = error.get("status") or error.get("type") or ""
    message = error.get("message") or error.get("detail") or error.get("msg") or ""
    if isinstance(message, dict):
        message = message.get("detail") or message.get("message") or ""
    if isinstance(message, list):
        message = "; ".join(_one(fault) for fault in message[:5])
    return safe(kind, secret)[:64], safe(message, secret), _delay(error.get("details"))


def safe(text: object, secret: str) -> str:
    """What a supplier wrote, short, without the key and without what nobody can see."""
    words = str(text)[: 20 * _LONGEST]
    if secret:
        words = words.replace(secret, "[key]")
    return " ".join(clean(words).split())[:_LONGEST]


def retry_after_s(response: Response) -> float | None:
    """The seconds to wait that the headers ask for; None where they ask for none."""
    exact = response.header(b"retry-after-ms")
    text = response.header(b"retry-after")
    try:
        seconds = float(exact) / 1000 if exact else float(text) if text else None
    except ValueError:
        seconds = _until(text)
    return seconds if seconds is not None and math.isfinite(seconds) and seconds >= 0 else None


def _until(date: str) -> float | None:
    try:
        return max(0.0, parsedate_to_datetime(date).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def _delay(details: Any) -> float | None:
    """Google's RetryInfo: `{"retryDelay": "22s"}`."""
    for detail in details if isinstance(details, list) else ():
        delay = detail.get("retryDelay") if isinstance(detail, dict) else None
        if isinstance(delay, str) and delay.endswith("s"):
            try:
                return max(0.0, float(delay[:-1]))
            except ValueError:
                return None
    return None


def _one(fault: Any) -> str:
    """One line of a list of faults: `max_completion_tokens: Extra inputs are not permitted`."""
    if not isinstance(fault, Mapping):
        return str(fault)
    place = fault.get("loc")
    where = ".".join(str(step) for step in place) if isinstance(place, list) else ""
    return f"{where}: {fault.get('msg', '')}".strip(": ")


def _decoded(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _meaning(host: str, status: int) -> str:
    if status in (401, 403):
        return f"{host} did not let us in ({status}). Check the key in the register of deployments."
    if status == 404:
        return (
            f"{host} does not know that model or address (404). Check the register of deployments."
        )
    if status == 429:
        return f"{host} has had too many requests from us (429). Try again later."
    if 300 <= status < 400:
        return f"{host} wants to send us elsewhere ({status}), which is not followed."
    if status >= 500:
        return f"{host} has a fault of its own ({status}). Try again later."
    return f"{host} refused the request ({status})."
