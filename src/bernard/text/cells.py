"""What may stand in a cell of a CSV file that a spreadsheet program will open."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")
# A spreadsheet program takes a cell that begins so for a formula, which may send the sheet away.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def without_formula(cell: T) -> T | str:
    """The cell; a text that would be taken for a formula has an apostrophe in front.

    >>> without_formula("=1+1"), without_formula("Yes"), without_formula(-2)
    ("'=1+1", 'Yes', -2)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
