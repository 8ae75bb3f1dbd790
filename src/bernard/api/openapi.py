"""The API described for programs, made from the route table and the types.

Source: OpenAPI Specification 3.1.1, https://spec.openapis.org/oas/v3.1.1.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import msgspec
from starlette.responses import Response

from bernard.api.calls import Endpoint
from bernard.api.problems import MEDIA_TYPE, Problem

_REFERENCE = "#/components/schemas/{name}"
_NOTE = re.compile(r"^ {8}(\w+(?:, \w+)*): (.*(?:\n {12}.*)*)", re.MULTILINE)
_PART = re.compile(r"\{(\w+)(?::(\w+))?\}")


def response(endpoints: Sequence[Endpoint], server: str) -> Response:
    """The OpenAPI document as an answer."""
    content = msgspec.json.encode(document(endpoints, server))
    return Response(content, media_type="application/json")


def document(endpoints: Sequence[Endpoint], server: str) -> dict[str, Any]:
    """The OpenAPI document of these endpoints, which lie under the path `server`."""
    shapes = [shape for e in endpoints for shape in (e.body, e.gives) if shape]
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        path = _PART.sub(r"{\1}", endpoint.path)
        paths.setdefault(path, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Bernard",
            "version": version("bernard"),
            "description": "Ask documents, and see the source of every statement.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": server}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas([*shapes, Problem], _REFERENCE),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {"Problem": _content(MEDIA_TYPE, _reference(Problem), "What went wrong.")},
        },
    }


def schemas(shapes: Sequence[Any], reference: str) -> dict[str, Any]:
    """JSON Schemas by name, in which the docstrings' notes on fields stand with the fields."""
    _, components = msgspec.json.schema_components(shapes, ref_template=reference)
    return {name: _with_notes(schema) for name, schema in components.items()}


def _with_notes(schema: dict[str, Any]) -> dict[str, Any]:
    said, _, notes = schema.get("description", "").partition("Attributes:")
    properties = {name: dict(field) for name, field in schema["properties"].items()}
    for names, note in _NOTE.findall(notes):
        for name in names.split(", "):
            properties[name]["description"] = " ".join(note.split())
    return {**schema, "description": " ".join(said.split()), "properties": properties}


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.answer.__module__.rpartition(".")[2]
        + endpoint.answer.__name__.title().replace("_", ""),
        "summary": endpoint.summary,
        "responses": {
            str(endpoint.status.value): _success(endpoint),
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }
    if parameters := [*_path_parameters(endpoint.path), *_query_parameters(endpoint.query)]:
        operation["parameters"] = parameters
    if endpoint.body or endpoint.takes_files:
        operation["requestBody"] = {"required": True, "content": _request_content(endpoint)}
    if endpoint.is_open:
        operation["security"] = []
    return operation


def _success(endpoint: Endpoint) -> dict[str, Any]:
    if endpoint.gives:
        return _content("application/json", _reference(endpoint.gives), endpoint.summary)
    if endpoint.media_type.startswith("text/"):
        return _content(endpoint.media_type, {"type": "string"}, endpoint.summary)
    if endpoint.status == endpoint.status.NO_CONTENT:
        return {"description": "Done."}
    return _content(endpoint.media_type, {"type": "object"}, endpoint.summary)


def _content(media_type: str, schema: dict[str, Any], said: str) -> dict[str, Any]:
    return {"description": said, "content": {media_type: {"schema": schema}}}


def _request_content(endpoint: Endpoint) -> dict[str, Any]:
    if endpoint.body:
        return {"application/json": {"schema": _reference(endpoint.body)}}
    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    properties = {"collection": {"type": "string"}, "file": {"type": "array", "items": file}}
    form = {"type": "object", "properties": properties, "required": ["collection", "file"]}
    return {"multipart/form-data": {"schema": form}}


def _reference(shape: type[Any]) -> dict[str, Any]:
    return {"$ref": _REFERENCE.format(name=shape.__name__)}


def _path_parameters(path: str) -> list[dict[str, Any]]:
    kinds = {"int": "integer"}
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": kinds.get(kind, "string")},
        }
        for name, kind in _PART.findall(path)
    ]


def _query_parameters(query: type[msgspec.Struct] | None) -> list[dict[str, Any]]:
    if query is None:
        return []
    shape = schemas([query], _REFERENCE)[query.__name__]
    return [
        {
            "name": name,
            "in": "query",
            "required": name in shape.get("required", ()),
            "description": schema.pop("description", ""),
            "schema": schema,
        }
        for name, schema in shape["properties"].items()
    ]
