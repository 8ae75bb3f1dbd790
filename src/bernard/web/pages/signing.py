"""The first account, signing in and signing out."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.responses import Response
from starlette.routing import Match

from bernard.accounts import sessions, setup_code, signing
from bernard.accounts.passwords import check_new_password
from bernard.errors import Forbidden, InputInvalid, NotFound, TooManyAttempts
from bernard.web.security import host_name, is_loopback
from bernard.web.visit import Visit, go, set_cookie

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def show_set_up(visit: Visit) -> Response:
    """The form for the first account."""
    _check_first_run(visit)
    if _needs_code(visit):
        setup_code.write(visit.bernard.settings.home)
    return _ask_again(visit, "set_up.html", faults={}, needs_code=_needs_code(visit))


def set_up(visit: Visit) -> Response:
    """Make the first account and sign it in."""
    _check_first_run(visit)
    name, password = visit.form.text("name"), visit.form.text("password")
    faults = _check_first(visit, name, password)
    if faults:
        return _ask_again(visit, "set_up.html", faults=faults, needs_code=_needs_code(visit))
    bernard = visit.bernard
    account = signing.create_first(bernard.store, name, password)
    setup_code.forget(bernard.settings.home)
    with bernard.store.write() as c:
        cookie = sessions.begin(c, account.id, bernard.settings.session_hours)
    return set_cookie(go("/"), bernard, cookie)


def show_sign_in(visit: Visit) -> Response:
    """The form to sign in with."""
    if visit.session or visit.bernard.demo:
        return go(_safe_next(visit, visit.query("next")))
    if signing.is_first_run(visit.bernard.store):
        return go("/set-up")
    return _ask_again(visit, "sign_in.html", faults={}, next=visit.query("next"))


def sign_in(visit: Visit) -> Response:
    """Sign in, with a new session whatever the browser held before."""
    bernard, target = visit.bernard, visit.form.text("next")
    try:
        cookie = signing.sign_in(
            bernard.store,
            visit.form.text("name"),
            visit.form.text("password"),
            address(visit),
            bernard.settings.session_hours,
        )
    except (InputInvalid, TooManyAttempts) as error:
        faults = {"name": str(error)}
        return _ask_again(visit, "sign_in.html", int(error.status), faults=faults, next=target)
    if visit.session:
        with bernard.store.write() as c:
            sessions.end(c, visit.cookie)
    return set_cookie(go(_safe_next(visit, target)), bernard, cookie)


def sign_out(visit: Visit) -> Response:
    """End this session and take its cookie away."""
    with visit.bernard.store.write() as c:
        sessions.end(c, visit.cookie)
    return set_cookie(go("/sign-in"), visit.bernard, "")


def address(visit: Visit) -> str:
    """Where the request came from, for counting attempts."""
    return visit.request.client.host if visit.request.client else ""


def _check_first_run(visit: Visit) -> None:
    if visit.bernard.demo or not signing.is_first_run(visit.bernard.store):
        raise NotFound("Bernard has been set up already. Sign in instead.")


def _needs_code(visit: Visit) -> bool:
    """Whether somebody may be at another machine; a proxy on this one speaks for others."""
    headers = visit.request.headers
    return (
        not is_loopback(address(visit))
        or not is_loopback(host_name(headers.get("host", "")))
        or any(name in headers for name in _FORWARDED)
    )


def _check_first(visit: Visit, name: str, password: str) -> dict[str, str]:
    """What is wrong with the form, by field."""
    faults: dict[str, str] = {}
    checks: dict[str, Callable[[], object]] = {
        "name": lambda: signing.check_name(name),
        "password": lambda: check_new_password(password, name),
    }
    if _needs_code(visit):
        home = visit.bernard.settings.home
        checks["code"] = lambda: setup_code.check(home, visit.form.text("code"))
    for field, check in checks.items():
        try:
            check()
        except (InputInvalid, Forbidden) as error:
            faults[field] = str(error)
    return faults


def _ask_again(visit: Visit, template: str, status: int = 0, **values: object) -> Response:
    """The form, with a cookie to bind its token to where the browser has none."""
    cookie = visit.cookie or secrets.token_urlsafe(32)
    asked = Visit(visit.request, visit.bernard, visit.session, cookie, visit.form)
    faults = values["faults"]
    assert isinstance(faults, dict)
    errors = [{"text": text, "href": f"#{field}"} for field, text in faults.items()]
    name = visit.form.text("name")
    page = asked.page(
        template, status or (422 if errors else 200), errors=errors, name=name, **values
    )
    return page if visit.cookie else set_cookie(page, visit.bernard, cookie)


def _safe_next(visit: Visit, target: str) -> str:
    """The page to go to, if it is one of ours that can be looked at; the start page otherwise."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    if parts.scheme or parts.netloc or not target.startswith("/") or "\\" in target:
        return "/"
    scope = {**visit.request.scope, "path": parts.path, "method": "GET", "root_path": ""}
    for route in visit.request.app.routes:
        match, _ = route.matches(scope)
        if match is Match.FULL:
            return parts.path + (f"?{parts.query}" if parts.query else "")
    return "/"
