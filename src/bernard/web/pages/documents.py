"""Documents and collections: list, put in, take out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse, Response

from bernard.errors import DocumentTooLarge, InputInvalid
from bernard.look import words
from bernard.store import collections, documents
from bernard.store.collections import Collection
from bernard.store.documents import Document
from bernard.text.clean import clean
from bernard.web.pages import owned
from bernard.web.render import render
from bernard.web.visit import Visit, go

FEW = 25
PAGE = 100
LONGEST_NAME = 200
GROUP_BYTES = 50_000_000


@dataclass(frozen=True)
class Progress:
    """How far the reading of a collection is."""

    total: int
    open: int
    failed: int


@dataclass(frozen=True)
class ShownCollection:
    """A collection with some of its documents.

    Attributes:
        here: the page to look at again.
        more: whether it has documents after these.
    """

    id: str
    name: str
    documents: list[Document]
    more: bool
    progress: Progress
    here: str


def show_documents(visit: Visit) -> Response:
    """Every collection with its first documents, and the form to add more."""
    return _page(visit, {})


def add(visit: Visit) -> Response:
    """Take the files in; they are kept and waiting to be read when this answers."""
    try:
        where = _target(visit)
        names = _check(visit)
        for group in _grouped(visit.form.files):
            named = ((file_name(file), file.file.read()) for file in group)
            visit.bernard.library.add(where, named)
    except (InputInvalid, DocumentTooLarge) as error:
        if visit.wants_json:
            raise
        return _page(visit, {"files": str(error)}, int(error.status))
    if visit.wants_json:
        return JSONResponse({"added": len(names)}, status_code=201)
    return go(f"/documents?added={len(names)}")


def make_collection(visit: Visit) -> Response:
    """Make a collection."""
    name = " ".join(clean(visit.form.text("name")).split())
    try:
        if not name:
            raise InputInvalid("Enter a name for the collection.")
        if len(name) > LONGEST_NAME:
            raise InputInvalid(f"Name must be {LONGEST_NAME} characters or fewer.")
        with visit.bernard.store.write() as c:
            collections.create(c, visit.account.id, name)
    except InputInvalid as error:
        return _page(visit, {"name": str(error)}, 422)
    return go("/documents")


def show_collection(visit: Visit) -> Response:
    """One collection, a page of documents at a time."""
    own = owned.collection(visit)
    here = f"/collections/{own.id}"
    return visit.page(
        "collection.html", collection=_shown(visit, own, PAGE, here, visit.query("after"))
    )


def show_progress(visit: Visit) -> Response:
    """The line that says how far the reading is, for the page to show without loading again."""
    shown = _shown(visit, owned.collection(visit), 1, "/documents")
    html = render("parts/progress.html", collection=shown)
    return JSONResponse({"html": html, "open": shown.progress.open})


def show_delete_collection(visit: Visit) -> Response:
    """Ask before a collection is deleted."""
    own = owned.collection(visit)
    with visit.bernard.store.read() as c:
        count = sum(documents.counts(c, own.id).values())
    return visit.page(
        "delete.html",
        thing=f"the collection “{own.name}”",
        what_goes=f"The collection holds {words.plural(count, 'document')}. They will be deleted "
        "with their text. Answers that quote them keep the quotes.",
        back="/documents",
    )


def delete_collection(visit: Visit) -> Response:
    """Delete a collection and all that is in it."""
    visit.bernard.library.remove_collection(owned.collection(visit).id)
    return go("/documents")


def show_delete(visit: Visit) -> Response:
    """Ask before a document is deleted."""
    document = owned.document(visit)
    return visit.page(
        "delete.html",
        thing=f"“{document.name}”",
        what_goes="The document, its text and what was inside it will be deleted. Answers that "
        "quote it keep the quotes.",
        back=f"/documents/{document.id}",
    )


def delete(visit: Visit) -> Response:
    """Delete a document."""
    visit.bernard.library.remove(owned.document(visit).id)
    return go("/documents")


def _page(visit: Visit, faults: dict[str, str], status: int = 200) -> Response:
    mine = owned.all_collections(visit)
    shown = [_shown(visit, own, FEW, "/documents") for own in mine]
    added = visit.number("added")
    return visit.page(
        "documents.html",
        status,
        collections=shown,
        collection_items=[{"value": own.id, "text": own.name} for own in mine],
        most_bytes=round(visit.bernard.library.max_bytes),
        message=f"{words.plural(added, 'document')} added." if added else "",
        name=visit.form.text("name"),
        faults={"files": "", "name": "", **faults},
        errors=[{"text": text, "href": f"#{field}"} for field, text in faults.items()],
    )


def _shown(
    visit: Visit, own: Collection, limit: int, here: str, after: str = ""
) -> ShownCollection:
    with visit.bernard.store.read() as c:
        found = documents.in_collection(c, own.id, after=after, limit=limit + 1)
        counts = documents.counts(c, own.id)
    still = counts.get("waiting", 0) + counts.get("reading", 0)
    progress = Progress(sum(counts.values()), still, counts.get("failed", 0))
    return ShownCollection(own.id, own.name, found[:limit], len(found) > limit, progress, here)


def _target(visit: Visit) -> str:
    chosen = visit.form.text("collection")
    if chosen:
        return owned.collection(visit, chosen).id
    mine = owned.all_collections(visit)
    if mine:
        return mine[0].id
    return visit.bernard.library.collection(visit.account.id, owned.FIRST_COLLECTION).id


def _check(visit: Visit) -> list[str]:
    """The names of the files that were sent, if all of them can be taken in.

    Raises:
        InputInvalid: there is none, or one has no name.
        DocumentTooLarge: one is over the limit.
    """
    if not visit.form.files:
        raise InputInvalid("Choose one or more files.")
    most = visit.bernard.library.max_bytes
    for file in visit.form.files:
        name = file_name(file)
        if file.size is not None and file.size > most:
            raise DocumentTooLarge(
                f"{name!r} is {words.size(file.size)}; the most is {words.size(most)}. Split it, "
                "or ask whoever looks after Bernard to raise the limit."
            )
    return [file_name(file) for file in visit.form.files]


def _grouped(files: Sequence[UploadFile]) -> Iterator[list[UploadFile]]:
    """The files in groups that are kept together, none much over `GROUP_BYTES` of memory."""
    group: list[UploadFile] = []
    for file in files:
        if group and sum(f.size or 0 for f in [*group, file]) > GROUP_BYTES:
            yield group
            group = []
        group.append(file)
    yield group


def file_name(file: UploadFile) -> str:
    """The name a file is kept under: the last part of what the browser sent, cleaned."""
    name = clean(file.filename or "").replace("\\", "/").rpartition("/")[2].strip()
    if name in ("", ".", ".."):
        raise InputInvalid(f"{file.filename!r} is not a name a file can have here.")
    return name[-LONGEST_NAME:]
