"""API tokens: a program shows one instead of a password. The store keeps the SHA-256."""

from __future__ import annotations

import hashlib
import secrets
import time

from sqlalchemy import Connection

from bernard.errors import InputInvalid, NotFound
from bernard.store import people
from bernard.store.database import Store
from bernard.store.people import Account

# The prefix lets scanners of source code find a token that was published by mistake.
PREFIX = "bernard_"
LONGEST_LABEL = 100
MOST_TOKENS = 50
_NOTE_USE_S = 60.0


def create(c: Connection, account: str, label: str) -> str:
    """A new token. It is shown this once and cannot be had again.

    Raises:
        InputInvalid: no label, one too long, or the account has too many tokens.
    """
    label = " ".join(label.split())
    if not label:
        raise InputInvalid("Enter a name for the token, such as the program that will use it.")
    if len(label) > LONGEST_LABEL:
        raise InputInvalid(f"Name must be {LONGEST_LABEL} characters or fewer.")
    if len(people.tokens_of(c, account)) >= MOST_TOKENS:
        raise InputInvalid(f"You have {MOST_TOKENS} tokens, the most. Revoke one first.")
    token = PREFIX + secrets.token_urlsafe(32)
    people.add_token(c, _hash(token), account, label)
    return token


def find(store: Store, token: str) -> Account | None:
    """The account that this token acts for.

    It writes once a minute at most, so that a call that only reads waits for no writer.
    """
    if not token.startswith(PREFIX):
        return None
    with store.read() as c:
        kept = people.token(c, _hash(token))
        account = people.get(c, kept.owner) if kept else None
    now = time.time()
    if kept and (kept.used is None or now - kept.used > _NOTE_USE_S):
        with store.write() as c:
            people.use_token(c, kept.hash, now)
    return account


def revoke(c: Connection, account: str, hash: str) -> None:
    """Take a token back.

    Raises:
        NotFound: the account has no such token.
    """
    if not people.remove_token(c, hash, account):
        raise NotFound("There is no such token. It may have been revoked already.")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
