"""What goes into the API and what comes out, as JSON. Times are in UTC, as RFC 3339 writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from bernard.ledger.known import Known
from bernard.store import collections, documents
from bernard.tools.ask.types import Passage

MOST_LISTED = 1000
# PostgreSQL cannot keep the character NUL, nor does any text need it.
_NO_NUL = r"^[^\x00]*$"
Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=_NO_NUL)]
Question = Annotated[str, Meta(min_length=1, max_length=4000, pattern=_NO_NUL)]
Time = Annotated[datetime, Meta(tz=True)]
LongText = Annotated[str, Meta(max_length=20_000, pattern=_NO_NUL)]


class Turn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question that was asked before, and its answer."""

    question: Question
    answer: LongText


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question.

    Attributes:
        collections: ids or names of yours to look in; none means all of them.
        scenario: the asker's situation, which the search takes into account.
        history: what came before, oldest first, so that "and for part-time staff?" is understood.
        model: the chat model to word the answer with; empty for the default, `none` for quotes only.
    """

    question: Question
    collections: Annotated[tuple[Name, ...], Meta(max_length=100)] = ()
    scenario: LongText = ""
    history: Annotated[tuple[Turn, ...], Meta(max_length=50)] = ()
    model: Annotated[str, Meta(max_length=200, pattern=_NO_NUL)] = ""


class NewCollection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A collection to make."""

    name: Name


class Collection(msgspec.Struct, frozen=True):
    """A collection of yours."""

    id: str
    name: str
    created: Time


class Collections(msgspec.Struct, frozen=True):
    """Your collections, by name."""

    collections: tuple[Collection, ...]


class Document(msgspec.Struct, frozen=True):
    """A document.

    Attributes:
        name: path inside the collection, / between folders.
        parent: id of the document that this one was inside.
        error: why it failed, in a sentence.
        notes: what was left out or uncertain, a sentence each.
    """

    id: str
    collection: str
    name: str
    parent: str | None
    media_type: str
    sha256: str
    size: int
    state: Literal["waiting", "reading", "ready", "failed"]
    error: str
    notes: tuple[str, ...]
    title: str
    added: Time


class Documents(msgspec.Struct, frozen=True):
    """Documents by name; `next` is the `after` to ask for more with, null at the end."""

    documents: tuple[Document, ...]
    next: str | None


class DocumentsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which documents to list."""

    collection: Annotated[Name, Meta(description="id or name of a collection of yours")]
    after: Annotated[LongText, Meta(description="list from the name after this one on")] = ""
    limit: Annotated[int, Meta(ge=1, le=MOST_LISTED, description="most to list")] = 100


class Uploaded(msgspec.Struct, frozen=True):
    """What was taken in.

    Attributes:
        import: id to ask `GET /imports/{id}` for; null where all of it had been read before.
    """

    import_: str | None = msgspec.field(name="import")
    documents: tuple[Document, ...]


class Import(msgspec.Struct, frozen=True):
    """How far an import is.

    Attributes:
        total: documents in it; those inside archives and emails join as they are found.
        ready: documents that were read.
        failed: documents that could not be read; each of them says why.
        done: nothing of it waits any more.
    """

    id: str
    total: int
    ready: int
    failed: int
    done: bool


class SearchQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to search for, and where."""

    query: Annotated[Question, Meta(description="words to look for")]
    collection: Annotated[
        tuple[Name, ...],
        Meta(description="id or name; may be given more than once; none means all of yours"),
    ] = ()
    limit: Annotated[int, Meta(ge=1, le=100, description="most to find")] = 10


class Found(msgspec.Struct, frozen=True):
    """The passages found, best first."""

    query: str
    passages: tuple[Passage, ...]


class LogQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which entries to list."""

    before: Annotated[
        Annotated[int, Meta(ge=0)] | None, Meta(description="list entries under this number")
    ] = None
    limit: Annotated[int, Meta(ge=1, le=MOST_LISTED, description="most to list")] = 100


class LogEntry(msgspec.Struct, frozen=True):
    """An entry of the log: its place, its fields, and its hash in the tree.

    Attributes:
        body: the entry as the hash covers it: canonical JSON.
        hash: of its leaf (RFC 9162): SHA-256 of a zero byte and `body`, hexadecimal.
        at: the exact time, where it is known; the entry has it as coarse as is published.
        sealed: what a sealed entry says, of which `entry` is a commitment; else null.
    """

    number: int
    entry: dict[str, Any]
    body: str
    hash: str
    at: Time | None = None
    sealed: dict[str, Any] | None = None


class LogEntries(msgspec.Struct, frozen=True):
    """Entries from the newest down."""

    entries: tuple[LogEntry, ...]


class Verified(msgspec.Struct, frozen=True):
    """The outcome of reading the whole log; `fault` is empty where it holds.

    Attributes:
        root: of the tree over the entries (RFC 9162), hexadecimal.
    """

    entries: int
    root: str
    fault: str


class Health(msgspec.Struct, frozen=True):
    """Bernard runs and its database answers."""

    status: Literal["ok"]
    version: str


class Kind(msgspec.Struct, frozen=True):
    """A kind of problem and what it means."""

    title: str
    status: int
    detail: str


def of_collection(kept: collections.Collection) -> Collection:
    """A collection as JSON shows it."""
    return Collection(kept.id, kept.name, _time(kept.created))


def of_document(kept: documents.Document) -> Document:
    """A document as JSON shows it."""
    return msgspec.convert({**kept._asdict(), "added": _time(kept.added)}, Document)


def of_known(known: Known) -> LogEntry:
    """An entry as JSON shows it."""
    logged, at = known.logged, known.fields.get("at")
    return LogEntry(
        logged.number,
        logged.entry,
        logged.body,
        logged.hash,
        None if at is None else _time(at),
        known.fields if known.sealed else None,
    )


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
