"""`bernard`: the group that holds every command, and what an error looks like."""

from __future__ import annotations

import sys
import traceback
from importlib import import_module
from typing import Any

import click

from bernard.cli.output import note
from bernard.errors import Error

# A command is imported when it is asked for: the gateway starts without what the pages need.
COMMANDS = {
    "agreement": "agreement",
    "ask": "ask",
    "backup": "keep",
    "config": "config",
    "consult": "consult",
    "demo": "serve",
    "documents": "documents",
    "evals": "evals",
    "export": "keep",
    "gateway": "gateway",
    "keys": "keys",
    "ledger": "ledger",
    "models": "models",
    "privacy": "privacy",
    "redact": "redact",
    "register": "register",
    "restore": "keep",
    "search": "ask",
    "serve": "serve",
    "settings": "settings",
    "witness": "witness",
    "worker": "serve",
}


class _Group(click.Group):
    """A group whose commands turn our errors into one line and exit status 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"bernard.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command

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


def main() -> None:
    """Run the command line."""
    bernard.main(prog_name="bernard")
