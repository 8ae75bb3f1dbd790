"""The JSON Schema of a public entry, with every word of its vocabularies.

python -m bernard.ledger.entry_schema > docs/reference/ledger-entry.schema.json
"""

from __future__ import annotations

import sys
from typing import Any

import msgspec

from bernard.agreements.json_schema import DIALECT, described
from bernard.ledger.types import Entry
from bernard.ledger.vocabulary import MOST_WORDS, OTHER, Allowed, allowed

ID = "urn:bernard:ledger-entry:1"
_COUNTS = ("taken_out", "left_in", "scores")


def json_schema() -> dict[str, Any]:
    """The schema of an entry as it is published."""
    made: dict[str, Any] = msgspec.json.schema(Entry)["$defs"]["Entry"]
    text, said = described(made.pop("description"))
    fields = made["properties"]
    for name, field in fields.items():
        field["description"] = said[name]
        field.pop("default", None)
        if field.get("type") == "integer":
            field["minimum"] = 0
    for name, may in allowed().items():
        _limit(fields[name], name, may)
    return {
        "$schema": DIALECT,
        "$id": ID,
        "title": "Entry of the log",
        "description": text,
        "type": "object",
        "properties": fields,
        "additionalProperties": False,
        "required": ["event"],
        "if": {"properties": {"event": {"const": "sealed"}}},
        "then": {"required": ["commitment"], "maxProperties": 2},
        "else": {"required": ["at"]},
    }


def values(may: Allowed) -> dict[str, Any]:
    """What one word may be."""
    found: list[dict[str, Any]] = []
    if may.words:
        found.append({"enum": sorted(may.words | {OTHER})})
    if may.pattern:
        found.append({"type": "string", "pattern": f"^({may.pattern})$"})
    return found[0] if len(found) == 1 else {"anyOf": found}


def _limit(field: dict[str, Any], name: str, may: Allowed) -> None:
    if name in _COUNTS:
        field["propertyNames"] = values(may)
        field["maxProperties"] = MOST_WORDS
    elif field.get("type") == "array":
        field.update(items=values(may), maxItems=MOST_WORDS)
    elif "enum" in field:
        field["enum"] = sorted(set(field["enum"]) - {""})
    else:
        field.pop("type", None)
        field.update(values(may))


def text() -> str:
    """The schema as the file that is published."""
    return msgspec.json.format(msgspec.json.encode(json_schema()), indent=2).decode() + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
