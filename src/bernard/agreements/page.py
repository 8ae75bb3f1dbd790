"""A page in parts, as one HTML file that needs nothing else, and as plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from html import escape
from importlib import resources
from typing import TypeAlias

import msgspec

from bernard.text.clean import clean

WIDTH = 88


class Paragraph(msgspec.Struct, frozen=True):
    """A sentence or more."""

    text: str


class Bullets(msgspec.Struct, frozen=True):
    """Short statements, one under another."""

    items: tuple[str, ...]


class Facts(msgspec.Struct, frozen=True):
    """Names, each with what is said of it: one statement or several."""

    pairs: tuple[tuple[str, tuple[str, ...]], ...]


class Section(msgspec.Struct, frozen=True):
    """A heading with what stands under it; `id` is what a link to it ends with, unique."""

    id: str
    heading: str
    parts: tuple[Part, ...]


Part: TypeAlias = Paragraph | Bullets | Facts | Section


class Page(msgspec.Struct, frozen=True):
    """A whole page.

    Attributes:
        caption: what kind of page, above the title.
        tag: one or two words on how things stand.
        notice: the one thing that a reader must not miss.
        foot: what stands under everything.
    """

    title: str
    caption: str
    tag: str
    notice: str
    lead: str
    sections: tuple[Section, ...]
    foot: str


def as_html(page: Page) -> str:
    """One HTML file: no script, nothing fetched, and every text escaped."""
    style = (resources.files("bernard.agreements") / "templates" / "page.css").read_text("utf-8")
    links = "".join(
        f'<li><a href="#{_text(one.id)}">{_text(one.heading)}</a></li>' for one in page.sections
    )
    body = "\n".join(_section(one, 2) for one in page.sections)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{_text(page.title)} – {_text(page.caption)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
{style}</style>
</head>
<body>
<a class="skip" href="#main">Skip to main content</a>
<main id="main">
<p class="caption">{_text(page.caption)}</p>
<h1>{_text(page.title)}</h1>
<p><strong class="tag">{_text(page.tag)}</strong></p>
<p class="notice">{_text(page.notice)}</p>
<p class="lead">{_text(page.lead)}</p>
<nav aria-labelledby="contents"><h2 id="contents">Contents</h2><ol>{links}</ol></nav>
{body}
</main>
<footer><p>{_text(page.foot)}</p></footer>
</body>
</html>
"""


def _section(section: Section, level: int) -> str:
    parts = "\n".join(_part(part, level) for part in section.parts)
    name = _text(section.id)
    heading = f'<h{level} id="{name}-heading">{_text(section.heading)}</h{level}>'
    return f'<section id="{name}" aria-labelledby="{name}-heading">\n{heading}\n{parts}\n</section>'


def _part(part: Part, level: int) -> str:
    match part:
        case Paragraph(text):
            return f"<p>{_text(text)}</p>"
        case Bullets(items):
            return f"<ul>{''.join(f'<li>{_text(item)}</li>' for item in items)}</ul>"
        case Facts(pairs):
            rows = "".join(
                f"<div><dt>{_text(name)}</dt>{''.join(f'<dd>{_text(v)}</dd>' for v in values)}</div>"
                for name, values in pairs
            )
            return f"<dl>{rows}</dl>"
        case Section():
            return _section(part, min(level + 1, 6))


def _text(text: str) -> str:
    """Text as data: nothing in it is markup, and nothing in it is unseen."""
    return escape(clean(text))


def as_text(page: Page) -> str:
    """The same page as plain text."""
    return "\n".join(_lines(page)).rstrip() + "\n"


def _lines(page: Page) -> Iterator[str]:
    yield from _heading(page.title, "=")
    yield f"{page.caption}. {page.tag}."
    yield ""
    yield from _wrapped((page.notice, page.lead))
    for section in page.sections:
        yield from _section_lines(section, "-")
    yield from _wrapped((page.foot,))


def _section_lines(section: Section, underline: str) -> Iterator[str]:
    yield from _heading(section.heading, underline)
    for part in section.parts:
        match part:
            case Paragraph(text):
                yield from _wrapped((text,))
            case Bullets(items):
                for item in items:
                    yield from _filled(item, "- ", "  ")
                yield ""
            case Facts(pairs):
                for name, values in pairs:
                    yield from _filled(f"{name}: {'; '.join(values)}", "", "    ")
                yield ""
            case Section():
                yield from _section_lines(part, "." if underline == "-" else "")


def _heading(text: str, underline: str) -> Iterator[str]:
    lines = _filled(text)
    yield from lines
    if underline:
        yield underline * max(map(len, lines), default=1)
    yield ""


def _wrapped(paragraphs: Iterable[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        if paragraph:
            yield from _filled(paragraph)
            yield ""


def _filled(text: str, first: str = "", then: str = "") -> list[str]:
    return textwrap.wrap(
        clean(text), WIDTH, initial_indent=first, subsequent_indent=then, break_on_hyphens=False
    )
