"""`bernard ledger reconcile`: the supplier's own count of calls and tokens beside ours."""

from __future__ import annotations

import datetime
import sys
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import msgspec

from bernard.cli.output import json_option, note, print_json, say
from bernard.cli.whose_log import log_at
from bernard.config import load
from bernard.errors import InputInvalid
from bernard.ledger import open_ledger
from bernard.ledger.publicity import read_step
from bernard.ledger.reconcile import (
    Compared,
    Day,
    Ours,
    Reconciled,
    compare,
    count_ours,
    count_published,
    log,
    named,
    read_usage,
    seen_before,
)
from bernard.ledger.writing import Writer
from bernard.look.words import plural
from bernard.store.database import open_store

_MOST_SHOWN = 20


@click.command()
@click.argument("usage_file", nargs=-1, required=True)
@click.option("--provider", default="", help="The supplier, as the log names it.")
@click.option("--from", "first", help="First day to compare, as 2026-11-01.")
@click.option("--to", "last", help="Last day to compare; today is left out, as it is not over.")
@click.option(
    "--tolerance",
    type=click.FloatRange(0, 100),
    default=0.0,
    show_default=True,
    help="Percent by which the supplier's count may differ.",
)
@click.option(
    "--time-zone", default="UTC", show_default=True, help="Time zone of the supplier's days."
)
@click.option(
    "--date-order",
    type=click.Choice(["dmy", "mdy"]),
    help="Order of day and month in dates such as 03/04/2026.",
)
@click.option(
    "--columns",
    help="What the columns mean, for a file that is not known: "
    "date=Day,calls=Requests,prompt=In+Cached,completion=Out,model=Model.",
)
@click.option(
    "--log",
    "place",
    help="Folder or address of a published log; left out, the log of this home. Nothing is written.",
)
@click.option("--key", "vkey", help="Public key of that log, which --log needs.")
@click.option("--dry-run", is_flag=True, help="Compare, and write nothing into the log.")
@json_option
@click.pass_context
def reconcile(
    context: click.Context,
    usage_file: tuple[str, ...],
    provider: str,
    first: str | None,
    last: str | None,
    tolerance: float,
    time_zone: str,
    date_order: str | None,
    columns: str | None,
    place: str | None,
    vkey: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Set a supplier's usage files beside the log, day by day, and log what came of it.

    A call that the supplier counted and the log does not have was made around Bernard. It ends with
    1 where a day differs or a row cannot be read. `-` is standard input.

    \b
    Example: bernard ledger reconcile completions_usage.csv --provider openai
    JSON keys: provider, time_zone, files, form, file_sha256, first, last, days, models (lists of
    day, calls, prompt_tokens, completion_tokens, model, entry; each count with ours, least, most,
    theirs, differs), unmatched, unread, other, notes, differs.
    """
    zone = _zone(time_zone)
    form = named(columns) if columns else None
    period = _day(first, "--from"), _day(last, "--to")
    files = [
        read_usage(_read(name), name, zone, date_order, form)  # type: ignore[arg-type]
        for name in usage_file
    ]
    today = datetime.datetime.now(zone).date()
    settings = load()

    def compared(ours: Ours) -> Reconciled:
        part = tolerance / 100
        found = compare(files, ours, provider, *period, part, time_zone, today)
        again = seen_before(found, ours)
        return msgspec.structs.replace(found, notes=(*found.notes, again)) if again else found

    if place is not None:
        if not vkey:
            raise InputInvalid("--log needs --key, the public key of that log.")
        with log_at(settings, place) as log_files:
            found = compared(count_published(log_files, vkey, zone))
    else:
        with closing(open_store(settings)) as store:
            found = compared(ours := count_ours(store, zone))
            if not dry_run:
                writer = Writer(open_ledger(settings, store), read_step(settings.ledger_time))
                found = log(found, ours, store, writer)
    if as_json:
        print_json(msgspec.to_builtins(found) | {"differs": found.differs})
    else:
        _print(found)
    if found.differs:
        context.exit(1)


def _print(found: Reconciled) -> None:
    zone = "" if found.time_zone == "UTC" else f", days of {found.time_zone}"
    say(f"{found.provider}, {found.first} to {found.last}{zone} ({found.form})")
    say(f"{'':<10}  {'calls':>21}  {'prompt tokens':>27}  {'completion tokens':>27}")
    say(
        f"{'day':<10}  {_pair('ours', 'theirs', 10)}  "
        + "  ".join([_pair("ours", "theirs", 13)] * 2)
    )
    for day in found.days:
        say(_line(day))
    differing = [day for day in found.models if day.differs]
    if differing:
        say("Models that differ:")
        for day in differing:
            say(f"{_line(day)}  {day.model}")
    _print_rest(found)


def _print_rest(found: Reconciled) -> None:
    if found.unmatched:
        note(
            f"Models that only one of the two names, so not compared: {', '.join(found.unmatched)}."
        )
    for unread in found.unread[:_MOST_SHOWN]:
        note(f"{unread.file} line {unread.line} cannot be read. {unread.why} {unread.row}")
    if len(found.unread) > _MOST_SHOWN:
        more = plural(len(found.unread) - _MOST_SHOWN, "more row")
        note(f"{more} cannot be read; --json lists them all.")
    if found.other:
        rows = plural(sum(found.other.values()), "row is", "rows are")
        note(f"{rows} about something else than tokens; --json lists what.")
    for said in found.notes:
        note(said)
    days, differ = len(found.days), sum(day.differs for day in found.days)
    if days == 1 and differ:
        say("The day differs.")
    elif differ:
        say(f"{differ:,} of {days:,} days differ{'s' if differ == 1 else ''}.")
    elif found.differs:
        agree = "The day agrees" if days == 1 else "The days agree"
        say(f"{agree}, but not everything could be compared.")
    else:
        say("The day agrees." if days == 1 else f"All {days:,} days agree.")


def _line(day: Day) -> str:
    cells = (
        _compared(day.calls, 10),
        _compared(day.prompt_tokens, 13),
        _compared(day.completion_tokens, 13),
    )
    return f"{day.day}  {'  '.join(cells)}{'  DIFFERS' if day.differs else ''}"


def _compared(one: Compared, width: int) -> str:
    theirs = "-" if one.theirs is None else f"{one.theirs:,}"
    return _pair(f"{one.ours:,}", theirs, width)


def _pair(ours: str, theirs: str, width: int) -> str:
    return f"{ours:>{width}} {theirs:>{width}}"


def _zone(name: str) -> datetime.tzinfo:
    if name.upper() == "UTC":
        return datetime.UTC
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise InputInvalid(
            f"There is no time zone {name!r}. Write one such as Europe/London."
        ) from error


def _day(text: str | None, option: str) -> datetime.date | None:
    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise InputInvalid(f"{option} is {text!r}. Write a day as 2026-11-22.") from error


def _read(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise InputInvalid(f"{name!r} cannot be read: {error.strerror}.") from error
