"""`bernard ledger`: read the log and check that nobody changed it."""

from __future__ import annotations

import datetime
from contextlib import closing

import click

from bernard.assembly import open_bernard
from bernard.cli.ledger_reconcile import reconcile
from bernard.cli.output import json_option, print_json, say
from bernard.config import load
from bernard.ledger import Logged, open_ledger
from bernard.store.database import open_store


@click.group()
def ledger() -> None:
    """The log of every call to a model.

    \b
    Example: bernard ledger list
    """


ledger.add_command(reconcile)


@ledger.command("list")
@click.option("--limit", default=20, show_default=True, help="Most entries to list.")
@json_option
def list_entries(limit: int, as_json: bool) -> None:
    """List the newest entries.

    \b
    Example: bernard ledger list --limit 5
    JSON keys: a list of number, hash, entry.
    """
    with open_bernard(load()) as bernard:
        newest = bernard.ledger.newest(limit)
    if as_json:
        print_json([_plain(logged) for logged in newest])
        return
    # Whatever came after an intent is in this list too, so its outcome is, if there is one.
    ended = {logged.entry.get("of") for logged in newest}
    for logged in newest:
        running = logged.entry["event"] == "intent" and logged.number not in ended
        say(in_words(logged) + ("; no outcome recorded" if running else ""))
    if not newest:
        say("The log is empty: no model has been called yet.")


@ledger.command()
@click.argument("number", type=click.IntRange(min=0))
def show(number: int) -> None:
    """Print one entry as it stands in the log.

    \b
    Example: bernard ledger show 0
    JSON keys: number, hash, entry.
    """
    with open_bernard(load()) as bernard:
        print_json(_plain(bernard.ledger.get(number)))


@ledger.command()
@json_option
@click.pass_context
def verify(context: click.Context, as_json: bool) -> None:
    """Read the whole log and check that no entry was changed or removed.

    \b
    Example: bernard ledger verify
    JSON keys: entries, root, checkpoint, fault (empty when the log holds).
    """
    with open_bernard(load()) as bernard:
        verified = bernard.ledger.verify()
    if as_json:
        print_json(verified)
    elif verified.fault:
        say(f"The log does not hold. {verified.fault}")
    else:
        say(f"The log holds: {verified.entries:,} entries, root {verified.root}.")
    if verified.fault:
        context.exit(1)


@ledger.command()
@click.confirmation_option(
    prompt="Those who check the log must be given its new name and key. Go on?"
)
def renew() -> None:
    """Sign the log with a new key, under a new name.

    For a log whose key is lost, or that was restored from a backup older than what others have
    seen of it: under its old name it would show two histories. The entries stay.

    \b
    Example: bernard ledger renew
    """
    settings = load()
    with closing(open_store(settings)) as store:
        vkey = open_ledger(settings, store).renew()
    say("The log goes on under a new name. Give this key to those who check it:")
    say(vkey)


def in_words(logged: Logged) -> str:
    """One entry on one line."""
    entry = logged.entry
    at = datetime.datetime.fromtimestamp(entry["at"], datetime.UTC).strftime("%Y-%m-%d %H:%M:%S")
    start = f"{logged.number:>6}  {at}  {entry['event']:<8}"
    if entry["event"] == "outcome":
        return f"{start}of {entry['of']}: {entry['outcome']}, {entry.get('milliseconds', 0)} ms"
    if entry["event"] == "destruction":
        return f"{start}{entry['destroyed']} cases, because of {entry['because']}"
    if entry["event"] == "redaction":
        taken = sum(entry.get("taken_out", {}).values())
        return f"{start}{entry.get('texts', 0)} pages, {taken} taken out"
    # A call that its key is not for is refused before there is a model or a supplier to name.
    said = (
        f"{start}{entry['service']}, {entry['operation']} by {entry.get('model', 'no model')}"
        f" ({entry.get('provider', 'no supplier')}, {entry.get('place', 'unknown')})"
    )
    if entry["event"] == "refusal":
        return f"{said}: nothing was sent"
    return f"{said}: {entry.get('left_bytes', 0):,} bytes left this machine"


def _plain(logged: Logged) -> dict[str, object]:
    return {
        "number": logged.number,
        "hash": logged.hash,
        "entry": logged.entry,
    }
