"""CSV and its kin to rows, where quotation marks may be wrong; no word of any row is lost."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from io import StringIO

from bernard.errors import DocumentTooLarge
from bernard.tools.consult.types import Fault

MAX_CELL = 200_000_000
DELIMITERS = (",", "\t", ";", "|")
# Stands between the cells of a file that has one column, and in no text.
ONE_COLUMN = "\x1f"
SNIFFED_CHARACTERS = 200_000
SNIFFED_ROWS = 100
# A row whose marks are wrong is looked for over so many lines, before its line alone is taken.
MENDED_LINES = 50
_AGREEING = 0.6


def delimiter_of(text: str) -> str:
    r"""The sign that divides the first rows into the same number of cells.

    Example:
        >>> delimiter_of("a;b\n1,5;2\n"), delimiter_of("Comment\nYes, and no\n") == ONE_COLUMN
        (';', True)
    """
    sample = text[:SNIFFED_CHARACTERS]
    best, most = ONE_COLUMN, 0.0
    for sign in DELIMITERS:
        counts = _counts(sample, sign)
        if not counts:
            continue
        usual, times = max(Counter(counts).items(), key=lambda item: (item[1], item[0]))
        agreeing = times / len(counts)
        # A row of headings that the sign divides counts for more than prose with commas in it.
        agreeing += 0.5 * (counts[0] == usual)
        score = agreeing + min(usual, 50) / 1000
        if usual > 1 and agreeing >= _AGREEING and score > most:
            best, most = sign, score
    return best


def rows_of(text: str, delimiter: str, faults: list[Fault]) -> Iterator[list[str]]:
    """The rows, those of blank lines too; what is wrong with them goes to the faults.

    Raises:
        DocumentTooLarge: a cell is larger than any response can be.
    """
    lines = list(StringIO(text, newline=""))
    width, at, number = 0, 0, 0
    while at < len(lines):
        reader = csv.reader(
            map(lines.__getitem__, range(at, len(lines))), delimiter=delimiter, strict=True
        )
        begun = 0
        try:
            while (row := _next(reader)) is not None:
                begun, number = reader.line_num, number + 1
                width = width or len(row)
                yield row
            return
        except csv.Error as error:
            _check_size(error, number)
            at += begun
        row, taken = _mended(lines, at, delimiter, width)
        at, number = at + taken, number + 1
        width = width or len(row)
        faults.append(_marks(number, taken))
        yield row


def _marks(number: int, taken: int) -> Fault:
    over = f"the next {taken} lines were" if taken > 1 else "its line was"
    return Fault(
        f"row {number}",
        f"Its quotation marks are not closed or not doubled; {over} read as one row.",
    )


def _next(reader: Iterator[list[str]]) -> list[str] | None:
    # The bound is one for the whole program, and others set it too.
    csv.field_size_limit(MAX_CELL)
    return next(reader, None)


def _check_size(error: csv.Error, number: int) -> None:
    if "field larger" in str(error):
        raise DocumentTooLarge(
            f"has a cell of more than {MAX_CELL:,} characters in row {number + 1:,}. "
            "A quotation mark may not be closed."
        ) from error


def _counts(sample: str, sign: str) -> list[int]:
    """Cells in each of the first rows that are not blank; the last may be cut short."""
    rows = []
    for row in rows_of(sample, sign, []):
        if any(row):
            rows.append(len(row))
        if len(rows) > SNIFFED_ROWS:
            break
    return rows[:-1] or rows


def _mended(lines: list[str], at: int, delimiter: str, width: int) -> tuple[list[str], int]:
    """A row whose marks are wrong, and how many lines it takes.

    It ends with the first line that gives it as many cells as the headings, or else with its own.
    """
    taken = ""
    for count, line in enumerate(lines[at : at + MENDED_LINES], 1):
        taken += line
        cells, is_open = _lenient(taken.rstrip("\r\n"), delimiter)
        if (len(cells) == width or not width) and (count == 1 or not is_open):
            return cells, count
        if count > 1 and len(cells) > width:
            break
    return _lenient(lines[at].rstrip("\r\n"), delimiter)[0], 1


def _lenient(text: str, delimiter: str) -> tuple[list[str], bool]:
    """Cells, where only a mark before a delimiter or the end closes; whether the last is open."""
    cells: list[str] = []
    at = 0
    while at <= len(text):
        if text.startswith('"', at):
            close = _closing(text, at + 1, delimiter)
            if close < 0:
                # A mark that nothing closes belongs to the words after it; the rest is cells.
                return [*cells, *text[at + 1 :].split(delimiter)], True
            cells.append(text[at + 1 : close].replace('""', '"'))
            at = close + 2
        else:
            end = text.find(delimiter, at)
            end = len(text) if end < 0 else end
            cells.append(text[at:end])
            at = end + 1
    return cells, False


def _closing(text: str, at: int, delimiter: str) -> int:
    while (found := text.find('"', at)) >= 0:
        after = text[found + 1 : found + 2]
        if after in ("", delimiter) and not _is_doubled(text, found, at):
            return found
        at = found + (2 if after == '"' else 1)
    return -1


def _is_doubled(text: str, found: int, at: int) -> bool:
    """Whether the mark is the second of two that stand for one."""
    return found > at and text[found - 1] == '"' and text[found + 1 : found + 2] != ""
