"""Gemini's own form of schema, a part of OpenAPI's, as JSON Schema.

Source: Gemini API reference, v1beta, Schema.
"""

from __future__ import annotations

from typing import Any

from bernard.errors import FieldInvalid
from bernard.wire.types import Body

_DEEPEST = 64


def json_schema(schema: Body, where: str, depth: int = 0) -> Body:
    """The JSON Schema that says the same.

    Raises:
        FieldInvalid: it is nested too deeply.
    """
    if depth > _DEEPEST:
        raise FieldInvalid(f"{where}: the schema is nested too deeply.", where)
    written: Body = {}
    for name, value in schema.items():
        if name == "type" and isinstance(value, str):
            written["type"] = value.lower()
        elif name == "properties" and isinstance(value, dict):
            written[name] = {k: _inner(v, where, depth) for k, v in value.items()}
        elif name == "anyOf" and isinstance(value, list):
            written[name] = [_inner(v, where, depth) for v in value]
        elif name == "items":
            written[name] = _inner(value, where, depth)
        elif name not in ("nullable", "propertyOrdering"):
            written[name] = value
    if schema.get("nullable") is True and "type" in written:
        written["type"] = [written["type"], "null"]
    return written


def _inner(value: Any, where: str, depth: int) -> Any:
    return json_schema(value, where, depth + 1) if isinstance(value, dict) else value
