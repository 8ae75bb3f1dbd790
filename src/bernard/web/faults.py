"""Errors as pages that say what happened and what to do."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bernard.errors import Error, SignInNeeded
from bernard.web.render import render
from bernard.web.security import HEADERS
from bernard.web.visit import arrive, go, wants_json

TITLES = {
    400: "This request could not be read",
    401: "Sign in to see this",
    403: "You cannot do this",
    404: "Page not found",
    405: "This page cannot be used like that",
    413: "That is too large",
    422: "Something needs to be changed",
    429: "Too many attempts",
    500: "Something went wrong",
    502: "The model stopped",
    503: "Bernard cannot do this right now",
    504: "The model took too long",
}
ADVICE = {
    403: ("If you think you should be able to, ask whoever looks after Bernard.",),
    404: (
        "If you typed the address, check that it is right. If you followed a link, what it led to "
        "may have been deleted, or belong to somebody else.",
    ),
    405: ("Go back and use the links and buttons on the page.",),
    413: ("Nothing was kept. Go back and try again with less.",),
    422: ("Go back, change it, and send it again.",),
    429: ("Nobody was signed in. Your password has not changed.",),
    500: (
        "Nothing you entered before was lost. Try again in a moment.",
        "If it happens again, tell whoever looks after Bernard what you did and when.",
    ),
    503: ("What you entered before is kept. Try again in a few minutes.",),
}
_NO_PAGE = "There is no page at this address."


async def of_error(request: Request, error: Exception) -> Response:
    """The page for an error of ours; who has not signed in is sent to do so."""
    assert isinstance(error, Error)
    if isinstance(error, SignInNeeded) and not wants_json(request):
        is_demo = request.app.state.bernard.demo
        return go("/" if is_demo else f"/sign-in?{urlencode({'next': _here(request)})}")
    return await _page(request, int(error.status), str(error))


async def of_http(request: Request, error: Exception) -> Response:
    """The page for what Starlette itself refuses."""
    assert isinstance(error, HTTPException)
    message = _NO_PAGE if error.status_code == 404 else HTTPStatus(error.status_code).description
    response = await _page(request, error.status_code, message)
    response.headers.update(error.headers or {})
    return response


async def of_fault(request: Request, error: Exception) -> Response:
    """The page for a fault in Bernard; what went wrong inside is for the server's log only."""
    message = "There is a fault in Bernard, and this page could not be made."
    response = await _page(request, 500, message)
    # Starlette makes this answer outside the middleware that adds the headers to all others.
    response.headers.update(HEADERS | {"Cache-Control": "no-store"})
    return response


async def _page(request: Request, status: int, message: str) -> Response:
    title = TITLES.get(status, TITLES[500])
    if wants_json(request):
        problem = {"title": title, "detail": message, "status": status}
        return JSONResponse(problem, status, media_type="application/problem+json")
    try:
        common = (await run_in_threadpool(arrive, request)).common()
    except Error:
        # The store is out of reach, so nobody knows who this is.
        common = {"csrf": "", "account": None, "demo": False, "path": request.url.path}
    html = render(
        "fault.html", title=title, message=message, advice=ADVICE.get(status, ()), **common
    )
    return HTMLResponse(html, status)


def _here(request: Request) -> str:
    if request.method != "GET":
        return "/"
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")
