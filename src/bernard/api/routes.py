"""The route table: every path of the API, what it takes and what it gives."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import Response

from bernard.api import ask, documents, log, openapi, shapes
from bernard.api.calls import Call, Endpoint
from bernard.tools.ask.types import Answer


def describe(call: Call) -> Response:
    """The OpenAPI document."""
    server = call.request.scope.get("root_path", "")
    return openapi.response(ENDPOINTS, server)


ENDPOINTS = (
    Endpoint(
        "POST",
        "/ask",
        ask.ask,
        "Ask your documents; with `Accept: text/event-stream` the answer comes in pieces",
        body=shapes.Asked,
        gives=Answer,
        is_slow=True,
    ),
    Endpoint(
        "GET",
        "/search",
        ask.search,
        "Search your documents",
        query=shapes.SearchQuery,
        gives=shapes.Found,
    ),
    Endpoint(
        "GET",
        "/collections",
        documents.collections_of_mine,
        "List your collections",
        gives=shapes.Collections,
    ),
    Endpoint(
        "POST",
        "/collections",
        documents.create_collection,
        "Make a collection",
        body=shapes.NewCollection,
        gives=shapes.Collection,
        status=HTTPStatus.CREATED,
    ),
    Endpoint(
        "GET",
        "/documents",
        documents.documents_of,
        "List the documents of a collection",
        query=shapes.DocumentsQuery,
        gives=shapes.Documents,
    ),
    Endpoint(
        "POST",
        "/documents",
        documents.upload,
        "Put files into a collection; they are read after this returns",
        takes_files=True,
        gives=shapes.Uploaded,
        status=HTTPStatus.ACCEPTED,
    ),
    Endpoint(
        "GET",
        "/documents/{id}",
        documents.document,
        "One document",
        gives=shapes.Document,
    ),
    Endpoint(
        "GET",
        "/documents/{id}/text",
        documents.text,
        "The text of a document; offsets of citations count its characters from 0",
        media_type="text/plain",
    ),
    Endpoint(
        "DELETE",
        "/documents/{id}",
        documents.remove,
        "Delete a document and those inside it",
        status=HTTPStatus.NO_CONTENT,
    ),
    Endpoint(
        "GET",
        "/imports/{id}",
        documents.progress,
        "How far an import is",
        gives=shapes.Import,
    ),
    Endpoint(
        "GET",
        "/log",
        log.newest,
        "List the newest entries of the log",
        query=shapes.LogQuery,
        gives=shapes.LogEntries,
    ),
    Endpoint(
        "GET",
        "/log/verify",
        log.verify,
        "Read the whole log and check that no entry was changed or removed",
        gives=shapes.Verified,
    ),
    Endpoint("GET", "/log/{number}", log.entry, "One entry of the log", gives=shapes.LogEntry),
    Endpoint(
        "GET",
        "/health",
        log.health,
        "Whether Bernard runs and its database answers",
        gives=shapes.Health,
        is_open=True,
    ),
    Endpoint(
        "GET",
        "/problems/{kind}",
        log.kind,
        "What a kind of problem means",
        gives=shapes.Kind,
        is_open=True,
    ),
    Endpoint(
        "GET",
        "/openapi.json",
        describe,
        "This API, described for programs",
        is_open=True,
    ),
)
