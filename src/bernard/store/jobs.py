"""Jobs: work that is kept until it is done, whoever does it. `work` runs them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, or_, select, update

from bernard.errors import NotFound
from bernard.store.sql import new_id, now, upsert
from bernard.store.tables import jobs

MAX_ATTEMPTS = 3
OPEN = ("waiting", "running")
_GIVEN_UP = (
    f"Bernard stopped each of the {MAX_ATTEMPTS} times it tried this, perhaps for lack of memory. "
    "Look for what is unusual about it, then start it again."
)


class Job(NamedTuple):
    """Something to be done.

    Attributes:
        name: which handler does it.
        group: what it is part of (an import of many batches), empty where nothing.
        state: `waiting`, `running`, `done`, `failed` or `cancelled`.
        attempts: how often it was begun.
        done, total, note: how far it is, as its handler says.
        error: why it failed, or failed last time, in a sentence.
    """

    id: int
    name: str
    payload: Mapping[str, Any]
    key: str | None
    group: str
    priority: int
    state: str
    attempts: int
    done: int
    total: int
    note: str
    error: str
    worker: str
    due: float
    created: float
    finished: float | None


class Progress(NamedTuple):
    """How far a group of jobs is.

    Attributes:
        counts: how many jobs are in each state that any is in.
        done, total: the sums over its jobs, in whatever their handlers count.
        errors: one sentence for each job that failed, without repeats.
    """

    counts: Mapping[str, int]
    done: int
    total: int
    note: str
    errors: tuple[str, ...]

    @property
    def is_finished(self) -> bool:
        """Whether nothing of it waits or runs."""
        return not any(self.counts.get(state) for state in OPEN)


def new_group() -> str:
    """A name for jobs that belong together."""
    return new_id()


def enqueue(
    c: Connection,
    name: str,
    payload: Mapping[str, Any],
    *,
    key: str = "",
    group: str = "",
    priority: int = 0,
    total: int = 0,
    after_s: float = 0.0,
) -> int:
    """Queue a job in the caller's transaction, so that both are kept or neither; gives its id.

    Args:
        name: of the handler that does it.
        payload: JSON values.
        key: a job with the same key is the same job, and is not done twice. One that failed or
            was cancelled is begun again with this payload.
        priority: lower goes first.
        total: how much there is to do, in whatever unit the handler counts.
        after_s: how long it waits before anybody may begin it.
    """
    at = now(c)
    values = {
        "name": name,
        "payload": json.dumps(payload, ensure_ascii=False),
        "group": group,
        "priority": priority,
        "state": "waiting",
        "total": total,
        "due": at + after_s,
        "created": at,
    }
    again = {**values, "attempts": 0, "done": 0, "note": "", "error": "", "finished": None}
    added = c.scalar(
        upsert(c, jobs)
        .values(key=key or None, **values)
        .on_conflict_do_update(
            index_elements=["key"], set_=again, where=jobs.c.state.in_(("failed", "cancelled"))
        )
        .returning(jobs.c.id)
    )
    return int(added or c.execute(select(jobs.c.id).where(jobs.c.key == key)).scalar_one())


def get(c: Connection, id: int) -> Job:
    """The job with this id.

    Raises:
        NotFound: there is none (any more).
    """
    row = c.execute(select(jobs).where(jobs.c.id == id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no job {id}. It may be finished and forgotten.")
    return _job(row)


def listing(
    c: Connection,
    *,
    group: str | None = None,
    states: Collection[str] = (),
    limit: int | None = None,
) -> list[Job]:
    """Jobs, the newest first."""
    query = select(jobs).order_by(jobs.c.id.desc()).limit(limit)
    if group is not None:
        query = query.where(jobs.c.group == group)
    if states:
        query = query.where(jobs.c.state.in_(states))
    return [_job(row) for row in c.execute(query)]


def progress(c: Connection, group: str) -> Progress:
    """How far the group is; a group without jobs is finished."""
    mine = jobs.c.group == group
    counting = select(
        jobs.c.state, func.count(), func.sum(jobs.c.done), func.sum(jobs.c.total)
    ).where(mine)
    rows = c.execute(counting.group_by(jobs.c.state)).all()
    failed = select(jobs.c.error).where(mine, jobs.c.state == "failed").distinct()
    running = select(jobs.c.note).where(mine, jobs.c.state == "running", jobs.c.note != "")
    return Progress(
        counts={row[0]: row[1] for row in rows},
        done=sum(row[2] for row in rows),
        total=sum(row[3] for row in rows),
        note=c.scalar(running.order_by(jobs.c.id).limit(1)) or "",
        errors=tuple(c.scalars(failed.order_by(jobs.c.error))),
    )


def cancel(c: Connection, id: int) -> bool:
    """Do the job no further; False where it was finished already.

    One that runs stops at its next `Running.report`, and what it did stays done.
    """
    return _cancel(c, jobs.c.id == id) == 1


def cancel_group(c: Connection, group: str) -> int:
    """Do no more of the group; gives how many jobs that stopped."""
    return _cancel(c, jobs.c.group == group)


def forget_finished(c: Connection, before: float) -> int:
    """Delete what was finished before that time, and with it the keys it kept from repeating."""
    old = and_(jobs.c.state.not_in(OPEN), jobs.c.finished < before)
    return c.execute(delete(jobs).where(old)).rowcount


def any_due(c: Connection, names: Sequence[str]) -> bool:
    """Whether there is anything to claim."""
    return c.scalar(select(jobs.c.id).where(_due(c, names)).limit(1)) is not None


def claim(c: Connection, names: Sequence[str], worker: str, lease_s: float) -> Job | None:
    """The next job for one of these handlers, now this worker's for `lease_s` seconds.

    One whose worker died is anybody's when its time is over. After `MAX_ATTEMPTS` it has failed.
    """
    expired = and_(_due(c, names), jobs.c.attempts >= MAX_ATTEMPTS)
    given_up = {"state": "failed", "error": _GIVEN_UP, "worker": "", "finished": now(c)}
    c.execute(update(jobs).where(expired).values(given_up))
    first = (
        select(jobs.c.id)
        .where(_due(c, names))
        .order_by(jobs.c.priority, jobs.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = {"state": "running", "worker": worker, "due": now(c) + lease_s}
    row = c.execute(
        update(jobs)
        .where(jobs.c.id == first.scalar_subquery())
        .values(**taken, attempts=jobs.c.attempts + 1)
        .returning(jobs)
    ).one_or_none()
    return _job(row) if row else None


def renew(c: Connection, id: int, worker: str, lease_s: float) -> bool:
    """Keep the job for longer; False where it is no longer this worker's."""
    return change(c, id, worker, {"due": now(c) + lease_s})


def change(c: Connection, id: int, worker: str, values: Mapping[str, Any]) -> bool:
    """Change a job that this worker runs; False where it is no longer this worker's."""
    mine = and_(jobs.c.id == id, jobs.c.worker == worker, jobs.c.state == "running")
    return bool(c.execute(update(jobs).where(mine).values(values)).rowcount)


def _due(c: Connection, names: Sequence[str]) -> ColumnElement[bool]:
    at = now(c)
    # Due says when a waiting job may begin, and when a running one is taken for lost.
    return and_(jobs.c.state.in_(OPEN), jobs.c.due <= at, jobs.c.name.in_(names))


def _cancel(c: Connection, which: ColumnElement[bool]) -> int:
    still_open = and_(which, or_(*(jobs.c.state == state for state in OPEN)))
    return c.execute(
        update(jobs).where(still_open).values(state="cancelled", finished=now(c))
    ).rowcount


def _job(row: Row[Any]) -> Job:
    return Job(**{**row._mapping, "payload": json.loads(row.payload)})
