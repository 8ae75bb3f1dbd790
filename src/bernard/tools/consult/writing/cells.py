"""What may stand in a cell of a spreadsheet or CSV, whatever people wrote.

A spreadsheet program takes a cell that begins with one of `=`, `+`, `-` or `@` for a formula, which may
call another program or send the sheet away. In XLSX a text is marked as text, and nothing runs. CSV has
no such mark: there an apostrophe is put before it, as before a tab or a line's end that might hide one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bernard.text.clean import visible

Value = str | int | float | bool | None

# Excel counts UTF-16 units; this is the most of them that it takes in a cell.
MOST_IN_CELL = 32_767
# The wide forms are read like the plain ones where Chinese or Japanese is set.
_FORMULA = re.compile(r"[ \u00a0]*[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?%?")
# XML has no place for these, not even written as numbers.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    """Text without characters that nobody can see or that no file format carries."""
    if text.isascii() and text.isprintable():  # most cells, and there are millions
        return text
    return _NOT_XML.sub("\ufffd", visible(text))


def inert(value: Value) -> str:
    """A value as it stands in CSV: never a formula.

    >>> inert("=1+1"), inert("+44 20"), inert(-2.5), inert("-2.5"), inert(None), inert("Yes")
    ("'=1+1", "'+44 20", '-2.5', '-2.5', '', 'Yes')
    """
    if not isinstance(value, str):
        return number(value)
    text = plain(value)
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def number(value: float | bool | None) -> str:
    """A number without more digits than it has worth; `yes` and `no`; empty for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) else f"{value:.6g}"


def pieces(text: str) -> Iterator[str]:
    """The text in pieces that each fit a cell; one, however short, at the least.

    >>> [len(piece) for piece in pieces("a" * 70_000)]
    [32767, 32767, 4466]
    """
    if len(text) <= MOST_IN_CELL // 2 or len(text.encode("utf-16-le")) // 2 <= MOST_IN_CELL:
        yield text
        return
    at = 0
    while at < len(text):
        piece = text[at : at + MOST_IN_CELL]
        over = len(piece.encode("utf-16-le")) // 2 - MOST_IN_CELL
        # Each wide character is two units: leaving out as many characters as it is over is enough.
        piece = piece[: len(piece) - over] if over > 0 else piece
        yield piece
        at += len(piece)
