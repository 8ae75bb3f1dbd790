"""Builds the sample files from their sources: `python -m bernard.samples.build`.

The built files are committed, so that nobody needs to run this except to change a sample.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from email import message_from_string
from email.policy import SMTP
from pathlib import Path

from bernard.samples import blocks, office, pages

HERE = Path(__file__).parent
_BOUNDARY = "part-of-a-made-up-email"

_HTML = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
</head>
<body>
<main>
{body}</main>
</body>
</html>
"""


def build() -> dict[str, bytes]:
    """Every sample file by name."""
    makers: dict[str, Callable[[], bytes]] = {
        "leave-and-flexible-working.docx": lambda: office.word(
            blocks.read(_source("leave-and-flexible-working.md"))
        ),
        "travel-and-expenses.pdf": lambda: pages.portable(
            blocks.read(_source("travel-and-expenses.md"))
        ),
        "mooring-permits.html": _web_page,
        "board-minutes-october-2026.odt": lambda: office.open_document(
            blocks.read(_source("board-minutes.md"))
        ),
        "lighthouse-inspections.xlsx": lambda: office.workbook(
            {
                "Inspections": _table("lighthouse-inspections.csv"),
                "Lighthouses": _table("lighthouses.csv"),
            }
        ),
        "winter-hours.eml": _email,
        "fog-signal-letter.pdf": lambda: pages.scan(_source("letter.txt"), office.WRITTEN),
    }
    return {name: make() for name, make in makers.items()}


def main() -> None:
    """Write the sample files beside this module."""
    for name, data in build().items():
        (HERE / "files" / name).write_bytes(data)


def _source(name: str) -> str:
    return (HERE / "sources" / name).read_text(encoding="utf-8")


def _table(name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(_source(name))))


def _web_page() -> bytes:
    markdown = _source("mooring-permits.md")
    title = blocks.read(markdown)[0].text
    return _HTML.format(title=title, body=blocks.parser().render(markdown)).encode()


def _email() -> bytes:
    message = message_from_string(_source("email.txt"), policy=SMTP)
    text = str(message.get_payload())
    message.set_content(text)
    dues = "harbour-dues-2026.csv"
    message.add_attachment(_source(dues), subtype="csv", filename=dues)
    message.set_boundary(_BOUNDARY)
    return message.as_bytes()


if __name__ == "__main__":
    main()
