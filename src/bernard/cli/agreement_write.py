"""`bernard agreement render|export`: an agreement as a page, and in the forms that others read."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import click
import msgspec

from bernard.agreements import Agreement, check
from bernard.agreements.canonical import canonical
from bernard.agreements.export import cedar, odrl, register
from bernard.agreements.page import as_html, as_text
from bernard.agreements.render import render as page_of
from bernard.agreements.sign import verify
from bernard.cli.agreement_names import Source, agreement_argument, keys_that_may_sign
from bernard.cli.output import json_option, print_json
from bernard.errors import InputInvalid


@click.command()
@agreement_argument
@click.option("--text", "as_plain", is_flag=True, help="Plain text in place of HTML.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
@json_option
def render(agreement: Source, as_plain: bool, output: Path | None, as_json: bool) -> None:
    """Write an agreement as one page that people who are no lawyers can read.

    \b
    Example: bernard agreement render this-machine --text
    JSON keys: title, caption, tag, notice, lead, sections (id, heading, parts), foot.
    """
    found = agreement.read()
    unsaid = [one.message for one in check(agreement.data).unsaid]
    signed = verify(found, keys=keys_that_may_sign())
    page = page_of(found, _today(), unsaid, signed)
    if as_json:
        print_json(page)
    else:
        _write(as_text(page) if as_plain else as_html(page), output)


_FORMATS: dict[str, Callable[[Agreement], str]] = {
    "odrl": lambda agreement: _json(odrl.policy(agreement)),
    "cedar": cedar.policies,
    "cedar-as-if-signed": lambda agreement: cedar.policies(agreement, as_if_signed=True),
    "cedar-schema": lambda _: cedar.schema(),
    "dea": lambda agreement: _json(register.entry(agreement, _today())),
    "dea-csv": lambda agreement: register.row(agreement, _today()),
    "canonical": lambda agreement: canonical(agreement).decode(),
}


@click.command()
@agreement_argument
@click.option(
    "--format", "form", required=True, type=click.Choice((*_FORMATS, "yaml")), help="The form."
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
@json_option
def export(agreement: Source, form: str, output: Path | None, as_json: bool) -> None:
    """Write an agreement in a form that other programs read.

    `odrl` is ODRL and the Data Privacy Vocabulary in JSON-LD; `cedar` are policies that decide as the
    gateway does, under `cedar-schema`; `dea` is an entry of the Digital Economy Act register, and
    `dea-csv` its row; `canonical` are the bytes that are signed; `yaml` is the file itself.

    \b
    Example: bernard agreement export this-machine --format cedar
    JSON keys: format, text.
    """
    found = agreement.read()
    text = agreement.text if form == "yaml" else _FORMATS[form](found)
    if as_json:
        print_json({"format": form, "text": text})
    else:
        _write(text, output)


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def _write(text: str, output: Path | None) -> None:
    if output is None:
        # As it is, without a line end of our own: the canonical bytes must stay what they are.
        click.echo(text, nl=False)
        return
    try:
        output.write_bytes(text.encode())
    except OSError as error:
        raise InputInvalid(f"{str(output)!r} cannot be written: {error.strerror}.") from error


def _today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()
