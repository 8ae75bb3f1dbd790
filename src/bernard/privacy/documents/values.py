"""Where a value stands in a text, however it is spaced: to take it out everywhere, and to look after.

A value of two words or with figures is found in any case and with any spacing. A single word of
letters is found as it is written, since `Rose` is a name and `rose` may not be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(r"[^\W_]+")
_GAP = r"[\W_]{0,4}"
SHORTEST_WORD, SHORTEST_NUMBER = 4, 4
# From this length a number does not come about where other numbers happen to meet.
LONG_NUMBER = 8


def is_telling(value: str) -> bool:
    """Whether the value says something wherever it stands: more than `3` or `Al`."""
    tokens = _TOKEN.findall(value)
    letters = sum(map(len, tokens))
    if any(c.isdigit() for c in value):
        return letters >= SHORTEST_NUMBER
    return (len(tokens) > 1 and letters > SHORTEST_WORD) or letters >= SHORTEST_WORD


def pattern_of(value: str, any_case: bool = False) -> re.Pattern[str] | None:
    """What finds the value; None where it has neither letters nor figures."""
    tokens = _TOKEN.findall(value)
    if not tokens:
        return None
    plain = len(tokens) == 1 and tokens[0].isalpha() and not any_case
    body = _GAP.join(map(re.escape, tokens))
    return re.compile(rf"(?<![^\W_]){body}(?![^\W_])", 0 if plain else re.IGNORECASE)


def places(value: str, text: str, any_case: bool = False) -> Iterator[tuple[int, int]]:
    """Where the value stands."""
    pattern = pattern_of(value, any_case)
    first = _TOKEN.search(value)
    # A plain look first: most values stand in few texts.
    if pattern and first and first.group().casefold() in text.casefold():
        yield from (match.span() for match in pattern.finditer(text))


class Index:
    """A text made ready to be asked for many values, each in the time of a plain search."""

    def __init__(self, text: str) -> None:
        """Take its words apart."""
        words = _TOKEN.findall(text)
        self._exact = f" {' '.join(words)} "
        self._folded = self._exact.casefold()
        self._squeezed = "".join(words).casefold()

    def holds(self, value: str) -> bool:
        """Whether the value stands in the text; a number also where it is spaced otherwise."""
        words = _TOKEN.findall(value)
        if len(words) == 1 and words[0].isalpha():
            return f" {words[0]} " in self._exact
        if f" {' '.join(words)} ".casefold() in self._folded:
            return True
        whole = "".join(words).casefold()
        return _is_number(whole) and whole in self._squeezed


def _is_number(value: str) -> bool:
    return len(value) >= LONG_NUMBER and sum(c.isdigit() for c in value) * 2 >= len(value)
