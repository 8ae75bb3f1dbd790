"""New themes, proposed where responses gather that no theme of the framework holds."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from bernard.tools.consult.themes import find_themes
from bernard.tools.consult.types import Campaign, Encoder, FoundTheme, Mapped, Sentences
from bernard.tools.consult.wilson import wilson

# Fewer than these, of one kind or in all, are not worth a theme of their own.
_LEAST, _LEAST_SHARE = 5, 0.005
_LEAST_IN_ALL = 12


def candidates(
    texts: Sequence[str],
    sentences: Sentences,
    question: str,
    mapped: Sequence[Mapped],
    *,
    encoder: Encoder,
    campaigns: Sequence[Campaign] = (),
) -> tuple[FoundTheme, ...]:
    """Themes found in the responses that are `none of these`, largest first, as N1, N2 and on.

    Shares are of all responses that say something.
    """
    none = [one.response for one in mapped if one.outcome == "none of these"]
    spoken = sum(one.outcome != "nothing said" for one in mapped)
    if len(none) < _LEAST_IN_ALL:
        return ()
    inside = np.zeros(len(texts), np.bool_)
    inside[none] = True
    found = find_themes(
        texts,
        _only(sentences, inside),
        question,
        encoder=encoder,
        campaigns=[c for c in campaigns if all(inside[m] for m in c.members)],
        nothing_said=[not mark for mark in inside.tolist()],
    )
    least = max(_LEAST, _LEAST_SHARE * spoken)
    kept = [one for one in found.themes if len(one.members) >= least]
    return tuple(_proposed(one, number, spoken) for number, one in enumerate(kept, 1))


def _only(sentences: Sentences, inside: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Sentences:
    """The sentences of some responses."""
    kept = inside[sentences.response]
    return Sentences(
        sentences.response[kept],
        sentences.start[kept],
        sentences.end[kept],
        sentences.vectors[kept],
    )


def _proposed(one: FoundTheme, number: int, spoken: int) -> FoundTheme:
    share = len(one.members) / spoken
    low, high = wilson(share, spoken)
    theme = msgspec.structs.replace(one.theme, id=f"N{number}")
    return msgspec.structs.replace(one, theme=theme, share=share, low=low, high=high)
