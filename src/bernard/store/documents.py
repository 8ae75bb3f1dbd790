"""Documents: what was put in, what became of it, and whose it is."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Row, delete, func, select, update

from bernard.errors import NotFound
from bernard.store.sql import new_id, upsert
from bernard.store.tables import collections, documents


class Document(NamedTuple):
    """A document in a collection.

    Attributes:
        name: path inside the collection, / between folders; unique there.
        parent: the document that this one was inside (an archive, an e-mail), or None.
        sha256: of the original, under which `files` keeps it.
        state: `waiting`, `reading`, `ready` or `failed`.
        error: why it failed, in a sentence.
        notes: what was left out or uncertain, a sentence each.
    """

    id: str
    collection: str
    name: str
    parent: str | None
    media_type: str
    sha256: str
    size: int
    state: str
    error: str
    notes: tuple[str, ...]
    title: str
    added: float


def put(
    c: Connection,
    collection: str,
    name: str,
    *,
    media_type: str,
    sha256: str,
    size: int,
    parent: str | None = None,
) -> Document:
    """The document of this name, new or with a new original, waiting to be read.

    One that was there keeps its id, and its passages until `passages.replace`.
    """
    fresh = {
        "media_type": media_type,
        "sha256": sha256,
        "size": size,
        "parent": parent,
        "state": "waiting",
        "error": "",
        "notes": "[]",
        "added": time.time(),
    }
    row = c.execute(
        upsert(c, documents)
        .values(id=new_id(), collection=collection, name=name, title="", **fresh)
        .on_conflict_do_update(index_elements=["collection", "name"], set_=fresh)
        .returning(documents)
    ).one()
    return _document(row)


def get(c: Connection, id: str) -> Document:
    """The document with this id.

    Raises:
        NotFound: there is none.
    """
    row = c.execute(select(documents).where(documents.c.id == id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no document {id!r}. It may have been deleted.")
    return _document(row)


def get_many(c: Connection, ids: Sequence[str]) -> dict[str, Document]:
    """The documents with these ids that are there, by id."""
    rows = c.execute(select(documents).where(documents.c.id.in_(ids)))
    return {row.id: _document(row) for row in rows}


def by_name(c: Connection, collection: str, name: str) -> Document | None:
    """The document of this name in the collection."""
    query = select(documents).where(documents.c.collection == collection, documents.c.name == name)
    row = c.execute(query).one_or_none()
    return _document(row) if row else None


def in_collection(
    c: Connection,
    collection: str,
    *,
    state: str | None = None,
    after: str = "",
    limit: int | None = None,
) -> list[Document]:
    """The collection's documents by name, from the one after the name `after` on."""
    query = select(documents).where(documents.c.collection == collection, documents.c.name > after)
    if state:
        query = query.where(documents.c.state == state)
    return [_document(row) for row in c.execute(query.order_by(documents.c.name).limit(limit))]


def counts(c: Connection, collection: str) -> dict[str, int]:
    """How many of the collection's documents are in each state that any is in."""
    query = (
        select(documents.c.state, func.count())
        .where(documents.c.collection == collection)
        .group_by(documents.c.state)
    )
    return {str(row[0]): int(row[1]) for row in c.execute(query)}


def children(c: Connection, id: str) -> list[Document]:
    """The documents that were inside this one, by name."""
    query = select(documents).where(documents.c.parent == id).order_by(documents.c.name)
    return [_document(row) for row in c.execute(query)]


def set_state(
    c: Connection,
    id: str,
    state: str,
    *,
    error: str = "",
    notes: Sequence[str] = (),
    title: str | None = None,
    media_type: str = "",
) -> None:
    """Say what became of the document; its error and notes are replaced."""
    values: dict[str, object] = {
        "state": state,
        "error": error,
        "notes": json.dumps(list(notes), ensure_ascii=False),
    }
    if title is not None:
        values["title"] = title
    if media_type:
        values["media_type"] = media_type
    c.execute(update(documents).where(documents.c.id == id).values(values))


def remove(c: Connection, id: str) -> list[str]:
    """Delete the document and those inside it; gives the SHA-256 of their originals.

    Take their passages out of the index first (`passages.ids_of` of `family`), and hand the
    originals to `files.remove_unused` once this is committed.
    """
    ids = family(c, id)
    originals = c.scalars(select(documents.c.sha256).where(documents.c.id.in_(ids))).all()
    c.execute(delete(documents).where(documents.c.id == id))
    return sorted(set(originals))


def family(c: Connection, id: str) -> list[str]:
    """The document's id and the ids of all that was inside it, at any depth."""
    found = [id]
    generation = [id]
    while generation:
        query = select(documents.c.id).where(documents.c.parent.in_(generation))
        generation = [child for child in c.scalars(query) if child not in found]
        found += generation
    return found


def ancestors(c: Connection, document: Document) -> list[str]:
    """The ids of the documents that this one was inside, the nearest first."""
    found: list[str] = []
    parent = document.parent
    while parent and parent not in found:
        found.append(parent)
        parent = c.scalar(select(documents.c.parent).where(documents.c.id == parent))
    return found


def owner_of(c: Connection, id: str) -> str:
    """The account that owns the document.

    Raises:
        NotFound: there is no such document.
    """
    query = (
        select(collections.c.owner)
        .join(documents, documents.c.collection == collections.c.id)
        .where(documents.c.id == id)
    )
    owner = c.scalar(query)
    if owner is None:
        raise NotFound(f"There is no document {id!r}. It may have been deleted.")
    return str(owner)


def _document(row: Row[tuple[object, ...]]) -> Document:
    values = dict(row._mapping)
    values["notes"] = tuple(json.loads(values["notes"]))
    return Document(**values)
