"""How well a passage answers a query: a few signals, each weighed once.

The weights were fitted on development questions (decision 0006 says how): by cross-validation in
which the rules of the questions judged were never those of the questions learned from.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bernard.store.index import Frequencies
from bernard.text.sentences import sentences
from bernard.text.words import content, pairs, words

# BM25, Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework", section 3.
_K1, _B = 1.2, 0.5
# Of a long account of somebody's circumstances, the rarest words say the most.
_MOST_CIRCUMSTANCES = 20
_MOST_TELLING = 8


@dataclass(frozen=True)
class Query:
    """What is looked for, in words as search sees them.

    Attributes:
        text: for an embedding model: the question, then the circumstances.
        question: stems of the question that are not stop words (all, where there are no others).
        phrases: each two neighbouring stems of the question.
        circumstances: stems of the asker's circumstances that are not stop words.
    """

    text: str
    question: Sequence[str]
    phrases: Sequence[tuple[str, str]] = ()
    circumstances: Sequence[str] = ()

    @property
    def stems(self) -> list[str]:
        """All stems, each once."""
        of_phrases = (stem for phrase in self.phrases for stem in phrase)
        return list(dict.fromkeys([*self.question, *of_phrases, *self.circumstances]))


class Signals(NamedTuple):
    """What speaks for a passage.

    Attributes:
        coverage: share of the question's words it holds, by rarity, of those the index knows.
        phrases: share of the question's neighbouring words that are neighbours here too, of those
            that are so in any of the passages compared.
        circumstances: BM25 of the words of the asker's circumstances.
        meaning: cosine between the whole query and the passage; None without a vector.
        known: share of the question's words, by rarity, that any passage of the index holds.
    """

    coverage: float
    phrases: float
    circumstances: float
    meaning: float | None = None
    known: float = 1.0


@dataclass(frozen=True)
class Weights:
    """How much each signal counts, and how their sum becomes a probability."""

    coverage: float
    phrases: float
    circumstances: float
    meaning: float
    slope: float
    offset: float

    def total(self, signals: Signals) -> float:
        """The weighed sum; passages are ordered by it."""
        return (
            self.coverage * signals.coverage
            + self.phrases * signals.phrases
            + self.circumstances * signals.circumstances
            + self.meaning * (signals.meaning or 0.0)
        )

    def probability(self, total: float) -> float:
        """How likely a passage with this sum answers, from 0 to 1."""
        # Beyond these the curve is flat, and the exponential would overflow.
        at = min(max(self.slope * total + self.offset, -50.0), 50.0)
        return 1 / (1 + math.exp(-at))


WITH_MEANING = Weights(5.64, 1.54, 0.249, 9.11, slope=0.676, offset=-10.04)
WORDS_ONLY = Weights(7.74, 2.16, 0.333, 0.0, slope=0.675, offset=-8.18)


def understand(query: str, scenario: str = "") -> Query:
    """The query of a question and, where there are any, the asker's circumstances.

    Without a scenario, a query of several sentences is taken apart: those that ask are the
    question, the others the circumstances.
    """
    if not scenario.strip():
        query, scenario = _apart(query)
    stems = words(query)
    circumstances = [w for w in content(words(scenario)) if w not in set(stems)]
    return Query(
        f"{query} {scenario}".strip(),
        content(stems) or list(dict.fromkeys(stems)),
        pairs(stems),
        circumstances,
    )


class Judge:
    """Gives signals for one query, given how common its words are.

    Attributes:
        question: the weight of each word of the question, for looking passages up.
        telling: the same of the rarest words of the circumstances.
    """

    def __init__(self, query: Query, frequencies: Frequencies) -> None:
        """Weigh the words of the query."""
        self._length = frequencies.average_length or 1.0
        self._rarity = {stem: _rarity(stem, frequencies) for stem in query.stems}
        known = {stem for stem in query.stems if frequencies.containing.get(stem)}
        self.question = {w: self._rarity[w] for w in query.question if w in known}
        circumstances = {w: self._rarity[w] for w in query.circumstances if w in known}
        rarest = sorted(circumstances, key=lambda w: -circumstances[w])[:_MOST_CIRCUMSTANCES]
        self.telling = {w: circumstances[w] for w in rarest[:_MOST_TELLING]}
        # With a space on either side, a word is looked for in a passage as a piece of its text.
        self._asked = _shares({f" {w} ": weight for w, weight in self.question.items()})
        self._circumstances = {f" {w} ": circumstances[w] for w in rarest}
        phrases = {f" {a} {b} ": min(self._rarity[a], self._rarity[b]) for a, b in query.phrases}
        self._phrases = _shares(phrases)
        asked = sum(self._rarity[w] for w in query.question)
        self._known = sum(self.question.values()) / asked if asked else 0.0

    def compare(self, likely: Iterable[str]) -> None:
        """Leave out of account the phrases that none of the likely passages holds."""
        everything = "".join(likely)
        held = {p: weight for p, weight in self._phrases.items() if p in everything}
        self._phrases = _shares(held)

    def signals(self, words: str, meaning: float | None) -> Signals:
        """What speaks for a passage.

        Args:
            words: its stems, a space around each, as `PassageIndex.words_of` gives them.
        """
        return Signals(
            _held(self._asked, words),
            _held(self._phrases, words),
            self._bm25(words),
            meaning,
            self._known,
        )

    def _bm25(self, words: str) -> float:
        if not self._circumstances:
            return 0.0
        counts = [(weight, words.count(w)) for w, weight in self._circumstances.items()]
        norm = _K1 * (1 - _B + _B * (words.count(" ") - 1) / self._length)
        return sum(weight * n * (_K1 + 1) / (n + norm) for weight, n in counts if n)


def _rarity(stem: str, frequencies: Frequencies) -> float:
    n = frequencies.containing.get(stem, 0)
    return math.log(1 + max(0.0, frequencies.passages - n + 0.5) / (n + 0.5))


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    """The same as parts of one."""
    total = sum(weights.values())
    return {word: weight / total for word, weight in weights.items()} if total else {}


def _held(shares: Mapping[str, float], words: str) -> float:
    return sum([share for word, share in shares.items() if word in words])


def _apart(query: str) -> tuple[str, str]:
    parts = [query[span.start : span.end] for span in sentences(query)]
    asking = [part for part in parts if part.rstrip("\"')”’ ").endswith("?")]
    if not asking or len(asking) == len(parts):
        return query, ""
    return " ".join(asking), " ".join(part for part in parts if part not in asking)
