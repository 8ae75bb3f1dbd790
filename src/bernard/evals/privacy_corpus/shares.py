"""Which part of the corpus may use a name: no name of a person, street or town stands in two parts."""

from __future__ import annotations

from collections.abc import Sequence

PARTS = ("train", "development", "test")

# By place in its list: of six names three are for training, one for development, two for the test.
_TURNS = ("train", "test", "train", "development", "train", "test")


def part_of(place: int) -> str:
    """The part that the name at a place of its list belongs to."""
    return _TURNS[place % len(_TURNS)]


def share(names: Sequence[str], part: str) -> list[str]:
    """The names of a list that a part may use.

    >>> share(["a", "b", "c", "d", "e", "f"], "test")
    ['b', 'f']
    """
    return [name for place, name in enumerate(names) if part_of(place) == part]
