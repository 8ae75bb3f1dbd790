"""The records as pages of the register, with what is handed on beside each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from markupsafe import Markup

from bernard.agreements import Agreement
from bernard.errors import InputInvalid
from bernard.register.holding_back import Rule
from bernard.register.records import govspeak
from bernard.register.records.assembling import Assembled, assemble
from bernard.register.records.building import files
from bernard.register.records.gathered import gather
from bernard.register.records.log import Log
from bernard.register.records.markdown import as_html
from bernard.register.records.reading import Written
from bernard.register.records.template import Field, Section, template
from bernard.register.records.types import Answer, Evidence, Figures, Record, Value
from bernard.register.types import Column, Page, Table

INDEX = "records/index.html"
_COMMAND = "bernard register record check {}.json --log LOG"
_FILES = {
    ".json": "The record as JSON",
    ".govspeak.md": "Text for GOV.UK’s publisher (Govspeak)",
    ".publisher.json": "Metadata for GOV.UK’s publisher (JSON)",
    ".csv": "One row of a spreadsheet (CSV)",
}
_NUMBERS = ("Calls", "Reviews", "Cases", "Entry", "Score")


class Block(msgspec.Struct, frozen=True):
    """A value as the page shows it: a person's Markdown, or the program's text, and its proof."""

    html: Markup | None
    texts: tuple[str, ...]
    table: Table | None = None
    source: str = ""


class Shown(msgspec.Struct, frozen=True):
    """A field as the page shows it."""

    heading: str
    id: str
    blocks: tuple[Block, ...]


def pages(
    folder: Path, log: Log, agreements: Iterable[Agreement] = (), *, rule: Rule | None = None
) -> list[Page]:
    """A page for each record of a folder, `*.yaml` and `*.yml`, and one that lists them.

    Args:
        agreements: in force here, beside those whose text the log holds.
        rule: by which small numbers are held back.

    Raises:
        InputInvalid: a file is no record, or holds something wrong; the message says which.
    """
    known = list(agreements)
    made = [
        _read(path, log, known, rule)
        for path in sorted(folder.glob("*.y*ml"))
        if path.suffix in (".yaml", ".yml")
    ]
    return [_index(made), *(_page(name, assembled) for name, assembled in made)]


def slug(text: str) -> str:
    """A name for a folder of the site.

    >>> slug("Triage of Letters (beta)")
    'triage-of-letters-beta'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "record"


def _read(
    path: Path, log: Log, agreements: list[Agreement], rule: Rule | None
) -> tuple[str, Assembled]:
    try:
        written = Written(path.read_bytes())
    except OSError as error:
        raise InputInvalid(f"The record {path.name!r} cannot be read: {error.strerror}.") from error
    gathered = gather(written.about, log.entries(), log.checkpoint, agreements, rule)
    assembled = assemble(written, gathered)
    wrong = [fault for fault in assembled.faults if fault.level == "wrong"]
    if wrong or assembled.record is None:
        said = f"Line {wrong[0].line}: {wrong[0].message}" if wrong else ""
        raise InputInvalid(f"The record {path.name!r} cannot be published. {said}")
    return slug(path.stem), assembled


def _title(record: Record) -> str:
    metadata = record.sections["metadata"]
    found = metadata["title"].value if isinstance(metadata, dict) else ""
    return str(found) or record.about.service or record.about.agreement


def _index(made: list[tuple[str, Assembled]]) -> Page:
    records = [
        {
            "path": _path(name),
            "title": _title(assembled.record),
            "summary": _said(assembled.record, "metadata", "one_sentence_description"),
            "phase": _said(assembled.record, "metadata", "phase"),
            "missing": sum(fault.level == "missing" for fault in assembled.faults),
            "complete": assembled.complete,
        }
        for name, assembled in made
        if assembled.record
    ]
    return Page(INDEX, "Transparency records", "records.html", "records", {"records": records})


def _said(record: Record, section: str, field: str) -> str:
    part = record.sections.get(section, {})
    value = part.get(field, Answer()).value if isinstance(part, dict) else ""
    return value if isinstance(value, str) else ", ".join(value)


def _path(name: str) -> str:
    return f"records/{name}/index.html"


def _page(name: str, assembled: Assembled) -> Page:
    record = assembled.record
    assert record is not None
    sections = list(_Drawn(name, record).sections())
    beside = {f"records/{name}/{file}": data for file, data in files(record, name).items()}
    tables = tuple(
        block.table
        for section in sections
        for field in section["fields"]
        for block in field.blocks
        if block.table
    )
    data = {
        "record": record,
        "sections": sections,
        "downloads": [(words, f"records/{name}/{name}{end}") for end, words in _FILES.items()],
        "command": _COMMAND.format(name),
        "missing": [fault for fault in assembled.faults if fault.level in ("missing", "drift")],
        "summary": _said(record, "metadata", "one_sentence_description"),
    }
    return Page(_path(name), _title(record), "record.html", "records", data, tables, beside)


class _Drawn:
    """The fields of one record as the page shows them."""

    def __init__(self, name: str, record: Record) -> None:
        """Show this record, whose files have this name."""
        self._name = name
        self._record = record

    def sections(self) -> Iterator[Mapping[str, Any]]:
        """Each section with its fields; what may be left out and is, is not there."""
        for section in template(self._record.version).sections:
            parts = self._record.sections.get(section.id, {})
            many = [parts] if isinstance(parts, dict) else parts
            fields = [
                self._field(section, field, part.get(field.id, Answer()), number)
                for number, part in enumerate(many, 1)
                for field in section.fields
                if section.tier and govspeak.is_shown(field, part.get(field.id, Answer()))
            ]
            if fields:
                yield {"heading": section.heading, "id": slug(section.id), "fields": fields}

    def _field(self, section: Section, field: Field, answer: Answer, number: int) -> Shown:
        place = slug(f"{section.id}-{number}-{field.id}")
        title = f"{field.label}, {section.label.lower()}"
        blocks = [self._block(place, title, answer)]
        if answer.beside:
            blocks.append(Block(as_html(answer.beside), ()))
        for count, one in enumerate(answer.evidence, 1):
            blocks.append(self._block(f"{place}-{count}", title, one))
        return Shown(govspeak.heading(section, field), place, tuple(blocks))

    def _block(self, place: str, title: str, said: Answer | Evidence) -> Block:
        html = as_html(_markdown(said.value)) if said.source == "person" else None
        texts = () if html is not None else _texts(said.value)
        table = _table(place, title, said, self._name) if said.figures else None
        return Block(html, texts, table, govspeak.source(said, self._record))


def _markdown(value: Value) -> str:
    return value if isinstance(value, str) else "\n".join(f"- {item}" for item in value)


def _texts(value: Value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _table(place: str, title: str, said: Answer | Evidence, name: str) -> Table:
    figures = said.figures
    assert isinstance(figures, Figures)
    return Table(
        place,
        title,
        "",
        tuple(
            Column(slug(label).replace("-", "_"), label, "number" if label in _NUMBERS else "text")
            for label in figures.columns
        ),
        figures.rows,
        figures.note,
        said.checkpoint,
        _COMMAND.format(name),
    )
