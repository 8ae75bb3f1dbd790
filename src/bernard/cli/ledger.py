"""`bernard ledger`: read the log and check that nobody changed it."""

from __future__ import annotations

import datetime
from contextlib import closing

import click

from bernard.assembly import open_bernard
from bernard.cli.ledger_private import forget, open_entry
from bernard.cli.ledger_publish import publish
from bernard.cli.ledger_reconcile import reconcile
from bernard.cli.ledger_verify import check_receipt_file, key, receipt, verify
from bernard.cli.output import json_option, print_json, say
from bernard.config import load
from bernard.ledger import open_ledger
from bernard.ledger.known import Known, known
from bernard.ledger.sentences import sentence
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
    JSON keys: a list of number, hash, entry, at, sealed (for some).
    """
    with open_bernard(load()) as bernard:
        newest = known(bernard.store, bernard.ledger.newest(limit))
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
    with open_bernard(load()) as bernard:
        [found] = known(bernard.store, [bernard.ledger.get(number)])
    print_json(_plain(found))


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


ledger.add_command(open_entry)
ledger.add_command(forget)


for _command in (publish, verify, receipt, check_receipt_file, key):
    ledger.add_command(_command)


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
        return f"{start}{entry.get('texts', 0)} pages, {taken} taken out"
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
