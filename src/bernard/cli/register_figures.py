"""`bernard register figures`: the register's figures, computed from a log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from bernard.cli.output import say
from bernard.cli.whose_log import log_at, own_log
from bernard.config import Settings, load
from bernard.errors import InputInvalid, NotFound
from bernard.ledger.tlog import LogFiles
from bernard.register.figures import SECTIONS, figures_of, parse_period, sectioned
from bernard.register.figures import figures as compute
from bernard.register.holding_back import rule
from bernard.register.site.giving import as_csv, as_json
from bernard.register.site.wording import cell, heading
from bernard.register.types import Table

FORMATS = ("table", "csv", "json")


@click.command()
@click.argument("table", required=False)
@click.option("--log", help="Folder or address of a published log; left out, the log of this home.")
@click.option(
    "--size", type=click.IntRange(min=0), help="Take this many entries; left out, all of them."
)
@click.option("--from", "first", default="", help="First month, such as 2026-10.")
@click.option("--to", "last", default="", help="Last month, such as 2026-11.")
@click.option(
    "--smallest", type=int, help="Smallest count to show; left out, the setting register_smallest."
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True,
    help="A table to read, or what the register gives away beside its page.",
)  # fmt: skip
def figures(
    table: str | None,
    log: str | None,
    size: int | None,
    first: str,
    last: str,
    smallest: int | None,
    form: str,
) -> None:
    """Compute a table of the register from the log; without a name, list the tables.

    Every entry is hashed on the way, and the checkpoint that is printed is of these entries. Below
    each table of a published register stands the command that computes it.

    \b
    Example: bernard register figures disclosures-by-service --from 2026-10 --to 2026-11
    JSON keys: id, title, summary, note, checkpoint, command, columns, rows.
    """
    if table is None:
        _list()
        return
    settings = load()
    with _files(settings, log) as files:
        made = figures_of(
            files,
            size=size,
            rule=rule(settings.register_smallest if smallest is None else smallest),
            period=parse_period(first, last),
            log=log or "LOG",
        )
    _print(_named(made, table), form)


@contextmanager
def _files(settings: Settings, log: str | None) -> Iterator[LogFiles]:
    if log is None:
        with own_log(settings) as ledger:
            if not ledger.newest(1):
                raise NotFound("The log is empty.")
            yield ledger.files()
        return
    with log_at(settings, log) as files:
        yield files


def _named(made: Sequence[Table], name: str) -> Table:
    for table in made:
        if table.id == name:
            return table
    raise InputInvalid(f"There is no table {name!r}. `bernard register figures` lists them all.")


def _list() -> None:
    for section, tables in sectioned(compute([], "")).items():
        say(SECTIONS[section])
        for table in tables:
            say(f"  {table.id}: {table.title}")


def _print(table: Table, form: str) -> None:
    if form == "csv":
        click.echo(as_csv(table), nl=False)
    elif form == "json":
        click.echo(as_json(table), nl=False)
    else:
        say(in_columns(table))


def in_columns(table: Table) -> str:
    """The table as text, its columns side by side."""
    rows = [[heading(column) for column in table.columns]]
    rows += [[cell(v, c) for v, c in zip(r, table.columns, strict=True)] for r in table.rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    words = [column.kind in ("text", "date") for column in table.columns]
    lines = [table.title, ""]
    for row in rows:
        parts = [
            part.ljust(width) if left else part.rjust(width)
            for part, width, left in zip(row, widths, words, strict=True)
        ]
        lines.append("  ".join(parts).rstrip())
    return "\n".join([*lines, "", table.note, "", table.checkpoint.strip()])
