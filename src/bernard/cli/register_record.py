"""`bernard register record`: transparency records of the Algorithmic Transparency Recording Standard."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bernard.agreements import Agreement, read
from bernard.agreements.one_file import agreement_files
from bernard.cli.agreement_names import in_force_sources
from bernard.cli.output import json_option, note, print_json, say
from bernard.cli.whose_log import log_at, own_log
from bernard.config import load
from bernard.errors import InputInvalid
from bernard.ledger.tlog import LogFiles
from bernard.register.holding_back import Rule, rule
from bernard.register.records.assembling import Assembled, assemble
from bernard.register.records.building import write
from bernard.register.records.draft import draft
from bernard.register.records.gathered import about_what, gather
from bernard.register.records.log import Log
from bernard.register.records.page import slug
from bernard.register.records.reading import Written
from bernard.register.records.recheck import open_built, recheck
from bernard.register.records.types import Fault

_SAID = {"wrong": "Wrong", "drift": "Differs", "missing": "Missing", "note": "Note"}
_file = click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
_log = click.option(
    "--log", help="Folder or address of a published log; left out, the log of this home."
)
_agreements = click.option(
    "--agreements",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    help="Agreement file, or folder of them, beside those in the log and in force here.",
)


@click.group()
def record() -> None:
    """Records that say how an AI tool is used, filled from the log where it can tell.

    \b
    Example: bernard register record new ask --out record.yaml
    """


@record.command()
@click.argument("name")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write.")
@_agreements
@_log
def new(name: str, out: Path | None, agreements: tuple[Path, ...], log: str | None) -> None:
    """Begin a record of an agreement or a service, with what each field asks.

    The file is for people to fill in. What the program fills from agreements and the log is left
    out of it, and found again each time that the record is checked or built.

    \b
    Example: bernard register record new ask --out record.yaml
    """
    known = _known(agreements)
    with _open(log) as files:
        source = Log(files)
        about = about_what(name, source.entries(), known)
        text = draft(gather(about, source.entries(), source.checkpoint, known, _rule()))
    if out is None:
        click.echo(text, nl=False)
        return
    _write_new(out, text)
    note(f"{str(out)!r} is written. Fill it in, then run `bernard register record check {out}`.")


@record.command()
@_file
@_agreements
@_log
@json_option
@click.pass_context
def check(
    context: click.Context, file: Path, agreements: tuple[Path, ...], log: str | None, as_json: bool
) -> None:
    """Say what a record lacks or has wrong, with its number in the standard and its line.

    A value that was typed where the log or the agreement says something else is told too. Of a
    built record (JSON) every value that is from the log is computed again. Exit status 1 if the
    record is not complete, or a value does not hold.

    \b
    Example: bernard register record check record.yaml
    JSON keys: file, complete, faults (level, line, field, number, label, message, remedy);
    of a built record: file, holds, values (field, holds, says, found).
    """
    data = _bytes(file)
    if data.lstrip()[:1] == b"{":
        context.exit(_check_built(file, data, _known(agreements), log, as_json=as_json))
    assembled = _assembled(data, agreements, log)
    if as_json:
        faults = [_plain(fault) for fault in assembled.faults]
        print_json({"file": str(file), "complete": assembled.complete, "faults": faults})
    else:
        _say_faults(file, assembled)
    context.exit(0 if assembled.complete else 1)


@record.command()
@_file
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--draft", "as_draft", is_flag=True, help="Build it although it is not complete.")
@_agreements
@_log
@json_option
def build(
    file: Path,
    out: Path,
    as_draft: bool,
    agreements: tuple[Path, ...],
    log: str | None,
    as_json: bool,
) -> None:
    """Write a record as canonical JSON, Govspeak, metadata for GOV.UK's publisher and a CSV row.

    \b
    Example: bernard register record build record.yaml out/
    JSON keys: complete, files.
    """
    assembled = _assembled(_bytes(file), agreements, log)
    found = assembled.record
    blocking = ("wrong",) if as_draft else ("wrong", "drift", "missing")
    faults = [fault for fault in assembled.faults if fault.level in blocking]
    if found is None or faults:
        raise InputInvalid(
            f"{str(file)!r} cannot be built: {len(faults)} fields are wrong or missing."
            f" `bernard register record check {file}` lists them."
        )
    made = write(found, out, slug(file.stem))
    if as_json:
        print_json({"complete": found.complete, "files": [str(path) for path in made]})
        return
    for path in made:
        say(str(path))
    if not found.complete:
        note("The record is not complete, so it is not to be published.")


def _check_built(
    file: Path, data: bytes, known: list[Agreement], log: str | None, *, as_json: bool
) -> int:
    with _open(log) as files:
        values = recheck(data, Log(files, open_built(data).checkpoint), known)
    holds = all(one.holds for one in values)
    if as_json:
        print_json({"file": str(file), "holds": holds, "values": [one._asdict() for one in values]})
        return 0 if holds else 1
    for one in values:
        if not one.holds:
            say(f"{one.field} does not hold. The record says: {one.says}\n  Found: {one.found}")
    if not values:
        say("The record has no value from the log or an agreement, so there is nothing to compute.")
    elif holds:
        say(f"All {len(values)} values from the log and the agreements hold.")
    return 0 if holds else 1


def _assembled(data: bytes, agreements: tuple[Path, ...], log: str | None) -> Assembled:
    written = Written(data)
    if written.template is None:
        return Assembled(None, tuple(written.faults))
    with _open(log) as files:
        source = Log(files)
        known = _known(agreements)
        found = gather(written.about, source.entries(), source.checkpoint, known, _rule())
    return assemble(written, found)


def _say_faults(file: Path, assembled: Assembled) -> None:
    for fault in assembled.faults:
        said = f"{file}:{fault.line}: {_SAID[fault.level]}: {fault.message} {fault.remedy}".rstrip()
        say(f"{said} [{fault.field}]" if fault.field else said)
    if assembled.complete:
        say(f"{file} is complete.")
        return
    counts = Counter(fault.level for fault in assembled.faults)
    told = [f"{counts[level]} {level}" for level in ("missing", "wrong", "drift") if counts[level]]
    say(f"{file} is not complete: {', '.join(told) or 'it cannot be read'}.")


def _plain(fault: Fault) -> dict[str, object]:
    keys = ("level", "line", "field", "number", "label", "message", "remedy")
    return {key: getattr(fault, key) for key in keys}


def _rule() -> Rule:
    return rule(load().register_smallest)


def _bytes(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise InputInvalid(f"{str(file)!r} cannot be read: {error.strerror}.") from error


def _write_new(out: Path, text: str) -> None:
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise InputInvalid(f"{str(out)!r} is there already. Name a file that is not.") from error
    except OSError as error:
        raise InputInvalid(f"{str(out)!r} cannot be written: {error.strerror}.") from error


def _known(named: tuple[Path, ...]) -> list[Agreement]:
    found = [source.read() for source in in_force_sources()]
    for path in named:
        found += map(read, sorted(agreement_files(path)) if path.is_dir() else [path])
    return found


@contextmanager
def _open(log: str | None) -> Iterator[LogFiles]:
    settings = load()
    if log is None:
        with own_log(settings) as ledger:
            yield ledger.files()
        return
    with log_at(settings, log) as files:
        yield files
