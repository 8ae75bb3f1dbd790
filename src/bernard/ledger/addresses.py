"""Addresses of logs and witnesses on the web."""

from __future__ import annotations

from urllib.parse import urlsplit

from bernard.errors import InputInvalid

SCHEMES = ("http", "https")


def check_address(url: str) -> str:
    """The address without a slash at its end.

    Raises:
        InputInvalid: it is not an address of the web.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in SCHEMES and bool(parts.hostname) and not parts.query
    except ValueError:
        usable = False
    if not usable:
        raise InputInvalid(f"{url!r:.200} is not an address of the form https://host/path.")
    return url.rstrip("/")
