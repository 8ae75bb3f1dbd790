"""How the machine stands to a response, kept so that the answer can be given again when more is known."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec
import numpy as np

from bernard.tools.consult.mapping.answering import Answering, Chances
from bernard.tools.consult.mapping.choice import choose
from bernard.tools.consult.mapping.scoring import Scored, probability
from bernard.tools.consult.mapping.wording import fallbacks
from bernard.tools.consult.types import Mapped, Span, Theme


class Standing(msgspec.Struct, frozen=True):
    """What the answer for a response is made of.

    Attributes:
        logits: of each theme, in the order of `Scored.wordings.ids`. none: logit that no theme fits.
        nearest: for each theme, the sentence nearest to it.
        sentences: all its sentences.
    """

    response: int
    logits: tuple[float, ...]
    none: float
    nearest: tuple[Span, ...]
    sentences: tuple[Span, ...]


def standings(scored: Scored, rows: Collection[int]) -> list[Standing]:
    """How the machine stands to these responses, in ascending order; none of them is silent."""
    return [_standing(scored, row) for row in sorted(rows)]


def _standing(scored: Scored, row: int) -> Standing:
    said = scored.sentences
    low, high = np.searchsorted(said.response, (row, row + 1))
    spans = [
        Span(int(start), int(end))
        for start, end in zip(said.start[low:high], said.end[low:high], strict=True)
    ]
    return Standing(
        row,
        tuple(map(float, scored.logits[row])),
        float(scored.none[row]),
        tuple(spans[sentence - low] for sentence in scored.best[row]),
        tuple(spans),
    )


def answered_again(
    stood: Sequence[Standing], ids: Sequence[str], themes: Sequence[Theme]
) -> list[Mapped]:
    """The answers that these give, in their order.

    Args:
        ids: of the themes, in the order of the logits.
        themes: the whole framework.
    """
    if not stood:
        return []
    p = probability(np.array([one.logits for one in stood]))
    none = probability(np.array([one.none for one in stood]))
    chosen = choose(p, none)
    answering = Answering(ids, fallbacks(themes))
    return [
        answering.of(
            one.response,
            Chances(
                p[row],
                float(none[row]),
                chosen.themes[row],
                float(chosen.doubt[row]),
                one.nearest.__getitem__,
                one.sentences[0],
            ),
        )
        for row, one in enumerate(stood)
    ]
