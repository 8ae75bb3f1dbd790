"""Every error of the API in one shape: `application/problem+json`.

Source: RFC 9457, Problem Details for HTTP APIs; `errors` is the extension of its section 3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bernard import errors
from bernard.text.clean import clean

MEDIA_TYPE = "application/problem+json"
BLANK = "about:blank"


class Fault(msgspec.Struct, frozen=True):
    """One part of what was sent that cannot be used; `pointer` is a JSON pointer to it."""

    pointer: str
    detail: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """What went wrong, as RFC 9457 writes it."""

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[Fault, ...] = ()


def kind(error: type[errors.Error]) -> str:
    """The last part of a problem's type: `document-too-large`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", error.__name__).lower()


def every_kind(error: type[errors.Error] = errors.Error) -> dict[str, type[errors.Error]]:
    """Every kind of problem and its error."""
    found = {kind(error): error}
    for below in error.__subclasses__():
        found |= every_kind(below)
    return found


def of_error(request: Request, error: Exception) -> Response:
    """The answer to an error of ours."""
    assert isinstance(error, errors.Error)
    faults: tuple[Fault, ...] = ()
    if isinstance(error, errors.FieldInvalid):
        faults = (Fault(error.field, clean(str(error))),)
    problem = Problem(
        type=f"{request.scope.get('root_path', '')}/problems/{kind(type(error))}",
        title=error.title,
        status=error.status.value,
        detail=clean(str(error)),
        errors=faults,
    )
    challenge = {"WWW-Authenticate": "Bearer"} if error.status == HTTPStatus.UNAUTHORIZED else None
    return answer(problem, challenge)


def of_http(request: Request, error: Exception) -> Response:
    """The answer to a path or method that is not there."""
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    said = {
        HTTPStatus.NOT_FOUND: f"There is nothing at {request.url.path!r}.",
        HTTPStatus.METHOD_NOT_ALLOWED: f"{request.url.path!r} does not take {request.method}.",
    }
    problem = Problem(BLANK, status.phrase, status.value, said.get(status, error.detail))
    return answer(problem, error.headers)


def of_fault(request: Request, error: Exception) -> Response:
    """The answer to a fault of ours; what it was stands in the server's own log only."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    detail = "Bernard failed. Whoever runs it finds the reason in its log."
    return answer(Problem(BLANK, status.phrase, status.value, detail))


def answer(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The problem as a response."""
    content = msgspec.json.encode(problem)
    return Response(content, problem.status, headers, media_type=MEDIA_TYPE)
