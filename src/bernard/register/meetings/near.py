"""Names that are nearly the same: a slip of a letter or two, or a word more or less."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from bernard.register.meetings.names import Form

MIN_LETTERS = 5
_LONG = 10


class Near(msgspec.Struct, frozen=True):
    """What a name is like, and how."""

    like: str
    why: str


def near(names: Sequence[Form], known: Iterable[tuple[str, str, Form]]) -> dict[str, Near]:
    """By supplier, the first of its known names that one of these names is like.

    Args:
        known: supplier, name, and the name as it is compared.
    """
    found: dict[str, Near] = {}
    for supplier, like, form in known:
        if supplier not in found and (why := _why(names, form)):
            found[supplier] = Near(like, why)
    return found


def _why(names: Sequence[Form], known: Form) -> str:
    for name in names:
        if name.key == known.key:
            continue
        if _few_slips(name.key, known.key):
            return "a letter or two differ"
    for name in names:
        if sorted(name.words) == sorted(known.words) and len(name.words) > 1:
            return "the same words in another order"
        if _within(known.words, name.words):
            return "it has more words"
        if _within(name.words, known.words) and name.words[0] == known.words[0]:
            return "it has fewer words"
    return ""


def _within(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether the words of one stand together in the other, which has more."""
    if not short or len(short) >= len(long) or len("".join(short)) < MIN_LETTERS:
        return False
    return any(long[at : at + len(short)] == short for at in range(len(long) - len(short) + 1))


def _few_slips(one: str, other: str) -> bool:
    """Whether at most one letter of a short name, or two of a long one, are wrong."""
    shorter = min(len(one), len(other))
    most = 0 if shorter < MIN_LETTERS else 1 if shorter < _LONG else 2
    if not most or abs(len(one) - len(other)) > most:
        return False
    if (_letters(one) ^ _letters(other)).bit_count() > 2 * most:
        return False
    return _slips(one, other, most) <= most


@lru_cache(maxsize=200_000)
def _letters(key: str) -> int:
    """A bit for each letter that is in it."""
    bits = 0
    for character in key:
        bits |= 1 << (ord(character) % 61)
    return bits


def _slips(one: str, other: str, most: int) -> int:
    """Letters to add, drop, change or swap with the next; more than `most` where there are more.

    Source: Damerau 1964, optimal string alignment.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
