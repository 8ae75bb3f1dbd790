"""A deployment on a supplier's server."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from bernard.errors import InputInvalid
from bernard.models.suppliers.address import read_address
from bernard.models.suppliers.events import EventStream
from bernard.models.suppliers.failures import failure, read_error, refusal
from bernard.models.suppliers.http import Client, Endpoint
from bernard.models.suppliers.keys import Key
from bernard.models.suppliers.kinds import CHAT, Kind, Route
from bernard.models.suppliers.types import Answer, Attested, Operation, SupplierFailed
from bernard.wire.types import Body

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class RemoteSupplier:
    """Sends bodies in a dialect that the supplier's server takes, and gives what it answers.

    Args:
        url: base address, up to and with the version: `https://api.openai.com/v1`.
        served_as: what the supplier calls the model.
        version: Azure's `api-version`.
        headers: more headers for every call.
    """

    def __init__(
        self,
        attested: Attested,
        kind: Kind,
        client: Client,
        url: str,
        served_as: str,
        key: Key,
        version: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.attested = attested
        self._client = client
        self._key = key
        self._host = read_address(url).host
        self._served_as = served_as
        self._asks: dict[tuple[str, str], _Ask] = {}
        self._native: dict[str, str] = {}
        for route in kind.routes:
            if route.operation in attested.operations:
                ask = _Ask(route, client, url, served_as, version, {
                    "content-type": "application/json",
                    "user-agent": "bernard",
                    **kind.headers,
                    **_key_header(kind, route, key),
                    **(headers or {}),
                })  # fmt: skip
                self._asks[route.operation, route.dialect] = ask
                self._native.setdefault(route.operation, route.dialect)

    def __repr__(self) -> str:
        return f"RemoteSupplier({self.attested.name!r} on {self._host!r})"

    def dialect(self, operation: Operation, wanted: str) -> str:
        """The dialect to send in: `wanted` if it takes that, else its own. '' if it cannot do it."""
        if (operation, wanted) in self._asks:
            return wanted
        return self._native.get(operation, "")

    async def send(self, operation: Operation, dialect: str, body: Body, *, stream: bool) -> Answer:
        """Send the body, which stays as it is, and give the answer, its first event here.

        Raises:
            InputInvalid: the body holds text that cannot be sent.
            SupplierFailed, SupplierTimeout: as the Protocol says.
        """
        if self._key.fault:
            raise SupplierFailed(f"{self._host} cannot be asked. {self._key.fault}", sent=False)
        ask = self._asks[operation, dialect]
        try:
            data = _encode(ask.fitted(body, stream))
        except UnicodeEncodeError as error:
            raise InputInvalid("The text holds half a character, which cannot be sent.") from error
        response = await (ask.stream if stream else ask.whole).send(data)
        if response.status != 200:
            raise await refusal(self._host, response, self._key.secret)
        if stream and _is_stream(response.header(b"content-type")):
            events = EventStream(response, self._host, dialect, self._key.secret)
            try:
                await events.begin()
            except StopAsyncIteration:
                raise self._garbage("an empty stream") from None
            except BaseException:
                response.close()
                raise
            return Answer(events=events)
        return self._read(await response.read(), dialect, stream)

    async def close(self) -> None:
        """Give back its connections; calls under way end in their own time."""
        await self._client.close()

    def _read(self, data: bytes, dialect: str, stream: bool) -> Answer:
        try:
            body = _decode(data)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise self._garbage("something that is not JSON") from error
        if body.get("error") and (stream or dialect == CHAT):
            kind, said, delay = read_error(body, self._key.secret)
            raise failure(self._host, 500, kind, said, delay)
        if stream:
            raise self._garbage("no stream although it was asked for one")
        return Answer(body)

    def _garbage(self, what: str) -> SupplierFailed:
        return SupplierFailed(
            f"{self._host} answered with {what}. Check its address in the register of deployments.",
            retry=True,
            upstream_status=200,
        )


class _Ask:
    """One route of one deployment, its addresses and headers written beforehand."""

    __slots__ = ("_model", "_route", "stream", "whole")

    def __init__(
        self,
        route: Route,
        client: Client,
        url: str,
        served_as: str,
        version: str,
        headers: Mapping[str, str],
    ) -> None:
        self._route = route
        self._model = served_as

        def endpoint(path: str) -> Endpoint:
            filled = path.format(model=quote(served_as, safe=""), version=quote(version, safe=""))
            return client.endpoint("POST", url.rstrip("/") + filled, headers)

        self.whole = endpoint(route.path)
        self.stream = endpoint(route.stream_path) if route.stream_path else self.whole

    def fitted(self, body: Body, stream: bool) -> Body:
        """The body as this supplier names and wants it.

        A copy, because the same body may be tried at another supplier next.
        """
        route = self._route
        body = dict(body)
        if route.model_in_body:
            body["model"] = self._model
        else:
            body.pop("model", None)
        if route.operation == "embed" and isinstance(body.get("input"), list):
            # A server may refuse an empty text, and one among thousands should not stop the rest.
            body["input"] = [text or " " for text in body["input"]]
        if route.operation == "chat":
            if route.stream_path:
                body.pop("stream", None)
            else:
                body["stream"] = stream
        if route.usage_on_wish:
            _wish_for_usage(body, stream)
        for field in route.dropped:
            body.pop(field, None)
        for field, name in route.renamed.items():
            if field in body:
                value = body.pop(field)
                body.setdefault(name, value)
        if route.developer and isinstance(body.get("messages"), list):
            body["messages"] = [_renamed(m, route.developer) for m in body["messages"]]
        if route.short_ids and isinstance(body.get("messages"), list):
            body["messages"] = [_with_short_ids(m) for m in body["messages"]]
        return body


def _wish_for_usage(body: Body, stream: bool) -> None:
    """Without the count there is nothing to charge a budget with."""
    if stream:
        options = body.get("stream_options")
        given = options if isinstance(options, dict) else {}
        body["stream_options"] = {**given, "include_usage": True}
    else:
        body.pop("stream_options", None)


def _renamed(message: Any, role: str) -> Any:
    if isinstance(message, dict) and message.get("role") == "developer":
        return {**message, "role": role}
    return message


def _with_short_ids(message: Any) -> Any:
    """The message with ids of tool calls that another supplier made as this one takes them."""
    if not isinstance(message, dict):
        return message
    if isinstance(message.get("tool_call_id"), str):
        return {**message, "tool_call_id": _short(message["tool_call_id"])}
    calls = message.get("tool_calls")
    if not isinstance(calls, list):
        return message
    short = [
        {**call, "id": _short(call["id"])}
        if isinstance(call, dict) and isinstance(call.get("id"), str)
        else call
        for call in calls
    ]
    return {**message, "tool_calls": short}


def _short(id: str) -> str:
    """The id itself if it is nine letters or digits, else nine that always stand for it."""
    if len(id) == 9 and id.isascii() and id.isalnum():
        return id
    return hashlib.sha256(id.encode("utf-8", "replace")).hexdigest()[:9]


def _key_header(kind: Kind, route: Route, key: Key) -> dict[str, str]:
    if not key.secret:
        return {}
    if route.bearer:
        return {"authorization": f"Bearer {key.secret}"}
    return {kind.key_header: f"{kind.key_prefix}{key.secret}"}


def _is_stream(content_type: str) -> bool:
    return content_type.split(";")[0].strip().lower() == "text/event-stream"
