"""What the values of a column look like, counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

SAMPLE = 2_000
LONG_OPTION_WORDS = 30
LONG_OPTION = 250
_NUMBER = re.compile(r"^[+-]?\d+(?:[.,]\d+)?%?$")
_DATE = re.compile(
    r"^(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2} [A-Za-z]{3,9},? \d{2,4}|[A-Za-z]{3,9} \d{1,2}, \d{4})(?:[T ,]+\d{1,2}:\d{2}.*)?$"
    r"|^\d{1,2}:\d{2}(?::\d{2})?$"
)
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$")
_ADDRESS = re.compile(r"^\d{1,3}(?:\.\d{1,3}){3}$|^(?=.*:)[0-9a-f:]{6,39}$", re.IGNORECASE)
_URL = re.compile(r"^https?://\S+$", re.IGNORECASE)
_CODE = re.compile(r"^(?=\S*\d)[\w.:#/{}-]{1,64}$")
_POSTCODE = re.compile(r"^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$", re.IGNORECASE)


@dataclass(frozen=True)
class Profile:
    """One column's values.

    Attributes:
        rows: how many responses there are.
        counts: each value and how often it stands there, the first first.
    """

    rows: int
    counts: Counter[str]

    @classmethod
    def of(cls, values: Sequence[str]) -> Profile:
        """Count the values."""
        counts = Counter(values)
        counts.pop("", None)
        return cls(len(values), counts)

    @cached_property
    def filled(self) -> int:
        """How many rows hold something."""
        return sum(self.counts.values())

    @property
    def distinct(self) -> int:
        """How many different things."""
        return len(self.counts)

    @cached_property
    def sample(self) -> list[str]:
        """Some of the different values, evenly from all of them."""
        values = list(self.counts)
        step = max(1, len(values) // SAMPLE)
        return values[::step][:SAMPLE]

    @cached_property
    def words(self) -> float:
        """Mean number of words of a different value."""
        return sum(_words(value) for value in self.sample) / max(1, len(self.sample))

    @cached_property
    def longest(self) -> int:
        """Most words of a value that was looked at."""
        return max(map(_words, self.sample), default=0)

    @cached_property
    def repeated(self) -> float:
        """Share of the filled rows whose value is short and not theirs alone."""
        many = sum(n for value, n in self.counts.items() if n > 1 and is_short(value))
        return many / self.filled if self.filled else 0.0

    @property
    def is_unique(self) -> bool:
        """Whether nearly every row holds a value of its own."""
        return self.distinct >= 0.98 * self.filled

    def all_match(self, pattern: re.Pattern[str], share: float = 0.95) -> bool:
        """Whether so many of the different values have the form."""
        return bool(self.sample) and sum(
            bool(pattern.match(value)) for value in self.sample
        ) >= share * len(self.sample)

    @cached_property
    def form(self) -> str:
        """`number`, `date`, `email`, `ip`, `url`, `postcode` or `code` where all have it; else empty."""
        for name, pattern in (
            ("number", _NUMBER),
            ("date", _DATE),
            ("email", _EMAIL),
            ("url", _URL),
            ("postcode", _POSTCODE),
            ("ip", _ADDRESS),
            ("code", _CODE),
        ):
            if self.all_match(pattern):
                return name
        return ""


def is_short(value: str) -> bool:
    """Whether it could be an option to choose."""
    return len(value) <= LONG_OPTION and _words(value) <= LONG_OPTION_WORDS


def _words(value: str) -> int:
    # Scripts without spaces count by the character, five to a word or so.
    return max(len(value.split()), len(value) // 12)
