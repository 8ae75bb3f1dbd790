"""`bernard`: the group that holds every command, and what an error looks like."""

from __future__ import annotations

import sys
import traceback
from typing import Any

import click

from bernard.cli.agreement import agreement
from bernard.cli.ask import ask, search
from bernard.cli.documents import documents
from bernard.cli.evals import evals
from bernard.cli.keep import backup, export, restore
from bernard.cli.keys import keys
from bernard.cli.ledger import ledger
from bernard.cli.models import models
from bernard.cli.output import note
from bernard.cli.serve import demo, serve, worker
from bernard.cli.settings import settings
from bernard.errors import Error


class _Group(click.Group):
    """A group whose commands turn our errors into one line and exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Error as error:
            if ctx.params.get("verbose"):
                traceback.print_exc()
            note(f"bernard: {error}")
            sys.exit(1)
        except BrokenPipeError:
            # Whoever read our output has gone, as `head` does; that is no fault.
            sys.stderr.close()
            sys.exit(0)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bernard")
@click.option("--verbose", is_flag=True, help="Show where an error came from.")
def bernard(verbose: bool) -> None:
    """Ask documents and see where every word of the answer comes from.

    \b
    Example: bernard ask "How many days of leave do I get?" --docs policies/
    """


for command in (
    ask,
    search,
    documents,
    serve,
    demo,
    worker,
    models,
    agreement,
    ledger,
    keys,
    evals,
    backup,
    restore,
    export,
    settings,
):
    bernard.add_command(command)


def main() -> None:
    """Run the command line."""
    bernard.main(prog_name="bernard")
