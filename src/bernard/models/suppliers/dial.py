"""Open a connection to a supplier: by TLS, through a proxy where this machine says so."""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import os
import socket
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from bernard.errors import SettingInvalid
from bernard.models.suppliers.address import Address, is_loopback
from bernard.models.suppliers.connection import Connection
from bernard.models.suppliers.types import SupplierFailed, SupplierTimeout

_MAX_ANSWER = 16 * 1024
_MOST_ADDRESSES = 4
_SHARE_S = 2.0
P = TypeVar("P", bound=asyncio.Protocol)


class Proxy:
    """A proxy that speaks plain HTTP, and how it lets us in."""

    def __init__(self, url: str) -> None:
        """Take its address, with a name and password in it if it wants them.

        Raises:
            SettingInvalid: it is not the address of such a proxy.
        """
        parts = urlsplit(url if "://" in url else f"http://{url}")
        if parts.scheme != "http" or not parts.hostname:
            raise SettingInvalid(
                "The proxy variables of this machine name a proxy that cannot be used: its address "
                "should begin with http://."
            )
        self.host = parts.hostname
        self.port = parts.port or 80
        self.headers: dict[str, str] = {}
        if parts.username:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            token = base64.b64encode(pair.encode()).decode()
            self.headers["proxy-authorization"] = f"Basic {token}"


def proxy_for(address: Address, environ: Mapping[str, str]) -> Proxy | None:
    """The proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name for this address.

    This machine itself is never asked for through a proxy: text for a model here stays here.
    """
    url = _variable(environ, f"{address.scheme}_proxy")
    if not url or is_loopback(address.host):
        return None
    exceptions = _variable(environ, "no_proxy").split(",")
    if any(_excepted(address, exception.strip().lower()) for exception in exceptions):
        return None
    return Proxy(url)


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """Certificates are always checked: against the system's authorities, and one file more.

    Raises:
        SettingInvalid: the file cannot be read, or holds no certificate.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:
            raise SettingInvalid(
                f"BERNARD_CA_FILE is {str(ca_file)!r}, which holds no certificate: {error}."
            ) from error
    return context


async def dial(
    address: Address,
    proxy: Proxy | None,
    tls: Callable[[], ssl.SSLContext],
    make: Callable[[], Connection],
    timeout_s: float,
) -> Connection:
    """A new connection.

    Raises:
        SupplierFailed: it could not be made; nothing was sent.
        SupplierTimeout: it took too long; nothing was sent.
    """
    try:
        async with asyncio.timeout(timeout_s):
            return await _dial(address, proxy, tls, make)
    except TimeoutError as error:
        raise SupplierTimeout(
            f"{address.host} cannot be reached: no connection within {timeout_s:g} seconds.",
            sent=False,
            retry=True,
        ) from error
    except ssl.SSLCertVerificationError as error:
        raise SupplierFailed(
            f"{address.host} has a certificate that is not trusted here: {error.verify_message}. "
            f"BERNARD_CA_FILE can name a further authority.",
            sent=False,
        ) from error
    except OSError as error:
        why = error.strerror or str(error) or type(error).__name__
        raise SupplierFailed(
            f"{address.host} cannot be reached: {why}.", sent=False, retry=True
        ) from error


async def _dial(
    address: Address,
    proxy: Proxy | None,
    tls: Callable[[], ssl.SSLContext],
    make: Callable[[], Connection],
) -> Connection:
    if proxy is None:
        secure: dict[str, Any] = {"ssl": tls(), "server_hostname": address.host}
        return await _reach(address.host, address.port, make, secure if address.secure else {})
    if not address.secure:
        return await _reach(proxy.host, proxy.port, make, {})
    return await _through(proxy, address, tls(), make())


async def _reach(host: str, port: int, make: Callable[[], P], options: Mapping[str, Any]) -> P:
    """A connection to the first of the host's addresses that answers.

    Each gets a share of the time: many networks have addresses of version 6 that lead nowhere.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(info[4][0]) for info in found))[:_MOST_ADDRESSES]
    for number, ip in enumerate(addresses, 1):
        try:
            async with asyncio.timeout(None if number == len(addresses) else _SHARE_S):
                _, protocol = await loop.create_connection(make, ip, port, **options)
                return protocol
        except ssl.SSLError:
            raise
        except (OSError, TimeoutError):
            if number == len(addresses):
                raise
    raise OSError(f"{host!r} has no address")


async def _through(
    proxy: Proxy, address: Address, context: ssl.SSLContext, connection: Connection
) -> Connection:
    """A tunnel, so that the proxy sees the host's name and nothing else."""
    loop = asyncio.get_running_loop()
    tunnel = await _reach(proxy.host, proxy.port, lambda: _Tunnel(loop.create_future()), {})
    transport = tunnel.transport
    try:
        host = f"[{address.host}]" if ":" in address.host else address.host
        target = f"{host}:{address.port}"
        lines = [f"CONNECT {target} HTTP/1.1", f"host: {target}"]
        lines += [f"{name}: {value}" for name, value in proxy.headers.items()]
        transport.write(("\r\n".join(lines) + "\r\n\r\n").encode("ascii"))
        status = await tunnel.answer
        if status != 200:
            raise SupplierFailed(
                f"The proxy {proxy.host!r} does not let us reach {address.host} ({status}).",
                sent=False,
            )
        secure = await loop.start_tls(transport, connection, context, server_hostname=address.host)
    except BaseException:
        transport.abort()
        raise
    assert secure is not None
    connection.connection_made(secure)
    return connection


class _Tunnel(asyncio.Protocol):
    """Waits for the proxy's answer to CONNECT. Resolves to its status, 0 for what is no answer."""

    def __init__(self, answer: asyncio.Future[int]) -> None:
        self.answer = answer
        self.transport: Any = None
        self._data = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._data += data
        ended = b"\r\n\r\n" in self._data
        if (ended or len(self._data) > _MAX_ANSWER) and not self.answer.done():
            words = self._data.split(b"\r\n", 1)[0].split()
            good = (
                ended and len(words) > 1 and words[0].startswith(b"HTTP/1.") and words[1].isdigit()
            )
            self.answer.set_result(int(words[1]) if good else 0)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.answer.done():
            self.answer.set_exception(
                exc or ConnectionResetError("The proxy closed the connection")
            )


def environment() -> dict[str, str]:
    """The variables of this process that say which proxies to use."""
    names = ("http_proxy", "https_proxy", "no_proxy")
    return {name: value for name, value in os.environ.items() if name.lower() in names}


def _variable(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name) or environ.get(name.upper()) or ""


def _excepted(address: Address, exception: str) -> bool:
    if not exception:
        return False
    if exception == "*":
        return True
    if "/" in exception:
        return _in_network(address.host, exception)
    if exception in (address.host, f"{address.host}:{address.port}"):
        return True
    return address.host.endswith("." + exception.lstrip("*").lstrip("."))


def _in_network(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
