"""Collections, documents and imports of the one who calls, and nobody else's.

Another owner's things are not found, in the words used where there is nothing, so that an id
tells a stranger nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from bernard.api.calls import Call
from bernard.errors import NotFound
from bernard.store import collections, documents
from bernard.store.collections import Collection
from bernard.store.documents import Document


def collection(call: Call, name: str) -> Collection:
    """The caller's collection of this id or name.

    Raises:
        NotFound: they have none such.
    """
    with call.bernard.store.read() as c:
        mine = collections.of_owner(c, call.account.id)
    for found in mine:
        if name in (found.id, found.name):
            return found
    raise NotFound(f"There is no collection {name!r}. It may have been deleted.")


def collection_ids(call: Call, names: Sequence[str]) -> list[str]:
    """The ids of these collections; of all that the caller has where none is named."""
    if names:
        return [collection(call, name).id for name in names]
    with call.bernard.store.read() as c:
        return [found.id for found in collections.of_owner(c, call.account.id)]


def document(call: Call, id: str) -> Document:
    """The caller's document of this id.

    Raises:
        NotFound: they have none such.
    """
    with call.bernard.store.read() as c:
        found = documents.get(c, id)
        if documents.owner_of(c, id) != call.account.id:
            raise NotFound(f"There is no document {id!r}. It may have been deleted.")
    return found
