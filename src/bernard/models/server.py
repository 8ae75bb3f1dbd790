"""A server that speaks OpenAI's protocol: how it is asked, and what its errors mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
import msgspec

from bernard.errors import ModelFailed, ModelTimeout, PromptTooLong
from bernard.models.registry_index import client
from bernard.models.server_address import Server, check_address
from bernard.text.clean import clean

__all__ = ["Server", "check_address"]


@contextmanager
def http_client(
    server: Server, transport: httpx.BaseTransport | None = None
) -> Iterator[httpx.Client]:
    """A client for a few calls. It follows no redirect, which would take the text elsewhere."""
    with httpx.Client(transport=transport) if transport else client() as http:
        http.follow_redirects = False
        http.timeout = httpx.Timeout(server.timeout_s, connect=min(10.0, server.timeout_s))
        yield http


@contextmanager
def plain_errors(server: Server) -> Iterator[None]:
    """Turn the HTTP library's errors into ours, with the host's name."""
    try:
        yield
    except httpx.ConnectTimeout as error:
        raise ModelFailed(f"{server.host} cannot be reached: it does not answer.") from error
    except httpx.TimeoutException as error:
        raise too_slow(server) from error
    except httpx.ConnectError as error:
        raise ModelFailed(f"{server.host} cannot be reached: {error}.") from error
    except httpx.TransportError as error:
        raise ModelFailed(f"{server.host} broke off its answer: {error}.") from error
    except httpx.HTTPError as error:
        raise ModelFailed(f"{server.host} cannot be used: {error}.") from error


def too_slow(server: Server) -> ModelTimeout:
    """The error for a server that keeps us waiting."""
    return ModelTimeout(
        f"{server.host} gave no answer within {server.timeout_s:g} seconds. Try again, or raise "
        f"BERNARD_CHAT_TIMEOUT_S."
    )


def refuse_errors(server: Server, answer: httpx.Response) -> None:
    """Return if the server said yes.

    Raises:
        ModelFailed: it did not; the message says what to do about it.
    """
    code = answer.status_code
    if code == httpx.codes.OK:
        return
    said = _said(answer)
    if code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        held = f"Check the key in {server.key_env or server.key_file or 'its settings'}."
        raise ModelFailed(f"{server.host} did not let us in ({code}). {held}{said}")
    if code == httpx.codes.TOO_MANY_REQUESTS:
        wait = clean(answer.headers.get("Retry-After", ""))[:40]
        when = f" Try again in {wait} seconds." if wait.isdigit() else " Try again later."
        raise ModelFailed(f"{server.host} has had too many requests from us.{when}{said}")
    if code == httpx.codes.NOT_FOUND:
        raise ModelFailed(
            f"{server.host} has no model {server.model!r}, or {server.url!r} is not its address "
            f"(404).{said}"
        )
    if (
        code in (httpx.codes.BAD_REQUEST, httpx.codes.REQUEST_ENTITY_TOO_LARGE)
        and "context" in said
    ):
        raise PromptTooLong(f"The text is too long for {server.model!r} on {server.host}.{said}")
    if code >= 500:
        raise ModelFailed(f"{server.host} has a fault of its own ({code}). Try again later.{said}")
    raise ModelFailed(f"{server.host} answered {code}.{said}")


def decode(server: Server, data: bytes | str) -> Mapping[str, Any]:
    """The JSON object in the data.

    Raises:
        ModelFailed: there is none.
    """
    try:
        value = msgspec.json.decode(data)
    except msgspec.MsgspecError as error:
        raise garbage(server) from error
    if not isinstance(value, dict):
        raise garbage(server)
    return value


def garbage(server: Server) -> ModelFailed:
    """The error for an answer that is not what the protocol says."""
    return ModelFailed(
        f"{server.host} answered with something that is not OpenAI's protocol. Check the address "
        f"{server.url!r}."
    )


def models_served(server: Server) -> list[str]:
    """The names of the models that the server says it has. Sends no text.

    Raises:
        ModelFailed: it cannot be asked.
    """
    with plain_errors(server), http_client(server) as http:
        answer = http.get(f"{server.url}/models", headers=server.headers())
    refuse_errors(server, answer)
    data = decode(server, answer.content).get("data")
    if not isinstance(data, list):
        raise garbage(server)
    return [str(entry["id"]) for entry in data if isinstance(entry, dict) and "id" in entry]


def _said(answer: httpx.Response) -> str:
    """What the server gave as its reason, made safe and short."""
    try:
        body = msgspec.json.decode(answer.read())
        error = body.get("error", body) if isinstance(body, dict) else body
        text = error.get("message", "") if isinstance(error, dict) else error
    except (msgspec.MsgspecError, httpx.HTTPError):
        return ""
    short = clean(str(text)).strip()[:300]
    return f" It said: {short!r}" if short else ""
