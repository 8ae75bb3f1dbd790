"""Where a request goes and how its first bytes read; nothing in them can be smuggled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from bernard.errors import InputInvalid

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?|")
_PATH = re.compile(r"/[\x21-\x7e]*")
_HOST = re.compile(r"[0-9a-z._-]+|[0-9a-f:.]+")


class Address(NamedTuple):
    """A web address taken apart. `host` has no brackets, `path` begins with a slash."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and port as they stand in a Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def secure(self) -> bool:
        """Whether the connection is by TLS."""
        return self.scheme == "https"


_PORTS = {"http": 80, "https": 443}


def read_address(url: str) -> Address:
    """The address in a URL.

    Raises:
        InputInvalid: it is not an http or https address, or there is a password in it.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode() if parts.hostname else ""
    except (ValueError, UnicodeError) as error:
        raise InputInvalid(f"{url!r} is not an address: {error}.") from error
    # The standard library quietly drops line ends from an address; somebody meant something by them.
    if not url.isprintable():
        raise InputInvalid(f"{url!r} is not an address: it has characters it may not have.")
    if parts.scheme not in _PORTS or not _HOST.fullmatch(host):
        raise InputInvalid(f"{url!r} is not an address. It should begin with https:// or http://.")
    if parts.username or parts.password:
        raise InputInvalid(f"Leave the key out of the address of {host!r}.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if parts.fragment or not _PATH.fullmatch(path):
        raise InputInvalid(f"{url!r} is not an address: its path has characters it may not have.")
    return Address(parts.scheme, host, port or _PORTS[parts.scheme], path)


def is_loopback(url: str) -> bool:
    """Whether an address, or the name of a host, is this machine's own."""
    host = (urlsplit(url).hostname or "") if "://" in url else url
    return host in ("localhost", "::1") or host.endswith(".localhost") or _is_127(host)


def _is_127(host: str) -> bool:
    return re.fullmatch(r"127(\.\d{1,3}){3}", host) is not None


def request_head(method: str, target: str, headers: Mapping[str, str]) -> bytes:
    """The first lines of a request, up to where `content-length` and the blank line follow.

    Args:
        target: what is asked for: a path, or a whole URL where a proxy is asked.

    Raises:
        InputInvalid: a header could not be sent as it is, or would end early.
    """
    lines = [f"{method} {target} HTTP/1.1"]
    for name, value in headers.items():
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            # The value may be a key, so it is not shown.
            raise InputInvalid(f"The header {name!r} has characters that it may not have.")
        lines.append(f"{name}: {value}")
    return ("\r\n".join(lines) + "\r\n").encode("ascii")
