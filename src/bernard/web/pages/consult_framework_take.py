"""Themes from elsewhere: those the tool proposes, and a framework that is brought along."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from starlette.responses import Response

from bernard.errors import ConsultationChanged, DocumentUnreadable, InputInvalid, NotFound
from bernard.tools.consult.analysis.wording import percent
from bernard.tools.consult.framework import Begin, Part, Take
from bernard.tools.consult.framework_files import as_given, read_framework
from bernard.tools.consult.types import FoundTheme
from bernard.web.consult_text import between
from bernard.web.consult_themes import Asked, asked, change, faults_of, words_of
from bernard.web.pages.documents import file_name
from bernard.web.visit import Visit, go

QUOTES = 3


@dataclass(frozen=True)
class Offered:
    """A theme that the tool proposes.

    Attributes:
        why: where it comes from.
        size: how many responses are in it, and which share that is of those that say something.
        title: as the person worded it, where their form came back.
    """

    id: str
    title: str
    description: str
    why: str
    size: str
    quotes: tuple[str, ...]
    fault: str


def proposals(of: Asked) -> dict[str, FoundTheme]:
    """Themes found or proposed that are not in the framework and never were, by what to call them."""
    known = {*of.state.known, *of.state.taken}
    found = {_key(one): one for one in of.analysed.candidates}
    found.update({one.theme.id: one for one in of.analysed.found.themes})
    return {key: one for key, one in found.items() if key not in known}


def _key(candidate: FoundTheme) -> str:
    """A name of a candidate's own: each mapping numbers its candidates from the beginning."""
    said = msgspec.json.encode((candidate.theme.title, candidate.members))
    return f"new-{hashlib.sha256(said).hexdigest()[:16]}"


def show_proposed(visit: Visit) -> Response:
    """Themes that the tool proposes, each with its words and a form to take it in."""
    return _proposed_page(visit, asked(visit), {})


def take(visit: Visit) -> Response:
    """Take a proposed theme in, as the person words it."""
    of, form = asked(visit), visit.form
    key = form.text("found")
    found = proposals(of).get(key)
    if found is None:
        raise NotFound("This theme is not proposed any more. Somebody may have taken it in.")
    examples = found.typical[:QUOTES]
    part = Part(form.text("title"), found.theme.description, found.theme.stance, examples)
    try:
        change(visit, of, Take(key, part))
    except (InputInvalid, ConsultationChanged) as error:
        return _proposed_page(visit, asked(visit), {key: str(error)}, int(error.status))
    return go(f"{of.here}/framework?done=taken")


def _proposed_page(
    visit: Visit, of: Asked, faults: Mapping[str, str], status: int = 200
) -> Response:
    offered = [
        _offered(of, key, found, visit.form.text("title"), faults.get(key, ""))
        for key, found in proposals(of).items()
    ]
    places = {one.id: f"title-{at}" for at, one in enumerate(offered, 1)}
    return visit.page(
        "consult_framework_proposed.html",
        status,
        of=of,
        own=of.own,
        place="results",
        offered=offered,
        unmapped=sum(1 for m in of.analysed.mapped if m.outcome == "none of these"),
        message="",
        errors=faults_of(of, {places.get(id, "main-content"): text for id, text in faults.items()}),
    )


def _offered(of: Asked, key: str, found: FoundTheme, typed: str, fault: str) -> Offered:
    rest = key != found.theme.id
    return Offered(
        key,
        typed if fault else found.theme.title,
        found.theme.description,
        "From responses that fit no theme" if rest else "Found in all responses",
        f"{len(found.members):,} responses, {percent(found.share)} of those that say something "
        f"({between(found.low, found.high)})",
        words_of(of.analysed, [*found.typical, *found.distinctive], QUOTES),
        fault,
    )


def show_begin(visit: Visit) -> Response:
    """The form to start from a framework file."""
    return _begin_page(visit, asked(visit), {})


def begin(visit: Visit) -> Response:
    """Put the themes of a file in the place of those there are."""
    of = asked(visit)
    try:
        if not visit.form.files:
            raise InputInvalid("Choose a file.")
        name = file_name(visit.form.files[0])
        framework = read_framework(name, visit.form.files[0].file.read())
        change(visit, of, Begin(as_given(framework), name))
    except (InputInvalid, ConsultationChanged, DocumentUnreadable) as error:
        return _begin_page(visit, asked(visit), {"file": str(error)}, int(error.status))
    return go(f"{of.here}/framework?done=begun")


def _begin_page(visit: Visit, of: Asked, faults: Mapping[str, str], status: int = 200) -> Response:
    return visit.page(
        "consult_framework_begin.html",
        status,
        of=of,
        own=of.own,
        place="results",
        message="",
        faults={"file": "", **faults},
        errors=faults_of(of, faults),
    )
