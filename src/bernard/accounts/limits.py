"""How often somebody may guess a password: counted in the store, so across processes too."""

from __future__ import annotations

import time

from sqlalchemy import Connection

from bernard.errors import TooManyAttempts
from bernard.store import people

WINDOW_S = 15 * 60
# By name, against many machines that guess at one account; by address, against one machine that
# tries many accounts. An office behind one address needs more room than one person.
MOST_BY_NAME = 10
MOST_BY_ADDRESS = 50


def count_attempt(c: Connection, name: str, address: str) -> None:
    """Count an attempt before it is tried, so that many at once cannot slip through.

    Raises:
        TooManyAttempts: there were too many in the last quarter of an hour.
    """
    now = time.time()
    by_name = people.attempts_since(c, now - WINDOW_S, name=name)
    by_address = people.attempts_since(c, now - WINDOW_S, address=address)
    if by_name >= MOST_BY_NAME or by_address >= MOST_BY_ADDRESS:
        raise TooManyAttempts("Too many attempts to sign in. Wait 15 minutes and try again.")
    people.add_attempt(c, name, address, now)
