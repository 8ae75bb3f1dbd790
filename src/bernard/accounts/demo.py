"""The demo's one account, which every visitor is signed in to and nobody can sign in to by name."""

from __future__ import annotations

from bernard.accounts.unlocked import DEMO, unlocked
from bernard.store.database import Store
from bernard.store.people import Account


def account(store: Store) -> Account:
    """The demo's account, made where it is not there."""
    return unlocked(store, DEMO)
