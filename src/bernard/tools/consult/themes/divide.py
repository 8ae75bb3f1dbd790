"""A proposal for splitting a theme: what it holds, grouped and named."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.themes.find import find_themes
from bernard.tools.consult.types import Encoder, FoundTheme, Mapped, Sentences, Theme


def split(
    theme: Theme,
    mapped: Sequence[Mapped],
    texts: Sequence[str],
    sentences: Sentences,
    question: str,
    *,
    encoder: Encoder,
) -> tuple[FoundTheme, ...]:
    """The themes that this one might be split into, largest first; none if it holds only one.

    Only the sentences that stand for the theme are looked at, not what else those responses say.
    Shares are of the theme's own responses.
    """
    places = {
        (one.response, assigned.start)
        for one in mapped
        for assigned in one.themes
        if assigned.theme == theme.id
    }
    own = _only(sentences, places)
    members = set(own.response.tolist())
    others = frozenset(range(len(texts))) - members
    found = find_themes(texts, own, question, encoder=encoder, nothing_said=others)
    return found.themes if len(found.themes) > 1 else ()


def _only(sentences: Sentences, places: Collection[tuple[int, int]]) -> Sentences:
    """The sentences that begin at these places of these responses."""
    begun = zip(sentences.response.tolist(), sentences.start.tolist(), strict=True)
    rows: NDArray[np.int64] = np.flatnonzero([place in places for place in begun])
    return Sentences(
        sentences.response[rows],
        sentences.start[rows],
        sentences.end[rows],
        sentences.vectors[rows],
    )
