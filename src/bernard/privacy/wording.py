"""Invented names and numbers found again in what a model wrote, in the natural style.

Names are words: each invented word stands for one name, wherever it stands, so that `Ms Tregowan`,
`TREGOWAN's` and `the Tregowans` come back too. What else is invented (a telephone number, an address, an
email address) is a phrase: its letters and figures in their order, whatever stands between them.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort

_TOKEN = re.compile(r"[^\W_]+")
# In JSON an escape is no part of the word after it; one that is cut off may become one.
_JSON_TOKEN = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|[^u]|u?[0-9A-Fa-f]{0,3}$)|[^\W_]+")
_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|[nrtbf])$")
# An invented name within an email address that is not one of ours stays.
_RUN = re.compile(r"[\w.+%-]{0,64}")
_BEFORE_NUMBER = ("+", "(")
_LONGEST_GAP = 3
_LONGEST = 200
_AFTER_INITIAL = re.compile(r"\.?[ \u00a0-]?([^\W_]+)")
_MAY_BE_INITIAL = re.compile(r"\.?[ \u00a0-]?")
# A shorter phrase must stand as it was given out.
_SHORTEST = 5

_NONE: dict[str, str] = {}

Found = tuple[int, int, str]


class Wording:
    """Every invented word and phrase, and what each stands for."""

    __slots__ = ("_exact", "_heads", "_initials", "_met", "_ordered", "_phrases", "_words")

    def __init__(self) -> None:
        self._words: dict[str, tuple[str, str]] = {}
        self._phrases: dict[str, str] = {}
        # By letter and word: whose initial stands before it; empty where it may be of two people.
        self._initials: dict[tuple[str, str], str] = {}
        self._met: set[tuple[str, str]] = set()
        self._exact: dict[str, dict[str, str]] = {}
        self._heads: set[str] = set()
        self._ordered: list[str] = []

    def add_word(self, invented: str, original: str) -> None:
        """Take up a name that stands for a name, in whatever capitals."""
        if invented.lower() not in self._words:
            self._enter(invented.lower())
        self._words[invented.lower()] = (invented, original)

    def add_initial(self, invented: str, family: str, original: str, *, met: bool) -> bool:
        """Take up an initial before an invented family name.

        Args:
            met: it goes out so; otherwise it is what a model may make of a full name.

        Returns:
            Whether it is one person's there.
        """
        key = invented.lower(), family.lower()
        known = self._initials.setdefault(key, original)
        if known != original:
            if key not in self._met:
                self._initials[key] = ""
            return False
        if met:
            self._met.add(key)
        return True

    def original_of(self, invented: str) -> str | None:
        """What a short phrase stands for."""
        token = _TOKEN.search(invented)
        return self._exact.get(token.group() if token else "", _NONE).get(invented)

    def add_phrase(self, invented: str, original: str) -> None:
        """Take up a text that stands for a text, however its parts are set apart."""
        letters = _letters(invented)
        if len(letters) < _SHORTEST:
            token = _TOKEN.search(invented)
            self._exact.setdefault(token.group() if token else "", {})[invented] = original
        elif letters not in self._phrases:
            self._phrases[letters] = original
        else:
            return
        self._enter(letters)

    def holds(self, invented: str) -> bool:
        """Is this in use, as a word or a phrase?"""
        letters = _letters(invented)
        return (
            letters in self._words
            or letters in self._phrases
            or any(invented in exact for exact in self._exact.values())
        )

    def swaps(self, text: str, start: int, *, json: bool, final: bool) -> tuple[list[Found], int]:
        """The invented words and phrases from `start` on, and up to where that is certain."""
        found: list[Found] = []
        done = start
        for token in (_JSON_TOKEN if json else _TOKEN).finditer(text, start):
            at = token.start()
            if at < done or (at == start and _within_word(text, at, json)):
                continue
            word = token.group()
            if len(word) == 1 and self._initials and not self._begins_phrase(text, at, json, final):
                initial = self._initial(text, at, final)
                if initial is not None:
                    if initial[2] is None:
                        return found, at
                    found.append((at, initial[1], initial[2]))
                    done = initial[1]
                    continue
            if word[0] == "\\":
                if token.end() == len(text) and not final and _is_cut(word):
                    return found, at
                continue
            if word[:3].lower() not in self._heads:
                continue
            begin = at - 1 if at > done and text[at - 1] in _BEFORE_NUMBER else at
            hit = self._at(text, begin, token.span(), json, final)
            if hit is None:
                continue
            if hit[2] is None:
                return found, hit[0]
            found.append((hit[0], hit[1], hit[2]))
            done = hit[1]
        # The sign before a number goes with it.
        if not final and text[-1:] in _BEFORE_NUMBER and len(text) > done and self._phrases:
            return found, max(start, len(text) - 1)
        return found, len(text)

    def _at(
        self, text: str, begin: int, token: tuple[int, int], json: bool, final: bool
    ) -> tuple[int, int, str | None] | None:
        """What stands at a place; with no original where only what comes next can tell."""
        at, end = token
        phrase = self._phrase(text, begin, at, json, final)
        if phrase is not None:
            return phrase
        word = text[at:end]
        low = word.lower()
        if end == len(text) and not final and self._begins_one(low, plural=True):
            return at, end, None
        known = self._words.get(low)
        ending = ""
        if known is None and low[-1] == "s":
            known, ending = self._words.get(low[:-1]), word[-1]
        if known is None:
            return None
        run = _RUN.match(text, end)
        assert run is not None
        if run.end() == len(text) and run.end() > end and not final:
            return at, end, None
        if text[run.end() : run.end() + 1] == "@":
            return None
        return at, end, recased(known[1], known[0], word[: len(word) - len(ending)]) + ending

    def _begins_phrase(self, text: str, at: int, json: bool, final: bool) -> bool:
        """Does a phrase begin here, such as an address `e.tregowan@example.org`?"""
        return text[at].lower() in self._heads and bool(self._phrase(text, at, at, json, final))

    def _initial(self, text: str, at: int, final: bool) -> tuple[int, int, str | None] | None:
        """An initial before an invented family name: its own, or both as they are where it may be two people's."""
        after = _AFTER_INITIAL.match(text, at + 1)
        if after is None:
            waits = not final and _MAY_BE_INITIAL.fullmatch(text, at + 1) is not None
            return (at, len(text), None) if waits else None
        family = after[1].lower()
        if after.end() == len(text) and not final and self._begins_one(family):
            return at, len(text), None
        original = self._initials.get((text[at].lower(), family))
        if original is None:
            return None
        if not original:
            return at, after.end(), text[at : after.end()]
        return at, at + 1, original if text[at].isupper() else original.lower()

    def _phrase(
        self, text: str, begin: int, at: int, json: bool, final: bool
    ) -> tuple[int, int, str | None] | None:
        if self._exact:
            exact = self._exactly(text, at, final)
            if exact is not None:
                return exact
        letters, place, gap = "", at, 0
        best: tuple[int, str] | None = None
        last = min(len(text), at + _LONGEST)
        while place < last:
            sign = text[place]
            if sign.isalnum():
                token = _TOKEN.match(text, place)
                place = token.end() if token else place + 1
                letters += (token.group() if token else sign).lower()
                gap = 0
                original = self._phrases.get(letters)
                if original is not None and (place < len(text) or final):
                    best = place, original
                if not self._begins_one(letters):
                    break
                continue
            step = 2 if json and sign == "\\" else 1
            place += step
            gap += 1
            if gap > _LONGEST_GAP:
                break
        else:
            if not final and last == len(text) and self._begins_one(letters):
                return begin, last, None
        if best is None:
            return None
        inside = text[begin : best[0]]
        whole = begin if inside[:1] == "+" or (inside[:1] == "(" and ")" in inside) else at
        return whole, best[0], best[1]

    def _exactly(self, text: str, at: int, final: bool) -> tuple[int, int, str | None] | None:
        """A short phrase, which must stand as it was given out."""
        token = _TOKEN.match(text, at)
        for exact, original in self._exact.get(token.group() if token else "", _NONE).items():
            end = at + len(exact)
            if not final and len(text) <= end and exact.startswith(text[at:]):
                return at, len(text), None
            if text.startswith(exact, at) and not text[end : end + 1].isalnum():
                return at, end, original
        return None

    def _begins_one(self, letters: str, *, plural: bool = False) -> bool:
        at = bisect_left(self._ordered, letters)
        if at < len(self._ordered) and self._ordered[at].startswith(letters):
            return True
        return plural and letters[-1] == "s" and letters[:-1] in self._words

    def _enter(self, letters: str) -> None:
        for length in (1, 2, 3):
            self._heads.add(letters[:length])
        insort(self._ordered, letters)


def recased(original: str, invented: str, written: str) -> str:
    """A name in the capitals in which another stands.

    >>> recased("McDonald", "Tregowan", "TREGOWAN"), recased("OKAFOR", "TREGOWAN", "Tregowan")
    ('MCDONALD', 'Okafor')
    """
    if written == invented:
        return original
    if len(written) > 1 and written.isupper():
        return original.upper()
    if written.islower():
        return original.lower()
    if original.isupper() or original.islower():
        return titled(original)
    return original


def titled(name: str) -> str:
    """Each part of a name with a capital.

    >>> titled("O'NEILL-okafor")
    "O'Neill-Okafor"
    """
    return _TOKEN.sub(lambda part: part.group().capitalize(), name)


def _letters(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum())


def _within_word(text: str, at: int, json: bool) -> bool:
    """Has the word that stands here begun before, in what a stream has shown already?"""
    if not at or not text[at - 1].isalnum():
        return False
    return not (json and _ESCAPE.search(text, max(0, at - 6), at))


def _is_cut(escape: str) -> bool:
    return escape == "\\" or (escape[1] == "u" and len(escape) < 6)
