"""`bernard privacy`: find personal data in a text, stand in for it, and put it back."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

import click
import msgspec

from bernard.cli.output import json_option, note, print_json, say
from bernard.errors import InputInvalid
from bernard.privacy import Detector, Finding, Guided, Policy, Pseudonyms, StructuredDetector
from bernard.privacy.recogniser import read
from bernard.privacy.restorer import Originals
from bernard.text.clean import clean

_file = click.argument("file", type=click.File("rb"))
_recognisers = click.option(
    "--recognisers",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    help="A file with recognisers of your own.",
)
_allow = click.option(
    "--allow", multiple=True, help="A value that stays, or *END for all that end so."
)


class _Kept(msgspec.Struct, forbid_unknown_fields=True):
    """What `mask --keep` writes and `restore --with` reads."""

    stand_ins: dict[str, str]


@click.group()
def privacy() -> None:
    """Find personal data in a text, stand in for it, and put it back.

    \b
    Example: bernard privacy find letter.txt
    """


@privacy.command()
@_file
@_recognisers
@_allow
@json_option
def find(
    file: IO[bytes], recognisers: tuple[Path, ...], allow: tuple[str, ...], as_json: bool
) -> None:
    """List the personal data in a text file, or in standard input (-).

    \b
    Example: bernard privacy find letter.txt
    JSON keys: a list of start, end, kind, score, text, detector, why.
    """
    text = _text(file)
    found = _detector(recognisers, allow).find(text)
    if as_json:
        print_json([_plain(finding, text) for finding in found])
        return
    for finding in found:
        line = text.count("\n", 0, finding.start) + 1
        say(f"line {line}: {finding.kind}: {text[finding.start : finding.end]!r} ({finding.why})")
    if not found:
        say("Nothing was found.")


@privacy.command()
@_file
@_recognisers
@_allow
@click.option(
    "--keep",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what stands for what to this file, to restore with. It holds the personal data.",
)
@json_option
def mask(
    file: IO[bytes],
    recognisers: tuple[Path, ...],
    allow: tuple[str, ...],
    keep: Path | None,
    as_json: bool,
) -> None:
    """Print a text with stand-ins for the personal data in it.

    \b
    Example: bernard privacy mask letter.txt --keep letter.originals
    JSON keys: text, taken_out (kind: number of values).
    """
    pseudonyms = Pseudonyms(_detector(recognisers, allow))
    masked = pseudonyms.mask(_text(file))
    if keep:
        _write(keep, pseudonyms.stand_ins)
    if as_json:
        print_json({"text": masked, "taken_out": pseudonyms.taken_out})
    else:
        _show(masked)


@privacy.command()
@_file
@click.option(
    "--with",
    "kept",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="The file that `mask --keep` wrote.",
)
@json_option
def restore(file: IO[bytes], kept: Path, as_json: bool) -> None:
    """Print a text with the originals in place of their stand-ins.

    \b
    Example: bernard privacy restore reply.txt --with letter.originals
    JSON keys: text, unrestored (mark: times).
    """
    originals = Originals()
    for stand_in, original in _read(kept).items():
        originals.add(stand_in, original)
    restored = originals.restore(_text(file), json=False)
    if as_json:
        print_json({"text": restored, "unrestored": originals.strangers})
        return
    _show(restored)
    for mark in originals.strangers:
        note(f"{mark} is no stand-in of this file; it stays as it is.")


def _show(text: str) -> None:
    """A text as it is, but for what a terminal would obey."""
    click.echo(clean(text) if sys.stdout.isatty() else text, nl=False)


def _detector(recognisers: tuple[Path, ...], allow: tuple[str, ...]) -> Detector:
    more = [recogniser for path in recognisers for recogniser in read(path)]
    return Guided(StructuredDetector(more), Policy(allow=allow))


def _text(file: IO[bytes]) -> str:
    try:
        return file.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputInvalid(f"{file.name!r} is not a text file in UTF-8.") from error


def _plain(finding: Finding, text: str) -> dict[str, object]:
    return {**msgspec.to_builtins(finding), "text": text[finding.start : finding.end]}


def _write(path: Path, stand_ins: dict[str, str]) -> None:
    """Only the owner may read what stands for what."""
    data = msgspec.json.format(msgspec.json.encode(_Kept(stand_ins)), indent=2)
    try:
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
            kept.write(data)
    except OSError as error:
        raise InputInvalid(f"{str(path)!r} cannot be written: {error.strerror}.") from error


def _read(path: Path) -> dict[str, str]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Kept).stand_ins
    except (OSError, msgspec.DecodeError) as error:
        raise InputInvalid(f"{str(path)!r} is not a file that `mask --keep` wrote.") from error
