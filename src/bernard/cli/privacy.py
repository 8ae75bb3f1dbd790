"""`bernard privacy`: find personal data in a text, stand in for it, and put it back."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, get_args

import click
import msgspec

from bernard.cli.cases import cases
from bernard.cli.output import json_option, note, print_json, say
from bernard.errors import InputInvalid
from bernard.privacy import Policy, open_detector, verbs
from bernard.privacy.detector import Mode
from bernard.privacy.policy import Style
from bernard.privacy.policy import read as read_policy
from bernard.privacy.recogniser import read
from bernard.privacy.state import State, decode, encode
from bernard.text.clean import clean

_file = click.argument("file", type=click.File("rb"))
_PATH = click.Path(path_type=Path, exists=True, dir_okay=False)
_OPTIONS = (
    click.option(
        "--mode",
        type=click.Choice(get_args(Mode)),
        default="fast",
        show_default=True,
        help="How names are looked for: not at all, quickly, or with the most care.",
    ),
    click.option("--policy", type=_PATH, help="A file that says what stays, as an agreement does."),
    click.option(
        "--recognisers",
        type=_PATH,
        multiple=True,
        help="A file with recognisers of your own.",
    ),
    click.option("--allow", multiple=True, help="A value that stays, or *END for all that end so."),
)
_style = click.option(
    "--style",
    type=click.Choice(get_args(Style)),
    help="What goes in: ⟦PERSON-1⟧, or an invented name.",
)


class _Looking:
    """A detector and a policy, as the options of a command describe them."""

    def __init__(
        self,
        mode: str,
        policy: Path | None,
        recognisers: tuple[Path, ...],
        allow: tuple[str, ...],
        style: Style | None = None,
    ) -> None:
        self.detector = open_detector(mode, [r for path in recognisers for r in read(path)])
        said = read_policy(policy) if policy else Policy()
        said = msgspec.structs.replace(said, allow=(*said.allow, *allow))
        self.policy = msgspec.structs.replace(said, style=style) if style else said


def _looks(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say what is looked for."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.group()
def privacy() -> None:
    """Find personal data in a text, stand in for it, and put it back.

    \b
    Example: bernard privacy find letter.txt
    """


@privacy.command()
@_file
@_looks
@json_option
def find(file: IO[bytes], as_json: bool, **options: Any) -> None:
    """List the personal data in a text file, or in standard input (-).

    \b
    Example: bernard privacy find letter.txt
    JSON keys: a list of start, end, kind, score, text, detector, why, goes.
    """
    looking, text = _Looking(**options), _text(file)
    found = verbs.find(text, looking.detector, looking.policy)
    if as_json:
        print_json(found)
        return
    for f in found:
        line = text.count("\n", 0, f.start) + 1
        stays = "" if f.goes else "; it stays"
        say(f"line {line}: {f.kind}: {f.text!r} ({f.why}{stays})")
    if not found:
        say("Nothing was found.")


@privacy.command()
@_file
@_looks
@_style
@click.option(
    "--keep",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what stands for what to this file, to restore with. It holds the personal data.",
)
@json_option
def mask(file: IO[bytes], keep: Path | None, as_json: bool, **options: Any) -> None:
    """Print a text with stand-ins for the personal data in it.

    \b
    Example: bernard privacy mask letter.txt --keep letter.originals
    JSON keys: text, taken_out (kind: number of values).
    """
    looking = _Looking(**options)
    masked = verbs.mask(_text(file), looking.detector, looking.policy)
    if keep:
        _write(keep, masked.kept)
    if as_json:
        print_json({"text": masked.text, "taken_out": masked.taken_out})
    else:
        _show(masked.text)


@privacy.command()
@_file
@click.option(
    "--with",
    "kept",
    type=_PATH,
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
    restored = verbs.restore(_text(file), _read(kept))
    if as_json:
        print_json(restored)
        return
    _show(restored.text)
    for mark in restored.unrestored:
        note(f"{mark} is no stand-in of this file; it stays as it is.")


@privacy.command()
@_file
@_looks
@_style
@json_option
def report(file: IO[bytes], as_json: bool, **options: Any) -> None:
    """Say what would be taken out of a text, and what would stay.

    \b
    Example: bernard privacy report letter.txt
    JSON keys: characters, characters_out, goes and stays (kind, times, values, why), masked,
    found (as `find` lists them).
    """
    looking = _Looking(**options)
    told = verbs.report(_text(file), looking.detector, looking.policy)
    if as_json:
        print_json(told)
        return
    share = told.characters_out / max(told.characters, 1)
    say(
        f"{told.characters_out:,} of {told.characters:,} characters ({share:.1%}) would be taken out."
    )
    _list_kinds("Goes", told.goes)
    _list_kinds("Stays", told.stays)
    say("\nAs it would be sent:\n")
    _show(told.masked)


privacy.add_command(cases)


def _list_kinds(heading: str, kinds: tuple[verbs.Kind, ...]) -> None:
    if kinds:
        say(f"\n{heading}:")
    for k in kinds:
        different = f", {k.values:,} different" if k.values < k.times else ""
        say(f"  {k.kind}: {k.times:,}{different} ({k.why})")


def _show(text: str) -> None:
    """A text as it is, but for what a terminal would obey."""
    click.echo(clean(text) if sys.stdout.isatty() else text, nl=False)


def _text(file: IO[bytes]) -> str:
    try:
        return file.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputInvalid(f"{file.name!r} is not a text file in UTF-8.") from error


def _write(path: Path, kept: State) -> None:
    """Only the owner may read what stands for what."""
    try:
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(encode(kept))
    except OSError as error:
        raise InputInvalid(f"{str(path)!r} cannot be written: {error.strerror}.") from error


def _read(path: Path) -> State:
    try:
        return decode(path.read_bytes())
    except (OSError, InputInvalid) as error:
        raise InputInvalid(f"{str(path)!r} is not a file that `mask --keep` wrote.") from error
