"""What belongs to the person who asks. Somebody else's is not found, as if it were not there."""

from __future__ import annotations

from collections.abc import Sequence

from bernard.errors import InputInvalid, NotFound
from bernard.store import collections, conversations, documents
from bernard.store.collections import Collection
from bernard.store.conversations import Conversation, Turn
from bernard.store.documents import Document
from bernard.web.visit import Visit

FIRST_COLLECTION = "My documents"


def document(visit: Visit) -> Document:
    """The person's document that the path names.

    Raises:
        NotFound: they have none such.
    """
    with visit.bernard.store.read() as c:
        found = documents.get(c, visit.part("id"))
        if documents.owner_of(c, found.id) != visit.account.id:
            raise NotFound(f"There is no document {found.id!r}. It may have been deleted.")
        return found


def collection(visit: Visit, id: str = "") -> Collection:
    """The person's collection that the path names, or the one with this id.

    Raises:
        NotFound: they have none such.
    """
    with visit.bernard.store.read() as c:
        found = collections.get(c, id or visit.part("id"))
    if found.owner != visit.account.id:
        raise NotFound(f"There is no collection {found.id!r}. It may have been deleted.")
    return found


def conversation(visit: Visit) -> Conversation:
    """The person's conversation that the path names.

    Raises:
        NotFound: they have none such.
    """
    with visit.bernard.store.read() as c:
        found = conversations.get(c, visit.part("id"))
    if found.owner != visit.account.id:
        raise NotFound(f"There is no conversation {found.id!r}. It may have been deleted.")
    return found


def turn(visit: Visit) -> Turn:
    """The person's question that the path names.

    Raises:
        NotFound: they have none such.
    """
    with visit.bernard.store.read() as c:
        found = conversations.turn(c, visit.part("id"))
        if conversations.owner_of_turn(c, found.id) != visit.account.id:
            raise NotFound(f"There is no question {found.id!r}. It may have been deleted.")
        return found


def all_collections(visit: Visit) -> list[Collection]:
    """The person's collections, by name."""
    with visit.bernard.store.read() as c:
        return collections.of_owner(c, visit.account.id)


def chosen(visit: Visit, ids: Sequence[str]) -> list[str]:
    """Those of the person's collections that have these ids; all of them where none is chosen.

    Raises:
        InputInvalid: one of them is not theirs.
    """
    mine = [collection.id for collection in all_collections(visit)]
    if not set(ids) <= set(mine):
        raise InputInvalid("One of the collections is not there any more. Choose again.")
    return [id for id in mine if id in ids] if ids else mine
