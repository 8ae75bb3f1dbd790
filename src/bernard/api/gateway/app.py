"""The gateway as an ASGI application: calls to the door, and the few other paths beside them."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import msgspec

from bernard.api.gateway import faults, personal, reading
from bernard.api.gateway.callers import Known
from bernard.api.gateway.door import Door
from bernard.api.gateway.heard import Heard
from bernard.api.gateway.published import ENTRIES, FILES, RECEIPTS, PublishedLog, number_of
from bernard.api.gateway.state import JSON, TEXT, State, reply
from bernard.api.gateway.surfaces import CALLS
from bernard.api.gateway.types import House, Protocols, Receive, Scope, Send
from bernard.errors import FieldInvalid, MethodNotAllowed, NotFound

CASE = "/v1/case"
COUNT_TOKENS = "/v1/messages/count_tokens"
# English has about four bytes a token; a little under, so that the estimate is rather too high.
BYTES_A_TOKEN = 3.5
Answer = Callable[[Known, Scope, Receive], Awaitable[bytes]]
Tell = Callable[[Scope, Send], Awaitable[None]]


class Gateway:
    """Answers every path of the gateway."""

    def __init__(
        self, door: Door, house: House, token: str, published: PublishedLog | None = None
    ) -> None:
        """Take the door, what is behind it, and the token of State.

        Args:
            published: the log's files, for anybody; None where they are served elsewhere.
        """
        self.door = door
        self._house = house
        self._published = published
        state = State(door, house, token)
        self._open: dict[str, Tell] = {
            "/healthz": state.healthz,
            "/readyz": state.readyz,
            "/metrics": state.metrics,
        }

    def takes(self, path: str) -> bool:
        """Whether the path is one of the gateway's."""
        return path.startswith(("/v1/", FILES)) or path in self._open

    async def tick(self) -> None:
        """What is done every second."""
        await self.door.tick()
        await self._house.reload()

    async def reload(self) -> None:
        """Read again what may have changed."""
        await self._house.reload(force=True)

    async def close(self) -> None:
        """Give back connections and send the traces that wait."""
        await self._house.close()
        self.door.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await _no_http(scope, receive, send)
            return
        path = scope["path"]
        if path in CALLS and scope["method"] == "POST":
            await self.door(scope, receive, send)
        elif path in self._open and scope["method"] in ("GET", "HEAD"):
            await self._open[path](scope, send)
        elif path.startswith(FILES) and self._published:
            await self._published(scope, send)
        else:
            await self._tell(scope, receive, send)

    async def _tell(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one of the paths that tell of something, or say that there is no such path."""
        id, path = self.door.new_id(), scope["path"]
        named = [*JSON, (b"x-request-id", id.encode())]
        try:
            if path.startswith((RECEIPTS, ENTRIES)):
                kind = TEXT if path.startswith(RECEIPTS) else JSON[:1]
                await reply(send, 200, await self._evidence(scope), [*kind, *named[1:]])
                return
            known = self.door.known(Heard(scope["headers"]))
            body = await self._answer(scope)(known, scope, receive)
            await reply(send, 200, body, named)
        except reading.Gone:
            return
        except Exception as error:
            fault = self.door.fault(error, "other", id)
            body = faults.body(fault, _protocol(scope), id)
            await reply(send, fault.status, body, named + faults.headers(fault))

    async def _evidence(self, scope: Scope) -> bytes:
        """An entry's bytes, or proof that it is in the log: for anybody, where its files are."""
        if self._published is None:
            self.door.known(Heard(scope["headers"]))
        else:
            self._published.check(scope)
        if scope["method"] not in ("GET", "HEAD"):
            raise MethodNotAllowed(f"{scope['path']:.80} takes GET, not {scope['method']}.")
        number = number_of(scope["path"])
        if scope["path"].startswith(ENTRIES):
            return (await self._house.entry(number)).encode()
        return (await self._house.proof(number)).encode()

    def _answer(self, scope: Scope) -> Answer:
        path, method = scope["path"], scope["method"]
        wanted = "GET"
        if path == "/v1/models" or path.startswith("/v1/models/"):
            answer = self._models
        elif path.startswith("/v1/receipts/"):
            answer = self._receipt
        elif path == COUNT_TOKENS:
            answer, wanted = self._count_tokens, "POST"
        elif path.removeprefix(personal.PREFIX) in personal.VERBS:
            answer, wanted = self._personal, "POST"
        elif path == CASE:
            answer, wanted = self._destroy_case, "DELETE"
        elif path in CALLS or path in self._open:
            wanted = "POST" if path in CALLS else "GET"
            raise MethodNotAllowed(f"{path} takes {wanted}, not {method}.")
        else:
            raise NotFound(f"There is nothing at {path!r:.80}.")
        if method != wanted:
            raise MethodNotAllowed(f"{path:.80} takes {wanted}, not {method}.")
        return answer

    async def _models(self, known: Known, scope: Scope, receive: Receive) -> bytes:
        """The models that the key may ask for, or the one that is named."""
        name = scope["path"].removeprefix("/v1/models").removeprefix("/")
        anthropic = _protocol(scope) == "anthropic"
        found = [
            _model(model.name, model.supplier, anthropic)
            for model in self._house.models()
            if known.may_use(model.name) and name in ("", model.name)
        ]
        if name:
            if not found:
                raise NotFound(f"There is no model {name!r:.80} for this key.")
            return msgspec.json.encode(found[0])
        if anthropic:
            first, last = (found[0]["id"], found[-1]["id"]) if found else (None, None)
            page = {"data": found, "has_more": False, "first_id": first, "last_id": last}
            return msgspec.json.encode(page)
        return msgspec.json.encode({"object": "list", "data": found})

    async def _receipt(self, known: Known, scope: Scope, receive: Receive) -> bytes:
        """What the log holds of one of the key's own calls."""
        id = scope["path"].removeprefix("/v1/receipts/")
        return msgspec.json.encode(await self._house.receipt(id, known.key))

    async def _personal(self, known: Known, scope: Scope, receive: Receive) -> bytes:
        """A verb on the personal data in a text; nothing is sent to a supplier."""
        heard = Heard(scope["headers"])
        if heard.case:
            raise FieldInvalid(
                "X-Bernard-Case: Nothing is kept of what is masked here. Leave it out.",
                "#/X-Bernard-Case",
            )
        raw = await self.door.read(receive, heard)
        verb = scope["path"].removeprefix(personal.PREFIX)
        return await personal.answer(self._house, known, verb, raw)

    async def _destroy_case(self, known: Known, scope: Scope, receive: Receive) -> bytes:
        """The end of a case of the key's service."""
        name = Heard(scope["headers"]).case
        if not name:
            raise FieldInvalid("Name the case to destroy in X-Bernard-Case.", "#/X-Bernard-Case")
        await self._house.destroy_case(known.caller, name)
        return msgspec.json.encode({"destroyed": True})

    async def _count_tokens(self, known: Known, scope: Scope, receive: Receive) -> bytes:
        """An estimate; nothing is sent to a supplier to learn a number."""
        heard = Heard(scope["headers"])
        body = reading.decode(await self.door.read(receive, heard))
        model = reading.model_of(body)
        if not known.may_use(model):
            raise known.no_model(model)
        if not isinstance(body.get("messages"), list):
            raise FieldInvalid("messages: Give the messages to count.", "#/messages")
        told = (body.get(name) for name in ("system", "messages", "tools"))
        size = sum(len(text.encode()) for value in told for text in _texts(value))
        counted = {"input_tokens": math.ceil(size / BYTES_A_TOKEN), "estimate": True}
        return msgspec.json.encode(counted)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, below in value.items():
            yield name
            yield from _texts(below)
    elif isinstance(value, list):
        for below in value:
            yield from _texts(below)


def _model(name: str, supplier: str, anthropic: bool) -> dict[str, Any]:
    if anthropic:
        began = "1970-01-01T00:00:00Z"
        return {"type": "model", "id": name, "display_name": name, "created_at": began}
    return {"id": name, "object": "model", "created": 0, "owned_by": supplier}


def _protocol(scope: Scope) -> Protocols:
    """Anthropic's clients say their version on every request."""
    if scope["path"].startswith("/v1/messages"):
        return "anthropic"
    said = any(name == b"anthropic-version" for name, _ in scope["headers"])
    return "anthropic" if said else "openai"


async def _no_http(scope: Scope, receive: Receive, send: Send) -> None:
    """Begin and end with the server; there are no websockets here."""
    if scope["type"] != "lifespan":
        await send({"type": "websocket.close", "code": 1003})
        return
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return
