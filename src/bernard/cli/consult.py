"""`bernard consult`: what people said in a consultation, counted and shown, without the web."""

from __future__ import annotations

import click

from bernard.cli.consult_map import map_
from bernard.cli.consult_preview import preview
from bernard.cli.consult_run import run


@click.group()
def consult() -> None:
    """Find what people say in a consultation, count it, and write the report.

    \b
    Example: bernard consult run responses.csv --out results/
    """


for _command in (preview, run, map_):
    consult.add_command(_command)
