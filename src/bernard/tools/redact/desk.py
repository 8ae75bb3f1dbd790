"""The redaction desk: documents that wait for a person, kept so that nothing is lost.

A document is read page by page, then a person decides, then the new file is made. Reading and
making are jobs that any worker does; killed at any point, they go on where they stopped.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from bernard.config import Settings
from bernard.errors import DocumentTooLarge, Error, InputInvalid
from bernard.ledger import Entry, StoredLedger
from bernard.ledger.pseudonyms import pseudonym
from bernard.ledger.publicity import Private, read_step
from bernard.ledger.tlog import commit, new_salt
from bernard.ledger.writing import Writer
from bernard.privacy import Detector
from bernard.privacy.documents import Box, Limits, OpenDocument, Page
from bernard.privacy.documents.limits import MEGABYTE
from bernard.store import jobs, redactions, work
from bernard.store.database import Store
from bernard.store.jobs import Progress
from bernard.store.redactions import Redaction
from bernard.store.work import Running, is_final
from bernard.tools.redact.cuts import counted, cuts_of, notes_of, values_gone
from bernard.tools.redact.find import also, propose
from bernard.tools.redact.types import AREA, Proposal

READ, MAKE = "read-redaction", "make-redaction"


class Desk:
    """Documents of all people; the doors see to it that each sees their own."""

    def __init__(
        self, store: Store, ledger: StoredLedger, detector: Detector, settings: Settings
    ) -> None:
        """Keep documents in this store, and tell this log what was decided."""
        self._store = store
        self._writer = Writer(ledger, read_step(settings.ledger_time))
        self._detector = detector
        self._settings = settings
        self._handlers = {READ: self.read, MAKE: self.make}

    @property
    def max_bytes(self) -> int:
        """Largest file taken."""
        return min(int(self._settings.max_file_mb * MEGABYTE), Limits().max_bytes)

    def take(self, owner: str, name: str, data: bytes) -> Redaction:
        """Take a document in. It is on the disk, and its reading is queued, when this returns.

        Raises:
            DocumentTooLarge: it is over the limit.
        """
        if len(data) > self.max_bytes:
            raise DocumentTooLarge(
                f"{name!r} is over {self.max_bytes / 1e6:,.0f} MB, the most that is taken. Split it."
            )
        until = time.time() + self._settings.redaction_hours * 3600
        with self._store.write(durable=True) as c:
            redactions.remove_expired(c, time.time())
            new = redactions.create(c, owner, name, data, until)
            jobs.enqueue(c, READ, {"id": new.id}, group=f"{READ}-{new.id}")
        return new

    def work(self, stop: threading.Event) -> None:
        """Read and make until `stop` is set; many processes may do so at once."""
        work.run_worker(self._store, self._handlers, stop)

    def drain(self, id: str) -> None:
        """Read or make this document here, if nobody else does."""
        with self._store.read() as c:
            group = _group(c, id)
        work.drain(self._store, self._handlers, group)

    def progress(self, id: str) -> Progress:
        """How far the reading or making of a document is."""
        with self._store.read() as c:
            return jobs.progress(c, _group(c, id))

    def read(self, job: Running) -> None:
        """Read the pages that are not read yet, then propose what goes."""
        id = job.payload["id"]
        with self._store.read() as c:
            kept = redactions.get(c, id)
            data, done = redactions.source(c, id), redactions.count_pages(c, id)
        if kept.state != "reading":
            return
        try:
            self._read(job, kept, data, done)
        except Exception as error:
            self._fail(job, id, error)
            raise

    def _read(self, job: Running, kept: Redaction, data: bytes, done: int) -> None:
        with OpenDocument(kept.name, data, self._limits(), self._settings.ocr) as document:
            for number in range(done, document.pages):
                page = document.page(number)
                shown = msgspec.json.encode(msgspec.structs.replace(page, picture=b"")).decode()
                with self._store.write() as c:
                    job.keep(c)
                    redactions.put_page(c, kept.id, number, shown, page.picture)
                job.report(number + 1, document.pages, "Reading")
            told = {"kind": document.kind, "pages": document.pages}
            notes = document.notes
        pages = self.pages(kept.id)
        proposals = propose(pages, self._detector)
        with self._store.write(durable=True) as c:
            job.keep(c)
            for number in range(len(pages)):
                _put(c, kept.id, number, [p for p in proposals if p.page == number], False)
            said = msgspec.json.encode([*notes, *notes_of(pages)]).decode()
            redactions.change(c, kept.id, {**told, "notes": said, "state": "review"})

    def make(self, job: Running) -> None:
        """Make the new file, look through it, and write what was decided into the log with it."""
        id = job.payload["id"]
        with self._store.read() as c:
            kept, data = redactions.get(c, id), redactions.source(c, id)
        if kept.state != "making":
            return
        try:
            self._make(job, kept, data)
        except Exception as error:
            self._fail(job, id, error)
            raise

    def _make(self, job: Running, kept: Redaction, data: bytes) -> None:
        pages, proposals = self.pages(kept.id), self.proposals(kept.id)
        with OpenDocument(kept.name, data, self._limits(), self._settings.ocr) as document:
            for number, page in enumerate(pages):
                document.know(number, page)
                document.cut(number, cuts_of(proposals, number))
                job.report(number + 1, document.pages, "Making the new file")
            new = document.finish(values_gone(proposals, [page.text for page in pages]))
        with self._store.write(durable=True) as c:
            job.keep(c)
            # A bare hash would let anybody try what a short text may say.
            salt = new_salt()
            entry = replace(self._entry(c, kept, proposals), content=commit(new, salt))
            logged = self._writer.write_one(c, entry, Private(salt=salt))
            redactions.change(c, kept.id, {"state": "done", "result": new, "entry": logged.number})

    def _entry(self, c: Connection, kept: Redaction, proposals: Sequence[Proposal]) -> Entry:
        """What was decided, without any of the text."""
        now = time.time()
        return Entry(
            "redaction",
            at=int(now),
            by=pseudonym(c, kept.owner, now),
            service="redact",
            texts=kept.pages,
            taken_out=counted(proposals, taken=True),
            left_in=counted(proposals, taken=False),
            looked_at=sum(page.seen for page in redactions.pages(c, kept.id)),
        )

    def _fail(self, job: Running, id: str, error: Exception) -> None:
        if not is_final(job.job, error):
            return
        said = str(error) if isinstance(error, Error) else "Bernard has a fault. Try again."
        with self._store.write() as c:
            job.keep(c)
            back = "review" if job.job.name == MAKE else "failed"
            redactions.change(c, id, {"state": back, "error": said})

    def _limits(self) -> Limits:
        s = self._settings
        return Limits(self.max_bytes, timeout_s=s.convert_timeout_s, memory_mb=s.convert_memory_mb)

    def pages(self, id: str) -> list[Page]:
        """Every page, without its picture."""
        with self._store.read() as c:
            kept = redactions.pages(c, id)
        return [msgspec.json.decode(page.page, type=Page) for page in kept]

    def proposals(self, id: str) -> list[Proposal]:
        """All that is proposed, and what was decided of it."""
        with self._store.read() as c:
            return _proposals(c, id)

    def decide(self, id: str, number: int, taken: Iterable[int]) -> None:
        """Keep what a person decided of a page that they looked at.

        Args:
            taken: which of the page's proposals go, by their place among them.

        Raises:
            InputInvalid: the document is not waiting for decisions.
        """
        wanted = set(taken)
        with self._store.write(durable=True) as c:
            _reopen(c, id)
            kept = _of_page(redactions.page(c, id, number).proposals)
            decided = [msgspec.structs.replace(p, taken=at in wanted) for at, p in enumerate(kept)]
            _put(c, id, number, decided, True)

    def add_words(self, id: str, words: str) -> int:
        """Take these words out wherever they stand; gives in how many places more.

        Raises:
            InputInvalid: there are no letters in them, or the document is not waiting.
        """
        with self._store.write(durable=True) as c:
            _reopen(c, id)
            pages = [msgspec.json.decode(kept.page, type=Page) for kept in redactions.pages(c, id)]
            known = _proposals(c, id)
            taken = [p for p in known if p.taken]
            new = also(pages, words, taken)
            for number in sorted({p.page for p in new}):
                fresh = [p for p in new if p.page == number]
                old = [p for p in known if p.page == number and not _inside(p, fresh)]
                _put(c, id, number, sorted([*old, *fresh], key=_place), None)
        return len(new)

    def add_area(self, id: str, number: int, box: Box) -> None:
        """Black out an area of a page.

        Raises:
            InputInvalid: the document is not waiting for decisions, or the page has no look.
        """
        with self._store.write(durable=True) as c:
            _reopen(c, id)
            kept = redactions.page(c, id, number)
            if not msgspec.json.decode(kept.page, type=Page).width:
                raise InputInvalid("This page is text, so it has no areas. Add words instead.")
            area = Proposal(number, 0, 0, AREA, "you marked it", box=box)
            _put(c, id, number, [*_of_page(kept.proposals), area], None)

    def finish(self, id: str) -> None:
        """Queue the making of the new file.

        Raises:
            InputInvalid: the document is not waiting for decisions.
        """
        with self._store.write(durable=True) as c:
            if not redactions.move(c, id, ("review", "done"), "making"):
                raise InputInvalid("This document is being worked on. Wait until it is ready.")
            redactions.change(c, id, {"result": None, "entry": None})
            jobs.enqueue(c, MAKE, {"id": id}, group=f"{MAKE}-{id}")

    def remove(self, id: str) -> None:
        """Delete the document, its pages, what was decided, and the new file."""
        with self._store.write() as c:
            jobs.cancel_group(c, _group(c, id))
            redactions.remove(c, id)


def _group(c: Connection, id: str) -> str:
    """The group of the jobs that are to bring the document on from where it is."""
    return f"{READ if redactions.get(c, id).state == 'reading' else MAKE}-{id}"


def _reopen(c: Connection, id: str) -> None:
    """Make sure that decisions may be taken; what was made before them is no longer right."""
    if not redactions.move(c, id, ("review", "done"), "review"):
        raise InputInvalid("This document is being worked on. Wait until it is ready.")
    redactions.change(c, id, {"result": None, "entry": None})


def _proposals(c: Connection, id: str) -> list[Proposal]:
    return [p for kept in redactions.pages(c, id) for p in _of_page(kept.proposals)]


def _of_page(text: str) -> list[Proposal]:
    return msgspec.json.decode(text, type=list[Proposal])


def _inside(one: Proposal, others: Iterable[Proposal]) -> bool:
    return one.box is None and any(o.start <= one.start and one.end <= o.end for o in others)


def _place(one: Proposal) -> Any:
    return (one.start, one.end)


def _put(
    c: Connection, id: str, number: int, proposals: Sequence[Proposal], seen: bool | None
) -> None:
    redactions.decide(c, id, number, msgspec.json.encode(proposals).decode(), seen)
