"""Every path of the site and the page behind it."""

from __future__ import annotations

from pathlib import Path

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bernard.config import Settings
from bernard.web.consult_routes import consult_routes
from bernard.web.events import answer_events
from bernard.web.pages import (
    about,
    asking,
    documents,
    evidence,
    logbook,
    looking,
    reading,
    redacting,
    searching,
    settings,
)
from bernard.web.pages import signing as sign
from bernard.web.register_files import RegisterFiles
from bernard.web.visit import Page, endpoint

# Our scripts, and the style sheet and icon that all pages of ours share.
STATIC = Path(__file__).parent / "static"
SHARED: list[str | tuple[str, str]] = [("bernard.look", "static")]
MOST_FILES = 200
# A batch may hold several files of the largest size; one by one each is held to the limit itself.
FILES_AT_ONCE = 4

# Path, page to look at, page that acts on a form.
OPEN: tuple[tuple[str, Page | None, Page | None], ...] = (
    ("/set-up", sign.show_set_up, sign.set_up),
    ("/sign-in", sign.show_sign_in, sign.sign_in),
    ("/accessibility", about.accessibility, None),
    ("/privacy", about.privacy, None),
)
SIGNED_IN: tuple[tuple[str, Page | None, Page | None], ...] = (
    ("/", asking.show_ask, None),
    ("/sign-out", None, sign.sign_out),
    ("/conversations", asking.show_conversations, asking.ask),
    ("/conversations/{id}", asking.show_conversation, None),
    ("/conversations/{id}/questions", None, asking.ask_further),
    ("/conversations/{id}/delete", asking.show_delete, asking.delete),
    ("/answers/{id}/word", asking.word, None),
    ("/answers/{id}/markdown", asking.markdown, None),
    ("/documents/{id}", reading.show, None),
    ("/documents/{id}/file", reading.download, None),
    ("/documents/{id}/delete", documents.show_delete, documents.delete),
    ("/collections", None, documents.make_collection),
    ("/collections/{id}", documents.show_collection, None),
    ("/collections/{id}/progress", documents.show_progress, None),
    ("/collections/{id}/delete", documents.show_delete_collection, documents.delete_collection),
    ("/search", searching.show, None),
    ("/personal-data", looking.show, looking.look),
    ("/redact/{id}", redacting.show, None),
    ("/redact/{id}/progress", redacting.show_progress, None),
    ("/redact/{id}/words", None, redacting.add_words),
    ("/redact/{id}/make", None, redacting.make),
    ("/redact/{id}/file", redacting.download, None),
    ("/redact/{id}/delete", redacting.show_delete, redacting.delete),
    ("/redact/{id}/pages/{number}", redacting.show_page, redacting.decide),
    ("/redact/{id}/pages/{number}/area", None, redacting.add_area),
    ("/redact/{id}/pages/{number}/picture", redacting.picture, None),
    ("/log", logbook.show_log, None),
    ("/log/download", logbook.download, None),
    ("/log/{number}", logbook.show_entry, None),
    ("/log/{number}/receipt", evidence.receipt, None),
    ("/log/{number}/entry", evidence.entry, None),
    ("/settings", settings.show, None),
    ("/settings/password", None, settings.change_password),
    ("/settings/sign-out-everywhere", None, settings.sign_out_everywhere),
    ("/settings/tokens", None, settings.make_token),
    ("/settings/tokens/{hash}/revoke", None, settings.revoke_token),
    ("/settings/people", None, settings.add_person),
)


def routes(values: Settings) -> list[BaseRoute]:
    """Every route of the site."""
    most = FILES_AT_ONCE * values.max_file_mb * 1e6 + 1e6
    add = endpoint(documents.add, most_bytes=most, most_files=MOST_FILES)
    take = endpoint(redacting.take, most_bytes=values.max_file_mb * 1e6 + 1e6, most_files=1)
    return [
        *(route for row in OPEN for route in _routes(*row, is_open=True)),
        *(route for row in SIGNED_IN for route in _routes(*row)),
        Route("/documents", endpoint(documents.show_documents), methods=["GET"]),
        Route("/documents", add, methods=["POST"]),
        Route("/redact", endpoint(redacting.show_desk), methods=["GET"]),
        Route("/redact", take, methods=["POST"]),
        *consult_routes(values),
        Route("/answers/{id}/events", answer_events, methods=["GET"]),
        Mount("/register", RegisterFiles(values.register), name="register"),
        Mount("/static", StaticFiles(directory=STATIC, packages=SHARED), name="static"),
    ]


def _routes(
    path: str, look: Page | None, act: Page | None, is_open: bool = False
) -> list[BaseRoute]:
    found: list[BaseRoute] = []
    if look:
        found.append(Route(path, endpoint(look, is_open), methods=["GET"]))
    if act:
        found.append(Route(path, endpoint(act, is_open), methods=["POST"]))
    return found
