"""Read waiting documents: convert, split, embed, and keep, each document whole or not at all."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from bernard.config import Settings
from bernard.errors import DocumentUnreadable, NotFound, Refused
from bernard.gateway import Caller, Gateway
from bernard.library import intake
from bernard.library.convert import Converter
from bernard.library.types import Extracted, Record
from bernard.store import documents, files, passages
from bernard.store.database import Store
from bernard.store.documents import Document
from bernard.store.index import PassageIndex
from bernard.store.passages import DocumentText, NewPassage
from bernard.store.work import Running, is_final
from bernard.text.passages import in_context, split

LIBRARY = Caller(service="library", purpose="index-documents")
RECORDS_AT_ONCE = 200
TEXTS_AT_ONCE = 256


@dataclass(frozen=True)
class Ready:
    """A document's text, split and embedded, about to be kept."""

    document: Document
    text: DocumentText
    passages: Sequence[NewPassage]
    vectors: NDArray[np.float32] | None


class Reader:
    """Reads documents that wait. What is read already is passed over, so a job may run twice."""

    def __init__(
        self, store: Store, index: PassageIndex, gateway: Gateway, settings: Settings
    ) -> None:
        """Read from and into this store."""
        self._store = store
        self._index = index
        self._gateway = gateway
        self._settings = settings
        self._converter: Converter | None = None
        self._lock = threading.Lock()

    def read(self, job: Running) -> None:
        """Read the job's documents; one that cannot be read is marked with the reason."""
        ids: list[str] = job.payload["documents"]
        for done, id in enumerate(ids, 1):
            with self._store.write() as c:
                job.keep(c)
                document = _begin(c, id)
            if document:
                self._try(document, job)
            job.report(done, len(ids))

    def close(self) -> None:
        """End the processes that convert."""
        with self._lock:
            if self._converter:
                self._converter.close()
                self._converter = None

    def _try(self, document: Document, job: Running) -> None:
        try:
            self._read_one(document, job)
        except (DocumentUnreadable, NotFound, Refused) as error:
            self._fail(document, job, str(error))
        except Exception as error:
            # When the job is not tried again, nobody else would say what became of the document,
            # and the rest of the batch would wait for ever.
            if not is_final(job.job, error):
                raise
            self._fail(document, job, f"Bernard could not read this document: {error}")

    def _fail(self, document: Document, job: Running, reason: str) -> None:
        with self._store.write() as c:
            job.keep(c)
            self._clear(c, document.id)
            documents.set_state(c, document.id, "failed", error=reason)

    def _convert(self, document: Document) -> Extracted:
        with self._store.read() as c:
            data = files.get(c, document.sha256)
        with self._lock:
            self._converter = self._converter or Converter(self._settings)
        return self._converter.convert(document.name, data)

    def _read_one(self, document: Document, job: Running) -> None:
        extracted = self._convert(document)
        self._keep_records(document, extracted.records, job)
        text = DocumentText(
            extracted.text,
            tuple((page.start, page.label) for page in extracted.pages),
            tuple((h.start, h.end, h.level) for h in extracted.headings),
        )
        [ready] = self._prepare([(document, text, extracted.title)])
        with self._store.write(durable=True) as c:
            job.keep(c)
            if _is_current(c, document):
                left_out = self._take_attachments(c, document, extracted, job.job.group)
                notes = (*extracted.notes, *left_out)
                self._keep(c, ready, notes, extracted.title, extracted.media_type)

    def _prepare(self, texts: Sequence[tuple[Document, DocumentText, str]]) -> list[Ready]:
        """Split all and embed all in few calls to the gateway."""
        split_up = [
            [
                NewPassage(p.start, p.end, p.page, p.heading, text.text[p.start : p.end])
                for p in split(text.text, text.pages, text.headings)
            ]
            for _, text, _ in texts
        ]
        shown = [
            in_context(passage.text, passage.heading, title)
            for (_, _, title), found in zip(texts, split_up, strict=True)
            for passage in found
        ]
        vectors = self._embed(shown)
        ready, start = [], 0
        for (document, text, _), found in zip(texts, split_up, strict=True):
            end = start + len(found)
            ready.append(
                Ready(document, text, found, None if vectors is None else vectors[start:end])
            )
            start = end
        return ready

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        if not self._gateway.has_embeddings or not texts:
            return None
        batches = [
            self._gateway.embed(LIBRARY, texts[start : start + TEXTS_AT_ONCE])[0]
            for start in range(0, len(texts), TEXTS_AT_ONCE)
        ]
        return np.concatenate(batches)

    def _keep(
        self,
        c: Connection,
        ready: Ready,
        notes: Sequence[str] = (),
        title: str = "",
        media_type: str = "",
    ) -> None:
        self._index.remove(c, passages.ids_of(c, [ready.document.id]))
        ids = passages.replace(c, ready.document.id, ready.text, ready.passages)
        model = self._gateway.embedding_model
        self._index.add(c, ids, ready.vectors, model.model if model else "")
        documents.set_state(
            c, ready.document.id, "ready", notes=notes, title=title, media_type=media_type
        )

    def _clear(self, c: Connection, id: str) -> None:
        self._index.remove(c, passages.ids_of(c, documents.family(c, id)))
        passages.replace(c, id, DocumentText(""), [])
        for child in documents.children(c, id):
            documents.remove(c, child.id)

    def _take_attachments(
        self, c: Connection, document: Document, extracted: Extracted, group: str
    ) -> list[str]:
        """Put what was inside this file beside it, to be read in its turn; says what was left."""
        names = {f"{document.name}/{a.name}" for a in extracted.attachments}
        names |= {f"{document.name}/{r.name}" for r in extracted.records}
        for child in documents.children(c, document.id):
            if child.name not in names:
                self._index.remove(c, passages.ids_of(c, documents.family(c, child.id)))
                documents.remove(c, child.id)
        taken, left_out = intake.put_inside(c, document, extracted.attachments, self._settings)
        intake.queue(c, taken, group)
        return left_out

    def _keep_records(self, document: Document, records: Iterable[Record], job: Running) -> None:
        waiting = iter(records)
        while batch := list(islice(waiting, RECORDS_AT_ONCE)):
            with self._store.write() as c:
                job.keep(c)
                put = [_put_record(c, document, record) for record in batch]
            fresh = [(d, r) for d, r in zip(put, batch, strict=True) if d.state == "waiting"]
            ready = self._prepare([(d, _text_of(r), r.title) for d, r in fresh])
            with self._store.write() as c:
                job.keep(c)
                for one, (_, record) in zip(ready, fresh, strict=True):
                    self._keep(c, one, title=record.title)


def _begin(c: Connection, id: str) -> Document | None:
    found = documents.get_many(c, [id]).get(id)
    if found is None or found.state not in ("waiting", "reading"):
        return None
    documents.set_state(c, id, "reading")
    return found


def _is_current(c: Connection, document: Document) -> bool:
    """Whether the document is still there with the bytes that were read."""
    now = documents.get_many(c, [document.id]).get(document.id)
    return now is not None and now.sha256 == document.sha256


def _put_record(c: Connection, parent: Document, record: Record) -> Document:
    """A document of its own for a record, unless it is there with the same text."""
    name = f"{parent.name}/{record.name}"
    data = record.text.encode()
    sha256 = hashlib.sha256(data).hexdigest()
    known = documents.by_name(c, parent.collection, name)
    if known and known.sha256 == sha256 and known.state == "ready":
        return known
    return documents.put(
        c,
        parent.collection,
        name,
        media_type="text/plain",
        sha256=sha256,
        size=len(data),
        parent=parent.id,
    )


def _text_of(record: Record) -> DocumentText:
    return DocumentText(
        record.text, headings=tuple((h.start, h.end, h.level) for h in record.headings)
    )
