"""`bernard backup`, `restore` and `export`."""

from __future__ import annotations

from pathlib import Path

import click

from bernard.accounts.unlocked import COMMAND_LINE
from bernard.assembly import open_bernard
from bernard.cli.output import note
from bernard.config import load
from bernard.errors import NotFound
from bernard.store import backup as copies
from bernard.store import export as exports
from bernard.store import people
from bernard.store.database import open_store

file_argument = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.command()
@file_argument
def backup(file: Path) -> None:
    """Copy everything (documents, answers, the log) into one file, while Bernard runs.

    \b
    Example: bernard backup monday.zip
    """
    settings = load()
    store = open_store(settings)
    try:
        copies.backup(store, file)
    finally:
        store.close()
    note(f"Everything is in {file}.")


@click.command()
@file_argument
def restore(file: Path) -> None:
    """Put a backup back into an empty home; nothing that is there is overwritten.

    \b
    Example: BERNARD_HOME=/srv/bernard bernard restore monday.zip
    """
    copies.restore(load(), file)
    note("Restored.")


@click.command()
@file_argument
@click.option("--account", default=COMMAND_LINE, show_default=True, help="Whose.")
def export(file: Path, account: str) -> None:
    """Write all that one account owns into a ZIP: documents, their texts, conversations.

    \b
    Example: bernard export mine.zip --account "Test Person"
    """
    with open_bernard(load()) as bernard:
        with bernard.store.read() as c:
            owner = people.by_name(c, account)
        if owner is None:
            raise NotFound(f"There is no account {account!r}.")
        exports.export(bernard.store, owner.id, file)
    note(f"Written to {file}.")
