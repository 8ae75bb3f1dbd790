"""Coming in: the first account, signing in, and a new password."""

from __future__ import annotations

import unicodedata

from sqlalchemy import Connection

from bernard.accounts import limits, sessions
from bernard.accounts.passwords import check_new_password, hash_password, verify_password
from bernard.accounts.unlocked import COMMAND_LINE, DEMO
from bernard.errors import Forbidden, InputInvalid
from bernard.store import people
from bernard.store.database import Store
from bernard.store.people import Account

LONGEST_NAME = 100
WRONG = "The name or the password is not right. Check both and try again."


def is_first_run(store: Store) -> bool:
    """Whether nobody has an account that a password opens yet."""
    with store.read() as c:
        return not _can_sign_in(c)


def create_first(store: Store, name: str, password: str) -> Account:
    """The first account, which looks after the others.

    Raises:
        InputInvalid: the name or password will not do.
        Forbidden: somebody has an account already.
    """
    name = check_name(name)
    check_new_password(password, name)
    kept = hash_password(password)
    with store.write(durable=True) as c:
        if _can_sign_in(c):
            raise Forbidden("Bernard has been set up already. Sign in instead.")
        return people.create(c, name, kept, is_admin=True)


def create(store: Store, name: str, password: str) -> Account:
    """One more account.

    Raises:
        InputInvalid: the name or password will not do, or the name is taken.
    """
    name = check_name(name)
    check_new_password(password, name)
    kept = hash_password(password)
    with store.write(durable=True) as c:
        return people.create(c, name, kept)


def sign_in(store: Store, name: str, password: str, address: str, hours: float) -> str:
    """Sign a browser in; gives the value for its cookie.

    The message and the time taken are the same for a wrong name and a wrong password.

    Raises:
        InputInvalid: the name or the password is not right.
        TooManyAttempts: too many were tried.
    """
    name = fold_name(name)
    with store.write() as c:
        limits.count_attempt(c, name, address)
        account = people.by_name(c, name)
    if not verify_password(password, account.password if account else "") or account is None:
        raise InputInvalid(WRONG)
    with store.write() as c:
        people.remove_attempts(c, name)
        return sessions.begin(c, account.id, hours)


def change_password(store: Store, who: sessions.SignedIn, old: str, new: str, address: str) -> None:
    """Take the new password, and sign the account out everywhere else.

    Raises:
        InputInvalid: the old one is wrong, or the new one will not do.
        TooManyAttempts: the old one was guessed at too often.
    """
    with store.write() as c:
        limits.count_attempt(c, who.account.name, address)
    if not verify_password(old, who.account.password):
        raise InputInvalid("Your current password is not right.")
    check_new_password(new, who.account.name)
    kept = hash_password(new)
    with store.write(durable=True) as c:
        people.set_password(c, who.account.id, kept)
        people.remove_attempts(c, who.account.name)
        sessions.end_all(c, who.account.id, keep=who.hash)


def check_name(name: str) -> str:
    """A new account's name as it is kept.

    Raises:
        InputInvalid: empty, too long, or with characters that cannot be seen.
    """
    name = fold_name(name)
    if not name:
        raise InputInvalid("Enter a name.")
    if len(name) > LONGEST_NAME:
        raise InputInvalid(f"Name must be {LONGEST_NAME} characters or fewer.")
    if name in (COMMAND_LINE, DEMO):
        raise InputInvalid(f"The name {name!r} is Bernard's own. Choose another.")
    if not name.isprintable():
        raise InputInvalid("Name must not hold characters that cannot be seen.")
    return name


def fold_name(name: str) -> str:
    """A name as it is compared: capitals, stray spaces and ways of writing accents are one."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _can_sign_in(c: Connection) -> bool:
    return any(account.password for account in people.everyone(c))
