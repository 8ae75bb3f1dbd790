"""Pages to HTML: links that work from any folder, and every text escaped."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from functools import lru_cache
from shlex import quote
from typing import Any

from jinja2 import Environment

from bernard.agreements.sentences import capital
from bernard.look.render import open_environment
from bernard.register.site import declared, wording
from bernard.register.site.manifest import beside
from bernard.register.types import Page

# The site's navigation: the section that a page names, its words, its first page. A section whose
# first page was not made has no entry.
SECTIONS = (
    ("agreements", "Agreements", "agreements/index.html"),
    ("figures", "Figures", "figures/index.html"),
    ("records", "Transparency records", "records/index.html"),
    ("meetings", "Meetings", "meetings/index.html"),
    ("verify", "Check this register", "verify/index.html"),
)


_CHANGES = {
    "in-force": "It came into force",
    "signed": "It was signed",
    "suspended": "It was suspended",
    "resumed": "It came into force again",
    "withdrawn": "It was withdrawn",
}


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The register's templates, with what all pages of ours share."""
    env = open_environment("bernard.register")
    env.globals["CHANGES"] = _CHANGES
    env.filters.update(
        cell=wording.cell,
        declared=declared.in_words,
        day=wording.day,
        hour=wording.hour,
        heading=wording.heading,
        quote=quote,
        upper_first=capital,
    )
    return env


def draw(page: Page, pages: Sequence[Page], site: Mapping[str, Any]) -> str:
    """The page as HTML.

    Args:
        pages: all of the site, which the navigation and the breadcrumbs name.
        site: what every page says: title, checkpoint, licence.
    """
    paths = {one.path: one for one in pages}
    nav = [(name, words, path) for name, words, path in SECTIONS if path in paths]
    return (
        environment()
        .get_template(page.template)
        .render(
            page=page,
            site=site,
            navigation=nav,
            crumbs=_crumbs(page, paths),
            to=lambda path: relative(page.path, path),
            files={table.id: beside(page, table.id) for table in page.tables},
            **page.data,
        )
    )


def relative(page: str, path: str) -> str:
    """The link from a page to a path of the site, which works wherever the site lies.

    >>> relative("refusals/index.html", "assets/bernard.css")
    '../assets/bernard.css'
    """
    path, hash, place = path.partition("#")
    return posixpath.relpath(path, posixpath.dirname(page) or ".") + hash + place


def _crumbs(page: Page, paths: Mapping[str, Page]) -> list[tuple[str, str]]:
    """The pages above this one, from the home page on."""
    if page.path == "index.html":
        return []
    found = [("Home", "index.html")]
    section = next((path for name, _, path in SECTIONS if name == page.section), "")
    above = [section, posixpath.join(posixpath.dirname(page.path), "index.html")]
    for path in dict.fromkeys(above):
        if path in paths and path != page.path:
            found.append((paths[path].title, path))
    return found
