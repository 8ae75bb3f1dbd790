"""One call of the API: who calls, what they sent, and the way from a function to an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal, cast

import msgspec
from anyio import to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bernard.accounts import tokens
from bernard.api.uploads import Upload, limited, read_upload
from bernard.errors import FieldInvalid, NotFound, SignInNeeded
from bernard.store.people import Account

if TYPE_CHECKING:
    from bernard.assembly import Bernard

Handler = Callable[[Request], Awaitable[Response]]
MOST_JSON_BYTES = 2_000_000


@dataclass(frozen=True)
class Call:
    """One request.

    Attributes:
        body: of the endpoint's type; None where it takes none.
        query: of the endpoint's type; None where it takes none.
        upload: files and fields, where the endpoint takes them.
    """

    bernard: Bernard
    request: Request
    caller: Account | None = None
    body: Any = None
    query: Any = None
    upload: Upload = field(default_factory=Upload)

    @property
    def account(self) -> Account:
        """Who calls; endpoints that are not open are reached only with one."""
        assert self.caller is not None
        return self.caller

    def part(self, name: str) -> Any:
        """A part of the path, such as `id` in /documents/{id}.

        Raises:
            NotFound: nothing can have this name.
        """
        value = self.request.path_params[name]
        if isinstance(value, str) and "\0" in value:
            raise NotFound()
        return value


@dataclass(frozen=True)
class Endpoint:
    """One line of the route table, from which the routes and the OpenAPI document are made.

    Attributes:
        answer: takes the call off the event loop; gives a value for JSON, a response, or None.
        gives: the type of the value; None where there is no content or a `media_type` of its own.
        is_open: needs no token.
        is_slow: may take a minute, so it waits for a thread among its like and leaves the others'.
    """

    method: Literal["GET", "POST", "DELETE"]
    path: str
    answer: Callable[[Call], Any]
    summary: str
    body: type[msgspec.Struct] | None = None
    query: type[msgspec.Struct] | None = None
    takes_files: bool = False
    gives: Any = None
    media_type: str = "application/json"
    status: HTTPStatus = HTTPStatus.OK
    is_open: bool = False
    is_slow: bool = False


def handler(endpoint: Endpoint) -> Handler:
    """The endpoint as Starlette calls it: token first, then what was sent, then the answer."""

    async def respond(request: Request) -> Response:
        bernard = cast("Bernard", request.app.state.bernard)
        caller = None if endpoint.is_open else await run_in_threadpool(_caller, bernard, request)
        call = Call(
            bernard,
            request,
            caller,
            query=_query(request, endpoint.query) if endpoint.query else None,
            body=await _body(request, endpoint.body) if endpoint.body else None,
        )
        if not endpoint.takes_files:
            return await _respond(endpoint, call)
        most = bernard.settings.max_file_mb * 1e6
        async with read_upload(request, most) as upload:
            return await _respond(
                endpoint, Call(bernard, request, caller, query=call.query, upload=upload)
            )

    return respond


async def _respond(endpoint: Endpoint, call: Call) -> Response:
    limiter = call.request.app.state.slow if endpoint.is_slow else None
    value = await to_thread.run_sync(endpoint.answer, call, limiter=limiter)
    if isinstance(value, Response):
        return value
    if value is None:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    return Response(msgspec.json.encode(value), endpoint.status, media_type="application/json")


def _caller(bernard: Bernard, request: Request) -> Account:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() != "bearer" or not token:
        raise SignInNeeded("Send a token: `Authorization: Bearer TOKEN`. Settings makes them.")
    account = tokens.find(bernard.store, token.strip())
    if account is None:
        raise SignInNeeded("This token is not known. It may have been revoked.")
    return account


async def _body(request: Request, shape: type[msgspec.Struct]) -> msgspec.Struct:
    data = b"".join([chunk async for chunk in limited(request, MOST_JSON_BYTES)])
    try:
        return msgspec.json.decode(data, type=shape)
    except msgspec.ValidationError as error:
        raise _field_invalid(error) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FieldInvalid(f"What was sent is not JSON: {error}.", "#") from error


def _query(request: Request, shape: type[msgspec.Struct]) -> msgspec.Struct:
    sent = request.query_params
    many = {f.name for f in msgspec.structs.fields(shape) if isinstance(f.default, tuple)}
    values = {name: sent.getlist(name) if name in many else sent[name] for name in sent}
    try:
        return msgspec.convert(values, shape, strict=False)
    except msgspec.ValidationError as error:
        raise _field_invalid(error) from error


def _field_invalid(error: msgspec.ValidationError) -> FieldInvalid:
    """The error with its field as a JSON pointer; the library writes `... - at `$.question``."""
    message, _, place = str(error).partition(" - at ")
    path = place.strip("`").removeprefix("$").replace("[", ".").replace("]", "").replace(".", "/")
    named = message.split("`")[1] if "field `" in message else ""
    pointer = f"#{path}" + (f"/{named}" if named else "")
    field = named or path.rpartition("/")[2] or "What was sent"
    return FieldInvalid(f"{field}: {message}.", pointer)
