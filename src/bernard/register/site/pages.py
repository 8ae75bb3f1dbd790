"""The pages that every register has: home, checkpoints, how to verify, and those about the site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from shlex import quote
from typing import Any

from bernard.register.holding_back import Rule
from bernard.register.site.counted import Headline
from bernard.register.site.histories import time_of
from bernard.register.site.manifest import beside
from bernard.register.site.survey import Survey
from bernard.register.site.wanted import Wanted
from bernard.register.site.wording import iso_day
from bernard.register.types import Column, Page, Table

# What stands on the home page, with what it is about.
_PARTS = {
    "agreements/index.html": "Who is allowed to receive what, for which purpose, where, and until "
    "when. What changed from version to version.",
    "figures/index.html": "What was sent, what was refused, how people reviewed it, and what it "
    "used and cost.",
    "records/index.html": "A description of each tool, in the form of the Algorithmic Transparency "
    "Recording Standard.",
    "meetings/index.html": "When ministers and senior officials met the suppliers, from the "
    "government’s own quarterly releases.",
    "verify/index.html": "How to check the log and count every figure again, with nobody’s help.",
    "completeness/index.html": "Numbers without gaps, calls without an outcome, and our counts "
    "beside the suppliers’.",
    "checkpoints/index.html": "What the log’s owner and its witnesses signed, to keep and compare.",
    "downloads/index.html": "Every table as CSV and JSON.",
}


def home(
    title: str,
    found: Survey,
    witnesses: Sequence[tuple[str, int]],
    headlines: Sequence[Headline],
    pages: Sequence[Page],
) -> Page:
    """The first page, under the register's title."""
    there = {page.path: page for page in pages}
    parts = [
        {"path": path, "title": there[path].title, "about": about}
        for path, about in _PARTS.items()
        if path in there
    ]
    data = {
        "newest": found.newest_at,
        "witnesses": witnesses,
        "parts": parts,
        "headlines": headlines,
    }
    return Page("index.html", title, "home.html", "", data)


def checkpoints(found: Survey, witnesses: Sequence[tuple[str, int]], checkpoint: str) -> Page:
    """The checkpoint of this register, who cosigned it, and what was published before."""
    table = Table(
        "publications",
        "What was published before",
        "Each time that a register, a record or the log is published, the log says so, with the "
        "SHA-256 of the list of its files.",
        (
            Column("day", "Day", "date"),
            Column("what", "What"),
            Column("entries", "Entries of the log", "count"),
            Column("files", "Files", "count"),
            Column("sha256", "SHA-256"),
            Column("entry", "In entry", "count"),
        ),
        tuple(_publication(number, entry) for number, entry in reversed(found.publications)),
        "",
        checkpoint,
        "",
    )
    data = {"newest": found.newest_at, "witnesses": witnesses}
    return Page(
        "checkpoints/index.html",
        "Checkpoints and witnesses",
        "checkpoints.html",
        "verify",
        data,
        (table,),
    )


def verify(wanted: Wanted, site: dict[str, Any], script_sha256: str) -> Page:
    """How to check the log and the figures without trusting anybody."""
    data = {
        "log": log_name(site),
        "script_sha256": script_sha256,
        "rebuild": _rebuild(wanted, site),
        "has_inputs": bool(wanted.records or wanted.meetings),
    }
    return Page("verify/index.html", "Check this register", "verify.html", "verify", data)


def _rebuild(wanted: Wanted, site: dict[str, Any]) -> str:
    """The command that makes the same files from the same log."""
    options = [f"--log {quote(log_name(site))}", f"--key {quote(site['key'])}"]
    if wanted.agreements:
        options.append("--agreements SITE/agreements/files")
    options += [
        f"--{field.name.replace('_', '-')} {quote(value)}"
        for field in fields(wanted.imprint)
        if (value := getattr(wanted.imprint, field.name)) != field.default
    ]
    if wanted.rule != Rule():
        options.append(f"--smallest {wanted.rule.smallest}")
    return f"bernard register build again/ {' '.join(options)}{wanted.period.options}"


def log_name(site: dict[str, Any]) -> str:
    """The log as commands name it."""
    return str(site["log_address"] or "SITE/log")


def about(rule: Sequence[str]) -> Iterator[Page]:
    """The pages that the foot of every page leads to, but for the downloads.

    Args:
        rule: by which small numbers are held back, a paragraph each.
    """
    yield Page("about/index.html", "About the figures", "about.html", "", {"rule": rule})
    yield Page("accessibility/index.html", "Accessibility statement", "access.html")


def downloads(pages: Sequence[Page]) -> Page:
    """Every table, under the page that it is on."""
    groups = [
        (page, [(table, beside(page, table.id)) for table in page.tables])
        for page in pages
        if page.tables
    ]
    return Page("downloads/index.html", "Downloads", "downloads.html", "", {"groups": groups})


def _publication(number: int, entry: dict[str, Any]) -> tuple[str | int, ...]:
    return (
        iso_day(time_of(entry)),
        str(entry.get("what", "")),
        _count(entry.get("of", 0)),
        _count(entry.get("files", 0)),
        str(entry.get("file_sha256", "")),
        number,
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0
