"""`bernard consult preview`: what a file of responses seems to hold, before anything is analysed."""

from __future__ import annotations

from pathlib import Path

import click

from bernard.cli.consult_files import path_argument, sources
from bernard.cli.output import json_option, print_json, say
from bernard.config import load
from bernard.library.convert.limits import Limits
from bernard.tools.consult.reading import Preview
from bernard.tools.consult.reading import preview as preview_of
from bernard.tools.consult.types import to_json


@click.command()
@path_argument
@json_option
def preview(file: Path, as_json: bool) -> None:
    """Show what each column of a file seems to hold, and what is odd about the file.

    FILE is CSV, XLSX, ODS, JSON Lines or a ZIP, a folder of letters, or the folder of a question.

    \b
    Example: bernard consult preview responses.csv
    JSON keys: a list of name, sha256, kind, columns (name, kind, question, options, separator,
    filled, distinct, why), rows, blanks, duplicates, repeated_ids, missing_ids, encoding,
    delimiter, sheet, sheets, headings, faults (where, what), first.
    """
    limits = Limits.from_settings(load())
    found = [preview_of(one.name, one.data, limits) for one in sources(file, limits)]
    if as_json:
        print_json([to_json(one) for one in found])
        return
    for one in found:
        _show(one)


def _show(seen: Preview) -> None:
    say(f"{seen.name}: {seen.kind}, {seen.rows:,} responses")
    for column in seen.columns:
        say(f"  {column.kind:<12} {column.name}  ({column.filled:,} filled; {column.why})")
    counts = {
        "blank rows": seen.blanks,
        "responses that repeat an earlier one": seen.duplicates,
        "repeated identifiers": seen.repeated_ids,
    }
    for what, count in counts.items():
        if count:
            say(f"  {count:,} {what}")
    for fault in seen.faults:
        say(f"  {fault.where}: {fault.what}")
