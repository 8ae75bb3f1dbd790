"""Search: passages by words and by meaning, each with a link to its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.responses import Response

from bernard.library.types import Hit
from bernard.look import words
from bernard.text.clean import clean
from bernard.text.words import content
from bernard.text.words import words as stems
from bernard.web.pages import owned
from bernard.web.pages.reading import page_name
from bernard.web.turns import document_href
from bernard.web.visit import Visit

MOST = 20
SNIPPET = 420
LONGEST_QUERY = 1000
_WORD = re.compile(r"(\w+(?:['’]\w+)*)")


@dataclass(frozen=True)
class ShownHit:
    """A passage that was found; `pieces` are its words with whether they are in the query."""

    name: str
    place: str
    heading: str
    href: str
    pieces: list[tuple[str, bool]]


def show(visit: Visit) -> Response:
    """The search form, and what it found."""
    query = clean(visit.query("q"))[:LONGEST_QUERY].strip()
    mine = [own.id for own in owned.all_collections(visit)]
    hits = visit.bernard.library.search(query, mine, limit=MOST) if query and mine else []
    return visit.page("search.html", q=query, hits=[_shown(hit, query) for hit in hits])


def mark(text: str, query: str) -> list[tuple[str, bool]]:
    """The text cut where words of the query begin and end; words count in any form.

    >>> mark("Claims are paid.", "claiming")
    [('Claims', True), (' are paid.', False)]
    """
    wanted = set(content(stems(query)))
    pieces: list[tuple[str, bool]] = []
    for part in filter(None, re.split(_WORD, text)):
        found = not wanted.isdisjoint(stems(part))
        if pieces and pieces[-1][1] == found:
            pieces[-1] = (pieces[-1][0] + part, found)
        else:
            pieces.append((part, found))
    return pieces


def _shown(hit: Hit, query: str) -> ShownHit:
    return ShownHit(
        hit.name,
        page_name(hit.page) if hit.page else "",
        hit.heading,
        document_href(hit.document, hit.start, hit.end),
        mark(words.clip(hit.text, SNIPPET), query),
    )
