"""The JSON Schema of a built record, made from the template.

python -m bernard.register.records.json_schema > src/bernard/register/records/data/record-v4.0.schema.json
"""

from __future__ import annotations

import sys
from typing import Any

import msgspec

from bernard.register.records.outputs import SCHEMA
from bernard.register.records.template import NEWEST, Field, Section, Template, choices, template

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT = {"type": "string"}
_HASH = "[0-9a-f]{64}"
_FORMATS = {"url": "uri", "email": "email", "date": "date"}


def json_schema(of: Template) -> dict[str, Any]:
    """The schema. Of a record that says it is complete it asks for every field that is required."""
    sections = {section.id: _section(section, complete=False) for section in of.sections}
    whole = {section.id: _section(section, complete=True) for section in of.sections}
    head = {
        "schema": {"const": SCHEMA.format(of.version)},
        "standard": {"const": of.standard},
        "version": {"const": of.version},
        "complete": {"type": "boolean", "description": "Whether all that is required is there."},
        "about": _object({"agreement": _TEXT, "service": _TEXT}, [], minProperties=1),
        "agreements": {"type": "array", "items": {"$ref": "#/$defs/cited"}},
        "smallest": {"type": "integer", "description": "The smallest number of the log told."},
        "checkpoint": {"type": "string", "description": "The log's signed checkpoint, or empty."},
    }
    return {
        "$schema": DIALECT,
        "$id": SCHEMA.format(of.version),
        "title": f"{of.name}, {of.version}: record",
        **_object(head | sections, [*head, *sections]),
        "if": {"properties": {"complete": {"const": True}}},
        "then": {"properties": whole},
        "$defs": _parts(),
    }


def _object(properties: dict[str, Any], required: list[str], **more: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
        **more,
    }


def _section(section: Section, *, complete: bool) -> dict[str, Any]:
    fields = {field.id: _field(field, complete=complete) for field in section.fields}
    part: dict[str, Any] = {"properties": fields}
    if not complete:
        part = {"title": f"{section.number} {section.label}", **_object(fields, list(fields))}
    if section.repeats is None:
        return part
    return {"type": "array", "items": part} if not complete else {"items": part}


def _field(field: Field, *, complete: bool) -> dict[str, Any]:
    if complete:
        return {"required": ["value"]} if field.required else {}
    said = {"title": field.name, "description": field.help}
    return {**said, "allOf": [{"$ref": "#/$defs/answer"}], "properties": {"value": _value(field)}}


def _value(field: Field) -> dict[str, Any]:
    known, grows = choices(field)
    one: dict[str, Any] = {"type": "string", "minLength": 1}
    if known and not grows:
        one = {"enum": list(known)}
    if field.kind in _FORMATS:
        one["format"] = _FORMATS[field.kind]
    if field.kind == "date":
        one["pattern"] = r"^\d{4}-\d{2}-\d{2}$"
    many = {"type": "array", "items": one, "minItems": 1}
    if field.kind == "choices":
        return many
    return {"anyOf": [one, many]} if field.kind == "text" else one


def _parts() -> dict[str, Any]:
    checkpoint = {
        "type": "string",
        "description": "Origin, size and root of the log.",
        "pattern": r"^.+ \d+ [A-Za-z0-9+/=]+$",
    }
    hashes = {"type": "string", "pattern": f"^{_HASH}( {_HASH})*$"}
    said = {
        "value": {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]},
        "from": {"enum": ["log", "agreement"]},
        "checkpoint": checkpoint,
        "sha256": hashes,
        "figures": {"$ref": "#/$defs/figures"},
    }
    proved = {
        "if": {"properties": {"from": {"const": "log"}}, "required": ["from"]},
        "then": {"required": ["checkpoint"]},
    }
    named = {
        "if": {"properties": {"from": {"const": "agreement"}}, "required": ["from"]},
        "then": {"required": ["sha256"]},
    }
    beside = {"beside": _TEXT, "evidence": {"type": "array", "items": {"$ref": "#/$defs/evidence"}}}
    cell = {"type": ["string", "number", "null"]}
    return {
        "answer": _object(said | beside, [], allOf=[proved, named]),
        "evidence": _object(said, ["value", "from"], allOf=[proved, named]),
        "figures": _object(
            {
                "columns": {"type": "array", "items": _TEXT},
                "rows": {"type": "array", "items": {"type": "array", "items": cell}},
                "note": _TEXT,
            },
            ["columns", "rows", "note"],
        ),
        "cited": _object(
            {
                "id": _TEXT,
                "version": {"type": "integer"},
                "sha256": {"type": "string", "pattern": f"^{_HASH}$"},
                "title": _TEXT,
                "entry": {"type": "integer", "minimum": 0},
            },
            ["id", "version", "sha256"],
        ),
    }


def text(version: str = NEWEST) -> str:
    """The schema as the file that is shipped."""
    made = msgspec.json.encode(json_schema(template(version)))
    return msgspec.json.format(made, indent=2).decode() + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
