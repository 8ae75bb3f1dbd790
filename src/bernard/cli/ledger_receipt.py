"""`bernard ledger receipt`, `check-receipt` and `key`: proof of single entries, and of whose they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bernard.cli.output import json_option, note, print_json, say
from bernard.cli.whose_log import (
    dates,
    key_option,
    own_log,
    policy_of,
    policy_option,
    say_witnesses,
)
from bernard.config import load
from bernard.errors import InputInvalid
from bernard.ledger.published import receipt_of
from bernard.ledger.tlog import VerifierKey, check_receipt, parse_receipt
from bernard.ledger.tlog.checkpoint import cosigned_by


@click.command()
@click.argument("number", type=click.IntRange(min=0))
@click.option("--out", type=click.Path(path_type=Path), help="File for the receipt.")
@click.option(
    "--entry", "body", type=click.Path(path_type=Path), help="File for the entry's own bytes."
)
def receipt(number: int, out: Path | None, body: Path | None) -> None:
    """Write the receipt of an entry: proof that it is in the log, for whoever keeps it.

    \b
    Example: bernard ledger receipt 0 --out 0.tlog-proof --entry 0.json
    """
    settings = load()
    with own_log(settings) as log:
        text = str(receipt_of(log, settings.log_folder, number))
        if body:
            _write(body, log.get(number).body.encode())
    if out is None:
        click.echo(text, nl=False)
        return
    _write(out, text.encode())
    note(f"The receipt is in {out}.")


@click.command("check-receipt")
@click.argument("file", type=click.File("rb"))
@click.option("--entry", type=click.File("rb"), required=True, help="File with the entry's bytes.")
@key_option
@policy_option
@json_option
def check_receipt_file(
    file: Any, entry: Any, vkey: str | None, policy_file: Path | None, as_json: bool
) -> None:
    """Check a receipt on this machine alone: nothing is asked of the log or anybody.

    \b
    Example: bernard ledger check-receipt 0.tlog-proof --entry 0.json --key VKEY
    JSON keys: number, origin, entries, cosigned.
    """
    policy = policy_of(load(), vkey, policy_file)
    found = parse_receipt(file.read())
    checkpoint = check_receipt(found, entry.read(), policy)
    cosigned = cosigned_by(found.checkpoint, policy.witnesses)
    if as_json:
        named = {"number": found.index, "origin": checkpoint.origin, "entries": checkpoint.size}
        print_json({**named, "cosigned": dates(cosigned)})
        return
    say(
        f"The receipt holds: this is entry {found.index} of {checkpoint.origin}, under its checkpoint "
        f"of {checkpoint.size:,} entries."
    )
    say_witnesses(cosigned)


@click.command()
@json_option
def key(as_json: bool) -> None:
    """Print the public key of this log, which others check it with.

    \b
    Example: bernard ledger key
    JSON keys: origin, key.
    """
    with own_log(load()) as log:
        vkey = log.vkey
    origin = VerifierKey.parse(vkey).name
    if as_json:
        print_json({"origin": origin, "key": vkey})
        return
    note(f"The log's origin is {origin}.")
    say(vkey)


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InputInvalid(f"{str(path)!r} cannot be written: {error.strerror}.") from error
