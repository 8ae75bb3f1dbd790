"""What both databases keep of a passage's words, and how common words are."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection, select

from bernard.store.index.types import Frequencies
from bernard.store.tables import passages
from bernard.text.passages import in_context
from bernard.text.words import content, words

# A word said twice, and four times, is kept under a second and third name, so that passages that
# are about a word come before those that mention it. No stem begins with these signs.
MENTIONS = {2: "\u00b2", 4: "\u2074"}
# What these add to a word's weight: the gain of BM25 with k1 = 1.2 from once to twice to four times.
GAINS = {"": 1.0, "\u00b2": 0.375, "\u2074": 0.317}
# The most postings read for one query; the rarest words come first.
MOST_POSTINGS = 12_000
_STALE = 0.02


def passage_words(c: Connection, ids: Sequence[int]) -> list[tuple[int, str, list[str]]]:
    """Id, collection and stems of these passages, with those of the headings above them."""
    wanted = select(passages.c.id, passages.c.collection, passages.c.heading, passages.c.text)
    rows = c.execute(wanted.where(passages.c.id.in_(ids)))
    return [(row.id, row.collection, words(in_context(row.text, row.heading))) for row in rows]


def mentions(stems: Sequence[str]) -> list[str]:
    """The other names of the words that are said often."""
    counts = Counter(stems)
    return [
        sign + stem
        for stem in content(counts)
        for times, sign in MENTIONS.items()
        if counts[stem] >= times
    ]


def plain(words: str) -> str:
    """The words alone, without the names that `mentions` put after them."""
    return words.partition(" \u00b2")[0]


def by_rarity(weights: Mapping[str, float]) -> list[list[tuple[str, float]]]:
    """The names of each word with what each adds to the weight, the weightiest word first.

    What is no word is passed over, so that no sign of a query's syntax reaches the database.
    """
    known = [(word, weight) for word, weight in weights.items() if word.isalnum()]
    ordered = sorted(known, key=lambda item: (-item[1], item[0]))
    return [
        [(sign + word, weight * gain) for sign, gain in GAINS.items()] for word, weight in ordered
    ]


class FrequencyCache:
    """Counts of words, counted again only when the index has grown or shrunk by some."""

    def __init__(self, count: Callable[[Connection, Sequence[str]], Mapping[str, int]]) -> None:
        self._count = count
        self._known: dict[str, tuple[int, int]] = {}
        self._lock = threading.Lock()

    def of(
        self, c: Connection, words: Sequence[str], passages: int, average_length: float
    ) -> Frequencies:
        """How common these words are, in an index that now holds this many passages."""
        with self._lock:
            known = {w: self._known[w] for w in words if w in self._known}
        fresh = {w: n for w, (n, at) in known.items() if abs(passages - at) <= _STALE * at}
        missing = [word for word in words if word not in fresh]
        if missing:
            counted = self._count(c, [word for word in missing if word.isalnum()])
            new = {word: counted.get(word, 0) for word in missing}
            fresh.update(new)
            with self._lock:
                if len(self._known) > 200_000:
                    self._known.clear()
                self._known.update((word, (n, passages)) for word, n in new.items())
        return Frequencies(passages, average_length, fresh)
