"""A ZIP of letters and emails: each letter is a response, under the name of its file."""

from __future__ import annotations

import re

from bernard.errors import DocumentUnreadable
from bernard.library.convert import Converter
from bernard.library.convert.kinds import ENDINGS, Kind
from bernard.library.types import Attachment, Extracted
from bernard.tools.consult.reading.types import Grid
from bernard.tools.consult.types import Fault

NAME, LETTER, SUBJECT, SENDER, DATE = "Letter", "What the letter says", "Subject", "From", "Date"
_MOST_DEEP = 3
_HEADER = re.compile(r"^(From|To|Cc|Date|Subject): (.*)$")
_PICTURES = frozenset({Kind.PNG, Kind.JPEG, Kind.TIFF})


def read_letters(files: list[Attachment], converter: Converter) -> Grid:
    """The letters, in order of name; one that cannot be read is a fault, and the rest go on.

    Raises:
        DocumentUnreadable: none of them can be read.
    """
    grid = Grid("letters", [], [], names=[NAME, LETTER, SUBJECT, SENDER, DATE], unit="letter")
    for number, file in enumerate(sorted(files, key=lambda f: f.name), 1):
        row = _letter(file, converter, grid.faults)
        if row is not None:
            grid.rows.append(row)
            grid.numbers.append(number)
    if not grid.rows:
        raise DocumentUnreadable("holds no letter that can be read.")
    grid.wordings = {1: "What does the letter say?"}
    grid.kinds = {0: "identifier", 1: "open", 2: "left out", 3: "left out", 4: "left out"}
    return grid


def _letter(file: Attachment, converter: Converter, faults: list[Fault]) -> list[str] | None:
    try:
        extracted = converter.convert(file.name, file.data)
    except DocumentUnreadable as error:
        faults.append(Fault(file.name, f"It was left out: {error}"))
        return None
    faults += [Fault(file.name, note) for note in extracted.notes]
    headers, text = _without_headers(extracted)
    texts = [text, *_attached(file.name, extracted, converter, faults, 1)]
    said = "\n\n".join(text for text in texts if text)
    if not said:
        faults.append(Fault(file.name, "No words were found in it, so it was left out."))
        return None
    return [
        file.name,
        said,
        headers.get("Subject", ""),
        headers.get("From", ""),
        headers.get("Date", ""),
    ]


def _without_headers(extracted: Extracted) -> tuple[dict[str, str], str]:
    """The lines above an email's text, and the text; what other files hold is all text."""
    text = extracted.text
    if extracted.media_type not in (Kind.EML.value, Kind.MSG.value):
        return {}, text
    block, _, rest = text.partition("\n\n")
    headers = {}
    for line in block.split("\n"):
        found = _HEADER.match(line)
        if not found:
            return {}, text
        headers[found.group(1)] = found.group(2)
    return headers, rest


def _attached(
    name: str, extracted: Extracted, converter: Converter, faults: list[Fault], depth: int
) -> list[str]:
    """The words of what is attached, each under its name; pictures are only named."""
    texts = []
    for inner in extracted.attachments:
        ending = inner.name.rpartition(".")[2].lower()
        if ENDINGS.get(ending) in _PICTURES or depth > _MOST_DEEP:
            faults.append(Fault(name, f"Its attachment {inner.name!r} was not read."))
            continue
        try:
            found = converter.convert(inner.name, inner.data)
        except DocumentUnreadable as error:
            faults.append(Fault(name, f"Its attachment {inner.name!r} was not read: {error}"))
            continue
        text = _without_headers(found)[1]
        if text:
            texts.append(text)
            faults.append(
                Fault(name, f"The words of its attachment {inner.name!r} stand after its own.")
            )
        texts += _attached(name, found, converter, faults, depth + 1)
    texts += [record.text for record in extracted.records]
    return texts
