"""`bernard documents`: put documents in, see what became of them, take them out."""

from __future__ import annotations

import threading
from pathlib import Path

import click

from bernard.assembly import Bernard, open_bernard
from bernard.cli.ask import places, read_in
from bernard.cli.output import json_option, note, print_json, say
from bernard.cli.whose import account_option, whose
from bernard.config import load
from bernard.store import documents as kept
from bernard.store.collections import of_owner

DEFAULT = "documents"
collection_option = click.option(
    "--collection", default=DEFAULT, show_default=True, help="Which collection."
)


@click.group()
def documents() -> None:
    """The documents that Bernard answers from.

    \b
    Example: bernard documents add policies/
    """


@documents.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@collection_option
@account_option
@json_option
@click.pass_context
def add(context: click.Context, path: Path, collection: str, account: str, as_json: bool) -> None:
    """Read a file or folder into a collection; what has not changed is not read twice.

    A file of a name that is there already is replaced. Nothing else is taken out.

    \b
    Example: bernard documents add policies/ --collection policies
    JSON keys: a list of id, name, state, error, notes.
    """
    with open_bernard(load()) as bernard:
        # Said once and here, not by each of the calls that could not be logged.
        bernard.ledger.check()
        owner = whose(bernard, account)
        where = read_in(bernard, owner, collection, path, retry=True, mirror=False)
        _print(_listed(bernard, [where]), as_json)
        failed = any(document.state == "failed" for document in _listed(bernard, [where]))
    context.exit(1 if failed else 0)


@documents.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--collection", help="Which collection; one of its own if left out.")
@account_option
@click.option("--every", "seconds", default=5.0, show_default=True, help="Seconds between looks.")
def watch(folder: Path, collection: str | None, account: str, seconds: float) -> None:
    """Keep a collection in step with a folder until you stop it with Ctrl+C.

    What is not in the folder is taken out of the collection.

    \b
    Example: bernard documents watch policies/
    """
    with open_bernard(load()) as bernard:
        bernard.ledger.check()
        owner = whose(bernard, account)
        note(f"Watching {folder}. Press Ctrl+C to stop.")
        wait = threading.Event()
        try:
            while not wait.wait(seconds):
                read_in(bernard, owner, collection or str(folder.resolve()), folder)
        except KeyboardInterrupt:
            note("Stopped.")


@documents.command("list")
@click.option("--collection", help="Which collection; all of them if left out.")
@account_option
@json_option
def list_documents(collection: str | None, account: str, as_json: bool) -> None:
    """List documents, with what could not be read and why.

    \b
    Example: bernard documents list
    JSON keys: a list of id, name, state, error, notes.
    """
    with open_bernard(load()) as bernard:
        _print(_listed(bernard, places(bernard, None, collection, account)), as_json)


@documents.command("collections")
@account_option
@json_option
def list_collections(account: str, as_json: bool) -> None:
    """List collections.

    \b
    Example: bernard documents collections
    JSON keys: a list of id, name, documents (how many in each state).
    """
    with open_bernard(load()) as bernard:
        owner = whose(bernard, account)
        with bernard.store.read() as c:
            rows = [(own, kept.counts(c, own.id)) for own in of_owner(c, owner)]
    if as_json:
        print_json([{"id": own.id, "name": own.name, "documents": n} for own, n in rows])
        return
    for own, counts in rows:
        say(f"{own.name}: {sum(counts.values())} documents")


@documents.command()
@click.argument("document")
def text(document: str) -> None:
    """Print the text that was taken from a document; citations count its characters from 0.

    \b
    Example: bernard documents text 4f1f1a...
    """
    with open_bernard(load()) as bernard:
        click.echo(bernard.library.text(document).text, nl=False)


@documents.command()
@click.argument("document")
def remove(document: str) -> None:
    """Delete a document, its text, its passages and its original.

    \b
    Example: bernard documents remove 4f1f1a...
    """
    with open_bernard(load()) as bernard:
        bernard.library.remove(document)
    say("Deleted.")


def _listed(bernard: Bernard, where: list[str]) -> list[kept.Document]:
    with bernard.store.read() as c:
        return [document for own in where for document in kept.in_collection(c, own)]


def _print(found: list[kept.Document], as_json: bool) -> None:
    if as_json:
        keys = ("id", "name", "state", "error", "notes")
        print_json([{key: getattr(document, key) for key in keys} for document in found])
        return
    for document in found:
        say(f"{document.id}  {document.state:<8}  {document.name}")
        for remark in filter(None, [document.error, *document.notes]):
            say(f"    {remark}")
