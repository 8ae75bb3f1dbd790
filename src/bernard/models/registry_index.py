"""Where this machine gets packages from: pip's own configuration, so that nothing is named here."""

from __future__ import annotations

import ast
import json
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import url2pathname

import httpx

from bernard.errors import FetchFailed

_ACCEPT = "application/vnd.pypi.simple.v1+json, text/html;q=0.2"
_DEFAULT = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)"


@dataclass(frozen=True)
class Registry:
    """The places pip is set up to look in.

    Attributes:
        indexes: addresses of simple indexes (PEP 503, 691), the main one first.
        links: folders or pages that hold or list package files.
        certificates: file of certificates to trust besides the system's.
    """

    indexes: tuple[str, ...]
    links: tuple[str, ...] = ()
    certificates: Path | None = None


def from_pip() -> Registry:
    """The registry that `pip download` would use here.

    Raises:
        FetchFailed: no index is set and pip is not installed to say its own.
    """
    values = _configured()
    links = tuple(values.get("find-links", "").split())
    certificates = Path(values["cert"]) if values.get("cert") else None
    if values.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        return Registry((), links, certificates)
    main = values.get("index-url") or _pip_default()
    indexes = (main, *values.get("extra-index-url", "").split())
    return Registry(indexes, links, certificates)


def client(registry: Registry | None = None) -> httpx.Client:
    """An HTTP client with this machine's proxies and certificates."""
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        # A Python that does not know where this system keeps its certificates.
        context = httpx.create_ssl_context()
    if registry and registry.certificates and registry.certificates.is_file():
        context.load_verify_locations(registry.certificates)
    timeout = httpx.Timeout(60, connect=10)
    return httpx.Client(verify=context, timeout=timeout, follow_redirects=True)


def places(http: httpx.Client, registry: Registry, package: str, wheel: str) -> Iterator[str]:
    """Addresses and paths where the wheel is offered, nearest first.

    Raises:
        FetchFailed: an index could not be asked. What it offers is then unknown.
    """
    for link in registry.links:
        yield from _in_links(http, link, wheel)
    for index in registry.indexes:
        yield from _in_links(http, f"{index.rstrip('/')}/{package}/", wheel)


def shown(address: str) -> str:
    """The address without a password in it, for messages."""
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def local_path(address: str) -> Path | None:
    """The path, where the address is a file: address or a plain path."""
    if address.startswith("file:"):
        return Path(url2pathname(urlsplit(address).path))
    return None if "://" in address else Path(address)


def _configured() -> dict[str, str]:
    """Pip's settings that matter here; a variable beats `[download]`, which beats `[global]`."""
    merged: dict[str, str] = {}
    settings = _pip("config", "list")
    for section in ("global", "download", ":env:"):
        for line in settings.splitlines():
            key, _, value = line.partition("=")
            if key.startswith(section + "."):
                merged[key[len(section) + 1 :]] = _literal(value)
    for name in ("index-url", "extra-index-url", "find-links", "cert", "no-index"):
        variable = os.environ.get("PIP_" + name.upper().replace("-", "_"))
        if variable:
            merged[name] = variable
    return merged


def _literal(value: str) -> str:
    try:
        return str(ast.literal_eval(value))
    except (ValueError, SyntaxError):
        return value


def _pip_default() -> str:
    address = _python("-c", _DEFAULT).strip()
    if not address:
        raise FetchFailed(
            "No package index is set and pip is not installed to say its own. Set PIP_INDEX_URL."
        )
    return address


def _pip(*arguments: str) -> str:
    return _python("-m", "pip", "--disable-pip-version-check", *arguments)


def _python(*arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 (our own interpreter, our own arguments)
        [sys.executable, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout if done.returncode == 0 else ""


def _in_links(http: httpx.Client, place: str, wheel: str) -> Iterator[str]:
    folder = local_path(place)
    if folder is None:
        yield from _in_page(http, place, wheel)
    elif (folder / wheel).is_file():
        yield str(folder / wheel)
    elif (folder / "index.html").is_file():
        text = (folder / "index.html").read_text(encoding="utf-8", errors="replace")
        yield from _in_html(text, folder.as_uri() + "/", wheel)


def _in_page(http: httpx.Client, address: str, wheel: str) -> Iterator[str]:
    try:
        answer = http.get(address, headers={"Accept": _ACCEPT})
    except httpx.HTTPError as error:
        raise FetchFailed(f"{shown(address)} cannot be reached: {error}") from error
    if answer.status_code == httpx.codes.NOT_FOUND:
        return
    if answer.is_error:
        raise FetchFailed(f"{shown(address)} answered {answer.status_code}.")
    base = str(answer.url)
    if "json" in answer.headers.get("Content-Type", ""):
        yield from _in_json(answer.text, base, wheel)
    else:
        yield from _in_html(answer.text, base, wheel)


def _in_json(text: str, base: str, wheel: str) -> Iterator[str]:
    try:
        files = json.loads(text)["files"]
        yield from (urljoin(base, file["url"]) for file in files if file["filename"] == wheel)
    except (ValueError, KeyError, TypeError) as error:
        raise FetchFailed(f"{shown(base)} is not a package index: {error!r}") from error


def _in_html(text: str, base: str, wheel: str) -> Iterator[str]:
    anchors = _Anchors()
    anchors.feed(text)
    for href in anchors.found:
        address = urljoin(base, href)
        if unquote(urlsplit(address).path).rsplit("/", 1)[-1] == wheel:
            yield address.partition("#")[0]


class _Anchors(HTMLParser):
    """The targets of the links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]
