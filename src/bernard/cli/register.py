"""`bernard register`: the public register, made from the log."""

from __future__ import annotations

import click

from bernard.cli.register_build import build
from bernard.cli.register_figures import figures
from bernard.cli.register_meetings import meetings
from bernard.cli.register_record import record


@click.group()
def register() -> None:
    """What the public sees: figures, agreements and records, made from the log.

    \b
    Example: bernard register build public/
    """


register.add_command(build)
register.add_command(figures)
register.add_command(meetings)
register.add_command(record)
