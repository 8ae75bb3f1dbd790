"""What `bernard consult` is given: a file, a folder of letters, or folders of questions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click
from msgspec.structs import replace

from bernard.config import Settings
from bernard.errors import InputInvalid
from bernard.library.convert.limits import Limits
from bernard.tools.consult.framework_files import read_framework
from bernard.tools.consult.judging import MOST, SHARE
from bernard.tools.consult.reading import packed
from bernard.tools.consult.run import read_kept
from bernard.tools.consult.shelf import Shelf
from bernard.tools.consult.types import Consultation, Framework

OPEN = ("open", "hybrid")
RESPONSES = "responses.jsonl"
# The words of a response in a question's folder: open even where there are few and they repeat.
TEXT = "text"

path_argument = click.argument("file", type=click.Path(path_type=Path, exists=True))
judge_option = click.option(
    "--judge",
    default="",
    help=f"Large chat model to ask about the responses most in doubt, at most {MOST} and {SHARE:.0%}.",
)


class Source(NamedTuple):
    """One consultation to read.

    Attributes:
        label: a name for the folder of what comes out of it.
        name: of the file.
    """

    label: str
    name: str
    data: bytes


def sources(path: Path, limits: Limits) -> list[Source]:
    """The consultations at a path: one, or one for each question's folder in a folder of them.

    Raises:
        DocumentUnreadable, DocumentTooLarge: something there cannot be read, or is over a limit.
    """
    inner = [path]
    if path.is_dir() and not (path / RESPONSES).is_file():
        inner = sorted(p for p in path.iterdir() if (p / RESPONSES).is_file()) or inner
    return [Source(one.resolve().name, *packed(one, limits)) for one in inner]


def consultation_of(
    source: Source, shelf: Shelf, settings: Settings, only: Sequence[str] = ()
) -> Consultation:
    """The responses; the columns that are asked for hold people's own words.

    Raises:
        DocumentUnreadable, DocumentTooLarge: it cannot be read, or is over a limit.
        InputInvalid: there is no such column, or none holds people's own words.
    """
    limits = Limits.from_settings(settings)
    found = read_kept(shelf, source.name, source.data, limits=limits)[1]
    columns = {column.name: column for column in found.columns}
    listed = ", ".join(map(repr, columns))
    if not found.questions and not only and TEXT in columns:
        only = (TEXT,)
    for name in only:
        if name not in columns:
            raise InputInvalid(f"{source.name!r} has no column {name!r}. It has: {listed}.")
    others = [columns[name] for name in only if columns[name].kind not in OPEN]
    if others:
        asked = [replace(column, kind="open") for column in others]
        found = read_kept(shelf, source.name, source.data, asked, limits=limits)[1]
    if not found.questions:
        raise InputInvalid(
            f"No column of {source.name!r} seems to hold people's own words. Name one by "
            f"--question. It has: {listed}."
        )
    return found


def framework_of(path: Path) -> Framework:
    """The themes of a file.

    Raises:
        InputInvalid: it is no framework; the message names its rows.
    """
    return read_framework(*packed(path))
