"""Whether the gateway runs, whether it can take calls, and its numbers."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
from collections.abc import Mapping
from importlib.metadata import version
from urllib.parse import urlsplit

import msgspec

from bernard.api.gateway import faults
from bernard.api.gateway.door import Door
from bernard.api.gateway.types import Header, House, Scope, Send
from bernard.errors import Forbidden

TEXT = [(b"content-type", b"text/plain; charset=utf-8")]
JSON = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
# A proxy on this machine speaks for others, and says so.
FORWARDED = frozenset({b"forwarded", b"x-forwarded-for", b"x-real-ip", b"via"})


class State:
    """Answers /healthz, /readyz and /metrics."""

    def __init__(self, door: Door, house: House, token: str) -> None:
        """Take what to answer from.

        Args:
            token: lets other machines see numbers and details; empty means that none may.
        """
        self._door = door
        self._house = house
        self._token = token.encode()

    async def healthz(self, scope: Scope, send: Send) -> None:
        """The process runs and answers."""
        await reply(send, 200, msgspec.json.encode({"status": "ok"}), JSON)

    async def readyz(self, scope: Scope, send: Send) -> None:
        """Calls can be taken, or what is in the way."""
        found = dict(await asyncio.to_thread(self._house.checks))
        if self._door.stopping:
            found["stopping"] = "Bernard is being stopped."
        ready = not any(found.values())
        said: dict[str, object] = {"status": "ready" if ready else "not ready"}
        if self._may_look(scope):
            said |= {"checks": {name: fault or "ok" for name, fault in found.items()}}
            said |= {
                "notes": dict(self._house.notes()),
                "calls": len(self._door.running),
                "version": version("bernard"),
            }
        await reply(send, 200 if ready else 503, msgspec.json.encode(said), JSON)

    async def metrics(self, scope: Scope, send: Send) -> None:
        """The numbers for Prometheus."""
        if not self._may_look(scope):
            fault = faults.of(
                Forbidden(
                    "The numbers are shown to this machine only, or with the token of "
                    "BERNARD_METRICS_TOKEN: `Authorization: Bearer TOKEN`."
                )
            )
            await reply(send, 403, faults.body(fault, "openai", self._door.new_id()), JSON)
            return
        # Takes 10 MB and a tenth of a second to import, which a gateway nobody asks need not spend.
        from bernard.api.gateway import prometheus

        self._door.count_now()
        text = prometheus.render(self._door.meter.together(), self._house.published())
        await reply(send, 200, text, [(b"content-type", prometheus.CONTENT_TYPE)])

    def _may_look(self, scope: Scope) -> bool:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        given = headers.get(b"authorization", b"")
        if self._token and hmac.compare_digest(given, b"Bearer " + self._token):
            return True
        return _is_here(scope, headers)


def _is_here(scope: Scope, headers: Mapping[bytes, bytes]) -> bool:
    """Whether a program on this machine asks for itself."""
    client = scope.get("client")
    if not client or not headers.keys().isdisjoint(FORWARDED):
        return False
    return is_loopback(client[0]) and is_named_here(scope)


def is_named_here(scope: Scope) -> bool:
    """Whether this machine is asked by a name of its own.

    A page elsewhere may point its own name here, and have a browser on this machine ask.
    """
    return is_loopback(_name(dict(scope["headers"]).get(b"host", b"")))


def _name(host: bytes) -> str:
    """The name in a Host header, without its port."""
    try:
        return urlsplit(f"//{host.decode('latin-1')}").hostname or ""
    except ValueError:
        return ""


def is_loopback(address: str) -> bool:
    """Whether this address is this machine itself."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


async def reply(send: Send, status: int, body: bytes, headers: list[Header]) -> None:
    """Send a whole answer."""
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
