"""`bernard settings`: every setting, its value and what it is for."""

from __future__ import annotations

import dataclasses

import click

from bernard.cli.output import json_option, print_json, say
from bernard.config import PREFIX, Settings, load

HIDDEN = {"database", "metrics_token"}  # a password may stand in the first


@click.command()
@json_option
def settings(as_json: bool) -> None:
    """List every setting, its value and what it is for.

    \b
    Example: bernard settings
    JSON keys: one for each setting, with value, default and description.
    """
    now, rows = load(), {}
    for field in dataclasses.fields(Settings):
        value = getattr(now, field.name)
        shown = "(set, not shown)" if field.name in HIDDEN and value else value
        rows[field.name] = {
            "variable": PREFIX + field.name.upper(),
            "value": None if shown is None else str(shown),
            "default": None if field.default is None else str(field.default),
            "description": field.metadata["doc"],
        }
    if as_json:
        print_json(rows)
        return
    for row in rows.values():
        say(f"{row['variable']} = {row['value'] or '(empty)'}\n  {row['description']}")
