"""A second opinion weighed with our own: it moves what we thought, by a fixed amount, either way.

The odds of a theme that the judge names are multiplied by `WEIGHT`, of one that it does not name divided
by it; so are the odds that no theme fits. Where both agree, confidence rises; alone, the judge turns
no answer of which we were more than four fifths sure. The weight is a choice and was fitted to nothing: it
says that a judge names a theme some four times as often where it is held as where it is not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from bernard.tools.consult.fencing import on_one_line
from bernard.tools.consult.judging.asking import Held
from bernard.tools.consult.mapping import Standing
from bernard.tools.consult.types import Span

WEIGHT = 4.0
_SHIFT = math.log(WEIGHT)
_LEAST_QUOTED = 6
_STRAIGHT = str.maketrans("‘’“”", "''\"\"")


def weighed(
    standing: Standing, ids: Sequence[str], held: Held, words: Callable[[Span], str]
) -> Standing:
    """How we stand to the response with the judge's opinion taken in.

    Args:
        ids: of the themes, in the order of the logits.
        words: gives a sentence as the judge saw it.
    """
    logits = tuple(
        logit + (_SHIFT if id in held else -_SHIFT)
        for id, logit in zip(ids, standing.logits, strict=True)
    )
    none = standing.none + (-_SHIFT if held else _SHIFT)
    said = [_plain(words(span)) for span in standing.sentences]
    nearest = tuple(
        place_of(held[id], said, standing.sentences) or ours if id in held else ours
        for id, ours in zip(ids, standing.nearest, strict=True)
    )
    return replace(standing, logits=logits, none=none, nearest=nearest)


def place_of(quote: str, said: Sequence[str], sentences: Sequence[Span]) -> Span | None:
    """The sentences that hold these words, from the first to the last; None where they are not there.

    Args:
        said: the sentences, as `_plain` gives them.
    """
    wanted = _plain(quote).strip("\"' .…")
    if len(wanted) < _LEAST_QUOTED and wanted not in (one.strip("\"' .…") for one in said):
        return None
    start = " ".join(said).find(wanted)
    if start < 0 or not wanted:
        return None
    touched, at = [], 0
    for span, one in zip(sentences, said, strict=True):
        if at < start + len(wanted) and start < at + len(one):
            touched.append(span)
        at += len(one) + 1
    return Span(touched[0].start, touched[-1].end)


def _plain(text: str) -> str:
    return on_one_line(text).translate(_STRAIGHT).casefold()
