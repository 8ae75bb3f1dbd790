"""A record as it is handed on: canonical JSON, the publisher's metadata, and a row of a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import Any

import msgspec

from bernard.register.records import govspeak
from bernard.register.records.template import Field, Section, Template, publisher
from bernard.register.records.types import Answer, Evidence, Figures, Record, Value
from bernard.text.cells import without_formula

SCHEMA = "urn:bernard:atrs-record:{}"
_ENCODER = msgspec.json.Encoder(order="sorted")


def as_json(record: Record) -> bytes:
    """One line of JSON with sorted keys, the same wherever it is made; fields are as the schema has them.

    Source: RFC 8785, JSON Canonicalization Scheme. Scores are the only numbers with a fraction.
    """
    return _ENCODER.encode(as_plain(record)) + b"\n"


def as_plain(record: Record) -> dict[str, Any]:
    """The record as the JSON document that the schema describes."""
    made = msgspec.to_builtins(record)
    sections = made.pop("sections")
    return {"schema": SCHEMA.format(record.version), **made, **sections}


def metadata(record: Record, of: Template, body: str) -> dict[str, Any]:
    """What GOV.UK's publisher takes: title, summary, body, and metadata under its own names."""
    known = publisher().metadata
    found: dict[str, Any] = {}
    for section, field in of.fields():
        part = record.sections.get(section.id, {})
        if field.publisher and isinstance(part, dict):
            value = part.get(field.id, Answer()).value
            if value:
                found[field.publisher] = list(value) if isinstance(value, tuple) else value
    document = {"title": found.pop("title", ""), "summary": found.pop("summary", ""), "body": body}
    found["algorithmic_transparency_record_atrs_version"] = record.version
    return {
        "document_type": publisher().document_type,
        **document,
        "metadata": {name: found[name] for name in known if name in found},
    }


def as_csv(record: Record, of: Template) -> bytes:
    """One row under a row of headings; parts that repeat stand below one another in their cell."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    fields = list(of.fields())
    writer.writerow(["complete", "checkpoint", *(field.name for _, field in fields)])
    checkpoint = " ".join(record.checkpoint.splitlines()[:3])
    cells = [_cell(record, section, field) for section, field in fields]
    row = ["yes" if record.complete else "no", checkpoint, *cells]
    writer.writerow([without_formula(cell) for cell in row])
    return out.getvalue().encode()


def _cell(record: Record, section: Section, field: Field) -> str:
    parts = record.sections.get(section.id, {})
    found = [
        part.get(field.id, Answer()) for part in ([parts] if isinstance(parts, dict) else parts)
    ]
    return "\n".join(filter(None, map(_in_one, found)))


def _in_one(answer: Answer) -> str:
    said: list[str] = [_text(answer.value), *_figures(answer), answer.beside]
    for one in answer.evidence:
        said += [_text(one.value), *_figures(one)]
    return "\n".join(filter(None, said))


def _text(value: Value) -> str:
    return value if isinstance(value, str) else "; ".join(value)


def _figures(said: Answer | Evidence) -> list[str]:
    figures: Figures | None = said.figures
    if not figures:
        return []
    return [
        ", ".join(
            f"{name}: {govspeak.cell(value)}"
            for name, value in zip(figures.columns, row, strict=True)
        )
        for row in figures.rows
    ]
