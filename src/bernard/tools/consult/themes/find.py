"""Themes found in the responses to a question, with no large model."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from bernard.tools.consult.themes.grouping import Labels, expected_themes, grouped, numbered
from bernard.tools.consult.themes.notes import notes
from bernard.tools.consult.themes.placing import Placed, place
from bernard.tools.consult.themes.remembering import Remembering
from bernard.tools.consult.themes.said import Said, what_is_said
from bernard.tools.consult.themes.space import Floats, apart, in_context, sided, unit, with_words
from bernard.tools.consult.themes.stance import (
    Sides,
    leanings,
    proposal_of,
    said_plainly,
    stance_of,
)
from bernard.tools.consult.themes.telling import QUOTES, quotes, telling_words
from bernard.tools.consult.themes.titles import Group, Titled, titles
from bernard.tools.consult.types import (
    Campaign,
    Encoder,
    Found,
    FoundTheme,
    Quote,
    Sentences,
    Stance,
    Theme,
)
from bernard.tools.consult.wilson import wilson

Rows = NDArray[np.int64]
_EXAMPLES = 3
# Fewer responses than this, or than this share, are no theme of their own.
_FEWEST, _LEAST_SHARE = 3, 0.01
# Sentences among which a title is looked for.
_LOOKED_AT = 40
# How much what else a response says counts beside a sentence of it.
_CONTEXT = np.float32(0.5)


def find_themes(
    texts: Sequence[str],
    sentences: Sentences,
    question: str,
    *,
    encoder: Encoder,
    campaigns: Sequence[Campaign] = (),
    nothing_said: Sequence[bool] | Collection[int] = (),
    sides: Sides | None = None,
) -> Found:
    """The themes in these responses, largest first; the same for the same input on any machine.

    Args:
        texts: by number of response; personal data may be blanked out with spaces.
        campaigns: each counts once when themes are looked for; all its members are counted in them.
        nothing_said: a mark for each response, or a set of numbers.
        sides: 1, 0 or -1 by number of response, where people were asked whether they are for it.
    """
    said = what_is_said(texts, sentences, campaigns, nothing_said)
    if not len(said.sample):
        return Found(unthemed=said.speaking, notes=notes(said, 0, proposal_of(question)))
    with threadpool_limits(1):  # Sums shared between threads would be rounded otherwise.
        return _Search(texts, sentences, question, said, Remembering(encoder), sides).found()


@dataclass(frozen=True)
class _Grouped:
    """The sentences of one theme.

    Attributes:
        rows: numbers of its sentences. `near`, `margin`: of each, as `Placed` has them.
        members: numbers of the responses.
    """

    rows: Rows
    near: Floats
    margin: Floats
    members: Rows


class _Search:
    """One look for themes."""

    def __init__(
        self,
        texts: Sequence[str],
        sentences: Sentences,
        question: str,
        said: Said,
        encoder: Encoder,
        sides: Sides | None,
    ) -> None:
        self._texts = texts
        self._ticked = sides
        self._sentences = sentences
        self._said = said
        self._encoder = encoder
        self._proposal = proposal_of(question)
        self._topic = sentences.vectors[said.sample].mean(axis=0)
        self._whole = in_context(sentences, len(texts))
        self._middle = self._together(said.sample).mean(axis=0)
        self._leaning = np.zeros(len(sentences.response), np.float32)
        spoken = [self._words(row) for row in said.rows.tolist()]
        vectors = sentences.vectors[said.rows]
        self._leaning[said.rows] = leanings(spoken, vectors, question, encoder)
        self._sides = np.zeros(len(sentences.response), np.int8)
        self._sides[said.rows] = said_plainly(spoken, question)

    def found(self) -> Found:
        """The themes, named and counted."""
        labels = self._large_enough(self._labels())
        placed = place(self._said.rows, self._space, self._said.sample, labels)
        while True:
            groups = self._groups(placed)
            named = titles(
                [self._group(g) for g in groups], self._texts, self._encoder, self._topic
            )
            alike = _first_alike(named)
            if alike is None:
                return self._told(groups, named)
            placed = self._joined(placed, groups[alike[0]], groups[alike[1]])

    def _labels(self) -> Labels:
        sample = self._said.sample
        spoken = [self._words(row) for row in sample.tolist()]
        responses = len(np.unique(self._sentences.response[sample]))
        return grouped(with_words(self._space(sample), spoken), expected_themes(responses))

    def _large_enough(self, labels: Labels) -> Labels:
        """The labels with the sentences of groups that few responses are in put with the next nearest."""
        sample = self._said.sample
        pairs = np.unique(np.stack([labels, self._sentences.response[sample]]), axis=1)
        sizes = np.bincount(pairs[0])
        least = min(max(_FEWEST, _LEAST_SHARE * sizes.sum()), sizes.max())
        large = np.flatnonzero(sizes >= least)
        if len(large) == len(sizes):
            return labels
        kept = np.isin(labels, large)
        again = place(sample, self._space, sample[kept], numbered(labels[kept]), farthest=-1.0)
        return again.group

    def _space(self, rows: Rows) -> Floats:
        meaning = apart(self._together(rows), self._middle)
        return sided(meaning, self._leaning[rows])

    def _together(self, rows: Rows) -> Floats:
        """The sentences' vectors, each with a little of the response that it stands in."""
        whole = self._whole[self._sentences.response[rows]]
        return unit(self._sentences.vectors[rows] + _CONTEXT * whole)

    def _words(self, row: int) -> str:
        one = self._sentences
        return self._texts[int(one.response[row])][int(one.start[row]) : int(one.end[row])]

    def _groups(self, placed: Placed) -> list[_Grouped]:
        """Largest first."""
        groups = []
        for number in range(int(placed.group.max(initial=-1)) + 1):
            at = np.flatnonzero(placed.group == number)
            rows = placed.rows[at]
            members = np.unique(self._sentences.response[rows]).astype(np.int64)
            if len(members):
                groups.append(_Grouped(rows, placed.near[at], placed.margin[at], members))
        return sorted(groups, key=lambda g: (-len(g.members), int(g.rows[0])))

    def _group(self, group: _Grouped) -> Group:
        best = quotes(self._sentences, group.rows, group.near, self._texts, _LOOKED_AT)
        middle = apart(self._sentences.vectors[group.rows], self._topic).mean(axis=0)
        return Group(best, middle / max(float(np.linalg.norm(middle)), 1e-9))

    @staticmethod
    def _joined(placed: Placed, one: _Grouped, other: _Grouped) -> Placed:
        number = placed.group[np.searchsorted(placed.rows, one.rows[0])]
        group = placed.group.copy()
        group[np.searchsorted(placed.rows, other.rows)] = number
        kept = group >= 0
        group[kept] = numbered(group[kept])
        return Placed(placed.rows, group, placed.near, placed.margin)

    def _told(self, groups: Sequence[_Grouped], named: Sequence[Titled]) -> Found:
        words = telling_words([[self._words(r) for r in g.rows.tolist()] for g in groups])
        themes = tuple(
            self._theme(number, group, title, telling)
            for number, (group, title, telling) in enumerate(
                zip(groups, named, words, strict=True), 1
            )
        )
        themed = {member for theme in themes for member in theme.members}
        unthemed = tuple(n for n in self._said.speaking if n not in themed)
        return Found(themes, unthemed, notes(self._said, len(themes), self._proposal))

    def _theme(
        self, number: int, group: _Grouped, title: Titled, words: tuple[str, ...]
    ) -> FoundTheme:
        count, total = len(group.members), len(self._said.speaking)
        low, high = wilson(count / total, total)
        typical = self._quotes(group, group.near)
        return FoundTheme(
            Theme(
                f"T{number}",
                title.title,
                title.description,
                self._stance(group),
                origin="found",
                examples=typical[:_EXAMPLES],
            ),
            tuple(group.members.tolist()),
            count / total,
            low,
            high,
            typical,
            self._quotes(group, group.margin),
            words,
        )

    def _stance(self, group: _Grouped) -> Stance | None:
        """By what its people ticked, where they were asked; else by what they say plainly."""
        if self._ticked is not None:
            return stance_of(self._ticked[group.members])
        return stance_of(self._sides[group.rows]) if self._proposal else None

    def _quotes(self, group: _Grouped, score: Floats) -> tuple[Quote, ...]:
        return tuple(quotes(self._sentences, group.rows, score, self._texts, QUOTES))


def _first_alike(named: Sequence[Titled]) -> tuple[int, int] | None:
    """Two themes whose best titles say the same."""
    for second, title in enumerate(named):
        if title.alike is not None:
            return title.alike, second
    return None
