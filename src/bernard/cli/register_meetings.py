"""`bernard register meetings`: who met whom, from the government's quarterly releases."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from bernard.agreements import Agreement, read_text
from bernard.agreements.read import read, shipped
from bernard.cli.agreement_names import in_force_sources
from bernard.cli.output import Progress, json_option, note, print_json, say
from bernard.config import load
from bernard.errors import DocumentUnreadable
from bernard.register.meetings import (
    Links,
    Place,
    Reading,
    Record,
    Supplier,
    known_suppliers,
    link,
    read_answers,
    read_releases,
    read_suppliers,
)
from bernard.register.meetings.names import form_of, readings
from bernard.register.meetings.pages import when_in_words
from bernard.register.meetings.tables import KINDS, RECORD_COLUMNS, newest, record_cells
from bernard.text.cells import without_formula


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--suppliers",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="YAML file of suppliers and their other names.",
)
@click.option(
    "--answers",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="YAML file that says which possible names are a supplier's.",
)
@click.option("--organisation", default="", help="Only rows that name this organisation.")
@click.option("--csv", "as_csv", is_flag=True, help="Print every record as CSV.")
@json_option
def meetings(
    files: tuple[Path, ...],
    suppliers: Path | None,
    answers: Path | None,
    organisation: str,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Read releases of meetings, gifts, hospitality and travel, and show who met a supplier.

    FILES are CSV, XLSX, XLS or ODS files as departments publish them, folders or ZIP archives of
    them. The suppliers are those of the agreements in force here, of those that come with Bernard,
    and of --suppliers. A row that cannot be read is listed with the reason.

    \b
    Example: bernard register meetings releases/
    JSON keys: records, links, possible, unread, aside, sheets, faults.
    """
    if as_csv and as_json:
        raise click.UsageError("Give --csv or --json, not both.")
    progress = Progress("Files read")
    reading = read_releases(files, load(), progress.show)
    progress.finish()
    if reading.faults and not reading.sheets:
        raise DocumentUnreadable(f"{reading.faults[0].file!r} {reading.faults[0].why}")
    known = known_suppliers(_agreements(), read_suppliers(suppliers) if suppliers else ())
    records = _of(organisation, reading.records) if organisation else reading.records
    links = link(records, known, read_answers(answers) if answers else ())
    if as_json:
        print_json(_plain(reading, records, links))
    elif as_csv:
        _print_csv(records, links)
    else:
        _tell(reading, records, links, known, organisation)
    if as_csv and (reading.unread or reading.faults):
        _note_unread(reading)


def _agreements() -> list[Agreement]:
    """Those in force here, then those that come with Bernard; the first of an id counts."""
    own = [read_text(source.data, name=source.name) for source in in_force_sources()]
    ours = [read(path) for path in sorted(shipped().glob("*.yaml"))]
    return list({one.id: one for one in reversed([*own, *ours])}.values())[::-1]


def _of(organisation: str, records: Sequence[Record]) -> tuple[Record, ...]:
    """The records that name it, however it is written."""
    wanted = form_of(organisation).key
    return tuple(
        record
        for record in records
        if any(
            form_of(name).key == wanted
            for text in (*record.organisations, record.organisations_text)
            for name in readings(text)
        )
    )


def _plain(reading: Reading, records: Sequence[Record], links: Links) -> dict[str, object]:
    return {
        "records": records,
        "links": [
            {
                "supplier": one.supplier,
                "named": one.organisation,
                "by": one.how,
                "place": one.record.place,
            }
            for one in links.links
        ],
        "possible": [
            {
                "supplier": one.supplier,
                "named": one.organisation,
                "like": one.like,
                "why": one.why,
                "places": [record.place for record in one.records],
            }
            for one in links.possible
        ],
        "unread": reading.unread,
        "aside": reading.aside,
        "sheets": reading.sheets,
        "faults": reading.faults,
    }


def _print_csv(records: Sequence[Record], links: Links) -> None:
    suppliers: dict[Place, list[str]] = {}
    for one in links.links:
        suppliers.setdefault(one.record.place, []).append(one.supplier)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*(column.name for column in RECORD_COLUMNS), "suppliers"])
    for record in records:
        cells = (*record_cells(record), "; ".join(suppliers.get(record.place, ())))
        writer.writerow([without_formula(cell) for cell in cells])
    click.echo(out.getvalue(), nl=False)


def _tell(
    reading: Reading,
    records: Sequence[Record],
    links: Links,
    suppliers: Sequence[Supplier],
    organisation: str,
) -> None:
    _tell_counts(reading)
    if organisation:
        verb = "names" if len(records) == 1 else "name"
        say(f"\n{_rows(len(records))} {verb} {organisation!r}:")
        for record in sorted(records, key=lambda one: one.when.start, reverse=True):
            _tell_record(record)
    for supplier in suppliers:
        found = newest(one for one in links.links if one.supplier == supplier.id)
        if found and not organisation:
            agreements = (
                f" (agreements: {', '.join(supplier.agreements)})" if supplier.agreements else ""
            )
            say(f"\n{supplier.name}{agreements}: {_rows(len(found))}")
            for one in found:
                _tell_record(one.record)
    if not links.links and not organisation:
        say("\nNo row names a supplier of an agreement.")
    if links.possible:
        say("\nNames that may be a supplier's; a person has to say (--answers):")
        for unsure in links.possible:
            say(
                f"  {unsure.organisation!r} may be {unsure.like!r}: {unsure.why} ({_rows(len(unsure.records))})"
            )
    _tell_unread(reading)


def _tell_counts(reading: Reading) -> None:
    kinds = Counter(record.kind for record in reading.records)
    listed = ", ".join(
        f"{kinds[kind]:,} {label.lower()}" for kind, label in KINDS.items() if kinds[kind]
    )
    total = {name: sum(getattr(one, name) for one in reading.sheets) for name in ("rows", "nil")}
    other = total["rows"] - len(reading.records) - len(reading.unread) - total["nil"]
    say(
        f"{_rows(total['rows'])} in {len({one.file for one in reading.sheets})} files: "
        f"{len(reading.records):,} records ({listed or 'none'}), {total['nil']:,} nil returns, "
        f"{len(reading.unread):,} unread, {other:,} titles, headings, notes and blank rows."
    )


def _tell_record(record: Record) -> None:
    role = f", {record.role}" if record.role and record.role != record.who else ""
    about = "; ".join(filter(None, (record.destination, record.purpose, record.value.text)))
    place = record.place
    sheet = f", sheet {place.sheet!r}" if place.sheet else ""
    say(f"  {when_in_words(record.when)}: {KINDS[record.kind].lower()}, {record.who}{role}")
    say(f"    with {record.organisations_text or 'nobody named'}; {about or 'no purpose given'}")
    say(f"    {place.file}{sheet}, row {place.row}")


def _tell_unread(reading: Reading) -> None:
    if reading.unread:
        say("\nRows that could not be read:")
    for one in reading.unread:
        sheet = f", sheet {one.place.sheet!r}" if one.place.sheet else ""
        say(f"  {one.place.file}{sheet}, row {one.place.row}: {one.why}")
        say(f"    {one.text[:200]}")
    if reading.faults:
        say("\nFiles that could not be read:")
    for fault in reading.faults:
        say(f"  {fault.file}: {fault.why}")


def _note_unread(reading: Reading) -> None:
    note(
        f"{_rows(len(reading.unread))} and {len(reading.faults):,} files could not be read. "
        "Without --csv, or with --json, they are listed."
    )


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number:,} rows"
