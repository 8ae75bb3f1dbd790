"""The consultation desk: files, what is made of them, and what people change, kept so that nothing is lost.

A file is looked at, a person confirms what its columns hold, then it is worked through. Reading,
running and mapping again are jobs that any worker does; killed at any point, they go on where they
stopped.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from bernard.config import Settings
from bernard.errors import (
    ConsultationChanged,
    DocumentTooLarge,
    DocumentUnreadable,
    Error,
    InputInvalid,
)
from bernard.gateway import Gateway
from bernard.ledger import StoredLedger
from bernard.library.convert.limits import Limits
from bernard.privacy import Detector
from bernard.store import consultations, jobs, work
from bernard.store.consultations import Kept, KeptChange
from bernard.store.database import Store
from bernard.store.jobs import Job, Progress
from bernard.store.work import Running, is_final
from bernard.tools.consult import downloads
from bernard.tools.consult.downloads import UNMASKED_FOR_S, Report, kind_of
from bernard.tools.consult.framework import Change, State, accept, to_body
from bernard.tools.consult.opened import MODELS, ChatModels, Opened, Pointers
from bernard.tools.consult.reading import Preview, preview
from bernard.tools.consult.report import files
from bernard.tools.consult.shelf import StoreShelf
from bernard.tools.consult.stages import Step
from bernard.tools.consult.types import (
    Analysis,
    Column,
    Decided,
    Encoder,
    Fault,
    Framework,
    Sentences,
)

READ, RUN, MAP = "read-consultation", "run-consultation", "map-consultation"
REPORT, FORGET = "report-consultation", "forget-unmasked-consultation"
SOURCE, PREVIEW, COLUMNS, CHOICE = "source", "preview", "columns", "choice"
_MOST_TRIES = 20


class Desk:
    """Consultations of all people; the doors see to it that each does what their role allows.

    A question is named by its place among the questions, from 1: `"1"`, `"2"`.
    """

    def __init__(
        self,
        store: Store,
        gateway: Gateway,
        ledger: StoredLedger,
        detector: Detector,
        settings: Settings,
    ) -> None:
        """Keep consultations in this store, and ask this gateway for vectors."""
        self._store = store
        self._settings = settings
        self._opened = Opened(store, gateway, detector, settings)
        self._handlers = {
            READ: self._read,
            RUN: self._run,
            MAP: self._map,
            REPORT: self._make_report,
            FORGET: self._forget,
        }

    def take(self, owner: str, title: str, name: str, data: bytes) -> Kept:
        """Take a file in. It is on the disk, and a look at it is queued, when this returns.

        Raises:
            DocumentTooLarge: it is over the limit.
        """
        most = self._settings.max_file_mb
        if len(data) > most * 1e6:
            raise DocumentTooLarge(f"{name!r} is over {most:,.0f} MB, the most that is taken.")
        with self._store.write(durable=True) as c:
            new = consultations.create(c, owner, title, name)
            StoreShelf.put_in(c, new.id, SOURCE, data)
            jobs.enqueue(c, READ, {"id": new.id}, group=_group(READ, new.id))
        return new

    def preview(self, id: str) -> Preview:
        """What the file seems to hold: proposed columns, faults, the first rows.

        Raises:
            InputInvalid: it is not looked at yet.
        """
        kept = self._shelf(id).get(PREVIEW)
        if kept is None:
            raise InputInvalid("This file is still being looked at. Wait until that is done.")
        return msgspec.msgpack.decode(kept, type=Preview)

    def look_again(self, id: str, sheet: str = "", headings: int | None = None) -> None:
        """Queue another look at the file, as a person says that it is to be read.

        Args:
            sheet: of a workbook; empty for the fullest.
            headings: how many rows of headings there are; None to look for them.

        Raises:
            InputInvalid: its columns were confirmed already.
        """
        with self._store.write(durable=True) as c:
            if not consultations.move(c, id, ("review",), "reading"):
                raise InputInvalid("The columns of this consultation were confirmed already.")
            StoreShelf.put_in(c, id, CHOICE, msgspec.msgpack.encode((sheet, headings)))
            jobs.enqueue(c, READ, {"id": id}, group=_group(READ, id))

    def confirm(
        self, id: str, by: str, columns: Sequence[Column], models: ChatModels | None = None
    ) -> None:
        """Say what the columns hold, and have the file worked through.

        Args:
            models: chat models to ask, as a lead chose them; as chosen before where it is None.

        Raises:
            InputInvalid: no column is open, or the file is not waiting for this.
        """
        if not any(c.kind in ("open", "hybrid") for c in columns):
            raise InputInvalid("No column holds people's own words. Mark at least one as open.")
        chosen = msgspec.msgpack.encode((by, tuple(columns)))
        with self._store.write(durable=True) as c:
            if not consultations.move(c, id, ("review", "failed"), "running"):
                raise InputInvalid("The columns of this consultation were confirmed already.")
            StoreShelf.put_in(c, id, COLUMNS, chosen)
            if models is not None:
                StoreShelf.put_in(c, id, MODELS, msgspec.msgpack.encode(models))
            jobs.enqueue(c, RUN, {"id": id}, group=_group(RUN, id))

    def chat_models(self, id: str) -> ChatModels:
        """The chat models that a lead chose for this consultation."""
        return self._opened.chat_models(id)

    def choose_models(self, id: str, models: ChatModels) -> None:
        """Take what a lead chose: for the run that is to come, or when responses are mapped again.

        Raises:
            InputInvalid: the consultation is being read or run.
        """
        with self._store.write(durable=True) as c:
            if consultations.get(c, id).state in ("reading", "running"):
                raise InputInvalid("It is being worked on. Wait until that is done, then choose.")
            StoreShelf.put_in(c, id, MODELS, msgspec.msgpack.encode(models))
            consultations.change(c, id, {})

    def retry(self, id: str) -> None:
        """Begin again what failed, from where it got to.

        Raises:
            InputInvalid: it has not failed.
        """
        job = READ if self._shelf(id).get(COLUMNS) is None else RUN
        state = "reading" if job == READ else "running"
        with self._store.write(durable=True) as c:
            if not consultations.move(c, id, ("failed",), state):
                raise InputInvalid("Nothing of this consultation has failed.")
            jobs.enqueue(c, job, {"id": id}, group=_group(job, id))

    def progress(self, id: str) -> Progress:
        """How far the reading, the run or, once it is ready, the mapping again is.

        Of a run, `done` of `total` are thousandths of the whole, and `note` says what is being done.
        """
        with self._store.read() as c:
            state = consultations.get(c, id).state
            name = {"reading": READ, "review": READ, "ready": MAP}.get(state, RUN)
            return jobs.progress(c, _group(name, id))

    def work(self, stop: threading.Event) -> None:
        """Read, run and map until `stop` is set; many processes may do so at once."""
        work.run_worker(self._store, self._handlers, stop)

    def drain(self, id: str) -> None:
        """Do here what is queued of this consultation, if nobody else does."""
        # What is to be forgotten later is not waited for.
        for name in (READ, RUN, MAP, REPORT):
            work.drain(self._store, self._handlers, _group(name, id))

    def remove(self, id: str) -> None:
        """Delete the file, all that was made of it, and what people changed and decided."""
        with self._store.write(durable=True) as c:
            for name in self._handlers:
                jobs.cancel_group(c, _group(name, id))
            consultations.remove(c, id)
        self._opened.forget(id)

    def opened(self, id: str) -> Analysis:
        """The consultation worked through, as people have changed it so far.

        Raises:
            InputInvalid: it is not worked through yet.
        """
        return self._opened.analysis(id)

    def state(self, id: str, question: str) -> State:
        """Where the framework of a question stands, with its history."""
        return self._opened.state(id, question)

    def sentences(self, id: str, question: str) -> Sentences:
        """The sentences with their vectors, for search by meaning."""
        return self._opened.sentences(id, question)

    def brings(self, id: str, question: str, what: str) -> NDArray[np.bool_]:
        """Which responses bring `evidence`, or `experience` of their own, looked for at run time."""
        return self._opened.brings(id, question, what)

    def encoder(self, id: str) -> Encoder:
        """What the sentences were encoded with, for search by meaning."""
        return self._opened.encoder(id)

    def is_behind(self, id: str, question: str) -> bool:
        """Whether themes or decisions have changed since the responses were mapped."""
        return self._opened.is_behind(id, question)

    def changes(self, id: str, question: str) -> list[KeptChange]:
        """Every change to the framework of a question, oldest first."""
        with self._store.read() as c:
            return consultations.changes(c, id, question)

    def change(self, id: str, question: str, by: str, change: Change, seen: int) -> Framework:
        """Change the framework of a question.

        Args:
            by: name of the account.
            seen: version of the framework that the person looked at.

        Raises:
            ConsultationChanged: somebody else changed the same themes meanwhile.
            InputInvalid: the change cannot be made.
        """
        start = self._opened.start(id, question)
        for _ in range(_MOST_TRIES):
            with self._store.write(durable=True) as c:
                state = self._opened.folded(c, id, question, start)
                edit, after = accept(state, change, by, time.time(), seen)
                body = to_body(change)
                try:
                    consultations.add_change(c, id, question, edit.number, edit.at, by, body)
                except ConsultationChanged:
                    continue  # another took the number; whether the two clash is seen next time
                return after.framework
        raise ConsultationChanged()

    def decide(self, id: str, question: str, decided: Decided) -> None:
        """Keep what a person said a response holds; pages show it at once, the mapping learns later."""
        body = msgspec.json.encode(decided).decode()
        with self._store.write(durable=True) as c:
            consultations.add_decision(
                c, id, question, decided.response, decided.at, decided.by, body
            )

    def remap(self, id: str, question: str) -> None:
        """Queue the mapping of all responses to the framework as it is now, learning from decisions."""
        with self._store.write(durable=True) as c:
            kept = consultations.get(c, id)
            if kept.state != "ready":
                raise InputInvalid("This consultation is not worked through yet.")
            payload = {"id": id, "question": question}
            key = f"{MAP}-{id}-{question}-{kept.version}"
            jobs.enqueue(c, MAP, payload, key=key, group=_group(MAP, id))

    def ask_report(self, id: str, by: str, *, masked: bool = True) -> None:
        """Queue the making of the report's files; one that is being made already is not asked for twice.

        Args:
            by: who asks; where personal data stays in, the report names them and is theirs alone.

        Raises:
            InputInvalid: the consultation is not worked through yet.
        """
        group, kind = _group(REPORT, id), kind_of(by, masked=masked)
        with self._store.write(durable=True) as c:
            if consultations.get(c, id).state != "ready":
                raise InputInvalid("This consultation is not worked through yet.")
            if not downloads.is_open(downloads.job_of(c, group, kind)):
                payload = {"id": id, "by": by, "kind": kind}
                jobs.enqueue(c, REPORT, payload, group=group)

    def report_job(self, id: str, by: str, *, masked: bool = True) -> Job | None:
        """The job that makes this report, or made it last."""
        with self._store.read() as c:
            return downloads.job_of(c, _group(REPORT, id), kind_of(by, masked=masked))

    def report(self, id: str, by: str, *, masked: bool = True) -> Report | None:
        """The report that is kept, perhaps of an older version; None where there is none."""
        return downloads.kept(self._store, id, kind_of(by, masked=masked))

    def report_file(self, id: str, report: Report, name: str) -> bytes | None:
        """A file of a report; None where it has none of that name."""
        return downloads.file_of(self._store, id, report, name)

    def _shelf(self, id: str) -> StoreShelf:
        return StoreShelf(self._store, id)

    def _read(self, job: Running) -> None:
        """Look at a file."""
        self._job(job, "reading", self._look)

    def _look(self, job: Running, kept: Kept) -> None:
        seen = self._seen(kept)
        with self._store.write(durable=True) as c:
            job.keep(c)
            StoreShelf.put_in(c, kept.id, PREVIEW, msgspec.msgpack.encode(seen))
            consultations.move(c, kept.id, ("reading",), "review")

    def _seen(self, kept: Kept) -> Preview:
        """What the file holds; as seen before, with a fault, where it holds nothing in the way chosen."""
        limits, data = Limits.from_settings(self._settings), self._source(kept.id)
        sheet, headings = self._choice(kept.id)
        try:
            return preview(kept.name, data, limits, sheet=sheet, headings=headings)
        except (DocumentUnreadable, InputInvalid) as error:
            before = self._shelf(kept.id).get(PREVIEW)
            if before is None or (not sheet and headings is None):
                raise
            seen = msgspec.msgpack.decode(before, type=Preview)
            chosen = msgspec.msgpack.encode((seen.sheet, seen.headings))
            self._shelf(kept.id).put(CHOICE, chosen)
            fault = Fault(f"sheet {sheet!r}" if sheet else "the headings", str(error))
            return replace(seen, faults=(fault, *seen.faults))

    def _choice(self, id: str) -> tuple[str, int | None]:
        kept = self._shelf(id).get(CHOICE)
        return msgspec.msgpack.decode(kept, type=tuple[str, int | None]) if kept else ("", None)

    def _run(self, job: Running) -> None:
        """Work a file through."""
        self._job(job, "running", self._work_through)

    def _work_through(self, job: Running, kept: Kept) -> None:
        chosen = self._shelf(kept.id).get(COLUMNS)
        assert chosen is not None
        columns = msgspec.msgpack.decode(chosen, type=tuple[str, tuple[Column, ...]])[1]
        job.report(0, 1000, "Reading the file")
        pointers = self._opened.make(
            kept,
            self._source(kept.id),
            columns,
            lambda step: _report(job, step),
            *self._choice(kept.id),
        )
        with self._store.write(durable=True) as c:
            job.keep(c)
            pointers.put_in(c, kept.id)
            consultations.move(c, kept.id, ("running",), "ready")

    def _map(self, job: Running) -> None:
        """Map one question again."""
        id, question = job.payload["id"], job.payload["question"]
        job.report(0, 1000, f"Mapping the responses to question {question}")
        pointer = self._opened.map_again(id, question)
        with self._store.write(durable=True) as c:
            job.keep(c)
            Pointers.put_mapping_in(c, id, question, pointer)
            consultations.change(c, id, {})
        self._opened.tidy(id, question, pointer)

    def _make_report(self, job: Running) -> None:
        """Make the files of a report."""
        id, by, kind = job.payload["id"], job.payload["by"], job.payload["kind"]
        with self._store.read() as c:
            kept = consultations.get(c, id)
        found = downloads.kept(self._store, id, kind)
        if kept.state != "ready" or (found and found.is_of(kept.version)):
            return
        masked = kind == downloads.MASKED
        job.report(0, 3, "Putting the results together")
        version, analysis = self._opened.apart(id)
        quality = downloads.qualities(self._store, id, analysis)
        job.report(1, 3, "Writing the document, the workbook and the tables")
        made = files(
            analysis,
            masked=masked,
            decided_by="" if masked else by,
            quality=quality,
            title=kept.title,
        )
        job.report(2, 3, "Packing the files")
        downloads.keep(self._store, id, kind, version, by, made)
        if not masked:
            with self._store.write(durable=True) as c:
                job.keep(c)
                group = _group(FORGET, id)
                jobs.enqueue(c, FORGET, {"id": id}, group=group, after_s=UNMASKED_FOR_S + 1)

    def _forget(self, job: Running) -> None:
        """Delete files with personal data in them, an hour after they were made."""
        downloads.forget_over(self._store, job.payload["id"])

    def _job(self, job: Running, state: str, do: Any) -> None:
        id = job.payload["id"]
        with self._store.read() as c:
            kept = consultations.get(c, id)
        if kept.state != state:
            return
        try:
            do(job, kept)
        except Exception as error:
            if is_final(job.job, error):
                self._fail(job, id, error)
            raise

    def _fail(self, job: Running, id: str, error: Exception) -> None:
        said = str(error) if isinstance(error, Error) else "Bernard has a fault. Try again."
        with self._store.write() as c:
            job.keep(c)
            consultations.change(c, id, {"state": "failed", "error": said})

    def _source(self, id: str) -> bytes:
        data = self._shelf(id).get(SOURCE)
        assert data is not None
        return data


def _group(job: str, id: str) -> str:
    return f"{job}-{id}"


def _report(job: Running, step: Step) -> None:
    job.report(int(1000 * step.share), 1000, step.in_words())
