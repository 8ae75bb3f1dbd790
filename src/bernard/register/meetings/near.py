"""Names that are nearly the same: a slip of a letter or two, or a word more or less."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from bernard.register.meetings.names import Form

MIN_LETTERS = 5
_LONG = 10


class Near(msgspec.Struct, frozen=True, gc=False):
    """What a name is like, and how."""

    like: str
    why: str


class Likeness:
    """Known names, arranged so that a name is compared only with those that it may be like."""

    def __init__(self, known: Iterable[tuple[str, str, Form]]) -> None:
        """Take the supplier, the name, and the name as it is compared, of each."""
        self._by_length: dict[int, list[tuple[_Known, int, int]]] = {}
        self._by_word: dict[str, list[_Known]] = {}
        for one in dict.fromkeys(_Known(*each) for each in known):
            key, most = one.form.key, _most_slips(one.form.key)
            bucket = (one, most, _letters(key))
            for length in range(len(key) - most, len(key) + most + 1) if most else ():
                self._by_length.setdefault(length, []).append(bucket)
            for word in set(one.form.words):
                self._by_word.setdefault(word, []).append(one)

    def of(self, names: Sequence[Form]) -> dict[str, Near]:
        """By supplier, the first of its known names that one of these names is like."""
        found: dict[str, Near] = {}
        for name in names:
            letters = _letters(name.key)
            for one, most, known in self._by_length.get(len(name.key), ()):
                # Each wrong letter puts at most one in and takes at most one out.
                if (letters ^ known).bit_count() > 2 * most or one.supplier in found:
                    continue
                if name.key != one.form.key and _slips(name.key, one.form.key, most) <= most:
                    found[one.supplier] = Near(one.like, "a letter or two differ")
        for name in names:
            for one in (one for word in name.words for one in self._by_word.get(word, ())):
                if one.supplier not in found and (why := _other_words(name.words, one.form.words)):
                    found[one.supplier] = Near(one.like, why)
        return found


class _Known(msgspec.Struct, frozen=True):
    supplier: str
    like: str
    form: Form


def _other_words(name: tuple[str, ...], known: tuple[str, ...]) -> str:
    if len(name) > 1 and name != known and sorted(name) == sorted(known):
        return "the same words in another order"
    if name != known and [w for w in name if w != "and"] == [w for w in known if w != "and"]:
        return "it has an 'and' more or less"
    if _within(known, name):
        return "it has more words"
    if _within(name, known) and name[0] == known[0]:
        return "it has fewer words"
    return ""


def _within(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether the words of one stand together in the other, which has more."""
    if not short or len(short) >= len(long) or len("".join(short)) < MIN_LETTERS:
        return False
    return any(long[at : at + len(short)] == short for at in range(len(long) - len(short) + 1))


def _most_slips(key: str) -> int:
    """One letter of a name may be wrong, or two of a long one; a short one is another name then."""
    return 0 if len(key) < MIN_LETTERS else 1 if len(key) < _LONG else 2


def _letters(key: str) -> int:
    """A bit for each letter that is in it."""
    bits = 0
    for character in set(key):
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
