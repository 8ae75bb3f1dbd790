"""The demo's one account, which every visitor is signed in to and nobody can sign in to by name."""

from __future__ import annotations

from bernard.store import people
from bernard.store.database import Store
from bernard.store.people import Account

NAME = "demo"


def account(store: Store) -> Account:
    """The demo's account, made where it is not there."""
    with store.read() as c:
        found = people.by_name(c, NAME)
    if found:
        return found
    with store.write() as c:
        return people.by_name(c, NAME) or people.create(c, NAME, password="", is_admin=False)
