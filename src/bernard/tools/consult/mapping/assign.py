"""Responses mapped to themes: the verbs of this room."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.mapping.answering import Answering, Chances
from bernard.tools.consult.mapping.choice import Chosen, choose
from bernard.tools.consult.mapping.learning import learnt
from bernard.tools.consult.mapping.scoring import Scored, probability, score
from bernard.tools.consult.mapping.wording import fallbacks
from bernard.tools.consult.types import Decided, Encoder, Mapped, Sentences, Theme

Doubles = NDArray[np.float64]


def map_responses(
    texts: Sequence[str],
    sentences: Sentences,
    themes: Sequence[Theme],
    question: str,
    *,
    encoder: Encoder,
    decided: Sequence[Decided] = (),
    nothing_said: Sequence[bool] | Collection[int] = (),
) -> list[Mapped]:
    """Which themes each response holds, in order of number.

    What people decided moves the answers for the others; their own answers stand as the machine
    would give them, so that the two can be compared. Whoever shows them lays `decided` over them.

    Args:
        texts: what was said, personal data veiled, so that places stay where they are.
        decided: by people, any number of times for a response; all of them count.
        nothing_said: a mark for each response, or the numbers of those that give no answer.
    """
    scored = score(
        texts,
        sentences,
        themes,
        question,
        encoder=encoder,
        nothing_said=nothing_said,
    )
    return mapped(learnt(scored, decided), themes)


def mapped(scored: Scored, themes: Sequence[Theme]) -> list[Mapped]:
    """The answers that these probabilities give."""
    p, none = probability(scored.logits), probability(scored.none)
    stands = fallbacks(themes)
    answers = _Answers(scored, p, none, choose(p, none), Answering(scored.wordings.ids, stands))
    return [answers.of(row) for row in range(len(p))]


class _Answers:
    """Rows of numbers as answers."""

    def __init__(
        self, scored: Scored, p: Doubles, none: Doubles, chosen: Chosen, answering: Answering
    ) -> None:
        self._silent = scored.silent.tolist()
        self._p, self._none, self._best = p, none.tolist(), scored.best
        self._given, self._doubt = chosen.themes, chosen.doubt.tolist()
        self._starts, self._ends = scored.sentences.start, scored.sentences.end
        self._first = _first_sentences(scored)
        self._answering = answering

    def of(self, row: int) -> Mapped:
        if self._silent[row]:
            return self._answering.silent(row, self._first[row])
        chances = Chances(
            self._p[row],
            self._none[row],
            self._given[row],
            self._doubt[row],
            lambda column: self._place(row, column),
            self._first[row],
        )
        return self._answering.of(row, chances)

    def _place(self, row: int, column: int) -> tuple[int, int]:
        sentence = self._best[row, column]
        return int(self._starts[sentence]), int(self._ends[sentence])


def _first_sentences(scored: Scored) -> list[tuple[int, int]]:
    places = [(0, 0)] * len(scored.silent)
    said = scored.sentences
    for number in range(len(said.response) - 1, -1, -1):
        places[said.response[number]] = (int(said.start[number]), int(said.end[number]))
    return places
