"""`bernard agreement`: see what may leave, and find the faults of an agreement file."""

from __future__ import annotations

from pathlib import Path

import click

from bernard.agreements import Agreement, default_path, parse, read
from bernard.cli.output import json_option, print_json, say
from bernard.config import load


@click.group()
def agreement() -> None:
    """The agreement that the gateway obeys.

    \b
    Example: bernard agreement show
    """


@agreement.command()
@json_option
def show(as_json: bool) -> None:
    """Say what the agreement in force allows.

    \b
    Example: bernard agreement show
    JSON keys: those of the agreement file, and sha256.
    """
    path = load().agreement or default_path()
    found = read(path)
    if as_json:
        print_json(found)
    else:
        say("\n".join(_in_words(found)))


@agreement.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@click.pass_context
def check(context: click.Context, file: Path, as_json: bool) -> None:
    """List every fault of an agreement file with its line.

    \b
    Example: bernard agreement check ours.yaml
    JSON keys: file, faults (line, message).
    """
    try:
        _, faults = parse(file.read_bytes())
    except OSError as error:
        raise click.FileError(str(file), hint=error.strerror) from error
    if as_json:
        print_json({"file": str(file), "faults": faults})
    else:
        for fault in faults:
            say(f"{file}:{fault.line}: {fault.message} {fault.remedy}".rstrip())
        if not faults:
            say(f"{file} has no faults.")
    if faults:
        context.exit(1)


def _in_words(found: Agreement) -> list[str]:
    lines = [found.title, "", found.summary, "", f"Status: {found.status}"]
    until = f" until {found.term.end}" if found.term.end else ""
    lines.append(f"In force from {found.term.start}{until}")
    if found.parties.supplier:
        lines.append(f"Supplier: {found.parties.supplier.name}")
    for clause in found.clauses:
        lines += [
            "",
            f"Clause {clause.id}: {clause.summary}".rstrip(": "),
            f"  places: {', '.join(clause.places)}",
            f"  suppliers: {', '.join(clause.suppliers) or 'the supplier'}",
            f"  purposes: {', '.join(clause.purposes)}",
            f"  highest marking: {clause.marking.tier}{'-SENSITIVE' * clause.marking.sensitive}",
            f"  taken out first: {', '.join(clause.safeguards) or 'nothing'}",
        ]
    return [*lines, "", f"SHA-256 {found.sha256}"]
