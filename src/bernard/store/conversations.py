"""Conversations, and their turns: each a question and what became of it.

A turn is kept before it is answered. A worker claims it for a while (a lease) and renews that as
it writes; when the worker dies, the lease runs out and another claims the turn.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from bernard.errors import NotFound
from bernard.store.sql import new_id, now
from bernard.store.tables import conversations, turns

MAX_ATTEMPTS = 3
_GIVEN_UP = "Bernard stopped each time it tried to answer this. Ask again in other words."


class Conversation(NamedTuple):
    """Questions about some collections, asked by their owner."""

    id: str
    owner: str
    title: str
    created: float
    collections: tuple[str, ...]


class Turn(NamedTuple):
    """A question and its answer.

    Attributes:
        number: place in the conversation, from 0.
        state: `waiting`, `writing`, `done` or `failed`.
        draft: what is written so far.
        answer: JSON of the finished answer.
        error: why it failed, in a sentence.
        worker: who is answering it, until `lease` (seconds since 1970).
        attempts: how often it was begun.
    """

    id: str
    conversation: str
    number: int
    question: str
    state: str
    draft: str
    answer: str | None
    error: str
    worker: str
    lease: float
    attempts: int
    asked: float


def create(c: Connection, owner: str, title: str, collections: Sequence[str]) -> Conversation:
    """A new conversation without turns."""
    new = Conversation(new_id(), owner, title, time.time(), tuple(collections))
    c.execute(
        insert(conversations).values(new._asdict() | {"collections": json.dumps(new.collections)})
    )
    return new


def get(c: Connection, id: str) -> Conversation:
    """The conversation with this id.

    Raises:
        NotFound: there is none.
    """
    row = c.execute(select(conversations).where(conversations.c.id == id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no conversation {id!r}. It may have been deleted.")
    return _conversation(row)


def of_owner(
    c: Connection, owner: str, *, limit: int | None = None, offset: int = 0
) -> list[Conversation]:
    """The account's conversations, newest first."""
    query = (
        select(conversations)
        .where(conversations.c.owner == owner)
        .order_by(conversations.c.created.desc(), conversations.c.id)
        .limit(limit)
        .offset(offset)
    )
    return [_conversation(row) for row in c.execute(query)]


def rename(c: Connection, id: str, title: str) -> None:
    """Give the conversation another title."""
    c.execute(update(conversations).where(conversations.c.id == id).values(title=title))


def remove(c: Connection, id: str) -> None:
    """Delete the conversation and its turns."""
    c.execute(delete(conversations).where(conversations.c.id == id))


def add_turn(c: Connection, conversation: str, question: str) -> Turn:
    """Keep the next question, waiting to be answered.

    Raises:
        NotFound: there is no such conversation.
    """
    # Held, so that two questions sent at once get different numbers.
    held = select(conversations.c.id).where(conversations.c.id == conversation).with_for_update()
    if c.scalar(held) is None:
        raise NotFound(f"There is no conversation {conversation!r}. It may have been deleted.")
    newest = c.scalar(select(func.max(turns.c.number)).where(turns.c.conversation == conversation))
    row = c.execute(
        insert(turns)
        .values(
            id=new_id(),
            conversation=conversation,
            number=0 if newest is None else newest + 1,
            question=question,
            state="waiting",
            asked=time.time(),
        )
        .returning(turns)
    ).one()
    return _turn(row)


def turn(c: Connection, id: str) -> Turn:
    """The turn with this id.

    Raises:
        NotFound: there is none.
    """
    row = c.execute(select(turns).where(turns.c.id == id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no question {id!r}. It may have been deleted.")
    return _turn(row)


def turns_of(c: Connection, conversation: str) -> list[Turn]:
    """The conversation's turns in their order."""
    query = select(turns).where(turns.c.conversation == conversation).order_by(turns.c.number)
    return [_turn(row) for row in c.execute(query)]


def owner_of_turn(c: Connection, id: str) -> str:
    """The account whose question this is.

    Raises:
        NotFound: there is no such turn.
    """
    query = (
        select(conversations.c.owner)
        .join(turns, turns.c.conversation == conversations.c.id)
        .where(turns.c.id == id)
    )
    owner = c.scalar(query)
    if owner is None:
        raise NotFound(f"There is no question {id!r}. It may have been deleted.")
    return str(owner)


def any_free(c: Connection) -> bool:
    """Whether there may be a turn to claim; asking needs no `Store.write`, claiming does."""
    return c.scalar(select(turns.c.id).where(_free(c)).limit(1)) is not None


def claim(c: Connection, worker: str, lease_s: float) -> Turn | None:
    """The oldest turn that nobody is answering, now this worker's for `lease_s` seconds.

    A conversation's turns are answered one after the other. One whose worker died
    `MAX_ATTEMPTS` times fails, so that it cannot hold up the rest for ever.
    """
    at = now(c)
    c.execute(
        update(turns)
        .where(_free(c), turns.c.attempts >= MAX_ATTEMPTS)
        .values(state="failed", error=_GIVEN_UP, worker="", lease=0.0)
    )
    earlier = turns.alias()
    answered = earlier.c.state.in_(("done", "failed"))
    same = and_(earlier.c.conversation == turns.c.conversation, earlier.c.number < turns.c.number)
    first = ~select(earlier.c.id).where(same, ~answered).exists()
    oldest = (
        select(turns.c.id)
        .where(_free(c), first)
        .order_by(turns.c.asked)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = c.execute(
        update(turns)
        .where(turns.c.id == oldest.scalar_subquery())
        .values(
            state="writing",
            worker=worker,
            lease=at + lease_s,
            attempts=turns.c.attempts + 1,
            draft="",
        )
        .returning(turns)
    ).one_or_none()
    return _turn(row) if row else None


def write_draft(c: Connection, id: str, worker: str, draft: str, lease_s: float) -> bool:
    """Keep what is written so far and renew the lease; False where the turn is no longer ours."""
    return _update(c, id, worker, draft=draft, lease=now(c) + lease_s)


def finish(c: Connection, id: str, worker: str, answer: str) -> bool:
    """Keep the answer (JSON); False where the turn is no longer ours, and nothing was kept."""
    return _update(c, id, worker, state="done", answer=answer, draft="", worker="", lease=0.0)


def fail(c: Connection, id: str, worker: str, error: str) -> bool:
    """Say why there is no answer; False where the turn is no longer ours."""
    return _update(c, id, worker, state="failed", error=error, worker="", lease=0.0)


def hand_back(c: Connection, id: str, worker: str) -> bool:
    """Leave the turn to another worker at once: this one is stopping."""
    return _update(
        c, id, worker, state="waiting", worker="", lease=0.0, attempts=turns.c.attempts - 1
    )


def _update(c: Connection, id: str, held_by: str, /, **values: Any) -> bool:
    mine = and_(turns.c.id == id, turns.c.worker == held_by, turns.c.state == "writing")
    return bool(c.execute(update(turns).where(mine).values(values)).rowcount)


def _free(c: Connection) -> ColumnElement[bool]:
    return or_(turns.c.state == "waiting", and_(turns.c.state == "writing", turns.c.lease < now(c)))


def _conversation(row: Row[Any]) -> Conversation:
    return Conversation(**{**row._mapping, "collections": tuple(json.loads(row.collections))})


def _turn(row: Row[Any]) -> Turn:
    return Turn(**row._mapping)
