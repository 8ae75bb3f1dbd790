"""Bernard's own API as an application: JSON over HTTP, with a token, under /api/v1."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bernard.api import problems
from bernard.api.calls import Handler, handler
from bernard.api.routes import ENDPOINTS
from bernard.errors import Error

if TYPE_CHECKING:
    from bernard.assembly import Bernard


# Enough for a model that words one answer at a time, and far fewer than there are threads.
SLOW_AT_ONCE = 8


def app(bernard: Bernard) -> Starlette:
    """The API as an application, to be mounted at /api/v1."""
    by_path: dict[str, dict[str, Handler]] = defaultdict(dict)
    for endpoint in ENDPOINTS:
        by_path[endpoint.path][endpoint.method] = handler(endpoint)
    api = Starlette(
        routes=[_route(path, handlers) for path, handlers in by_path.items()],
        exception_handlers={
            Error: problems.of_error,
            HTTPException: problems.of_http,
            Exception: problems.of_fault,
        },
    )
    # A redirect would send the token once more, and lose what was posted.
    api.router.redirect_slashes = False
    api.state.bernard = bernard
    api.state.slow = CapacityLimiter(SLOW_AT_ONCE)
    return api


def _route(path: str, handlers: dict[str, Handler]) -> Route:
    """One route a path, so that a wrong method is answered with all the right ones."""

    async def respond(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await handlers[method](request)

    return Route(path, respond, methods=list(handlers))
