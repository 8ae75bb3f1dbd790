"""A server that speaks OpenAI's protocol: its address, its key, and what its errors mean."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from bernard.errors import InputInvalid, ModelFailed, ModelTimeout, PromptTooLong
from bernard.models.registry_index import client
from bernard.text.clean import clean

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Server:
    """Where a model is served and how to be let in.

    Attributes:
        url: base address, up to and with `/v1`.
        model: what the server calls the model.
        key_env: environment variable that holds the key, read at each call and never kept.
        key_file: file that holds the key, likewise.
        timeout_s: seconds until the first piece of a reply, and between two pieces.
    """

    url: str
    model: str
    key_env: str = ""
    key_file: str = ""
    timeout_s: float = 120.0

    @property
    def host(self) -> str:
        """The host's name, for messages."""
        return urlsplit(self.url).hostname or self.url

    @property
    def on_this_machine(self) -> bool:
        """Whether the address is this computer's own."""
        return urlsplit(self.url).hostname in _LOOPBACK

    def headers(self) -> dict[str, str]:
        """The headers that let us in.

        Raises:
            ModelFailed: the variable or file that should hold the key does not.
        """
        key = self._key()
        return {"Authorization": f"Bearer {key}"} if key else {}

    def _key(self) -> str:
        if self.key_env:
            key = os.environ.get(self.key_env, "").strip()
            where = f"the variable {self.key_env}"
        elif self.key_file:
            key = _read_key(Path(self.key_file))
            where = f"the file {self.key_file!r}"
        else:
            return ""
        if not key or not key.isascii() or not key.isprintable():
            raise ModelFailed(f"The key for {self.host} should be in {where}, and it is not.")
        return key


def check_address(url: str) -> str:
    """The address without a slash at its end.

    Raises:
        InputInvalid: it is not an http or https address, or there is a password in it.
    """
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 (reading it checks it)
    except ValueError as error:
        raise InputInvalid(f"{url!r} is not an address: {error}.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputInvalid(f"{url!r} is not an address. It should begin with https:// or http://.")
    if parts.username or parts.password:
        raise InputInvalid("Leave the key out of the address; use --key-env or --key-file.")
    return url.rstrip("/")


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


def _read_key(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


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
