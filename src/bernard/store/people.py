"""Accounts, and what they sign in with. The rules about these are in `bernard.accounts`."""

from __future__ import annotations

import time
from typing import NamedTuple

from sqlalchemy import Connection, delete, false, func, insert, or_, select, update

from bernard.errors import InputInvalid, NotFound
from bernard.store.sql import new_id, upsert
from bernard.store.tables import accounts, sessions, sign_in_attempts, tokens


class Account(NamedTuple):
    """Somebody who may sign in; `password` is a hash, empty where none opens it."""

    id: str
    name: str
    password: str
    is_admin: bool
    created: float


class Session(NamedTuple):
    """A browser that is signed in; `hash` is the SHA-256 of its cookie."""

    hash: str
    owner: str
    csrf: str
    created: float
    expires: float


class Token(NamedTuple):
    """A program that may act for the owner; `hash` is the SHA-256 of its token."""

    hash: str
    owner: str
    label: str
    created: float
    used: float | None


def create(c: Connection, name: str, password: str, *, is_admin: bool = False) -> Account:
    """A new account.

    Raises:
        InputInvalid: the name is taken.
    """
    new = Account(new_id(), name, password, is_admin, time.time())
    added = c.scalar(
        upsert(c, accounts)
        .values(new._asdict())
        .on_conflict_do_nothing(index_elements=["name"])
        .returning(accounts.c.id)
    )
    if added is None:
        raise InputInvalid(f"The name {name!r} is taken. Choose another.")
    return new


def get(c: Connection, id: str) -> Account:
    """The account with this id.

    Raises:
        NotFound: there is none.
    """
    row = c.execute(select(accounts).where(accounts.c.id == id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no account {id!r}. It may have been deleted.")
    return Account(*row)


def by_name(c: Connection, name: str) -> Account | None:
    """The account of this name."""
    row = c.execute(select(accounts).where(accounts.c.name == name)).one_or_none()
    return Account(*row) if row else None


def everyone(c: Connection) -> list[Account]:
    """Every account, by name."""
    return [Account(*row) for row in c.execute(select(accounts).order_by(accounts.c.name))]


def set_password(c: Connection, id: str, password: str) -> None:
    """Keep another password hash."""
    c.execute(update(accounts).where(accounts.c.id == id).values(password=password))


def remove(c: Connection, id: str) -> None:
    """Delete the account and everything it owns, as `collections.remove` says."""
    c.execute(delete(accounts).where(accounts.c.id == id))


def add_session(c: Connection, hash: str, owner: str, csrf: str, expires: float) -> Session:
    """Sign a browser in."""
    new = Session(hash, owner, csrf, time.time(), expires)
    c.execute(insert(sessions).values(new._asdict()))
    return new


def session(c: Connection, hash: str, now: float) -> Session | None:
    """The session of this cookie, if it has not run out."""
    query = select(sessions).where(sessions.c.hash == hash, sessions.c.expires > now)
    row = c.execute(query).one_or_none()
    return Session(*row) if row else None


def remove_session(c: Connection, hash: str) -> None:
    """Sign a browser out."""
    c.execute(delete(sessions).where(sessions.c.hash == hash))


def remove_sessions(c: Connection, owner: str, keep: str = "") -> None:
    """Sign the account out everywhere but in the session `keep`."""
    c.execute(delete(sessions).where(sessions.c.owner == owner, sessions.c.hash != keep))


def forget_before(c: Connection, now: float, attempts_before: float) -> None:
    """Delete sessions that have run out and sign-in attempts older than that."""
    c.execute(delete(sessions).where(sessions.c.expires <= now))
    c.execute(delete(sign_in_attempts).where(sign_in_attempts.c.at < attempts_before))


def add_token(c: Connection, hash: str, owner: str, label: str) -> Token:
    """Let a program in."""
    new = Token(hash, owner, label, time.time(), None)
    c.execute(insert(tokens).values(new._asdict()))
    return new


def token(c: Connection, hash: str) -> Token | None:
    """The token with this hash."""
    row = c.execute(select(tokens).where(tokens.c.hash == hash)).one_or_none()
    return Token(*row) if row else None


def tokens_of(c: Connection, owner: str) -> list[Token]:
    """The account's tokens, oldest first."""
    query = select(tokens).where(tokens.c.owner == owner).order_by(tokens.c.created)
    return [Token(*row) for row in c.execute(query)]


def use_token(c: Connection, hash: str, now: float) -> None:
    """Note when the token was last used."""
    c.execute(update(tokens).where(tokens.c.hash == hash).values(used=now))


def remove_token(c: Connection, hash: str, owner: str) -> bool:
    """Take a program's token away; False where the account has none such."""
    mine = delete(tokens).where(tokens.c.hash == hash, tokens.c.owner == owner)
    return bool(c.execute(mine).rowcount)


def add_attempt(c: Connection, name: str, address: str, at: float) -> None:
    """Note that somebody failed to sign in."""
    c.execute(insert(sign_in_attempts).values(name=name[:100], address=address[:64], at=at))


def attempts_since(c: Connection, since: float, *, name: str = "", address: str = "") -> int:
    """How often somebody failed to sign in with this name or from this address."""
    who = or_(
        sign_in_attempts.c.name == name[:100] if name else false(),
        sign_in_attempts.c.address == address[:64] if address else false(),
    )
    query = select(func.count()).select_from(sign_in_attempts)
    return c.scalar(query.where(who, sign_in_attempts.c.at >= since)) or 0


def remove_attempts(c: Connection, name: str) -> None:
    """Forget the failed attempts with this name, once it has signed in."""
    c.execute(delete(sign_in_attempts).where(sign_in_attempts.c.name == name[:100]))
