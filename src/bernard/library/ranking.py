"""How well a passage answers a query: a few signals, each weighed once.

The weights were fitted on development questions (decision 0006 says how): by cross-validation in
which the rules of the questions judged were never those of the questions learned from.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, TypeVar

from bernard.store.index import Frequencies
from bernard.text.sentences import sentences
from bernard.text.words import content, pairs, words

K = TypeVar("K")

# BM25, Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework", section 3.
_K1, _B = 1.2, 0.5
# Of a long account of somebody's circumstances, the rarest words say the most.
_MOST_CIRCUMSTANCES = 20


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
        phrases: share of the question's neighbouring words that are neighbours here too.
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
        return 1 / (1 + math.exp(-(self.slope * total + self.offset)))


WITH_MEANING = Weights(5.06, 1.78, 0.237, 7.71, 1.0, -8.0)
WORDS_ONLY = Weights(5.61, 2.97, 0.295, 0.0, 1.0, -5.0)


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
    """Gives signals for one query, given how common its words are."""

    def __init__(self, query: Query, frequencies: Frequencies) -> None:
        """Weigh the words of the query."""
        self._length = frequencies.average_length or 1.0
        self._rarity = {stem: _rarity(stem, frequencies) for stem in query.stems}
        known = {stem for stem in query.stems if frequencies.containing.get(stem)}
        self.question = {w: self._rarity[w] for w in query.question if w in known}
        circumstances = {w: self._rarity[w] for w in query.circumstances if w in known}
        rarest = sorted(circumstances, key=lambda w: -circumstances[w])[:_MOST_CIRCUMSTANCES]
        self.circumstances = {w: circumstances[w] for w in rarest}
        self._phrases = {(a, b): min(self._rarity[a], self._rarity[b]) for a, b in query.phrases}
        asked = sum(self._rarity[w] for w in query.question)
        self._known = sum(self.question.values()) / asked if asked else 0.0

    def signals(self, stems: Sequence[str], meaning: float | None) -> Signals:
        """What speaks for a passage with these stems."""
        here = set(stems)
        neighbours = set(pairwise(stems)) if self._phrases else set()
        return Signals(
            _share(self.question, here),
            _share(self._phrases, neighbours),
            self._bm25(stems),
            meaning,
            self._known,
        )

    def _bm25(self, stems: Sequence[str]) -> float:
        counts = Counter(stem for stem in stems if stem in self.circumstances)
        norm = _K1 * (1 - _B + _B * len(stems) / self._length)
        return sum(
            self.circumstances[stem] * n * (_K1 + 1) / (n + norm) for stem, n in counts.items()
        )


def _rarity(stem: str, frequencies: Frequencies) -> float:
    n = frequencies.containing.get(stem, 0)
    return math.log(1 + max(0.0, frequencies.passages - n + 0.5) / (n + 0.5))


def _share(weights: Mapping[K, float], here: Collection[K]) -> float:
    total = sum(weights.values())
    return sum(w for key, w in weights.items() if key in here) / total if total else 0.0


def _apart(query: str) -> tuple[str, str]:
    parts = [query[span.start : span.end] for span in sentences(query)]
    asking = [part for part in parts if part.rstrip("\"')”’ ").endswith("?")]
    if not asking or len(asking) == len(parts):
        return query, ""
    return " ".join(asking), " ".join(part for part in parts if part not in asking)
