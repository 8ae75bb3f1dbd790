"""Values met before, found again where nothing beside them says what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bernard.privacy.names import folded
from bernard.privacy.ordinary import CALENDAR, NEVER, ORDINARY, PLACES, SHORT
from bernard.privacy.types import Finding

_TOKEN = re.compile(r"[^\W_]+")
# Shorter values are too likely to be something else where nothing says what they are.
_SHORTEST_VALUE, _SHORTEST_NAME, _SHORTEST_SMALL = 6, 3, 5
# More names that are words as well: one of these alone is a name only where a detector says so.
_MORE_TEXT = (
    "able acre alley apple arch band bar barrow beacon bells birch blossom boat book booth boss boys bunting "
    "cage clean clear cool cruise deer dell farrow fit garden gentle grand harbour heal herb hind ice ink innocent "
    "job kerb kid lace lawn lemon linden male manly manor maple master meadow mew mild miss morn order palm parish "
    "peck pine pride prime reeve sells slate sun tan tiler tiny toll trinity truth well welsh whitehouse"
)
_WORDS = ORDINARY | NEVER | CALENDAR | PLACES | SHORT | frozenset(_MORE_TEXT.split())


class Known:
    """Values met before, by first word and length: many are no slower to look for than one."""

    __slots__ = ("_values",)

    def __init__(self) -> None:
        self._values: dict[str, dict[tuple[int, int], dict[str, str]]] = {}

    def __bool__(self) -> bool:
        return bool(self._values)

    def add(self, kind: str, value: str) -> None:
        """Look for this value from now on, where it is long enough to be sure."""
        if len(value) >= _SHORTEST_VALUE:
            self._add(kind, value)

    def add_name(self, kind: str, name: str) -> bool:
        """Look for a name, in other capitals too; a single one only where it is no common word.

        Returns:
            Whether anything is looked for that was not before.
        """
        whole = any(sign in name for sign in " .@") and len(name) > _SHORTEST_VALUE
        if not whole and (len(name) < _SHORTEST_NAME or not name[0].isalpha()):
            return False
        if not whole and folded(name) in _WORDS:
            return False
        news = self._add(kind, name)
        if news:
            self._add(kind, name.upper())
            if len(name) >= _SHORTEST_SMALL:
                self._add(kind, name.lower())
            if name.isupper() or name.islower():
                self._add(kind, name.title())
        return news

    def find(self, text: str) -> Iterator[Finding]:
        """Where the text holds a value that was met before."""
        values = self._values
        if not values:
            return
        for token in _TOKEN.finditer(text):
            at_token = values.get(token.group())
            if at_token is None:
                continue
            for (lead, length), kinds in at_token.items():
                start = token.start() - lead
                end = start + length
                kind = kinds.get(text[start:end]) if start >= 0 else None
                if kind and not text[end : end + 1].isalnum() and not _goes_on(text, start):
                    yield Finding(start, end, kind, 0.9, "pseudonyms", "it was found before")

    def _add(self, kind: str, value: str) -> bool:
        token = _TOKEN.search(value)
        if token is None:
            return False
        lengths = self._values.setdefault(token.group(), {})
        kinds = lengths.setdefault((token.start(), len(value)), {})
        news = value not in kinds
        kinds[value] = kind
        return news


def _goes_on(text: str, start: int) -> bool:
    """Does what stands before belong to the same word?"""
    return start > 0 and text[start].isalnum() and text[start - 1].isalnum()
