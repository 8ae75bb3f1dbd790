"""`bernard agreement`: the agreements that the gateway obeys, checked, explained, compared, signed."""

from __future__ import annotations

import datetime

import click

from bernard.agreements import check as everything_in
from bernard.agreements import read, shipped
from bernard.agreements.page import as_text
from bernard.agreements.render import follows
from bernard.agreements.render import render as page_of
from bernard.agreements.sign import verify as verified
from bernard.cli.agreement_explain import explain
from bernard.cli.agreement_names import (
    Source,
    agreement_argument,
    in_force_sources,
    keys_that_may_sign,
    shipped_ids,
)
from bernard.cli.agreement_sets import allows, compare, replay, within
from bernard.cli.agreement_sign import key, sign, verify
from bernard.cli.agreement_write import export, render
from bernard.cli.output import json_option, print_json, say


@click.group()
def agreement() -> None:
    """The agreement that the gateway obeys.

    An AGREEMENT is a file, `-`, or the id of one that comes with Bernard.

    \b
    Example: bernard agreement show
    """


@agreement.command("list")
@json_option
def list_shipped(as_json: bool) -> None:
    """List the agreements that come with Bernard.

    \b
    Example: bernard agreement list
    JSON keys: a list of id, version, status, title, summary.
    """
    found = [read(shipped() / f"{name}.yaml") for name in shipped_ids()]
    if as_json:
        keys = ("id", "version", "status", "title", "summary")
        print_json([{key: getattr(one, key) for key in keys} for one in found])
        return
    for one in found:
        say(f"{one.id:<22} {one.status:<8} {one.title}")


@agreement.command()
@json_option
def show(as_json: bool) -> None:
    """Say what the agreement in force allows, or each of them.

    \b
    Example: bernard agreement show
    JSON keys: a list of those of the agreement file, and sha256.
    """
    found = [source.read() for source in in_force_sources()]
    if as_json:
        print_json(found)
    else:
        today, keys = datetime.datetime.now(datetime.UTC).date(), keys_that_may_sign()
        pages = (page_of(one, today, signed=verified(one, keys=keys)) for one in found)
        say("\n".join(map(as_text, pages)))


@agreement.command()
@agreement_argument
@json_option
@click.pass_context
def check(context: click.Context, agreement: Source, as_json: bool) -> None:
    """List every fault of an agreement with its line and what to do, and all that it leaves unsaid.

    Exit status 1 if there is a fault.

    \b
    Example: bernard agreement check this-machine
    JSON keys: file, faults (line, message, remedy), unsaid (line, message, remedy).
    """
    found = everything_in(agreement.data)
    if as_json:
        print_json({"file": agreement.name, "faults": found.faults, "unsaid": found.unsaid})
    else:
        for fault in found.faults:
            say(f"{agreement.name}:{fault.line}: {fault.message} {fault.remedy}".rstrip())
        if not found.faults:
            say(f"{agreement.name} has no faults.")
        if found.unsaid:
            say("\nLeft unsaid:")
        for fault in found.unsaid:
            say(f"{agreement.name}:{fault.line}: {fault.message} {fault.remedy}".rstrip())
        if found.agreement and found.agreement.source:
            say(f"\n{follows(found.agreement)}")
    context.exit(1 if found.faults else 0)


for command in (
    explain, allows, compare, within, replay, key, sign, verify, render, export,
):  # fmt: skip
    agreement.add_command(command)
