"""The text taken from each document, and the passages it was split into."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from bernard.errors import NotFound
from bernard.store.sql import upsert
from bernard.store.tables import document_texts, documents, passages


class DocumentText(NamedTuple):
    """The text taken from a document, and the places in it.

    Attributes:
        pages: where each begins, and its label.
        headings: start, end and level of each.
    """

    text: str
    pages: tuple[tuple[int, str], ...] = ()
    headings: tuple[tuple[int, int, int], ...] = ()


class NewPassage(NamedTuple):
    """A passage to be kept: `text` is [start:end] of the document's text."""

    start: int
    end: int
    page: str
    heading: str
    text: str


class Passage(NamedTuple):
    """A passage that is kept."""

    id: int
    document: str
    collection: str
    start: int
    end: int
    page: str
    heading: str
    text: str


def replace(
    c: Connection, document: str, text: DocumentText, new: Sequence[NewPassage]
) -> list[int]:
    """Keep this text and these passages instead of the document's old ones; gives the new ids.

    Take the old passages (`ids_of`) out of the index first. Ids are never used twice.

    Raises:
        NotFound: the document was deleted meanwhile.
    """
    collection = c.scalar(select(documents.c.collection).where(documents.c.id == document))
    if collection is None:
        raise NotFound(f"There is no document {document!r}. It may have been deleted.")
    _replace_text(c, document, text)
    c.execute(delete(passages).where(passages.c.document == document))
    if not new:
        return []
    rows = [{**p._asdict(), "document": document, "collection": collection} for p in new]
    added = insert(passages).returning(passages.c.id, sort_by_parameter_order=True)
    return list(c.scalars(added, rows))


def text_of(c: Connection, document: str) -> DocumentText:
    """The text taken from the document.

    Raises:
        NotFound: none was taken (yet), or there is no such document.
    """
    row = c.execute(
        select(document_texts).where(document_texts.c.document == document)
    ).one_or_none()
    if row is None:
        raise NotFound(f"There is no text of document {document!r}. It may not be read yet.")
    pages = tuple((start, label) for start, label in json.loads(row.pages))
    headings = tuple((start, end, level) for start, end, level in json.loads(row.headings))
    return DocumentText(row.text, pages, headings)


def get_many(c: Connection, ids: Sequence[int]) -> dict[int, Passage]:
    """The passages with these ids that are there, by id."""
    rows = c.execute(select(passages).where(passages.c.id.in_(ids)))
    return {row.id: Passage(*row) for row in rows}


def of_document(c: Connection, document: str) -> list[Passage]:
    """The document's passages in their order."""
    query = select(passages).where(passages.c.document == document).order_by(passages.c.start)
    return [Passage(*row) for row in c.execute(query)]


def ids_of(c: Connection, documents: Sequence[str]) -> list[int]:
    """The ids of these documents' passages."""
    query = select(passages.c.id).where(passages.c.document.in_(documents))
    return list(c.scalars(query.order_by(passages.c.id)))


def ids_of_collection(c: Connection, collection: str) -> list[int]:
    """The ids of all the collection's passages."""
    query = select(passages.c.id).where(passages.c.collection == collection)
    return list(c.scalars(query.order_by(passages.c.id)))


def _replace_text(c: Connection, document: str, text: DocumentText) -> None:
    values = {
        "text": text.text,
        "pages": json.dumps(text.pages, ensure_ascii=False),
        "headings": json.dumps(text.headings),
    }
    c.execute(
        upsert(c, document_texts)
        .values(document=document, **values)
        .on_conflict_do_update(index_elements=["document"], set_=values)
    )
