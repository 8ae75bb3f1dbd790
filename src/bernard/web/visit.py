"""One request as a page sees it: who asks, what they sent, and what the answer is made from."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bernard.accounts import demo, sessions
from bernard.accounts.sessions import SignedIn
from bernard.errors import Forbidden, SignInNeeded
from bernard.register.site.folder import is_register
from bernard.store.people import Account
from bernard.web.forms import Form, read_form
from bernard.web.render import render

if TYPE_CHECKING:
    from bernard.assembly import Bernard

Page = Callable[["Visit"], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Visit:
    """One request.

    Attributes:
        session: of the person who asks, None where they have not signed in.
        cookie: what the browser sent, empty where it sent none.
        form: what a form sent; empty for GET.
    """

    request: Request
    bernard: Bernard
    session: SignedIn | None
    cookie: str
    form: Form = field(default_factory=Form)

    @property
    def account(self) -> Account:
        """The person who asks.

        Raises:
            SignInNeeded: they have not signed in.
        """
        if self.session is None:
            raise SignInNeeded()
        return self.session.account

    @property
    def csrf(self) -> str:
        """What a form of ours carries, so that no other site can send it."""
        return self.session.csrf if self.session else _before_sign_in(self.cookie)

    @property
    def wants_json(self) -> bool:
        """Whether a script of ours asks, which makes no page of the answer."""
        return wants_json(self.request)

    def part(self, name: str) -> str:
        """A part of the path, such as `id` in /documents/{id}."""
        return str(self.request.path_params[name])

    def query(self, name: str, default: str = "") -> str:
        """A value after the `?`."""
        return self.request.query_params.get(name, default)

    def number(self, name: str) -> int | None:
        """A whole number after the `?`, None where none was sent that can be one of ours."""
        return whole_number(self.query(name))

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page made from the template."""
        return HTMLResponse(render(template, **self.common(), **values), status_code=status)

    def common(self) -> dict[str, Any]:
        """What the layout needs on every page."""
        return {
            "csrf": self.csrf,
            "account": self.session.account if self.session else None,
            "demo": self.bernard.demo,
            "path": self.request.url.path,
            "register": is_register(self.bernard.settings.register),
        }


def whole_number(text: str) -> int | None:
    """The number that this is; None where it is none, or longer than any that Bernard gives."""
    return int(text) if text.isdecimal() and len(text) < 16 else None


def wants_json(request: Request) -> bool:
    """Whether this request asks for JSON rather than a page."""
    return "application/json" in request.headers.get("accept", "")


def go(path: str) -> Response:
    """Send the reader on to another page of ours, by GET."""
    assert path.startswith("/") and path[1:2] not in ("/", "\\"), path
    return RedirectResponse(path, status_code=303)


def endpoint(page: Page, is_open: bool = False, **limits: float) -> Endpoint:
    """The page as Starlette calls it: session, form and its token first, then off the event loop.

    Args:
        page: takes the visit, gives the answer.
        is_open: whether somebody who has not signed in may see it.
        limits: given to `read_form`.
    """

    async def answer(request: Request) -> Response:
        visit = await run_in_threadpool(arrive, request)
        if visit.session is None and not is_open:
            if visit.bernard.demo and request.method in ("GET", "HEAD"):
                return await run_in_threadpool(_let_in, visit, page)
            raise SignInNeeded()
        if request.method != "POST":
            return await run_in_threadpool(page, visit)
        async with read_form(request, **limits) as form:
            _check_token(form, visit.csrf)
            posted = Visit(request, visit.bernard, visit.session, visit.cookie, form)
            return await run_in_threadpool(page, posted)

    return answer


def arrive(request: Request) -> Visit:
    """The visit that this request makes, with its session where there is one."""
    bernard = cast("Bernard", request.app.state.bernard)
    cookie = request.cookies.get(cookie_name(bernard), "")
    with bernard.store.read() as c:
        session = sessions.find(c, cookie) if cookie else None
    return Visit(request, bernard, session, cookie)


def cookie_name(bernard: Bernard) -> str:
    """The one cookie's name; `__Host-` binds it to this host over HTTPS."""
    return "__Host-bernard_session" if bernard.settings.secure_cookies else "bernard_session"


def set_cookie(response: Response, bernard: Bernard, value: str) -> Response:
    """The response, with the session's cookie on it; an empty value takes it away."""
    response.set_cookie(
        cookie_name(bernard),
        value,
        max_age=round(bernard.settings.session_hours * 3600) if value else 0,
        path="/",
        secure=bernard.settings.secure_cookies,
        httponly=True,
        samesite="lax",
    )
    return response


def _let_in(visit: Visit, page: Page) -> Response:
    """The page for somebody new to the demo, signed in to the demo's account."""
    bernard = visit.bernard
    owner = demo.account(bernard.store)
    with bernard.store.write() as c:
        cookie = sessions.begin(c, owner.id, bernard.settings.session_hours)
        session = sessions.find(c, cookie)
    return set_cookie(page(Visit(visit.request, bernard, session, cookie)), bernard, cookie)


def _check_token(form: Form, expected: str) -> None:
    if not expected or not hmac.compare_digest(form.text("csrf").encode(), expected.encode()):
        raise Forbidden(
            "This form is out of date, so nothing was changed. Go back, load the page again, "
            "and send it once more."
        )


def _before_sign_in(cookie: str) -> str:
    """The token of a browser that has not signed in: made from a cookie other sites cannot read."""
    return hashlib.sha256(b"bernard form\0" + cookie.encode()).hexdigest() if cookie else ""
