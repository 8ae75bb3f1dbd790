"""`bernard ledger`: read the log and check that nobody changed it."""

from __future__ import annotations

import datetime
import sys
from contextlib import closing
from importlib import import_module

import click

from bernard.cli.output import json_option, print_json, say
from bernard.config import load
from bernard.errors import InputInvalid
from bernard.ledger import open_ledger
from bernard.ledger.known import Known, known
from bernard.ledger.sentences import sentence
from bernard.store.database import open_store

# Commands in modules of their own, which are imported when they are asked for.
PARTS = {
    "check-receipt": ("ledger_receipt", "check_receipt_file"),
    "forget": ("ledger_private", "forget"),
    "key": ("ledger_receipt", "key"),
    "open": ("ledger_private", "open_entry"),
    "publish": ("ledger_publish", "publish"),
    "receipt": ("ledger_receipt", "receipt"),
    "reconcile": ("ledger_reconcile", "reconcile"),
    "verify": ("ledger_verify", "verify"),
}


class _Group(click.Group):
    """The commands here and those of the other modules."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self.commands, *PARTS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in PARTS:
            return super().get_command(ctx, cmd_name)
        module, name = PARTS[cmd_name]
        command: click.Command = getattr(import_module(f"bernard.cli.{module}"), name)
        return command


@click.group(cls=_Group)
def ledger() -> None:
    """The log of every call to a model.

    \b
    Example: bernard ledger list
    """


@ledger.command("list")
@click.option("--limit", default=20, show_default=True, help="Most entries to list.")
@json_option
def list_entries(limit: int, as_json: bool) -> None:
    """List the newest entries.

    \b
    Example: bernard ledger list --limit 5
    JSON keys: a list of number, hash, entry, at, sealed (for some).
    """
    settings = load()
    with closing(open_store(settings)) as store:
        newest = known(store, open_ledger(settings, store).newest(limit))
    if as_json:
        print_json([_plain(one) for one in newest])
        return
    # Whatever came after an intent is in this list too, so its outcome is, if there is one.
    ended = {one.fields.get("of") for one in newest}
    for one in newest:
        running = one.event == "intent" and one.number not in ended
        say(in_words(one) + ("; no outcome recorded" if running else ""))
    if not newest:
        say("The log is empty: no model has been called yet.")


@ledger.command()
@click.argument("number", type=click.IntRange(min=0))
def show(number: int) -> None:
    """Print one entry as it stands in the log, with its exact time, and what a sealed one says.

    \b
    Example: bernard ledger show 0
    JSON keys: number, hash, entry, at, sealed (for some).
    """
    settings = load()
    with closing(open_store(settings)) as store:
        [found] = known(store, [open_ledger(settings, store).get(number)])
    print_json(_plain(found))


@ledger.command()
@click.option("--yes", is_flag=True, help="Do it without being asked.")
def renew(yes: bool) -> None:
    """Sign the log with a new key, under a new name.

    For a log whose key is lost, or that was restored from a backup older than what others have
    seen of it: under its old name it would show two histories. The entries stay.

    \b
    Example: bernard ledger renew --yes
    """
    if not yes:
        _ask_for_renewal()
    settings = load()
    with closing(open_store(settings)) as store:
        vkey = open_ledger(settings, store).renew()
    say("The log goes on under a new name. Give this key to those who check it:")
    say(vkey)


def _ask_for_renewal() -> None:
    if not sys.stdin.isatty():
        raise InputInvalid(
            "Nothing was changed. Those who check the log must be given its new name and key: to go on "
            "without being asked, run `bernard ledger renew --yes`."
        )
    click.confirm(
        "Those who check the log must be given its new name and key. Go on?", abort=True, err=True
    )


def in_words(known: Known) -> str:
    """One entry on one line."""
    entry = known.fields
    at = datetime.datetime.fromtimestamp(entry.get("at", 0), datetime.UTC)
    said = f"{at:%Y-%m-%d %H:%M:%S}" if "at" in entry else " " * 19
    start = f"{known.number:>6}  {said}  {known.event:<8}{'(sealed) ' if known.sealed else ''}"
    if other := sentence(entry):
        return f"{start} {other}"
    if entry["event"] == "outcome":
        return f"{start}of {entry['of']}: {entry['outcome']}, {entry.get('milliseconds', 0)} ms"
    if entry["event"] == "destruction":
        return f"{start}{entry['destroyed']} cases, because of {entry['because']}"
    if entry["event"] == "redaction":
        taken = sum(entry.get("taken_out", {}).values())
        pages = entry.get("texts", 0)
        return f"{start} {pages} page{'' if pages == 1 else 's'}, {taken} taken out"
    # A call that its key is not for is refused before there is a model or a supplier to name.
    said = (
        f"{start}{entry['service']}, {entry['operation']} by {entry.get('model', 'no model')}"
        f" ({entry.get('provider', 'no supplier')}, {entry.get('place', 'unknown')})"
    )
    if entry["event"] == "refusal":
        return f"{said}: nothing was sent"
    return f"{said}: {entry.get('left_bytes', 0):,} bytes left this machine"


def _plain(known: Known) -> dict[str, object]:
    logged, at = known.logged, known.fields.get("at")
    more: dict[str, object] = {} if at is None else {"at": at}
    if known.sealed:
        more["sealed"] = known.fields
    return {
        "number": logged.number,
        "hash": logged.hash,
        "entry": logged.entry,
        **more,
    }
