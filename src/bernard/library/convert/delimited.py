"""CSV and other tables with a sign between their cells: each row a statement."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.library.convert.draft import Draft
from bernard.library.convert.limits import Limits
from bernard.library.convert.plain import decoded
from bernard.library.convert.tables import statements

MAX_CELL = 1_000_000
SNIFFED_LINES = 50
SNIFFED_CHARACTERS = 100_000
_DELIMITERS = (",", "\t", ";", "|")


def read(data: bytes, draft: Draft, limits: Limits) -> None:
    """Read a CSV or TSV into the draft; the delimiter is the one its first lines agree on."""
    text = decoded(data, draft)
    if text[:4].lower() == "sep=":
        text = text.partition("\n")[2]
    draft.paragraphs(statements(_rows(text)))


def _rows(text: str) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter_of(text))
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            if "field larger" in str(error):
                raise DocumentTooLarge(
                    f"has a cell of more than {MAX_CELL:,} characters near line "
                    f"{reader.line_num:,}; a quotation mark may not be closed."
                ) from error
            raise DocumentUnreadable(
                f"is not a proper table: line {reader.line_num:,} cannot be read ({error})."
            ) from error
        if row is None:
            return
        yield row


def delimiter_of(text: str) -> str:
    r"""The sign that divides the first lines into the same number of cells, a comma if none does.

    Example:
        >>> delimiter_of("a;b;c\n1,5;2;3\n")
        ';'
    """
    lines = [line for line in text[:SNIFFED_CHARACTERS].split("\n")[:SNIFFED_LINES] if line.strip()]
    best, most = ",", 0.0
    for sign in _DELIMITERS:
        counts = [_outside_quotes(line, sign) for line in lines]
        usual = max(set(counts), key=counts.count) if counts else 0
        score = usual and counts.count(usual) / len(counts) + min(usual, 50) / 1000
        if score > most:
            best, most = sign, score
    return best


def _outside_quotes(line: str, sign: str) -> int:
    return sum(piece.count(sign) for piece in line.split('"')[::2])
