"""Download a file so that an interruption costs only what was not yet written."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from bernard.errors import FetchFailed
from bernard.models.registry_index import local_path, shown

Progress = Callable[[int], None]
_TRIES = 5


class _Again(Exception):
    """The connection broke or the server was busy; another try may go on from here."""


def download(
    http: httpx.Client, place: str, partial: Path, progress: Progress, patience: int = _TRIES
) -> None:
    """Write the whole of what lies at the place to the file, going on where an earlier try ended.

    The caller compares the hash: a file on the server may change between two tries.

    Args:
        place: address or path.
        progress: called with the bytes there so far.
        patience: tries in a row without a single new byte before giving up.

    Raises:
        FetchFailed: it is not there or cannot be had. What came so far stays in the file.
        OSError: the disk is full or cannot be written.
    """
    path = local_path(place)
    if path is not None:
        shutil.copyfile(path, partial)
        progress(partial.stat().st_size)
        return
    fruitless = 0
    while True:
        before = _size(partial)
        try:
            _continue(http, place, partial, progress)
            return
        except _Again as error:
            fruitless = 0 if _size(partial) > before else fruitless + 1
            if fruitless >= patience:
                raise FetchFailed(f"{shown(place)} cannot be fetched: {error}") from error
        time.sleep(min(2**fruitless - 1, 10))


def _continue(http: httpx.Client, address: str, partial: Path, progress: Progress) -> None:
    start = _size(partial)
    # Without `identity` a server may compress, and then ranges count other bytes.
    headers = {"Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    try:
        with http.stream("GET", address, headers=headers) as answer:
            if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                _past_the_end(answer, partial, start)
                return
            _refuse_errors(answer, address)
            if answer.status_code != httpx.codes.PARTIAL_CONTENT:
                start = 0
            _write(answer, partial, start, progress)
    except httpx.TransportError as error:
        raise _Again(str(error) or type(error).__name__) from error
    except httpx.HTTPError as error:
        raise FetchFailed(f"{shown(address)} cannot be fetched: {error}") from error


def _past_the_end(answer: httpx.Response, partial: Path, start: int) -> None:
    """Nothing follows: the file is whole, or not the one the server has now."""
    if answer.headers.get("Content-Range", "") != f"bytes */{start}":
        partial.unlink()
        raise _Again("the server has another file now")


def _refuse_errors(answer: httpx.Response, address: str) -> None:
    code = answer.status_code
    if code == httpx.codes.NOT_FOUND:
        raise FetchFailed(f"There is no file at {shown(address)} (404).")
    if code == httpx.codes.TOO_MANY_REQUESTS or code >= 500:
        raise _Again(f"the server answered {code}")
    if code not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
        raise FetchFailed(f"{shown(address)} answered {code}.")


def _write(answer: httpx.Response, partial: Path, start: int, progress: Progress) -> None:
    there = start
    with partial.open("r+b" if start else "wb") as file:
        file.seek(start)
        # In pieces as they come: a larger block would be lost when the connection breaks.
        for block in answer.iter_raw():
            file.write(block)
            there += len(block)
            progress(there)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
