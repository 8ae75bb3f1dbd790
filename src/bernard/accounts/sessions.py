"""Sessions: a browser holds a random value in a cookie, the store its SHA-256."""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import NamedTuple

from sqlalchemy import Connection

from bernard.store import people
from bernard.store.people import Account

# An attempt is counted for 15 minutes (`limits`); after a day nobody has a use for it.
_FORGET_ATTEMPTS_S = 24 * 3600


class SignedIn(NamedTuple):
    """A browser that is signed in.

    Attributes:
        hash: names the session in the store.
        csrf: what every form of this session carries.
    """

    account: Account
    hash: str
    csrf: str


def begin(c: Connection, account: str, hours: float) -> str:
    """Sign a browser in; gives the value for its cookie. Sessions that ran out are forgotten."""
    now = time.time()
    people.forget_before(c, now, now - _FORGET_ATTEMPTS_S)
    cookie = secrets.token_urlsafe(32)
    people.add_session(c, _hash(cookie), account, secrets.token_urlsafe(32), now + hours * 3600)
    return cookie


def find(c: Connection, cookie: str) -> SignedIn | None:
    """Who holds this cookie, if their session has not ended."""
    session = people.session(c, _hash(cookie), time.time()) if cookie else None
    if session is None:
        return None
    return SignedIn(people.get(c, session.owner), session.hash, session.csrf)


def end(c: Connection, cookie: str) -> None:
    """Sign this browser out."""
    people.remove_session(c, _hash(cookie))


def end_all(c: Connection, account: str, keep: str = "") -> None:
    """Sign the account out everywhere, but in the session whose hash is `keep`."""
    people.remove_sessions(c, account, keep)


def _hash(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
