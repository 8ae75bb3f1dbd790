"""`bernard agreement allows|compare|within|replay`: what an agreement allows as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from bernard.agreements.allows import allows as all_allowed
from bernard.agreements.compare import compare as compared
from bernard.agreements.replay import Replayed, read_entries
from bernard.agreements.replay import replay as replayed
from bernard.agreements.sentences import count
from bernard.agreements.statements import Statement, in_words
from bernard.agreements.within import within as is_within
from bernard.assembly import open_bernard
from bernard.cli.agreement_names import Source, agreement_argument, source_argument
from bernard.cli.output import json_option, print_json, say
from bernard.config import load


@click.command()
@agreement_argument
@json_option
def allows(agreement: Source, as_json: bool) -> None:
    """List all that could ever be shared under an agreement, in the fewest plain statements.

    \b
    Example: bernard agreement allows this-machine
    JSON keys: agreement, version, status, summary, statements (sentence, combinations, clauses,
    except, calls), combinations, out_of.
    """
    found = all_allowed(agreement.read())
    if as_json:
        print_json(found)
    else:
        say("\n".join([found.summary, *_statements(found.statements)]))


@click.command()
@source_argument("before")
@source_argument("after")
@json_option
def compare(before: Source, after: Source, as_json: bool) -> None:
    """Say exactly what the second agreement newly allows and newly refuses.

    \b
    Example: bernard agreement compare this-machine own-server
    JSON keys: before, after (agreement, version, status, combinations), summary, newly_allowed,
    newly_refused (as the statements of allows, with apart), newly_allowed_combinations,
    newly_refused_combinations, declared (what, before, after, direction, sentence).
    """
    found = compared(before.read(), after.read())
    if as_json:
        print_json(found)
        return
    lines = [found.summary]
    for heading, statements in (
        ("Newly allowed", found.newly_allowed),
        ("Newly refused", found.newly_refused),
    ):
        if statements:
            lines += ["", f"{heading}:", *_statements(statements)]
    if found.declared:
        lines += ["", "Declared otherwise:"]
        lines += [f"- {change.sentence} ({change.direction})" for change in found.declared]
    say("\n".join(lines))


@click.command()
@agreement_argument
@source_argument("ceiling")
@json_option
@click.pass_context
def within(context: click.Context, agreement: Source, ceiling: Source, as_json: bool) -> None:
    """Check that an agreement stays inside another, such as a department's own limit.

    Exit status 1 if it goes beyond; then a call shows how.

    \b
    Example: bernard agreement within this-machine own-server
    JSON keys: agreement, ceiling, holds, sentence, counter_example (a call), beyond, clause.
    """
    found = is_within(agreement.read(), ceiling.read())
    if as_json:
        print_json(found)
    else:
        say(found.sentence)
    context.exit(0 if found.holds else 1)


@click.command()
@agreement_argument
@click.argument("log", required=False, type=click.File("r", encoding="utf-8", errors="replace"))
@click.option("--as-written", is_flag=True, help="Ask status, signatures and dates too.")
@click.option("--limit", default=20, show_default=True, help="Most refused calls to list.")
@json_option
@click.pass_context
def replay(
    context: click.Context,
    agreement: Source,
    log: Any,
    as_written: bool,
    limit: int,
    as_json: bool,
) -> None:
    """Say which calls of the past an agreement would have refused, and why.

    LOG is a file of entries, one a line, or `-`; left out, it is the log of this home. Exit status
    1 if any call would have been refused.

    \b
    Example: bernard agreement replay this-machine
    JSON keys: agreement, version, sha256, calls, left, refused, refused_left, why (dimension,
    calls, sentence), refusals (number, at, service, purpose, model, places, left_bytes, reasons),
    not_recorded, unreadable.
    """
    read = agreement.read()
    if log is not None:
        found = replayed(read, read_entries(log), as_written=as_written, most=limit)
    else:
        with open_bernard(load()) as bernard:
            entries = ((logged.number, logged.entry) for logged in bernard.ledger.all())
            found = replayed(read, entries, as_written=as_written, most=limit)
    if as_json:
        print_json(found)
    else:
        say("\n".join(_replayed(found)))
    context.exit(1 if found.refused else 0)


def _statements(statements: Iterable[Statement]) -> Iterator[str]:
    for one in statements:
        yield ""
        yield f"- {one.sentence}"
        if one.apart:
            yield f"  What differs: {'; '.join(one.apart)}."
        yield f"  Clauses: {', '.join(one.clauses)}; {in_words(one.combinations)}."
        for exception in one.except_:
            yield f"  Except: {exception}"


def _replayed(found: Replayed) -> Iterator[str]:
    yield f"{found.calls:,} calls, of which {found.left:,} sent text away from this machine."
    yield (
        f"{found.agreement!r} version {found.version} would have refused {found.refused:,} of them,"
        f" {found.refused_left:,} of those that sent text away."
    )
    if found.why:
        yield "\nWhy (a call can have several reasons):"
        yield from (f"{one.calls:>8,}  {one.dimension}: {one.sentence}" for one in found.why)
    if found.refusals:
        yield f"\nThe first {len(found.refusals):,}:"
    for one in found.refusals:
        where = ", ".join(one.places) or "nobody knows where"
        yield f"{one.number:>8}  {one.at}  {one.service}, {one.purpose}: {one.model} ({where})"
    yield from _doubts(found.not_recorded, found.unreadable)


def _doubts(not_recorded: Mapping[str, int], unreadable: int) -> Iterator[str]:
    if not_recorded:
        most = max(not_recorded.values())
        yield (
            f"\n{most:,} entries are from before all was recorded. They got the benefit of the"
            f" doubt on: {', '.join(not_recorded)}."
        )
    if unreadable:
        yield f"\n{count(unreadable, 'line')} without an entry: passed over."
