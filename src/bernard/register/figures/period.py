"""The months that figures are of."""

from __future__ import annotations

import re
from typing import NamedTuple

from bernard.errors import InputInvalid

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)


class Period(NamedTuple):
    """Months from the first to the last, both with it, as `2026-11`; empty for no limit."""

    first: str = ""
    last: str = ""

    def holds(self, month: str) -> bool:
        """Whether the month is one of them."""
        return self.first <= month and (not self.last or month <= self.last)

    @property
    def options(self) -> str:
        """The options of the command line that say the same, each with a space before it."""
        first = f" --from {self.first}" if self.first else ""
        return first + (f" --to {self.last}" if self.last else "")


def parse_period(first: str = "", last: str = "") -> Period:
    """The period between two months.

    >>> parse_period("2026-10", "2026-11").options
    ' --from 2026-10 --to 2026-11'

    Raises:
        InputInvalid: a month is not written as 2026-11, or the last is before the first.
    """
    for month in filter(None, (first, last)):
        if not _MONTH.fullmatch(month):
            raise InputInvalid(f"{month!r} is no month. Write it as 2026-11.")
    if last and last < first:
        raise InputInvalid(f"The period ends in {last!r}, before it begins in {first!r}.")
    return Period(first, last)
