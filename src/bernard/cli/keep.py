"""`bernard backup`, `restore` and `export`."""

from __future__ import annotations

from pathlib import Path

import click

from bernard.assembly import open_bernard
from bernard.cli.output import note
from bernard.cli.whose import account_option, whose
from bernard.config import Settings, load
from bernard.store import backup as copies
from bernard.store import export as exports
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
    settings = load()
    copies.restore(settings, file)
    note("Restored.")
    if missing := "; and ".join(_not_restored(settings)):
        note(
            f"Before Bernard calls a model, put back from the old home {missing}. Where the key is "
            "lost, run `bernard ledger renew`."
        )


def _not_restored(settings: Settings) -> list[str]:
    """What the log needs and no backup holds."""
    missing = []
    if not settings.ledger_key.exists():
        missing.append(f"the key that signs the log, `ledger.key`, at {str(settings.ledger_key)!r}")
    if not settings.log_folder.exists():
        missing.append(
            "the folder that the log was published in, `log`, which shows how much of it others may "
            f"have seen, at {str(settings.log_folder)!r}"
        )
    return missing


@click.command()
@file_argument
@account_option
def export(file: Path, account: str) -> None:
    """Write all that one account owns into a ZIP: documents, their texts, conversations.

    \b
    Example: bernard export mine.zip --account "Test Person"
    """
    with open_bernard(load()) as bernard:
        exports.export(bernard.store, whose(bernard, account), file)
    note(f"Written to {file}.")
