"""`bernard ledger open` and `bernard ledger forget`: what stands beside the log and is never public."""

from __future__ import annotations

from contextlib import closing
from typing import BinaryIO

import click

from bernard.cli.output import json_option, print_json, say
from bernard.config import load
from bernard.gateway.case_upkeep import CaseUpkeep
from bernard.ledger import open_ledger
from bernard.ledger.erasing import forget as forget_salts
from bernard.ledger.erasing import opens_entry
from bernard.store.database import open_store


@click.command(name="open")
@click.argument("number", type=click.IntRange(min=0))
@click.argument("file", type=click.File("rb"))
@json_option
@click.pass_context
def open_entry(context: click.Context, number: int, file: BinaryIO, as_json: bool) -> None:
    """Show that a file is what an entry commits to: a request, a reply or a redacted file.

    Of a call FILE holds its JSON, or for a stream the data of each event on a line; `-` is standard
    input.

    \b
    Example: bernard ledger open 12 request.json
    JSON keys: number, opens.
    """
    with closing(open_store(load())) as store:
        opens = opens_entry(store, number, file.read())
    if as_json:
        print_json({"number": number, "opens": opens})
    elif opens:
        say(f"Entry {number} commits to this file.")
    else:
        say(f"Entry {number} does not commit to this file.")
    if not opens:
        context.exit(1)


@click.command()
@click.argument("number", type=click.IntRange(min=0))
@json_option
def forget(number: int, as_json: bool) -> None:
    """Destroy what opens the content of a call: nobody can show any more what its entries commit to.

    The log stays whole. Backups made before hold it until they are destroyed too.

    \b
    Example: bernard ledger forget 12
    JSON keys: number, destroyed.
    """
    settings = load()
    with closing(open_store(settings)) as store:
        gone = forget_salts(store, number)
        CaseUpkeep(store, open_ledger(settings, store), settings.cases_kept_days).wipe()
    if as_json:
        print_json({"number": number, "destroyed": gone})
    else:
        say(f"Destroyed: {gone}. The log stays as it is.")
