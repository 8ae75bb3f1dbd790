"""Find a quote in its source, so that the program and not a model says where the words stand.

Four tries, strictest first: the very characters; the same words whatever their spacing, quote
marks, dashes, ligatures or line-end hyphens; the same in another case; and nearly the same words,
where a few may differ but never a number, a negation or a modal verb.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from bernard.text.quantities import NUMBER_WORDS

How = Literal["exact", "same words", "other case", "nearly"]

MAX_NEAR_WORDS = 200
WORDS_PER_EDIT = 7
_WINDOWS = 4
_COMMON = 200
_TRIES = 10_000

_INVISIBLE = r"\u00ad\u200b-\u200f\u2060-\u2064\ufeff"
_HYPHENS = r"\-\u2010\u2011\u00ad"
_LETTER = r"[^\W\d_]"
# A word runs on over combining marks, apostrophes, inner hyphens and a hyphen at the end of a line.
_TOKEN = re.compile(
    rf"""
    \d+(?:[.,:/]\d+){{0,20}}
    | {_LETTER}(?:{_LETTER}|[\u0300-\u036f{_INVISIBLE}]
        |['\u2019\u02bc](?={_LETTER})
        |[{_HYPHENS}](?={_LETTER})
        |[{_HYPHENS}][ \t]{{0,20}}\r?\n\s{{0,20}}(?={_LETTER})){{0,100}}
    | [£$€%]
    """,
    re.VERBOSE,
)
_DROPPED = re.compile(rf"[{_INVISIBLE}{_HYPHENS}\s]+")
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u02bc": "'"})
_CLOSERS = ".!?)]}'\"\u2019\u201d"

# Words that turn a rule round when they change: they are never part of an edit.
PROTECTED = frozenset(
    [
        "no",
        "not",
        "never",
        "none",
        "nor",
        "neither",
        "without",
        "except",
        "unless",
        "cannot",
        "only",
        "must",
        "may",
        "might",
        "can",
        "could",
        "should",
        "shall",
        "will",
        "would",
        "any",
        "all",
        "both",
        "either",
        "half",
        "once",
        "twice",
        *NUMBER_WORDS,
        "first",
        "second",
        "third",
        "before",
        "after",
        "over",
        "under",
        "least",
        "most",
        "more",
        "less",
        "fewer",
        "than",
        "within",
        "until",
    ]
)


@dataclass(frozen=True)
class Found:
    """Where a quote stands: `text[start:end]` is what the source really says.

    Attributes:
        how: the strictest way in which it was found.
        edits: words that differ, only for `nearly`.
    """

    start: int
    end: int
    how: How
    edits: float = 0.0


class _Token(NamedTuple):
    word: str
    start: int
    end: int


def find_quote(quote: str, text: str) -> Found | None:
    """The first place where the quote stands in the text, or None."""
    return Source(text).find(quote)


class Source:
    """A text in which several quotes are looked for; what is worked out for one serves the next."""

    def __init__(self, text: str) -> None:
        """Take the text as it was extracted."""
        self.text = text

    @cached_property
    def _tokens(self) -> list[_Token]:
        return _tokens(self.text)

    @cached_property
    def _joined(self) -> str:
        return _join([t.word for t in self._tokens])

    @cached_property
    def _folded_words(self) -> list[str]:
        return [t.word.casefold() for t in self._tokens]

    @cached_property
    def _folded(self) -> str:
        return _join(self._folded_words)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for i, word in enumerate(self._folded_words):
            places.setdefault(word, []).append(i)
        return places

    def find(self, quote: str) -> Found | None:
        """Where the quote stands, or None where it does not.

        Time grows with the length of the text, whatever it holds; a quote of more than
        MAX_NEAR_WORDS words must be there word for word.
        """
        quote = quote.strip()
        if not quote:
            return None
        at = _find_whole(quote, self.text)
        if at >= 0:
            return Found(at, at + len(quote), "exact")
        words = [t.word for t in _tokens(quote)]
        if not words:
            return None
        folded = [w.casefold() for w in words]
        return (
            self._same_words(words, self._joined, "same words", quote)
            or self._same_words(folded, self._folded, "other case", quote)
            or self._nearly(folded, quote)
        )

    def _same_words(self, words: list[str], joined: str, how: How, quote: str) -> Found | None:
        at = joined.find(_join(words))
        if at < 0:
            return None
        first = joined.count(" ", 0, at)
        return self._span(first, first + len(words), how, quote)

    def _nearly(self, words: list[str], quote: str) -> Found | None:
        budget = len(words) // WORDS_PER_EDIT
        if not budget or len(words) > MAX_NEAR_WORDS:
            return None
        best: Found | None = None
        for shift in self._likely_shifts(words):
            low = max(0, shift - 2 * budget)
            window = self._folded_words[low : shift + len(words) + 2 * budget]
            fit = _align(words, window, budget)
            if fit and (best is None or fit.cost < best.edits):
                best = self._span(low + fit.start, low + fit.end, "nearly", quote, fit.cost)
        return best

    def _likely_shifts(self, words: list[str]) -> list[int]:
        """Where the text could hold these words: the places most of the rarer ones agree on."""
        votes: Counter[int] = Counter()
        rarest = sorted(
            (i for i, w in enumerate(words) if w in self._places),
            key=lambda i: len(self._places[words[i]]),
        )
        for rank, i in enumerate(rarest):
            places = self._places[words[i]]
            if len(places) > _COMMON and rank >= 3:
                break
            votes.update(max(0, place - i) for place in places[: 10 * _COMMON])
        return [shift for shift, _ in votes.most_common(_WINDOWS)]

    def _span(self, first: int, last: int, how: How, quote: str, edits: float = 0.0) -> Found:
        end = self._tokens[last - 1].end
        # The full stop or closing mark that the quote ends with belongs to it.
        if quote[-1] in _CLOSERS and self.text[end : end + 1] in set(_CLOSERS):
            end += 1
        return Found(self._tokens[first].start, end, how, edits)


class _Fit(NamedTuple):
    start: int
    end: int
    cost: float


def _align(words: list[str], window: list[str], budget: int) -> _Fit | None:
    """The stretch of the window nearest to the words, if within the budget (Sellers' algorithm).

    Source: Sellers 1980, The theory and computation of evolutionary distances, J. Algorithms 1(4).
    """
    row = [0.0] * (len(window) + 1)
    starts = list(range(len(window) + 1))
    for word in words:
        gone = _cost_alone(word)
        new, new_starts = [row[0] + gone], [0]
        for j, other in enumerate(window):
            options = (
                (row[j] + _cost_swap(word, other), starts[j]),
                (row[j + 1] + gone, starts[j + 1]),
                (new[j] + _cost_alone(other), new_starts[j]),
            )
            cost, start = min(options)
            new.append(cost)
            new_starts.append(start)
        row, starts = new, new_starts
        if min(row) > budget:
            return None
    end = min(range(len(row)), key=row.__getitem__)
    if row[end] > budget or end <= starts[end]:
        return None
    return _Fit(starts[end], end, row[end])


def _cost_alone(word: str) -> float:
    return float("inf") if is_protected(word) else 1.0


def _cost_swap(word: str, other: str) -> float:
    if word == other:
        return 0.0
    if is_protected(word) or is_protected(other):
        return float("inf")
    return 0.5 if _alike(word, other) else 1.0


def _alike(word: str, other: str) -> bool:
    """Whether one may be a slip of the other: long enough, and most of it the same."""
    if min(len(word), len(other)) < 4 or abs(len(word) - len(other)) > 2:
        return False
    shared = sum((Counter(word) & Counter(other)).values())
    return shared >= max(len(word), len(other)) - 2 and word[0] == other[0]


def is_protected(word: str) -> bool:
    """Whether a difference in this word could turn a rule round.

    >>> [is_protected(w) for w in ("28", "not", "can't", "days")]
    [True, True, True, False]
    """
    return (
        word in PROTECTED
        or word.endswith("n't")
        or word in "£$€%"
        or any(c.isdigit() for c in word)
    )


def _find_whole(quote: str, text: str) -> int:
    """Where the quote stands with whole words and numbers at both ends, or -1."""
    at = text.find(quote)
    for _ in range(_TRIES):
        if at < 0 or not (_cuts(text, at) or _cuts(text, at + len(quote))):
            return at
        at = text.find(quote, at + 1)
    return -1


def _cuts(text: str, at: int) -> bool:
    """Whether a cut here goes through a word or a number such as 1,000 or 2.5."""
    before, after = text[max(0, at - 2) : at], text[at : at + 2]
    if not before or not after:
        return False
    if before[-1].isalnum() and after[0].isalnum():
        return True
    inside = ".,:/"
    return (before[-1].isdigit() and after[0] in inside and after[1:].isdigit()) or (
        after[0].isdigit() and before[-1] in inside and before[:-1].isdigit()
    )


def _tokens(text: str) -> list[_Token]:
    return [_Token(_plain(m.group()), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def _plain(token: str) -> str:
    if token.isascii() and token.isalnum():
        return token
    plain = _DROPPED.sub("", unicodedata.normalize("NFKC", token))
    return plain.translate(_APOSTROPHES)


def _join(words: list[str]) -> str:
    return f" {' '.join(words)} "
