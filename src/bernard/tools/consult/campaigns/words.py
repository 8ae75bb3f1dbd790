"""Texts as numbered words, each different text once."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Scripts written without spaces: each character is a word, and counts as half of one.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_HALF = re.compile(f"[{_UNSPACED}]")
# For texts in ASCII the same words come faster: everything else is a space.
_ASCII = str.maketrans({c: " " for c in map(chr, range(128)) if not c.isalnum()})


@dataclass(frozen=True)
class Words:
    """The different texts that are long enough to be part of a campaign.

    Attributes:
        words: of all of them, one after another, as numbers. `starts`: where each begins, and the end.
        weight: how many of the responses have each text, word for word.
        of: for each response, its text; -1 where it is too short.
    """

    words: NDArray[np.int32]
    starts: NDArray[np.int64]
    weight: NDArray[np.int64]
    of: NDArray[np.int64]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How many words each text has."""
        return np.diff(self.starts)

    @property
    def owner(self) -> NDArray[np.int64]:
        """The text that each word is in."""
        return np.repeat(np.arange(len(self.weight)), self.lengths)


class Vocabulary(dict[str, int]):
    """Words to numbers, in order of first sight; upper and lower case are one word."""

    def __init__(self) -> None:
        """Know no word yet."""
        super().__init__()
        self._folded: dict[str, int] = {}
        self.halves: set[int] = set()

    def __missing__(self, word: str) -> int:
        """The number of a word not seen before in this form."""
        number = self._folded.setdefault(word.casefold(), len(self._folded))
        if _HALF.match(word):
            self.halves.add(number)
        self[word] = number
        return number

    def numbers(self, text: str) -> array[int]:
        """The words of a text."""
        found = text.translate(_ASCII).split() if text.isascii() else WORD.findall(text)
        return array("i", map(self.__getitem__, found))


def number_words(texts: Sequence[str], shortest: int, vocabulary: Vocabulary) -> Words:
    """The different texts of at least so many words, whatever their case, spaces and punctuation."""
    seen: dict[bytes, int] = {}
    of = np.full(len(texts), -1, dtype=np.int64)
    for number, text in enumerate(texts):
        words = vocabulary.numbers(text)
        if len(words) >= shortest and not _short(words, vocabulary, shortest):
            of[number] = seen.setdefault(words.tobytes(), len(seen))
    lengths = np.array([len(key) // 4 for key in seen], dtype=np.int64)
    return Words(
        words=np.frombuffer(b"".join(seen), dtype=np.int32),
        starts=np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
        weight=np.bincount(of[of >= 0], minlength=len(seen)).astype(np.int64),
        of=of,
    )


def _short(words: array[int], vocabulary: Vocabulary, shortest: int) -> bool:
    """Whether its characters of scripts without spaces leave it too short."""
    if not vocabulary.halves or len(words) >= 2 * shortest:
        return False
    return len(words) - sum(word in vocabulary.halves for word in words) / 2 < shortest
