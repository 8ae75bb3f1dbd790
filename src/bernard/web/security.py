"""What holds for every answer the site gives: who may ask, from where, and what a page may load."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    # Not no-referrer: with it, browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """Refuses foreign hosts and foreign forms, and adds the security headers to every answer."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str] | None) -> None:
        """Take the app and the names it answers to (None: any)."""
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        fault = self._fault(scope["method"], headers)
        if fault:
            await PlainTextResponse(fault, 403, headers=HEADERS)(scope, receive, send)
            return
        # Pages are private; styles and scripts are asked for again but sent only when changed.
        keep = "no-cache" if scope["path"].startswith("/static/") else "no-store"
        await self.app(scope, receive, _with_headers(send, keep))

    def _fault(self, method: str, headers: Headers) -> str:
        host = headers.get("host", "")
        if self.hosts is not None and host_name(host) not in self.hosts:
            return f"This site does not answer to the name {host!r}. See BERNARD_HOSTS."
        if method not in _SAFE and not _is_same_site(headers, host):
            return "This form was sent from another site, so nothing was changed."
        return ""


def allowed_hosts(listen: str, named: str) -> frozenset[str] | None:
    """The host names the site answers to, None for any.

    A site on this machine answers to this machine's names only, or a page elsewhere could point
    its own name here (DNS rebinding) and read what a browser on this machine may read.
    """
    names = frozenset(name.strip().casefold() for name in named.split(",") if name.strip())
    if names:
        return names | _LOCAL_NAMES
    return _LOCAL_NAMES if is_loopback(listen) else None


def is_loopback(address: str) -> bool:
    """Whether this address is this machine itself."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def host_name(host: str) -> str:
    """The name in a Host header, without its port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").casefold()
    except ValueError:
        return ""


def _is_same_site(headers: Headers, host: str) -> bool:
    site = headers.get("sec-fetch-site", "same-origin")
    if site not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or _authority(origin) == host.casefold()


def _authority(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.casefold()
    except ValueError:
        return ""


def _with_headers(send: Send, keep: str) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _missing(headers, HEADERS.items()):
                headers[name] = value
            headers.setdefault("Cache-Control", keep)
        await send(message)

    return send_with_headers


def _missing(
    headers: MutableHeaders, wanted: Iterable[tuple[str, str]]
) -> Iterable[tuple[str, str]]:
    return [(name, value) for name, value in wanted if name not in headers]
