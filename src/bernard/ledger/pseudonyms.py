"""Staff in the log: a pseudonym that changes every month, so that nobody can be followed for longer.

The secret of a month is kept until the end of the month after it, so that the body can still answer
who decided; then it is destroyed, and nobody can.
"""

from __future__ import annotations

import datetime
import hmac
import secrets

from sqlalchemy import Connection

from bernard.store import entries, private

_SHOWN = 16


def pseudonym(c: Connection, account: str, at: float) -> str:
    """What a member of staff is called in entries of this month. The transaction must write."""
    entries.lock(c)
    month = _month(at)
    secret = private.staff_secret(c, month)
    if not secret:
        private.forget_staff_secrets(c, kept_from(at))
        secret = secrets.token_hex(32)
        private.set_staff_secret(c, month, secret)
    return _pseudonym(secret, account)


def whose(c: Connection, by: str, accounts: list[str], at: float) -> str:
    """Which of these accounts a pseudonym of that month stands for; empty where nobody can say."""
    secret = private.staff_secret(c, _month(at))
    found = (one for one in accounts if secret and _pseudonym(secret, one) == by)
    return next(found, "")


def forget_old(c: Connection, now: float) -> int:
    """Destroy the secrets of months before the last; gives how many."""
    return private.forget_staff_secrets(c, kept_from(now))


def _pseudonym(secret: str, account: str) -> str:
    mac = hmac.digest(bytes.fromhex(secret), account.encode(), "sha256")
    return f"p-{mac.hex()[:_SHOWN]}"


def _month(at: float) -> str:
    return datetime.datetime.fromtimestamp(at, datetime.UTC).strftime("%Y-%m")


def kept_from(at: float) -> str:
    """The first month whose secret is still kept at this time."""
    first = datetime.datetime.fromtimestamp(at, datetime.UTC).replace(day=1)
    return (first - datetime.timedelta(days=1)).strftime("%Y-%m")
