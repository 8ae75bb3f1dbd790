"""The library as the doors and tools see it: put in, find, take out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from bernard.config import Settings
from bernard.errors import DocumentUnreadable
from bernard.gateway import Gateway
from bernard.library import intake, search
from bernard.library.reading import Reader
from bernard.library.search import Found
from bernard.library.types import Hit
from bernard.store import collections, documents, files, passages, work
from bernard.store.collections import Collection
from bernard.store.database import Store
from bernard.store.documents import Document
from bernard.store.index import open_index
from bernard.store.passages import DocumentText
from bernard.store.work import Progress


@dataclass
class Synced:
    """What bringing a collection in step with a folder did.

    Attributes:
        group: name of the import.
        waiting: documents that are new or have new bytes, and wait to be read.
        refused: files that were not taken in, each with its reason.
    """

    group: str
    waiting: int = 0
    unchanged: int = 0
    removed: int = 0
    refused: list[DocumentUnreadable] = field(default_factory=list)


class Library:
    """Documents in collections, their passages, and the search over them."""

    def __init__(self, store: Store, gateway: Gateway, settings: Settings) -> None:
        """Keep documents in this store and ask this gateway for embeddings."""
        self._store = store
        self._gateway = gateway
        self._settings = settings
        self._index = open_index(store)
        self._reader = Reader(store, self._index, gateway, settings)
        self._handlers = {intake.READ: self._reader.read}

    @property
    def max_bytes(self) -> float:
        """Largest file taken in."""
        return self._settings.max_file_mb * 1e6

    def close(self) -> None:
        """End the processes that read documents."""
        self._reader.close()

    def collection(self, owner: str, name: str) -> Collection:
        """The owner's collection of this name, made where it is not there."""
        with self._store.write() as c:
            return collections.by_name(c, owner, name) or collections.create(c, owner, name)

    def add(
        self,
        collection: str,
        named: Iterable[tuple[str, bytes]],
        group: str = "",
        *,
        retry: bool = True,
    ) -> list[Document]:
        """Take files in. They are on the disk, and their reading is queued, when this returns.

        Args:
            collection: id of the collection.
            named: name and bytes of each; a name that is there already is replaced.
            group: name of the import that they are part of; a new one if left out.
            retry: read again what could not be read before, though its bytes are the same.

        Raises:
            DocumentTooLarge: a file is over the limit; none of them was taken in.
        """
        with self._store.write(durable=True) as c:
            taken = [self._take(c, collection, name, data, retry) for name, data in named]
            intake.queue(c, taken, group or intake.new_group(collection))
        return taken

    def sync(
        self, collection: str, path: Path, *, retry: bool = False, mirror: bool = True
    ) -> Synced:
        """Bring the collection in step with a file or folder: add, replace, delete.

        Args:
            mirror: delete what is in the collection and not under the path.
            retry: read again what could not be read before, though its bytes are the same.

        Raises:
            InputInvalid: there is no such file or folder.
        """
        done = Synced(intake.new_group(collection))
        there = dict(intake.files_under(path))
        for batch in intake.batches(there.items(), self.max_bytes, done.refused):
            taken = self.add(collection, batch, done.group, retry=retry)
            waiting = sum(document.state == "waiting" for document in taken)
            done.waiting += waiting
            done.unchanged += len(taken) - waiting
        if not mirror:
            return done
        with self._store.read() as c:
            known = documents.in_collection(c, collection)
        for document in known:
            if document.parent is None and document.name not in there:
                self.remove(document.id)
                done.removed += 1
        return done

    def remove(self, document: str) -> None:
        """Delete a document and those inside it: text, passages, original.

        Raises:
            NotFound: there is none.
        """
        with self._store.write() as c:
            documents.get(c, document)
            self._index.remove(c, passages.ids_of(c, documents.family(c, document)))
            originals = documents.remove(c, document)
        self._forget(originals)

    def remove_collection(self, collection: str) -> None:
        """Delete a collection and all that is in it."""
        with self._store.write() as c:
            self._index.remove(c, passages.ids_of_collection(c, collection))
            originals = [d.sha256 for d in documents.in_collection(c, collection)]
            collections.remove(c, collection)
        self._forget(originals)

    def text(self, document: str) -> DocumentText:
        """The text taken from a document; citations count its characters.

        Raises:
            NotFound: there is none, or it is not read yet.
        """
        with self._store.read() as c:
            return passages.text_of(c, document)

    def search(
        self, query: str, collections: Sequence[str], limit: int = 10, scenario: str = ""
    ) -> list[Hit]:
        """Passages by words and by meaning, best first."""
        return search.search(
            self._store, self._index, self._gateway, query, collections, limit, scenario
        )

    def find(
        self, query: str, collections: Sequence[str], limit: int = 10, scenario: str = ""
    ) -> list[Found]:
        """As `search`, with what spoke for each passage."""
        return search.find(
            self._store, self._index, self._gateway, query, collections, limit, scenario
        )

    def work(self, stop: threading.Event) -> None:
        """Read waiting documents until `stop` is set; many processes may do so at once."""
        work.run_worker(self._store, self._handlers, stop)

    def read(self, group: str, on_progress: Callable[[Progress], None] | None = None) -> Progress:
        """Read the documents of an import here, until all are read here or elsewhere."""
        return work.drain(self._store, self._handlers, group, on_progress=on_progress)

    def _take(
        self, c: Connection, collection: str, name: str, data: bytes, retry: bool
    ) -> Document:
        if len(data) > self.max_bytes:
            raise intake.too_large(name, self.max_bytes)
        return intake.put(c, collection, name, data, retry=retry)

    def _forget(self, originals: Iterable[str]) -> None:
        with self._store.write() as c:
            files.remove_unused(c, originals)
