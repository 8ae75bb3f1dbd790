"""A document's text, opened at the words that an answer or a search points to."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal
from urllib.parse import quote

from starlette.responses import Response

from bernard.errors import NotFound
from bernard.store import collections, documents, files, passages
from bernard.store.passages import DocumentText
from bernard.web.pages import owned
from bernard.web.visit import Visit

# A browser lays this much text out in a moment; longer documents are shown in parts.
WINDOW = 150_000
BEFORE_MARK = 20_000


@dataclass(frozen=True)
class Piece:
    """A stretch of the text, the start of a page, or marked words; `first` of the marked ones."""

    kind: Literal["text", "page", "mark"]
    text: str
    first: bool = False


def show(visit: Visit) -> Response:
    """The text that Bernard read, with what is known about the document."""
    document = owned.document(visit)
    with visit.bernard.store.read() as c:
        collection = collections.get(c, document.collection)
        inside = documents.children(c, document.id)
        original = files.has(c, document.sha256)
        try:
            text = passages.text_of(c, document.id)
        except NotFound:
            text = DocumentText("")
    mark = _mark(visit, len(text.text))
    start, end = _window(text.text, mark[0] if mark else visit.number("from") or 0)
    return visit.page(
        "document.html",
        document=document,
        collection=collection,
        inside=inside,
        original=original,
        pieces=cut(text, start, end, mark) if text.text else [],
        marked=mark is not None,
        asked=bool(visit.query("start")),
        earlier=max(0, start - WINDOW) if start else None,
        later=end if end < len(text.text) else None,
    )


def download(visit: Visit) -> Response:
    """The file as it was put in, never shown inside our own pages."""
    document = owned.document(visit)
    with visit.bernard.store.read() as c:
        data = files.get(c, document.sha256)
    name = quote(document.name.rpartition("/")[2], safe="")
    return Response(
        data,
        media_type="application/octet-stream",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


def cut(text: DocumentText, start: int, end: int, mark: tuple[int, int] | None) -> list[Piece]:
    """The text from `start` to `end` in pieces, split where pages begin and around the mark.

    >>> [p.kind for p in cut(DocumentText("One two three", ((0, "1"), (8, "2"))), 0, 13, (4, 10))]
    ['page', 'text', 'mark', 'page', 'mark', 'text']
    """
    labels = {at: label for at, label in text.pages if start <= at < end and label}
    stops = {start, end, *labels}
    if mark:
        stops |= {at for at in mark if start <= at <= end}
    edges = sorted(stops)
    pieces: list[Piece] = []
    first = True
    for here, after in pairwise(edges):
        if here in labels:
            pieces.append(Piece("page", page_name(labels[here])))
        marked = mark is not None and mark[0] <= here < mark[1]
        pieces.append(Piece("mark" if marked else "text", text.text[here:after], marked and first))
        first = first and not marked
    return pieces


def page_name(label: str) -> str:
    """What a page is called: bare numbers become `Page 3`, other labels stand for themselves."""
    return f"Page {label}" if label[:1].isdigit() else label


def _mark(visit: Visit, length: int) -> tuple[int, int] | None:
    start, end = visit.number("start"), visit.number("end")
    if start is None or end is None or not start < end <= length:
        return None
    return start, end


def _window(text: str, at: int) -> tuple[int, int]:
    if len(text) <= WINDOW:
        return 0, len(text)
    start = max(0, min(at, len(text) - 1) - BEFORE_MARK) if at else 0
    start = text.rfind("\n", 0, start) + 1 if start else 0
    return start, min(len(text), start + WINDOW)
