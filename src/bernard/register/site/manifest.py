"""`index.json`: every file of the site with its SHA-256, every table, and the checkpoint."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from bernard.register.types import Page

MANIFEST = "index.json"
MADE_BY = "bernard register"
# How the list of one of our sites begins.
HEAD = f'{{\n "made_by": "{MADE_BY}",\n'.encode()
_SAID = ("title", "publisher", "licence", "as_at", "first_day", "last_day", "checkpoint", "key")


class Listed(msgspec.Struct, frozen=True):
    """A file of the site."""

    path: str
    bytes: int
    sha256: str


def listed(path: str, data: bytes) -> Listed:
    """The file as the manifest lists it."""
    return Listed(path, len(data), sha256(data))


def manifest(site: Mapping[str, Any], pages: Iterable[Page], files: Iterable[Listed]) -> bytes:
    """The list of everything, whose own SHA-256 goes into the log."""
    whole = {
        "made_by": MADE_BY,
        **{name: site[name] for name in _SAID},
        "pages": [_page(page) for page in sorted(pages, key=lambda page: page.path)],
        "files": sorted(files, key=lambda file: file.path),
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"


def sha256(data: bytes) -> str:
    """Hexadecimal SHA-256."""
    return hashlib.sha256(data).hexdigest()


def _page(page: Page) -> dict[str, Any]:
    tables = [{"id": one.id, "title": one.title, **beside(page, one.id)} for one in page.tables]
    return {"path": page.path, "title": page.title, "section": page.section, "tables": tables}


def beside(page: Page, table: str) -> dict[str, str]:
    """The paths of a table's files, which lie beside its page."""
    folder = page.path.rpartition("/")[0]
    start = f"{folder}/{table}" if folder else table
    return {"csv": f"{start}.csv", "json": f"{start}.json"}
