"""What a tagger says of a token, and the findings that follow from what it says of all of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bernard.privacy.tagger.words import Window
from bernard.privacy.types import Finding

OUTSIDE = "O"
_WHY = {
    "PERSON": "a person's name, by its place in the sentence",
    "PUBLIC-FIGURE": "an office holder's name, by its place in the sentence",
    "PLACE": "the name of a place, by its place in the sentence",
    "ORGANISATION": "the name of an organisation, by its place in the sentence",
    "ADDRESS": "part of a postal address, by what stands around it",
    "CODE": "a reference to one person or case, by what stands around it",
    "DATE-OF-BIRTH": "a date of birth, by what stands around it",
}


@dataclass(frozen=True)
class Labels:
    """The labels of a tagger: `O`, and for each kind `B-` where one begins and `I-` where it goes on.

    Attributes:
        names: in the order of the tagger's numbers.
        thresholds: how likely it must be that a token is of some kind, from 0 to 1, for each kind
            that it is then most likely of.
    """

    names: tuple[str, ...]
    thresholds: Mapping[str, float]

    @classmethod
    def read(cls, meta: dict[str, str]) -> Labels:
        """Those written in a model file.

        Raises:
            KeyError, ValueError: they are not there, or not as they should be.
        """
        names = tuple(json.loads(meta["labels"]))
        kinds = sorted({name[2:] for name in names[1:]})
        pairs = [f"{part}-{kind}" for kind in kinds for part in "BI"]
        if names[:1] != (OUTSIDE,) or sorted(names[1:]) != sorted(pairs):
            raise ValueError(f"the labels {names!r} are not O, B- and I- of each kind")
        said = json.loads(meta["threshold"])
        thresholds = {kind: float(said[kind] if isinstance(said, dict) else said) for kind in kinds}
        if not all(0 < least < 1 for least in thresholds.values()) or not _WHY.keys() >= set(kinds):
            raise ValueError(f"the thresholds {thresholds!r} cannot be")
        return cls(names, thresholds)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind, in the order of its `B-`."""
        return tuple(name[2:] for name in self.names if name[:2] == "B-")

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """For each kind the numbers of its `B-` and its `I-`."""
        number = {name: place for place, name in enumerate(self.names)}
        return tuple((number[f"B-{kind}"], number[f"I-{kind}"]) for kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Hit:
    """A token that is of some kind.

    Attributes:
        start: where it begins in the text.
        end: where it ends.
        kind: what it is part of.
        begins: whether a new name begins with it.
        score: how likely it is to be of some kind.
    """

    start: int
    end: int
    kind: str
    begins: bool
    score: float


class Judge:
    """Turns likelihoods of labels into findings. The same ones always give the same."""

    def __init__(self, labels: Labels, detector: str) -> None:
        """Sort the labels' numbers by kind."""
        self._kinds = labels.kinds
        self._least = np.array([labels.thresholds[kind] for kind in labels.kinds], np.float32)
        self._detector = detector
        self._begin = [begin for begin, _ in labels.pairs]
        self._inside = [inside for _, inside in labels.pairs]

    def hits(self, window: Window, likely: NDArray[np.float32]) -> Iterator[Hit]:
        """Those tokens of a window, of the ones it is to judge, that are likely to be of some kind.

        Args:
            likely: a row for each token, a column for each label; each row adds up to 1.
        """
        scores = 1.0 - likely[window.first : window.last, 0]
        places = np.flatnonzero(scores >= self._least.min())
        rows = likely[window.first + places]
        begin, inside = rows[:, self._begin], rows[:, self._inside]
        kinds = (begin + inside).argmax(axis=1)
        each = np.arange(len(places))
        begins = begin[each, kinds] > inside[each, kinds]
        sure = scores[places] >= self._least[kinds]
        for at in np.flatnonzero(sure).tolist():
            token = window.first + int(places[at])
            yield Hit(
                window.starts[token],
                window.ends[token],
                self._kinds[int(kinds[at])],
                bool(begins[at]),
                float(scores[places[at]]),
            )

    def findings(self, text: str, hits: Iterable[Hit]) -> Iterator[Finding]:
        """A finding for each run of hits that are one name."""
        run: list[Hit] = []
        for hit in hits:
            if run and not _goes_on(text, run[-1], hit):
                yield self._finding(run)
                run = []
            run.append(hit)
        if run:
            yield self._finding(run)

    def _finding(self, run: Sequence[Hit]) -> Finding:
        kind = run[0].kind
        score = round(sum(hit.score for hit in run) / len(run), 3)
        return Finding(run[0].start, run[-1].end, kind, score, self._detector, _WHY[kind])


def _goes_on(text: str, before: Hit, after: Hit) -> bool:
    """Does a token belong to the name that the one before it ends?

    A name goes on over a mark with no space about it (`Smith-Jones`, `O'Brien`), whatever is said of
    that mark; else only if the tagger says so, and then over nothing but blanks.
    """
    if after.kind != before.kind:
        return False
    between = text[before.end : after.start]
    if between in _LINKS:
        return True
    return not after.begins and (not between or between.isspace())


_LINKS = frozenset({"-", "'", "’", "\u2010", "\u2011"})
