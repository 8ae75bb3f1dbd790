"""`bernard agreement key|sign|verify`: who signed an agreement, and that it is as they signed it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import click
from msgspec.structs import replace

from bernard.agreements import Agreement, read, read_text
from bernard.agreements.canonical import canonical, sha256
from bernard.agreements.read import read_bytes
from bernard.agreements.schema import Signature
from bernard.agreements.sign import (
    ROLES,
    Role,
    Signed,
    make_key,
    needed,
    public_key,
    read_key,
    words,
)
from bernard.agreements.sign import sign as signature_of
from bernard.agreements.sign import verify as verified
from bernard.agreements.signed_text import replace_file, with_signature, with_status
from bernard.cli.agreement_names import Source, agreement_argument, keys_that_may_sign
from bernard.cli.output import json_option, print_json, say
from bernard.errors import AgreementInvalid, InputInvalid

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--show", is_flag=True, help="Print the public key of a file that is there.")
@json_option
def key(file: Path, show: bool, as_json: bool) -> None:
    """Make a private key to sign agreements with, and print the public key that belongs to it.

    Keep the file to yourself; only its owner can read it, and it is never overwritten.

    \b
    Example: bernard agreement key our-key.pem
    JSON keys: file, public_key.
    """
    public = public_key(read_key(file)) if show else make_key(file)
    if as_json:
        print_json({"file": str(file), "public_key": public})
    else:
        say(public)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--role", required=True, type=click.Choice(ROLES), help="The side that signs.")
@click.option("--name", required=True, help="Who signs: a post or a person.")
@click.option("--key", "key_file", type=_FILE, help="The private key, a PEM file.")
@click.option("--signature", help="Instead of a key: a signature made elsewhere, in base64.")
@click.option("--public-key", help="The public key of that signature, in base64.")
@click.option("--activate", is_flag=True, help="Set the status to signed once both have signed.")
@json_option
@click.pass_context
def sign(
    context: click.Context,
    file: Path,
    role: str,
    name: str,
    key_file: Path | None,
    signature: str | None,
    public_key: str | None,
    activate: bool,
    as_json: bool,
) -> None:
    """Sign an agreement file for one side; comments and the order of the file stay as they are.

    \b
    Example: bernard agreement sign ours.yaml --role public-body --name "Director" --key our-key.pem
    JSON keys: file, sha256, status, complete, missing, signatures (role, signatory, key, date,
    fault).
    """
    if (key_file is None) == (signature is None) or (signature is None) != (public_key is None):
        raise click.UsageError("Give --key, or --signature and --public-key.")
    source = Source(file.name, read_bytes(file))
    agreement = source.read()
    side = cast(Role, role)
    today = datetime.datetime.now(datetime.UTC).date()
    if key_file is not None:
        made = signature_of(agreement, read_key(key_file), side, name, today)
    else:
        made = Signature(side, name, public_key or "", signature or "", today)
    _check_made(agreement, made)
    text = with_signature(source.text, made)
    signed = verified(_read_back(agreement, text))
    if activate and signed.complete and agreement.status == "draft":
        text = with_status(text, "signed")
    replace_file(file, text)
    _tell(file, read(file), signed, as_json)


def _check_made(agreement: Agreement, made: Signature) -> None:
    """A signature that does not hold is not written."""
    alone = verified(replace(agreement, signatures=(made,))).signatures[0]
    if alone.fault:
        raise InputInvalid(f"The signature was not added. {alone.fault}")


def _read_back(agreement: Agreement, text: str) -> Agreement:
    """The agreement as the text says it now; nothing but the signatures may have changed."""
    again = read_text(text.encode())
    if canonical(again) != canonical(agreement):
        raise AgreementInvalid("The file changed while it was signed. Look at it and sign again.")
    return again


def _tell(file: Path, agreement: Agreement, signed: Signed, as_json: bool) -> None:
    if as_json:
        print_json({"file": str(file), "status": agreement.status, **_fields(agreement, signed)})
        return
    say("\n".join(_lines(agreement, signed)))
    if agreement.status == "signed" and signed.missing:
        say("Its status is signed, but nothing may leave under it until every side has signed.")
    elif agreement.status == "signed":
        say("Its status is signed: it is in force from its start to its end.")
    elif not signed.complete and not signed.missing and not needed(agreement):
        say("Nothing leaves under it, so it needs no signature.")
    elif agreement.status == "draft" and signed.complete:
        say(
            "Everybody who must has signed. It is still a draft: set `status: signed` in the file,"
            " or sign with --activate, to put it in force."
        )


@click.command()
@agreement_argument
@click.option("--public-body-key", help="The public body's key, learnt from the body itself.")
@click.option("--supplier-key", help="The supplier's key, learnt from the supplier itself.")
@json_option
@click.pass_context
def verify(
    context: click.Context,
    agreement: Source,
    public_body_key: str | None,
    supplier_key: str | None,
    as_json: bool,
) -> None:
    """Check every signature of an agreement, and say whose keys made them.

    Exit status 1 if one does not hold, or is missing.

    \b
    Example: bernard agreement verify this-machine
    JSON keys: sha256, complete, missing, signatures (role, signatory, key, date, fault).
    """
    found = agreement.read()
    pinned = {"public-body": public_body_key, "supplier": supplier_key}
    keys = keys_that_may_sign()
    signed = verified(found, {role: given for role, given in pinned.items() if given}, keys)
    if as_json:
        print_json(_fields(found, signed))
    else:
        say("\n".join(_lines(found, signed)))
        if signed.complete and signed.signatures and None in pinned.values() and not keys:
            say("The keys stand in the file itself: compare them with what each side tells you.")
    context.exit(0 if signed.complete else 1)


def _fields(agreement: Agreement, signed: Signed) -> dict[str, Any]:
    return {
        "sha256": sha256(agreement),
        "complete": signed.complete,
        "missing": signed.missing,
        "signatures": signed.signatures,
    }


def _lines(agreement: Agreement, signed: Signed) -> Iterator[str]:
    yield f"{agreement.id} version {agreement.version}, SHA-256 {sha256(agreement)}"
    for one in signed.signatures:
        state = f"does not hold. {one.fault}" if one.fault else "holds"
        yield f"The {words(one.role)}, {one.signatory}, key {one.key}: {state}"
    for role in signed.missing:
        yield f"The {words(role)} has not signed."
    if not needed(agreement):
        yield "Nothing leaves the body's own machines under it, so it needs no signature."
