"""Documents that are being redacted: the file, its pages as they are read, what was decided."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from bernard.errors import NotFound
from bernard.store.sql import new_id, upsert
from bernard.store.tables import redaction_pages, redactions

# All columns but the file and what was made of it.
_TOLD = [c for c in redactions.c if c.name not in ("source", "result")]


class Redaction(NamedTuple):
    """A document on the desk.

    Attributes:
        state: `reading`, `review`, `making`, `done` or `failed`.
        kind: what it is by its content, empty until it is read.
        entry: of the log, that tells what was taken out.
    """

    id: str
    owner: str
    name: str
    state: str
    error: str
    kind: str
    pages: int
    notes: tuple[str, ...]
    entry: int | None
    created: float
    expires: float


class KeptPage(NamedTuple):
    """A page; `page` and `proposals` are JSON."""

    number: int
    page: str
    proposals: str
    seen: bool


def create(c: Connection, owner: str, name: str, source: bytes, expires: float) -> Redaction:
    """Keep a document that waits to be read."""
    new = Redaction(new_id(), owner, name, "reading", "", "", 0, (), None, time.time(), expires)
    values = new._asdict() | {"notes": "[]", "source": source}
    c.execute(insert(redactions).values(values))
    return new


def get(c: Connection, id: str) -> Redaction:
    """The document.

    Raises:
        NotFound: there is none (any more).
    """
    row = c.execute(select(*_TOLD).where(redactions.c.id == id)).one_or_none()
    if row is None:
        raise NotFound(
            f"There is no redaction {id!r}. Documents are deleted from here some time after they "
            "came in."
        )
    return _redaction(row)


def of_owner(c: Connection, owner: str) -> list[Redaction]:
    """The account's documents, newest first."""
    mine = select(*_TOLD).where(redactions.c.owner == owner)
    return [_redaction(row) for row in c.execute(mine.order_by(redactions.c.created.desc()))]


def source(c: Connection, id: str) -> bytes:
    """The file that was given."""
    return bytes(c.execute(select(redactions.c.source).where(redactions.c.id == id)).scalar_one())


def result(c: Connection, id: str) -> bytes | None:
    """The redacted file, nothing where none is made."""
    found = c.execute(select(redactions.c.result).where(redactions.c.id == id)).scalar_one()
    return None if found is None else bytes(found)


def change(c: Connection, id: str, values: Mapping[str, Any]) -> None:
    """Change some of its columns."""
    c.execute(update(redactions).where(redactions.c.id == id).values(values))


def move(c: Connection, id: str, old: Sequence[str], new: str) -> bool:
    """Give it a new state if it has one of the old; False where it has another."""
    here = (redactions.c.id == id) & redactions.c.state.in_(old)
    return bool(c.execute(update(redactions).where(here).values(state=new, error="")).rowcount)


def put_page(c: Connection, id: str, number: int, page: str, picture: bytes) -> None:
    """Keep a page; one that is there already is replaced."""
    new = upsert(c, redaction_pages).values(
        redaction=id, number=number, page=page, picture=picture, proposals="[]", seen=False
    )
    c.execute(
        new.on_conflict_do_update(
            index_elements=["redaction", "number"],
            set_={"page": new.excluded.page, "picture": new.excluded.picture},
        )
    )


def count_pages(c: Connection, id: str) -> int:
    """How many pages are kept; they are read in order."""
    mine = redaction_pages.c.redaction == id
    return c.execute(select(func.count()).where(mine)).scalar_one()


def pages(c: Connection, id: str) -> list[KeptPage]:
    """Every page that is kept, in order."""
    t = redaction_pages.c
    rows = select(t.number, t.page, t.proposals, t.seen).where(t.redaction == id)
    return [KeptPage(*row) for row in c.execute(rows.order_by(t.number))]


def page(c: Connection, id: str, number: int) -> KeptPage:
    """One page.

    Raises:
        NotFound: the document has none of that number.
    """
    t = redaction_pages.c
    mine = (t.redaction == id) & (t.number == number)
    row = c.execute(select(t.number, t.page, t.proposals, t.seen).where(mine)).one_or_none()
    if row is None:
        raise NotFound(f"The document has no page {number + 1}, or it is not read yet.")
    return KeptPage(*row)


def picture(c: Connection, id: str, number: int) -> bytes:
    """What a page looks like, as a JPEG; empty where it has no look of its own.

    Raises:
        NotFound: the document has no such page.
    """
    t = redaction_pages.c
    found = c.scalar(select(t.picture).where((t.redaction == id) & (t.number == number)))
    if found is None:
        raise NotFound(f"The document has no page {number + 1}, or it is not read yet.")
    return bytes(found)


def decide(c: Connection, id: str, number: int, proposals: str, seen: bool | None = None) -> None:
    """Keep what is proposed and decided for a page, and whether somebody looked at it."""
    t = redaction_pages.c
    values: dict[str, Any] = {"proposals": proposals}
    if seen is not None:
        values["seen"] = seen
    mine = (t.redaction == id) & (t.number == number)
    c.execute(update(redaction_pages).where(mine).values(values))


def remove(c: Connection, id: str) -> None:
    """Delete the document and all made of it."""
    c.execute(delete(redactions).where(redactions.c.id == id))


def remove_expired(c: Connection, before: float) -> int:
    """Delete those whose time was over before then; gives how many."""
    return c.execute(delete(redactions).where(redactions.c.expires < before)).rowcount


def clear(c: Connection) -> None:
    """Delete all of them, from a copy that is to outlast them."""
    c.execute(delete(redactions))


def _redaction(row: Row[Any]) -> Redaction:
    return Redaction(**{**row._mapping, "notes": tuple(json.loads(row.notes))})
