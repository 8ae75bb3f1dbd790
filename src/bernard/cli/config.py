"""`bernard config check`: every fault of the configuration, before anything is served."""

from __future__ import annotations

import sys

import click

from bernard.cli.output import json_option, print_json, say
from bernard.config import faults as faults_of_settings
from bernard.config import load
from bernard.gateway.configured import Found, Located, check_all


@click.group()
def config() -> None:
    """Check the configuration: settings, agreements, the register of deployments, keys.

    \b
    Example: bernard config check
    """


@config.command()
@json_option
def check(as_json: bool) -> None:
    """List every fault of the configuration, each with its file and line; exit 1 if there is one.

    \b
    Example: bernard config check
    JSON keys: ok, faults (file, line, message, remedy), warnings (the same).
    """
    invalid = [Located("settings", 0, str(fault)) for fault in faults_of_settings()]
    # What the settings name can be looked at only when they say what it is.
    found = Found(faults=invalid) if invalid else check_all(load())
    if as_json:
        print_json({"ok": not found.faults, "faults": found.faults, "warnings": found.warnings})
    else:
        _say(found)
    if found.faults:
        sys.exit(1)


def _say(found: Found) -> None:
    for kind, faults in (("Fault", found.faults), ("Warning", found.warnings)):
        for fault in faults:
            place = f"{fault.file}:{fault.line}" if fault.line else fault.file
            say(f"{kind}: {place}: {fault.message} {fault.remedy}".rstrip())
    if not found.faults:
        say(f"The configuration holds: {', '.join(found.read)}.")
