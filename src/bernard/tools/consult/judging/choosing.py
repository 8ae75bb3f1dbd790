"""Which responses a second opinion is asked for: those most in doubt, few enough to pay for."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import msgspec

from bernard.tools.consult.mapping import Scored, Standing, mapped, standings
from bernard.tools.consult.types import Mapped, Theme

# From here on the answer is more likely to be changed by a careful reader than not.
LEAST_DOUBT = 0.5
# Different texts asked about of one question: no more than this many, nor than this share of them.
MOST, SHARE = 200, 0.05
# A longer response does not go to the model: cut, it might be judged by the part that is missing.
LONGEST = 4_000


class Doubts(msgspec.Struct, frozen=True):
    """What the machine says by itself, and what it doubts most.

    Attributes:
        ids: of the themes that a response can be about.
        alike: groups of responses with the same words, the most in doubt first.
        standings: to each response of those groups.
    """

    mapped: list[Mapped]
    ids: tuple[str, ...]
    alike: list[tuple[int, ...]]
    standings: list[Standing]


def doubts_of(
    scored: Scored, themes: Sequence[Theme], texts: Sequence[str], decided: Collection[int] = ()
) -> Doubts:
    """The answers that these probabilities give, and those to ask about.

    Args:
        texts: what was said, by number of response.
        decided: responses that a person decided; what anybody else says changes nothing there.
    """
    answers = mapped(scored, themes)
    ids = scored.wordings.ids
    alike = in_doubt(answers, texts, decided) if ids else []
    return Doubts(answers, ids, alike, standings(scored, {n for group in alike for n in group}))


def in_doubt(
    answers: Sequence[Mapped], texts: Sequence[str], decided: Collection[int] = ()
) -> list[tuple[int, ...]]:
    """Groups of responses that say the same and are in doubt, the most in doubt first."""
    passed_over = frozenset(decided)
    doubtful = [
        one
        for one in answers
        if one.doubt >= LEAST_DOUBT
        and one.outcome != "nothing said"
        and one.response not in passed_over
        and len(texts[one.response]) <= LONGEST
    ]
    doubtful.sort(key=lambda one: (-one.doubt, one.response))
    most = most_asked(sum(one.outcome != "nothing said" for one in answers))
    groups: dict[str, list[int]] = {}
    for one in doubtful:
        words = " ".join(texts[one.response].split())
        if words in groups or len(groups) < most:
            groups.setdefault(words, []).append(one.response)
    return [tuple(sorted(group)) for group in groups.values()]


def most_asked(saying: int) -> int:
    """The most different texts to ask about, of so many responses that say something.

    >>> [most_asked(n) for n in (0, 30, 1_000, 100_000)]
    [0, 2, 50, 200]
    """
    return min(MOST, math.ceil(SHARE * saying))
