"""Collections and documents: list, put in, read, take out."""

from __future__ import annotations

from pathlib import PurePosixPath

from starlette.datastructures import UploadFile
from starlette.responses import PlainTextResponse, Response

from bernard.api import owned, shapes
from bernard.api.calls import Call
from bernard.errors import FieldInvalid, NotFound
from bernard.library import intake
from bernard.store import collections, documents, jobs
from bernard.text.clean import clean


def collections_of_mine(call: Call) -> shapes.Collections:
    """The caller's collections."""
    with call.bernard.store.read() as c:
        mine = collections.of_owner(c, call.account.id)
    return shapes.Collections(tuple(map(shapes.of_collection, mine)))


def create_collection(call: Call) -> shapes.Collection:
    """A new collection."""
    name = " ".join(clean(call.body.name).split())
    if not name:
        raise FieldInvalid("name: Give the collection a name that can be seen.", "#/name")
    with call.bernard.store.write(durable=True) as c:
        return shapes.of_collection(collections.create(c, call.account.id, name))


def documents_of(call: Call) -> shapes.Documents:
    """The documents of a collection, by name."""
    collection = owned.collection(call, call.query.collection)
    limit = call.query.limit
    with call.bernard.store.read() as c:
        # One more than asked for tells whether there are more.
        found = documents.in_collection(c, collection.id, after=call.query.after, limit=limit + 1)
    listed = tuple(map(shapes.of_document, found[:limit]))
    return shapes.Documents(listed, listed[-1].name if len(found) > limit else None)


def document(call: Call) -> shapes.Document:
    """One document."""
    return shapes.of_document(owned.document(call, call.part("id")))


def text(call: Call) -> Response:
    """The text that was taken from a document."""
    mine = owned.document(call, call.part("id"))
    return PlainTextResponse(call.bernard.library.text(mine.id).text)


def remove(call: Call) -> None:
    """Delete a document."""
    call.bernard.library.remove(owned.document(call, call.part("id")).id)


def upload(call: Call) -> shapes.Uploaded:
    """Take files in. They and the job to read them are on the disk when this returns."""
    collection = owned.collection(call, call.upload.text("collection"))
    named = [(_name(file), file.file.read()) for file in call.upload.files]
    if not named:
        raise FieldInvalid("file: The form has no file.", "#/file")
    group = intake.new_group(collection.id)
    taken = call.bernard.library.add(collection.id, named, group)
    waits = any(document.state == "waiting" for document in taken)
    return shapes.Uploaded(group if waits else None, tuple(map(shapes.of_document, taken)))


def progress(call: Call) -> shapes.Import:
    """How far an import is, with what was found inside its files."""
    group = call.part("id")
    owned.collection(call, group.partition("-")[0])
    with call.bernard.store.read() as c:
        listed = jobs.listing(c, group=group)
        if not listed:
            raise NotFound(f"There is no import {group!r}. It may be done and forgotten.")
        given = [id for job in listed for id in job.payload["documents"]]
        ids = list(dict.fromkeys(id for one in given for id in documents.family(c, one)))
        states = [document.state for document in documents.get_many(c, ids).values()]
    ready, failed = states.count("ready"), states.count("failed")
    return shapes.Import(group, len(states), ready, failed, ready + failed == len(states))


def _name(file: UploadFile) -> str:
    """The file's name as a path inside the collection, which can lead nowhere else."""
    parts = PurePosixPath(clean(file.filename or "").replace("\\", "/")).parts
    name = "/".join(part.strip() for part in parts if part.strip(" ./"))
    if not name:
        raise FieldInvalid("file: Each file needs a name.", "#/file")
    return name
