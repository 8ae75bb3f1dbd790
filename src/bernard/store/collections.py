"""Collections of documents, each of them somebody's."""

from __future__ import annotations

import time
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, update

from bernard.errors import InputInvalid, NotFound
from bernard.store.sql import new_id, upsert
from bernard.store.tables import collections


class Collection(NamedTuple):
    """A named set of documents with one owner."""

    id: str
    owner: str
    name: str
    created: float


def create(c: Connection, owner: str, name: str) -> Collection:
    """A new, empty collection.

    Raises:
        InputInvalid: the owner has one of that name.
    """
    new = Collection(new_id(), owner, name, time.time())
    added = c.scalar(
        upsert(c, collections)
        .values(new._asdict())
        .on_conflict_do_nothing(index_elements=["owner", "name"])
        .returning(collections.c.id)
    )
    if added is None:
        raise InputInvalid(f"You have a collection called {name!r} already. Choose another name.")
    return new


def get(c: Connection, id: str) -> Collection:
    """The collection with this id.

    Raises:
        NotFound: there is none.
    """
    row = c.execute(select(collections).where(collections.c.id == id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no collection {id!r}. It may have been deleted.")
    return Collection(*row)


def by_name(c: Connection, owner: str, name: str) -> Collection | None:
    """The owner's collection of this name."""
    query = select(collections).where(collections.c.owner == owner, collections.c.name == name)
    row = c.execute(query).one_or_none()
    return Collection(*row) if row else None


def of_owner(c: Connection, owner: str) -> list[Collection]:
    """Everything this account owns, by name."""
    query = select(collections).where(collections.c.owner == owner).order_by(collections.c.name)
    return [Collection(*row) for row in c.execute(query)]


def rename(c: Connection, id: str, name: str) -> None:
    """Give the collection another name.

    Raises:
        NotFound: there is no such collection.
        InputInvalid: its owner has another of that name.
    """
    collection = get(c, id)
    other = by_name(c, collection.owner, name)
    if other and other.id != id:
        raise InputInvalid(f"You have a collection called {name!r} already. Choose another name.")
    c.execute(update(collections).where(collections.c.id == id).values(name=name))


def remove(c: Connection, id: str) -> None:
    """Delete the collection and all it holds.

    Take its passages out of the index first (`passages.ids_of_collection`), and let
    `files.remove_unused` delete the originals once this is committed.
    """
    c.execute(delete(collections).where(collections.c.id == id))
