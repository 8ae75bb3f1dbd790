"""Pictures and documents inside a request: what they say is read, and what is found is blacked out.

Only what can be opened is: PNG, JPEG, TIFF, WebP, GIF, PDF and Word, in base64 or as data URLs. What
was opened is written anew, so that nothing beside pixels and words goes along, such as where a
photograph was taken. Faces, voices and signatures are not found: a request with a picture stays one
that shows people, whatever was taken out of it.
"""

from __future__ import annotations

import base64
import binascii
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from bernard.errors import DocumentUnreadable, InputInvalid
from bernard.privacy.documents import Cut, Limits, OpenDocument, Page, Reading
from bernard.privacy.documents.kinds import looks_like_document
from bernard.privacy.documents.values import is_telling, places
from bernard.privacy.keys import OPAQUE
from bernard.privacy.types import Finding
from bernard.wire.types import Body

_DATA_URL = re.compile(r"data:[\w.+-]*/?[\w.+-]*(?:;[\w.+=-]+)*;base64,", re.IGNORECASE)
_HEAD = 64
_LABEL = "[redacted]"
MOST_PARTS, MOST_SECONDS = 40, 90.0
LIMITS = Limits(max_bytes=48_000_000, max_pages=60, timeout_s=30.0)

Find = Callable[[str], Sequence[Finding]]


class Attachment(msgspec.Struct, frozen=True):
    """A document of a request, read.

    Attributes:
        coded: the text of the request that holds it, and `head` what stands before its base64.
    """

    coded: str
    head: str
    data: bytes
    pages: tuple[Page, ...]
    kind: str

    @property
    def is_read(self) -> bool:
        """Whether all of it is words, so that it can show nobody's face."""
        return self.kind != "picture" and all(
            page.how == "text" and not page.unread for page in self.pages
        )


class Attachments:
    """The documents of one request."""

    def __init__(self, body: Body) -> None:
        """Find and read them; what cannot be opened is left to be counted as unread."""
        self._until = time.monotonic() + MOST_SECONDS
        self.read = list(self._opened(body))

    @property
    def texts(self) -> Iterator[str]:
        """What they say, page by page."""
        return (page.text for one in self.read for page in one.pages if page.text)

    @property
    def unseen(self) -> int:
        """How many of them may show what no detector finds, such as a face."""
        return sum(not one.is_read for one in self.read)

    def apart(self, body: Body) -> Body:
        """The body with nothing where they are."""
        emptied: Body = _replaced(body, {one.coded: "" for one in self.read})
        return emptied

    def back(self, body: Body, masked: Body, find: Find, known: Sequence[str]) -> Body:
        """The masked body with each document in its place, written anew without what is found in it.

        Args:
            body: as it came; it has the shape of the masked one.
            known: values that go too, since they were found in other texts of the request.
        """
        new = {one.coded: self._written(one, find, known) for one in self.read}
        whole: Body = _put_back(body, masked, new)
        return whole

    def _opened(self, body: Body) -> Iterator[Attachment]:
        for coded in _coded(body):
            head = found.group() if (found := _DATA_URL.match(coded)) else ""
            data = _decoded(coded[len(head) :])
            if data is None or not looks_like_document(data) or time.monotonic() > self._until:
                continue
            try:
                with _desk.open(data) as document:
                    pages = tuple(document.page(n) for n in range(document.pages))
                    yield Attachment(coded, head, data, pages, document.kind)
            except DocumentUnreadable:
                # Locked, damaged or too large: nobody looked at it, and it counts as such.
                continue

    def _written(self, one: Attachment, find: Find, known: Sequence[str]) -> str:
        with _desk.open(one.data) as document:
            for number, page in enumerate(one.pages):
                document.know(number, page)
                document.cut(number, _cuts(page, find, known))
            data = document.finish()
        return one.head + base64.b64encode(data).decode()


class _Desk:
    """One process that opens documents, kept ready, since to start one takes half a second."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reading: Reading | None = None

    def open(self, data: bytes) -> OpenDocument:
        with self._lock:
            if self._reading is None or not self._reading.alive:
                self._reading = Reading(LIMITS)
            return OpenDocument("attachment", data, LIMITS, reading=self._reading)


_desk = _Desk()


def may_hold(text: bytes) -> bool:
    """Whether a body, as JSON, may hold a document: quick, and right where it says no."""
    return b";base64," in text or any(b'"%s"' % key.encode() in text for key in OPAQUE)


def _cuts(page: Page, find: Find, known: Sequence[str]) -> list[Cut]:
    ranges = [(f.start, f.end) for f in find(page.text)] if page.text else []
    ranges += [span for value in known if is_telling(value) for span in places(value, page.text)]
    return [Cut(start, end, _LABEL) for start, end in _apart(ranges)]


def _apart(ranges: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The ranges in order, those that overlap as one."""
    open_start = open_end = -1
    for start, end in sorted(ranges):
        if start < open_end:
            open_end = max(open_end, end)
            continue
        if open_start >= 0:
            yield open_start, open_end
        open_start, open_end = start, end
    if open_start >= 0:
        yield open_start, open_end


def _coded(value: Any, key: str = "") -> Iterator[str]:
    """Texts of the body that may be a document in base64, each once."""
    seen: set[str] = set()
    stack: list[tuple[str, Any]] = [(key, value)]
    while stack:
        key, one = stack.pop()
        if isinstance(one, dict):
            stack += one.items()
        elif isinstance(one, list):
            stack += [(key, item) for item in one]
        elif isinstance(one, str) and one not in seen and _may_be_coded(key, one):
            seen.add(one)
            yield one
            if len(seen) == MOST_PARTS:
                return


def _may_be_coded(key: str, text: str) -> bool:
    return len(text) > _HEAD and (key in OPAQUE or _DATA_URL.match(text) is not None)


def _decoded(letters: str) -> bytes | None:
    letters = "".join(letters.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(letters + "=" * (-len(letters) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _replaced(value: Any, new: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(one, new) for key, one in value.items()}
    if isinstance(value, list):
        return [_replaced(one, new) for one in value]
    return new.get(value, value) if isinstance(value, str) else value


def _put_back(value: Any, masked: Any, new: dict[str, str]) -> Any:
    """The masked value with what was left apart; names may have changed, the order has not."""
    if isinstance(value, dict) and isinstance(masked, dict):
        if len(value) != len(masked):
            raise InputInvalid(
                "Two fields of the request have the same name once personal data is taken out of "
                "their names. Nothing was sent. Name them otherwise."
            )
        pairs = zip(value.values(), masked.items(), strict=True)
        return {name: _put_back(one, other, new) for one, (name, other) in pairs}
    if isinstance(value, list) and isinstance(masked, list):
        return [_put_back(one, other, new) for one, other in zip(value, masked, strict=True)]
    return new.get(value, masked) if isinstance(value, str) else masked
