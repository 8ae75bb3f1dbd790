"""The JSON Schema of an agreement file, with every word of the vocabularies, for editors and others.

python -m bernard.agreements.json_schema > docs/reference/agreement.schema.json
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any, get_args

import msgspec

from bernard.agreements.dimensions import DIMENSIONS, Dimension
from bernard.agreements.faults import ALWAYS_NAMED, CODE_WORD_KIND, HASH, HOST, MODEL, VALUE
from bernard.agreements.privacy import MODES
from bernard.agreements.schema import ANY, Agreement, TimeStep
from bernard.agreements.vocabulary import KINDS, OPEN_WORD, OWN_PLACES, vocabulary

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ID = "urn:bernard:agreement:1"
_OPEN = {"type": "string", "pattern": f"^{OPEN_WORD}$"}


def json_schema() -> dict[str, Any]:
    """The schema. What passes has the right form and words; `check` finds the rest."""
    made = msgspec.json.schema(Agreement)
    parts: dict[str, Any] = made["$defs"]
    for part in parts.values():
        _explain(part)
    del parts["Agreement"]["properties"]["sha256"]
    for of in DIMENSIONS:
        if of.levels[:1] and isinstance(of.levels[0], str):
            _levels(parts, of)
        elif of.kind in ("one", "models", "subset", "superset"):
            _lists(parts, of)
    _words(parts)
    parts["Privacy"]["properties"]["mode"]["enum"] = list(MODES)
    return {"$schema": DIALECT, "$id": ID, "title": "Agreement", **made}


def described(docstring: str) -> tuple[str, dict[str, str]]:
    """A docstring's text, and what it says of each attribute."""
    text, _, attributes = docstring.partition("Attributes:")
    found = {}
    for names, said in re.findall(r"^ +([a-z_0-9, ]+): ((?:.|\n {10,})+)", attributes, re.M):
        for name in names.split(","):
            found[name.strip()] = " ".join(said.split())
    return " ".join(text.partition("Source:")[0].split()), found


def _explain(part: dict[str, Any]) -> None:
    """What the docstring says of each field, at the field."""
    part["description"], said = described(part.get("description", ""))
    for name, field in part["properties"].items():
        if name in said:
            field["description"] = said[name]
        if field.get("type") == "integer" or _holds(field, "integer"):
            field["minimum"] = 0


def _holds(field: dict[str, Any], kind: str) -> bool:
    return any(option.get("type") in (kind, "number") for option in field.get("anyOf", ()))


def _clause_field(parts: dict[str, Any], of: Dimension) -> dict[str, Any]:
    *outer, name = of.clause.split(".")
    part = parts["Clause"]
    for step in outer:
        part = parts[part["properties"][step]["$ref"].removeprefix("#/$defs/")]
    field: dict[str, Any] = part["properties"][name]
    return field


def _levels(parts: dict[str, Any], of: Dimension) -> None:
    """Levels from the lowest, not by the alphabet."""
    _clause_field(parts, of)["enum"] = list(of.levels)
    parts["Forbid"]["properties"][of.forbid]["anyOf"][0]["enum"] = list(of.levels)


def _lists(parts: dict[str, Any], of: Dimension) -> None:
    """The words that a dimension takes, in the clause and in the forbid box."""
    items = _items(of.kind, of.vocabulary)
    _clause_field(parts, of).update(items=items, uniqueItems=True)
    if of.forbid:
        options = parts["Forbid"]["properties"][of.forbid]["anyOf"]
        options[0].update(items=items, minItems=1, uniqueItems=True)


def _items(kind: str, known: str) -> dict[str, Any]:
    if kind == "models":
        return {"type": "string", "pattern": f"^({MODEL})$"}
    if not known:
        return _OPEN
    word = {"$ref": f"#/$defs/{known}"}
    return word if kind == "superset" else {"anyOf": [{"const": ANY}, word]}


def _words(parts: dict[str, Any]) -> None:
    for kind in KINDS:
        parts[kind] = {"title": f"A word of the vocabulary of {kind}", "oneOf": list(_each(kind))}
    country = [word for word in vocabulary("places") if word not in OWN_PLACES]
    for part in ("Supplier", "SubProcessor"):
        field = parts[part]["properties"]["country"]
        del field["type"]
        field["$ref"] = "#/$defs/country"
    parts["country"] = {"title": "ISO 3166-1 code", "enum": ["", *country]}
    for part in ("Agreement", "Clause", "Forbid", "Supplier"):
        parts[part]["properties"]["id"] = _OPEN
    for name in ALWAYS_NAMED:
        parts["Clause"]["properties"][name]["minItems"] = 1
    parts["Duties"]["properties"]["publish"]["items"] = {"$ref": "#/$defs/publications"}
    parts["Tools"]["properties"]["links"]["items"] = {"type": "string", "pattern": f"^({HOST})$"}
    parts["Privacy"]["properties"]["allow"]["items"] = {"type": "string", "pattern": f"^({VALUE})$"}
    parts["CodeWord"]["properties"]["word"]["minLength"] = 2
    parts["CodeWord"]["properties"]["kind"]["pattern"] = f"^({CODE_WORD_KIND})$"
    for name in ("take", "leave", "keep"):
        parts["Privacy"]["properties"][name]["uniqueItems"] = True
    parts["Publication"]["properties"]["sealed"].update(items=_OPEN, uniqueItems=True)
    steps = parts["Publication"]["properties"]["time"]["anyOf"]
    steps[0]["enum"] = list(get_args(TimeStep))
    for part, name in (("Agreement", "supersedes"), ("Assessment", "sha256")):
        parts[part]["properties"][name]["pattern"] = f"^({HASH})?$"


def _each(kind: str) -> Iterator[dict[str, str]]:
    for name, word in vocabulary(kind).items():
        one = {"const": name, "title": word.label}
        if word.description:
            one["description"] = word.description
        yield one


def text() -> str:
    """The schema as the file that is published."""
    return msgspec.json.format(msgspec.json.encode(json_schema()), indent=2).decode() + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
