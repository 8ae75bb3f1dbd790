"""Consultations: who takes part, the parts that are kept of each, changes and decisions."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from bernard.errors import ConsultationChanged, NotFound
from bernard.store.sql import new_id, upsert
from bernard.store.tables import (
    accounts,
    consultation_changes,
    consultation_decisions,
    consultation_parts,
    consultation_people,
    consultations,
)

_GONE = "There is no consultation {!r} here that you take part in."


class Kept(NamedTuple):
    """A consultation.

    Attributes:
        name: of its file.
        state: `reading`, `review` (a person looks at the columns), `running`, `ready` or `failed`.
        error: why it failed, one sentence.
        version: counts all that changes what pages show.
    """

    id: str
    title: str
    name: str
    state: str
    error: str
    version: int
    created: float


class Person(NamedTuple):
    """Who takes part, and as what: `lead`, `analyst`, `checker` or `viewer`."""

    account: str
    name: str
    role: str


class KeptChange(NamedTuple):
    """A change to the framework of a question; `body` is JSON."""

    number: int
    at: float
    by: str
    body: str


class KeptDecision(NamedTuple):
    """What a person decided of a response; `body` is JSON."""

    id: int
    response: int
    at: float
    by: str
    body: str


def create(c: Connection, lead: str, title: str, name: str) -> Kept:
    """Keep a new consultation, with this account as its lead."""
    new = Kept(new_id(), title, name, "reading", "", 0, time.time())
    c.execute(insert(consultations).values(new._asdict()))
    set_role(c, new.id, lead, "lead")
    return new


def get(c: Connection, id: str) -> Kept:
    """The consultation.

    Raises:
        NotFound: there is none (any more).
    """
    row = c.execute(select(consultations).where(consultations.c.id == id)).one_or_none()
    if row is None:
        raise NotFound(_GONE.format(id))
    return Kept(**row._mapping)


def of_account(c: Connection, account: str) -> list[tuple[Kept, str]]:
    """The consultations that the account takes part in, newest first, and its role in each."""
    people = consultation_people.c
    query = (
        select(consultations, people.role)
        .join(consultation_people, people.consultation == consultations.c.id)
        .where(people.account == account)
        .order_by(consultations.c.created.desc(), consultations.c.id)
    )
    return [(_kept(row), row.role) for row in c.execute(query)]


def change(c: Connection, id: str, values: Mapping[str, Any]) -> None:
    """Change some of its columns; its version counts on."""
    more = {"version": consultations.c.version + 1}
    c.execute(update(consultations).where(consultations.c.id == id).values({**values, **more}))


def move(c: Connection, id: str, old: Sequence[str], new: str) -> bool:
    """Give it a new state if it has one of the old; False where it has another."""
    here = (consultations.c.id == id) & consultations.c.state.in_(old)
    values = {"state": new, "error": "", "version": consultations.c.version + 1}
    return bool(c.execute(update(consultations).where(here).values(values)).rowcount)


def remove(c: Connection, id: str) -> None:
    """Delete it and all that is kept of it."""
    c.execute(delete(consultations).where(consultations.c.id == id))


def role_of(c: Connection, id: str, account: str) -> str:
    """What the account takes part as.

    Raises:
        NotFound: it does not take part, or there is no such consultation; a stranger is not told which.
    """
    t = consultation_people.c
    role: str | None = c.scalar(
        select(t.role).where((t.consultation == id) & (t.account == account))
    )
    if role is None:
        raise NotFound(_GONE.format(id))
    return role


def people(c: Connection, id: str) -> list[Person]:
    """Who takes part, by name."""
    t = consultation_people.c
    query = (
        select(t.account, accounts.c.name, t.role)
        .join(accounts, accounts.c.id == t.account)
        .where(t.consultation == id)
    )
    return [Person(*row) for row in c.execute(query.order_by(accounts.c.name))]


def set_role(c: Connection, id: str, account: str, role: str) -> None:
    """Let an account take part, or change what it takes part as."""
    new = upsert(c, consultation_people).values(consultation=id, account=account, role=role)
    c.execute(
        new.on_conflict_do_update(
            index_elements=["consultation", "account"], set_={"role": new.excluded.role}
        )
    )


def leave(c: Connection, id: str, account: str) -> None:
    """Let an account take part no more."""
    t = consultation_people.c
    c.execute(delete(consultation_people).where((t.consultation == id) & (t.account == account)))


def put_part(c: Connection, id: str, name: str, data: bytes) -> None:
    """Keep a part; one of that name is replaced."""
    new = upsert(c, consultation_parts).values(consultation=id, name=name, data=data)
    c.execute(
        new.on_conflict_do_update(
            index_elements=["consultation", "name"], set_={"data": new.excluded.data}
        )
    )


def part(c: Connection, id: str, name: str) -> bytes | None:
    """A part, None where there is none of that name."""
    t = consultation_parts.c
    data = c.scalar(select(t.data).where((t.consultation == id) & (t.name == name)))
    return None if data is None else bytes(data)


def part_names(c: Connection, id: str) -> list[str]:
    """The names of all parts, in order."""
    t = consultation_parts.c
    return list(c.scalars(select(t.name).where(t.consultation == id).order_by(t.name)))


def remove_part(c: Connection, id: str, name: str) -> None:
    """Delete a part."""
    t = consultation_parts.c
    c.execute(delete(consultation_parts).where((t.consultation == id) & (t.name == name)))


def add_change(
    c: Connection, id: str, question: str, number: int, at: float, by: str, body: str
) -> None:
    """Keep a change under the number that follows the newest one seen.

    Raises:
        ConsultationChanged: another change took that number first.
    """
    new = upsert(c, consultation_changes).values(
        consultation=id, question=question, number=number, at=at, by=by, body=body
    )
    kept = new.on_conflict_do_nothing().returning(consultation_changes.c.number)
    if c.scalar(kept) is None:
        raise ConsultationChanged()
    change(c, id, {})


def changes(c: Connection, id: str, question: str) -> list[KeptChange]:
    """Every change to the framework of a question, oldest first."""
    t = consultation_changes.c
    query = select(t.number, t.at, t.by, t.body).where(
        (t.consultation == id) & (t.question == question)
    )
    return [KeptChange(*row) for row in c.execute(query.order_by(t.number))]


def add_decision(
    c: Connection, id: str, question: str, response: int, at: float, by: str, body: str
) -> None:
    """Keep what a person decided; what they decided before stays beside it."""
    values = {"consultation": id, "question": question, "response": response}
    c.execute(insert(consultation_decisions).values(values | {"at": at, "by": by, "body": body}))
    change(c, id, {})


def decisions(
    c: Connection, id: str, question: str, response: int | None = None
) -> list[KeptDecision]:
    """What people decided of the responses to a question, or of one, oldest first."""
    t = consultation_decisions.c
    mine = (t.consultation == id) & (t.question == question)
    if response is not None:
        mine &= t.response == response
    query = select(t.id, t.response, t.at, t.by, t.body).where(mine)
    return [KeptDecision(*row) for row in c.execute(query.order_by(t.id))]


def count_decisions(c: Connection, id: str, question: str) -> int:
    """How many decisions are kept for a question."""
    t = consultation_decisions.c
    mine = (t.consultation == id) & (t.question == question)
    return c.scalar(select(func.count()).where(mine)) or 0


def _kept(row: Row[Any]) -> Kept:
    return Kept(*(row._mapping[name] for name in Kept._fields))
