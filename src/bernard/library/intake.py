"""Take files in: once accepted, a file and the job to read it are in the store together."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection

from bernard.config import Settings
from bernard.errors import DocumentTooLarge, DocumentUnreadable, InputInvalid
from bernard.library.types import Attachment
from bernard.store import documents, files, jobs
from bernard.store.documents import Document

READ = "read-documents"
BATCH = 20
BATCH_BYTES = 20_000_000
UNKNOWN = "application/octet-stream"


def put(
    c: Connection,
    collection: str,
    name: str,
    data: bytes,
    *,
    parent: str | None = None,
    retry: bool = True,
) -> Document:
    """Keep a file as a document of the collection, waiting to be read.

    A file whose bytes are there already under that name, read or waiting, is left as it is.

    Args:
        retry: read it again if it could not be read before.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    known = documents.by_name(c, collection, name)
    if known and known.sha256 == sha256 and not (retry and known.state == "failed"):
        return known
    files.put(c, data)
    return documents.put(
        c,
        collection,
        name,
        media_type=mimetypes.guess_type(name)[0] or UNKNOWN,
        sha256=sha256,
        size=len(data),
        parent=parent,
    )


def put_inside(
    c: Connection, parent: Document, attachments: Sequence[Attachment], settings: Settings
) -> tuple[list[Document], list[str]]:
    """Keep files found inside another as documents of their own, as far as the limits let.

    Returns:
        The documents, and a sentence on what was left out.
    """
    above = documents.ancestors(c, parent)
    if attachments and len(above) >= settings.max_nesting:
        return [], [
            f"{len(attachments):,} files inside lie more than {settings.max_nesting} files deep "
            "and were not read. Put them in by themselves."
        ]
    root = above[-1] if above else parent.id
    room = max(0, settings.max_members - len(documents.family(c, root)) + 1)
    put_in = [
        put(c, parent.collection, f"{parent.name}/{inner.name}", inner.data, parent=parent.id)
        for inner in attachments[:room]
    ]
    left_out = len(attachments) - len(put_in)
    if not left_out:
        return put_in, []
    return put_in, [
        f"{left_out:,} files inside were not read: the limit is {settings.max_members:,}. Split it."
    ]


def new_group(collection: str) -> str:
    """A name for an import; the collection in it says whose it is."""
    return f"{collection}-{jobs.new_group()}"


def queue(c: Connection, taken: Iterable[Document], group: str) -> None:
    """Queue the reading of those that wait, a batch to a job, as parts of one import."""
    ids = [document.id for document in taken if document.state == "waiting"]
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        jobs.enqueue(c, READ, {"documents": batch}, group=group, total=len(batch))


def files_under(path: Path) -> Iterator[tuple[str, Path]]:
    """Every file of a folder by its name below it, or the one file; hidden ones are left out.

    Links are not followed, so that a folder cannot lend out what lies elsewhere.

    Raises:
        InputInvalid: there is no such file or folder.
    """
    if path.is_file() and not path.is_symlink():
        yield path.name, path
        return
    if not path.is_dir():
        raise InputInvalid(f"There is no file or folder {str(path)!r}.")
    for found in sorted(path.rglob("*")):
        below = found.relative_to(path)
        hidden = any(part.startswith((".", "~$")) for part in below.parts)
        if not hidden and found.is_file() and not found.is_symlink():
            yield below.as_posix(), found


def batches(
    named: Iterable[tuple[str, Path]], max_bytes: float, refused: list[DocumentUnreadable]
) -> Iterator[list[tuple[str, bytes]]]:
    """The files with their bytes, a few at a time; those that cannot be taken go to `refused`."""
    batch: list[tuple[str, bytes]] = []
    size = 0
    for name, path in named:
        try:
            batch.append((name, load(path, max_bytes)))
        except DocumentUnreadable as error:
            refused.append(error)
            continue
        size += len(batch[-1][1])
        if len(batch) == BATCH or size > BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def load(path: Path, max_bytes: float) -> bytes:
    """The bytes of a file.

    Raises:
        DocumentTooLarge: it is over `max_bytes`.
        DocumentUnreadable: it cannot be opened.
    """
    try:
        if path.stat().st_size > max_bytes:
            raise too_large(path.name, max_bytes)
        return path.read_bytes()
    except OSError as error:
        raise DocumentUnreadable(f"{path.name!r} cannot be opened: {error.strerror}.") from error


def too_large(name: str, max_bytes: float) -> DocumentTooLarge:
    """The error for a file over the limit."""
    return DocumentTooLarge(
        f"{name!r} is over {max_bytes / 1e6:,.0f} MB, the most that is taken in. Split it, or ask "
        "whoever runs Bernard to raise the limit."
    )
