"""`bernard redact`: a document without the personal data in it."""

from __future__ import annotations

from pathlib import Path

import click

from bernard.cli.output import json_option, note, print_json, say
from bernard.errors import InputInvalid
from bernard.privacy import Guided, Policy, open_detector
from bernard.privacy.documents import OpenDocument, Page
from bernard.tools import redact as tool
from bernard.tools.redact import Proposal, Redacted


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The new file.")
@click.option("--list", "only_list", is_flag=True, help="Show what would go, and make nothing.")
@click.option("--also", multiple=True, help="Words that go too, wherever they stand.")
@click.option("--allow", multiple=True, help="A value that stays, or *END for all that end so.")
@click.option("--leave", multiple=True, help="A kind that stays, such as PUBLIC-FIGURE.")
@click.option("--take", multiple=True, help="A kind that goes too: PLACE or ORGANISATION.")
@click.option("--ocr/--no-ocr", default=True, help="Read text in pictures, or black them out.")
@json_option
def redact(
    file: Path,
    out: Path | None,
    only_list: bool,
    also: tuple[str, ...],
    allow: tuple[str, ...],
    leave: tuple[str, ...],
    take: tuple[str, ...],
    ocr: bool,
    as_json: bool,
) -> None:
    """Make a new file of a PDF, Word document, picture or text without the personal data in it.

    What goes is gone from the new file, not covered. No detector finds everything: look at each
    page before you publish it, or do it in the browser, page by page (`bernard serve`, Redact).

    \b
    Example: bernard redact letter.pdf --out letter-redacted.pdf
    JSON keys: file, kind, pages, taken, left, notes; with --list a list of page, kind, text, why.
    """
    if (out is None) != only_list:
        raise click.UsageError("Give --out FILE, or --list to see what would go.")
    detector = Guided(open_detector("fast"), Policy(allow=allow, leave=leave, take=take))
    with OpenDocument(file.name, _data(file), ocr=ocr) as document:
        pages, proposals = tool.listed(document, detector, also)
        if only_list:
            _list(pages, proposals, as_json)
            return
        made = tool.make(document, pages, proposals)
    assert out is not None
    _write(file, out, made, as_json)


def _data(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputInvalid(f"{str(file)!r} cannot be read: {error.strerror}.") from error


def _list(pages: list[Page], proposals: list[Proposal], as_json: bool) -> None:
    rows = [
        {
            "page": p.page + 1,
            "kind": p.kind,
            "text": pages[p.page].text[p.start : p.end],
            "why": p.why,
        }
        for p in proposals
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        say(f"page {row['page']}: {row['kind']}: {row['text']!r} ({row['why']})")
    if not rows:
        say("Nothing was found.")


def _write(file: Path, out: Path, made: Redacted, as_json: bool) -> None:
    if out.exists() and out.samefile(file):
        raise InputInvalid(f"{str(out)!r} is the document itself. Give the new file another name.")
    try:
        out.write_bytes(made.data)
    except OSError as error:
        raise InputInvalid(f"{str(out)!r} cannot be written: {error.strerror}.") from error
    if as_json:
        told = {"kind": made.kind, "pages": made.pages, "taken": made.taken, "left": made.left}
        print_json({"file": str(out), **told, "notes": made.notes})
        return
    count = sum(made.taken.values())
    pages = "1 page" if made.pages == 1 else f"{made.pages} pages"
    say(f"{out}: {pages}, {count} taken out.")
    for kind, times in made.taken.items():
        say(f"  {times} {tool.in_words(kind)}")
    for sentence in made.notes:
        note(sentence)
