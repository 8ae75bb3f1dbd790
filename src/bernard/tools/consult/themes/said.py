"""Which sentences themes are looked for in, and how much each counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.courtesies import is_courtesy
from bernard.tools.consult.types import Campaign, Sentences

# So many sentences show what is said; more would show it again.
MOST_SENTENCES = 5_000
_FEWEST_WORDS = 3
_SEED = 20_261_122

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Said:
    """What there is to find themes in.

    Attributes:
        rows: of all sentences, those that say something; courtesies and pleas do not.
        sample: of those, the ones that themes are looked for in: each response of a campaign beside
            its typical one is left out, so that form letters do not swamp the themes.
        speaking: numbers of the responses that say something, ascending.
        echoes: how many responses were left out of the sample as a campaign's.
    """

    rows: Rows
    sample: Rows
    speaking: tuple[int, ...]
    echoes: int = 0


def what_is_said(
    texts: Sequence[str],
    sentences: Sentences,
    campaigns: Sequence[Campaign],
    nothing_said: Sequence[bool] | Collection[int],
) -> Said:
    """The sentences that say something, and a fixed sample of them."""
    silent = silent_numbers(nothing_said)
    echoes = {m for campaign in campaigns for m in campaign.members if m != campaign.typical}
    speaking = [n for n, text in enumerate(texts) if n not in silent and text.strip()]
    heard = np.zeros(len(texts), bool)
    heard[speaking] = True
    telling = np.array([_tells(texts[r][start:end]) for r, start, end in _places(sentences)], bool)
    rows = np.flatnonzero(heard[sentences.response] & telling)
    once = np.array([n not in echoes for n in range(len(texts))], bool)
    return Said(rows, _sample(rows[once[sentences.response[rows]]]), tuple(speaking), len(echoes))


def _tells(sentence: str) -> bool:
    return len(sentence.split()) >= _FEWEST_WORDS and not is_courtesy(sentence)


def silent_numbers(nothing_said: Sequence[bool] | Collection[int]) -> frozenset[int]:
    """Numbers of the responses that say nothing, from their numbers or from a mark for each."""
    if isinstance(nothing_said, Set):
        return frozenset(nothing_said)
    return frozenset(number for number, silent in enumerate(nothing_said) if silent)


def _places(sentences: Sentences) -> zip[tuple[int, int, int]]:
    return zip(
        sentences.response.tolist(), sentences.start.tolist(), sentences.end.tolist(), strict=True
    )


def _sample(rows: Rows) -> Rows:
    """At most so many of the rows, the same ones every time, in their order."""
    if len(rows) <= MOST_SENTENCES:
        return rows
    drawn = np.random.default_rng(_SEED).choice(len(rows), MOST_SENTENCES, replace=False)
    return rows[np.sort(drawn)]
