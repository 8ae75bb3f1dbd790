"""`bernard ledger publish`: put the log into a folder of static files, once."""

from __future__ import annotations

import dataclasses
from contextlib import closing
from pathlib import Path

import click

from bernard.cli.output import json_option, note, print_json, say
from bernard.config import load
from bernard.ledger import open_ledger
from bernard.ledger.publisher_opening import open_publisher
from bernard.look.words import plural
from bernard.store.database import open_store

WAIT_S = 60.0


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--without-witnesses",
    is_flag=True,
    help="Ask no witness, and replace what some cosigned; whoever checks by a policy refuses that.",
)
@json_option
def publish(folder: Path | None, without_witnesses: bool, as_json: bool) -> None:
    """Publish the log as static files, cosigned as the policy asks; servers do it by themselves.

    \b
    Example: bernard ledger publish
    JSON keys: entries, folder, cosigned, faults (of witnesses that did not cosign).
    """
    settings = load()
    settings = dataclasses.replace(
        settings,
        ledger_folder=(folder or settings.log_folder).absolute(),
        ledger_policy=None if without_witnesses else settings.ledger_policy,
    )
    with closing(open_store(settings)) as store:
        publisher = open_publisher(settings, open_ledger(settings, store))
        published = publisher.publish(WAIT_S, without_witnesses=without_witnesses)
    for name, fault in published.faults.items():
        note(f"The witness {name!r} did not cosign: {fault.rstrip('.')}.")
    if as_json:
        found = {"entries": published.size, "folder": str(settings.log_folder)}
        print_json({**found, "cosigned": list(published.cosigned), "faults": published.faults})
    elif not published.size:
        say("The log is empty, so there is nothing to publish yet.")
    else:
        seen = f", seen by {', '.join(published.cosigned)}" if published.cosigned else ""
        entries = plural(published.size, "entry", "entries")
        say(f"Published: {entries} in {settings.log_folder}{seen}.")
